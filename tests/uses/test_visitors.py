"""What a place on a page is told to show, from what the mirror says and said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import UsageError
from altsync.models import (
    Arrival,
    Checked,
    Match,
    OutOfReach,
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    Region,
    Shows,
    SiteImage,
    Use,
    Verified,
)
from altsync.store import page_runs, pulls, usages, visited
from altsync.store.store import Store
from altsync.uses import visitors
from tests.scene import image
from tests.store.conftest import Shelf

HOME = "https://example.org"
CAT = "A cat asleep on a red chair."
OLD = "Cat."
DECOMPOSED = "Café in Kraków"
EARLY = "Sat, 01 Jan 2000 00:00:00 GMT"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(HOME, "memory")
        yield Shelf(store)


def run(shelf: Shelf) -> int:
    """A run of verify begins."""
    with shelf.store.write() as tx:
        return page_runs.begin(tx, "verify", "")[0]


def read(
    shelf: Shelf,
    number: int | None,
    url: str,
    *found: tuple[str, Use],
    strangers: tuple[Placed, ...] = (),
    **headers: Any,
) -> None:
    """A run read a page."""
    modified = headers.pop("modified", "")
    caching = tuple((name.replace("_", "-"), at) for name, at in headers.items())
    file = PageFile(url, b"", caching=caching, modified=modified)
    with shelf.store.write() as tx:
        page = PageContent(url, f"Title of {url}")
        usages.save_page(
            tx, file, page, "x", found=found, strangers=strangers, run=number
        )


def only(shelf: Shelf, number: int | None = None) -> Checked:
    """The only place on the pages that a run read."""
    with shelf.store.read() as conn:
        (found,) = visitors.checked(conn, number)
    return found


def all_of(
    shelf: Shelf, number: int | None = None, push: int | None = None
) -> Verified:
    with shelf.store.read() as conn:
        return visitors.verified(conn, number, push)


@dataclass(frozen=True)
class Case:
    """What an image said, in order, and what the page shows of it."""

    said: tuple[str | None, ...]
    alt: str | None
    shows: Shows
    why: str = ""
    hidden: bool = False
    kind: PictureKind = PictureKind.IMG
    headers: dict[str, str] = field(default_factory=dict)


CASES = {
    "the mirror's text": Case((CAT,), CAT, Shows.SAME),
    "white space and composition": Case(
        (f"  {DECOMPOSED}\n",), "Café  in Kraków", Shows.SAME
    ),
    "characters that show nothing": Case(("So­ft​.",), "Soft.", Shows.SAME),
    "no text, no attribute": Case((None,), None, Shows.SAME),
    "empty, empty": Case(("",), "", Shows.SAME),
    "empty, no attribute": Case(("",), None, Shows.NO_ALT, "leaves the alt attribute"),
    "no text, empty": Case((None,), "", Shows.OTHER, "writes its own text"),
    "a text, no attribute": Case((CAT,), None, Shows.NO_ALT),
    "none before, and no attribute": Case(
        (None, CAT), None, Shows.NO_ALT, "It had none before either."
    ),
    "a text, empty": Case((CAT,), "", Shows.OTHER, "thumbnails of Drupal's media"),
    "something else": Case((CAT,), "Image", Shows.OTHER),
    "what it said before": Case((OLD, CAT), OLD, Shows.EARLIER, "an old revision"),
    "empty as before": Case(("", CAT), "", Shows.EARLIER),
    "what it says again": Case((OLD, CAT, OLD), OLD, Shows.SAME),
    "a cache, by its age": Case(
        (OLD, CAT), OLD, Shows.CACHED, "kept since", headers={"age": "86400"}
    ),
    "a cache, by its date": Case(
        (OLD, CAT), OLD, Shows.CACHED, "2000-01-01 00:00 UTC", headers={"date": EARLY}
    ),
    "a cache, by the page": Case(
        (OLD, CAT), OLD, Shows.CACHED, headers={"modified": EARLY}
    ),
    "none before, by a cache": Case(
        (None, CAT), None, Shows.CACHED, headers={"age": "86400"}
    ),
    "a cache that is young": Case((OLD, CAT), OLD, Shows.EARLIER, headers={"age": "0"}),
    "an age that is none": Case(
        (OLD, CAT), OLD, Shows.EARLIER, headers={"age": "9" * 40, "date": "soon"}
    ),
    "another text in an old page": Case(
        (CAT,), "Image", Shows.OTHER, headers={"age": "86400"}
    ),
    "hidden and empty": Case((CAT,), "", Shows.SILENT, hidden=True),
    "hidden and none": Case((CAT,), None, Shows.SILENT, hidden=True),
    "hidden and lying": Case((CAT,), "Image", Shows.OTHER, hidden=True),
    "a background": Case((CAT,), None, Shows.BACKGROUND, kind=PictureKind.CSS),
    "a poster": Case((CAT,), None, Shows.BACKGROUND, kind=PictureKind.OTHER),
    "an embed that was left as it was": Case(
        (CAT,), None, Shows.BACKGROUND, "drupal-media", kind=PictureKind.EMBED
    ),
    "an embed with an alt of its own": Case(
        (CAT,), "Its own.", Shows.BACKGROUND, kind=PictureKind.EMBED
    ),
    "an empty background": Case(("",), None, Shows.SILENT, kind=PictureKind.CSS),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    """What is told of every case, each on a page of its own."""
    folder = tmp_path_factory.mktemp("cases")
    with Store.open(folder / "altsync.db", create=True) as store:
        store.claim(HOME, "memory")
        shelf = Shelf(store)
        for turn in range(max(len(case.said) for case in CASES.values())):
            shelf.pull(
                *(
                    image(f"a/{name}", case.said[min(turn, len(case.said) - 1)])
                    for name, case in CASES.items()
                )
            )
        number = run(shelf)
        for name, case in CASES.items():
            url = f"{HOME}/{name}"
            use = Use(url, place=1, alt=case.alt, hidden=case.hidden, kind=case.kind)
            headers: dict[str, Any] = dict(case.headers)
            read(shelf, number, url, (f"a/{name}", use), **headers)
        with store.read() as conn:
            return {
                one.images[0].removeprefix("a/"): one
                for one in visitors.checked(conn, number)
            }


@pytest.mark.parametrize("name", CASES)
def test_what_a_place_shows(name: str, told: dict[str, Checked]) -> None:
    case, found = CASES[name], told[name]
    assert found.shows is case.shows
    assert case.why in found.why
    assert bool(found.why) is (case.shows in visitors.WORTH_A_LINE)
    assert (found.alt, found.mirror) == (case.alt, (case.said[-1],))


def test_every_kind_is_told_or_not(told: dict[str, Checked]) -> None:
    assert set(Shows) - {Shows.COPY, Shows.NEWER, Shows.UNREAD} == {
        one.shows for one in told.values()
    }
    assert {shows for shows in Shows if shows.differs} == {
        Shows.NO_ALT,
        Shows.CACHED,
        Shows.EARLIER,
        Shows.COPY,
        Shows.OTHER,
    }
    assert told["a cache, by its age"].caching == (("age", "86400"),)
    assert told["a cache, by the page"].caching == (("last-modified", EARLY),)
    assert told["the mirror's text"].caching == ()


FILE = {"image_url": f"{HOME}/files/x.jpg"}


@pytest.mark.parametrize(
    ("other", "use", "shows"),
    [
        ({}, {}, Shows.SAME),
        ({"language": "de"}, {}, Shows.COPY),
        ({}, {"match": Match.UUID}, Shows.COPY),
        ({"page_url": f"{HOME}/b"}, {}, Shows.COPY),
        ({"page_url": f"{HOME}/a"}, {}, Shows.SAME),
        ({"image_url": f"{HOME}/files/y.jpg"}, {}, Shows.OTHER),
    ],
    ids=["may-be-it", "language", "uuid", "its-own-page", "same-page", "other-file"],
)
def test_a_copy_is_the_text_of_another_image_that_cannot_stand_there(
    shelf: Shelf, other: dict[str, str], use: dict[str, Any], shows: Shows
) -> None:
    here = f"{HOME}/a"
    one = image("a/1", CAT, language="en", page_url=here, **FILE)
    shelf.pull(one, image("a/2", OLD, **{**FILE, "language": "en", **other}))
    read(shelf, run(shelf), here, ("a/1", Use(here, place=1, alt=OLD, **use)))
    found = only(shelf)
    assert found.shows is shows
    assert ("What a/2 says" in found.why) is (shows is Shows.COPY)


def test_an_empty_alt_is_a_copy_of_nothing(shelf: Shelf) -> None:
    here = f"{HOME}/a"
    shelf.pull(
        image("a/1", CAT, language="en", **FILE),
        image("a/2", "", language="de", **FILE),
    )
    read(shelf, run(shelf), here, ("a/1", Use(here, place=1, alt="")))
    assert only(shelf).shows is Shows.OTHER


def test_a_picture_that_may_be_several_images_is_right_with_the_text_of_any(
    shelf: Shelf,
) -> None:
    shelf.pull(image("a/1", CAT, **FILE), image("a/2", OLD, **FILE))
    number = run(shelf)
    for url, alt in ((f"{HOME}/1", OLD), (f"{HOME}/2", CAT), (f"{HOME}/3", "Image")):
        uses = [(one, Use(url, place=1, alt=alt)) for one in ("a/1", "a/2")]
        read(shelf, number, url, *uses)
    with shelf.store.read() as conn:
        found = list(visitors.checked(conn, number))
    assert [one.shows for one in found] == [Shows.SAME, Shows.SAME, Shows.OTHER]
    assert found[2].images == ("a/1", "a/2")
    assert found[2].mirror == (CAT, OLD)


def test_a_page_that_was_read_before_the_text_changed_is_no_liar(shelf: Shelf) -> None:
    url = f"{HOME}/a"
    use = Use(url, place=1, alt=OLD)
    shelf.pull(image("a/1", OLD))
    read(shelf, None, url, ("a/1", use))
    assert all_of(shelf).pages == 0  # by an older altsync, in no run
    number = run(shelf)
    read(shelf, number, url, ("a/1", use))
    assert only(shelf).shows is Shows.SAME
    shelf.pull(image("a/1", CAT))
    assert only(shelf).shows is Shows.UNREAD
    assert only(shelf, number).shows is Shows.UNREAD
    read(shelf, run(shelf), url, ("a/1", use))
    assert only(shelf).shows is Shows.EARLIER


def test_a_text_that_came_back_stands_there_since_it_came_back(shelf: Shelf) -> None:
    url = f"{HOME}/a"
    for text in (CAT, OLD):
        shelf.pull(image("a/1", text))
    read(shelf, run(shelf), url, ("a/1", Use(url, place=1, alt=OLD)))
    shelf.pull(image("a/1", CAT))
    assert only(shelf).shows is Shows.UNREAD


def test_of_several_images_one_that_changed_since_is_doubt_enough(shelf: Shelf) -> None:
    url = f"{HOME}/a"
    shelf.pull(image("a/1", OLD, **FILE), image("a/2", "Other.", **FILE))
    uses = [(one, Use(url, place=1, alt=OLD)) for one in ("a/1", "a/2")]
    read(shelf, run(shelf), url, *uses)
    shelf.pull(image("a/1", CAT, **FILE), image("a/2", "Other.", **FILE))
    assert only(shelf).shows is Shows.UNREAD


def test_the_site_that_says_it_too_makes_the_mirror_the_older_one(shelf: Shelf) -> None:
    url = f"{HOME}/a"
    shelf.pull(image("a/1", CAT), image("a/2", CAT))
    number = run(shelf)
    read(shelf, number, url, ("a/1", Use(url, place=1, alt="New.")))

    def said(alt: str | None, **more: bool) -> Checked:
        with shelf.store.write() as tx:
            visited.keep_asked(tx, number, "a/1", mirror=CAT, alt=alt, **more)
        return only(shelf)

    with shelf.store.read() as conn:
        assert visitors.doubtful(conn, number, 5) == ["a/1"]
        assert visitors.doubtful(conn, number, 0) == []
    read(shelf, number, f"{HOME}/0", ("a/2", Use(f"{HOME}/0", place=1, alt="")))
    with shelf.store.read() as conn:
        assert visitors.doubtful(conn, number, 5) == ["a/1", "a/2"]  # words first
        assert visitors.doubtful(conn, number, 1) == ["a/1"]
    read(shelf, number, f"{HOME}/0")
    assert said(CAT).shows is Shows.OTHER
    assert said("New.").shows is Shows.NEWER
    assert "altsync pull" in said("New.").why
    assert "no image a/1 any more" in said(None, gone=True).why
    said("New.")
    with shelf.store.read() as conn:
        assert visitors.doubtful(conn, number, 5) == ["a/1"]  # asked again
    shelf.pull(image("a/1", "Newer."), image("a/2", CAT))
    with shelf.store.write() as tx:
        page_runs.end(tx, number)
    read(shelf, run(shelf), url, ("a/1", Use(url, place=1, alt="New.")))
    assert only(shelf).shows is Shows.OTHER  # what it said then explains nothing now


def test_what_no_visitor_gets_is_left_out(shelf: Shelf) -> None:
    url = f"{HOME}/a"
    shelf.pull(image("a/1", CAT), image("a/2", CAT), image("a/3", CAT))
    shelf.pull(image("a/1", CAT), image("a/2", CAT))
    with shelf.store.write() as tx:
        pulls.put_out_of_reach(tx, ["a/2"], OutOfReach.HIDDEN)
    number = run(shelf)
    for number_of, one in enumerate(("a/1", "a/2", "a/3"), 1):
        page = f"{url}/{number_of}"
        read(shelf, number, page, (one, Use(page, place=1, alt="Image")))
    read(shelf, number, f"{url}/0", ("a/1", Use(f"{url}/0", place=0)))
    assert only(shelf).images == ("a/1",)
    assert (all_of(shelf).images, all_of(shelf).shown) == (1, 1)
    assert all_of(shelf).not_compared == 1  # a/2; what is gone is no image any more


def test_files_of_the_owners_are_no_pages_of_the_site(shelf: Shelf) -> None:
    shelf.pull(image("a/1", CAT))
    number = run(shelf)
    read(shelf, number, "notes.md", ("a/1", Use("notes.md", place=1, alt="Image")))
    assert all_of(shelf).pages == 0
    assert only(shelf, number).shows is Shows.OTHER


def stranger(url: str, place: int, alt: str | None, *addresses: str) -> Placed:
    use = Use(url, place=place, alt=alt, region=Region.HEADER, heading="News")
    return Placed(use, PictureKind.IMG, addresses)


def test_pictures_that_are_no_image_are_listed_once(shelf: Shelf) -> None:
    shelf.pull(image("a/1", CAT))
    number = run(shelf)
    logo = f"{HOME}/themes/own/logo.svg"
    for page in (f"{HOME}/2", f"{HOME}/1"):
        read(shelf, number, page, strangers=(stranger(page, 1, "Home", logo),))
    page = f"{HOME}/3"
    more = (
        stranger(page, 1, None, logo),
        stranger(page, 2, "", "data:image/gif;base64,R"),
    )
    read(shelf, number, page, strangers=more)
    found = all_of(shelf, number)
    assert [(one.address, one.alt, one.pages) for one in found.strangers] == [
        (logo, "Home", 2),
        ("data:image/gif;base64", "", 1),
        (logo, None, 1),
    ]
    first = found.strangers[0]
    assert (first.page_url, first.region, first.heading) == (
        f"{HOME}/1",
        Region.HEADER,
        "News",
    )
    assert "theme" in first.why
    assert (found.different, found.images, found.shown) == (0, 1, 0)


def pushed(shelf: Shelf, *images: SiteImage) -> None:
    """Push 1 gives each of them the text CAT."""
    shelf.pull(*images)
    push = shelf.begin_push()
    for one in images:
        candidate = shelf.approve(one.id, CAT, one.alt)
        shelf.apply(one.id, candidate, CAT, one.alt, push)


def test_the_words_of_a_push_have_arrived_or_not(shelf: Shelf) -> None:
    names = ("arrived", "late", "gone-again", "unseen", "unread", "nowhere")
    own = dict.fromkeys(("unseen", "unread"), f"{HOME}/own")
    pushed(shelf, *(image(f"a/{one}", OLD, page_url=own.get(one)) for one in names))
    before = run(shelf)
    with shelf.store.write() as tx:
        page_runs.end(tx, before)
        tx.execute("UPDATE page_runs SET seq = 0")
    read(shelf, before, f"{HOME}/0", ("a/unread", Use(f"{HOME}/0", place=1, alt=OLD)))
    number = run(shelf)
    two = f"{HOME}/2"
    read(
        shelf,
        number,
        f"{HOME}/1",
        *(
            (f"a/{one}", Use(f"{HOME}/1", place=at, alt=CAT))
            for at, one in enumerate(("arrived", "late", "gone-again"), 1)
        ),
    )
    read(shelf, number, two, ("a/late", Use(two, place=1, alt=OLD)))
    read(shelf, number, f"{HOME}/own")
    shelf.pull(
        *(
            image(
                f"a/{one}", "B." if one == "gone-again" else CAT, page_url=own.get(one)
            )
            for one in names
        )
    )
    found = {
        one.image: (one.arrival, one.pages) for one in all_of(shelf, number, 1).sent
    }
    assert found == {
        "a/arrived": (Arrival.ARRIVED, 1),
        "a/late": (Arrival.NOT_YET, 2),
        "a/gone-again": (Arrival.REPLACED, 1),
        "a/unseen": (Arrival.NOT_SHOWN, 0),
        "a/unread": (Arrival.UNREAD, 0),
        "a/nowhere": (Arrival.UNREAD, 0),
    }
    with shelf.store.read() as conn:
        assert visitors.pages_of_push(conn, 1) == (
            *(f"{HOME}/{path}" for path in ("0", "1", "2", "own")),
        )


def test_a_push_that_nobody_knows(shelf: Shelf) -> None:
    pushed(shelf, image("a/1", OLD))
    nothing = shelf.begin_push()
    with shelf.store.read() as conn:
        with pytest.raises(UsageError, match="There is no push 7"):
            visitors.pages_of_push(conn, 7)
        with pytest.raises(UsageError, match=f"Push {nothing} wrote nothing"):
            visitors.pages_of_push(conn, nothing)
        with pytest.raises(UsageError, match="No page is known"):
            visitors.pages_of_push(conn, 1)
