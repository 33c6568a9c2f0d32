"""What pages that were read show, as rows. What they are told to be is in
tests/uses/test_visitors.py."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import (
    Match,
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    Region,
    SiteImage,
    Stranger,
    Tag,
    Use,
)
from altsync.store import page_runs, usages, visited
from altsync.store.visited import Asked, Said, SentText, Slotted
from tests.scene import image
from tests.store.conftest import Shelf

PAGE = "https://example.org/a"
FILE = "https://example.org/files/1.jpg"


def read(
    shelf: Shelf, *found: tuple[str, Use], strangers: tuple[Placed, ...] = ()
) -> int:
    """A run of verify that reads one page. Its number."""
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "verify", "")
        file = PageFile(PAGE, b"", caching=(("age", "7"),), modified="now")
        page = PageContent(PAGE, "Title")
        usages.save_page(tx, file, page, "x", found=found, strangers=strangers, run=run)
    return run


def test_a_place_comes_with_what_the_mirror_says(shelf: Shelf) -> None:
    shelf.pull(image("a/1", "Text.", image_url=FILE, language="en", page_url=PAGE))
    use = Use(PAGE, "Title", place=2, heading="H", alt="Old.", match=Match.UUID)
    run = read(shelf, ("a/1", use))
    with shelf.store.read() as conn:
        (place,) = visited.places(conn, run)
        assert list(visited.places(conn, None)) == [place]
        assert list(visited.places(conn, run + 1)) == []
        assert visited.addresses(conn, run) == [PAGE]
        assert (visited.page_count(conn, run), visited.reach(conn, run)) == (1, (1, 1))
        assert list(visited.slotted(conn)) == [
            Slotted("a/1", FILE, "en", PAGE, "Text.")
        ]
    assert (place.kind, place.region, place.match) == (
        PictureKind.IMG,
        Region.MAIN,
        Match.UUID,
    )
    assert (place.place, place.heading, place.alt) == (2, "H", "Old.")
    assert (place.image, place.mirror, place.own_page) == ("a/1", "Text.", PAGE)
    assert (place.caching, place.modified) == ({"age": "7"}, "now")
    assert place.began is not None


def test_texts_in_the_order_of_what_happened(shelf: Shelf) -> None:
    for text in ("One.", None, "One."):
        shelf.pull(image("a/1", text))
    with shelf.store.read() as conn:
        said = visited.texts(conn, "a/1")
        assert visited.texts(conn, "a/2") == []
    assert [one.alt for one in said] == ["One.", None, "One."]
    assert said == sorted(said, key=lambda one: one.seq)
    pulls = [at for (at,) in shelf.all("SELECT started_at FROM pulls ORDER BY id")]
    assert [one.not_before for one in said] == ["", *pulls[:2]]
    candidate = shelf.approve("a/1", "Sent.", "One.")
    shelf.apply("a/1", candidate, "Sent.", "One.")
    ((at,),) = shelf.all("SELECT max(seen_at) FROM observations")
    with shelf.store.read() as conn:
        last = visited.texts(conn, "a/1")[-1]
    assert last == Said("Sent.", last.seq, at)


def test_what_the_site_said_last_counts(two: Shelf) -> None:
    first = read(two)
    with two.store.write() as tx:
        visited.keep_asked(tx, first, "a/1", mirror="", alt="A.")
        visited.keep_asked(tx, first, "a/1", mirror="", alt="B.")
        page_runs.end(tx, first)
    second = read(two)
    with two.store.read() as conn:
        assert visited.last_asked(conn, "a/1") == Asked("", "B.", gone=False)
    with two.store.write() as tx:
        visited.keep_asked(tx, second, "a/1", mirror="", alt=None, gone=True)
    with two.store.read() as conn:
        assert visited.last_asked(conn, "a/1") == Asked("", None, gone=True)
        assert visited.last_asked(conn, "a/2") is None


def test_strangers_are_grouped_by_what_they_are(two: Shelf) -> None:
    def one(place: int, alt: str | None, *, hidden: bool = False) -> Placed:
        use = Use(PAGE, place=place, alt=alt, hidden=hidden, region=Region.FOOTER)
        return Placed(use, PictureKind.IMG, ("https://example.org/logo.svg",))

    run = read(two, strangers=(one(1, "Home"), one(2, "Home"), one(3, "", hidden=True)))
    logo = ("https://example.org/logo.svg", PictureKind.IMG)
    silent = Stranger(
        *logo,
        alt="",
        hidden=True,
        pages=1,
        page_url=PAGE,
        page_title="Title",
        region=Region.FOOTER,
        heading="",
    )
    with two.store.read() as conn:
        assert list(visited.strangers(conn, run)) == [
            silent,
            replace(silent, alt="Home", hidden=False),
        ]


def test_the_images_of_a_push_and_their_pages(two: Shelf) -> None:
    candidate = two.approve("a/1", "New.")
    two.apply("a/1", candidate, "New.")
    two.intend(two.begin_push(), "a/2", None, "Not yet.")
    run = read(two, ("a/1", Use(PAGE, place=1)), ("a/2", Use(PAGE, place=2)))
    with two.store.read() as conn:
        (sent,) = visited.sent(conn, 1)
        assert sent == SentText("a/1", "New.", "New.", sent.seq, "")
        assert list(visited.sent(conn, 2)) == []
        assert visited.pages_of_push(conn, 1) == [PAGE]
        assert visited.pages_of_push(conn, 2) == []
        assert [visited.is_push(conn, number) for number in (1, 2, 3)] == [
            True,
            True,
            False,
        ]
        assert visited.read_since(conn, PAGE, sent.seq)
        assert not visited.read_since(conn, PAGE, sent.seq + 1_000)
        assert not visited.read_since(conn, PAGE + "b", sent.seq)
        assert run == 1


def test_the_text_of_a_medium_comes_to_the_pages_that_embed_it(shelf: Shelf) -> None:
    def embed(number: int, alt: str | None = None, **more: object) -> SiteImage:
        known = {
            "tag": Tag.MEDIA,
            "medium": "media--i/9",
            "page_url": f"{PAGE}/{number}",
            "image_url": FILE,
        }
        return image(f"t/{number}", alt, **known | more)

    there = [embed(1), embed(2, "Its own."), embed(3), embed(4, medium="media--i/8")]
    medium = image("m/9", "", entity="media--i/9", language="en", image_url=FILE)
    german = image("m/9de", "Deutsch.", entity="media--i/9", language="de")
    there.append(embed(5, language="de"))
    shelf.pull(medium, german, *there)
    shelf.pull(medium, german, *there[:2], *there[3:])
    shelf.apply("m/9", shelf.approve("m/9", "New."), "New.")
    with shelf.store.read() as conn:
        assert visited.pages_of_push(conn, 1) == [f"{PAGE}/1", f"{PAGE}/5"]
    uses = [("m/9", 1), ("t/1", 1), ("t/2", 2), ("t/4", 3), ("t/5", 4)]
    run = read(shelf, *((one, Use(PAGE, place=at)) for one, at in uses))
    with shelf.store.read() as conn:
        found = [
            (one.image, one.speaker, one.mirror) for one in visited.places(conn, run)
        ]
        assert found == [
            ("m/9", "m/9", "New."),
            ("t/1", "m/9", "New."),
            ("t/2", "t/2", "Its own."),
            ("t/5", "m/9de", "Deutsch."),
        ]
        assert visited.not_compared(conn, run) == 1
        assert [one.image for one in visited.slotted(conn)] == ["m/9"]
