"""One picture, several uses: which pictures stand in several places, what they are
there, and what the lint says to one text for all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from altsync.config import parse
from altsync.errors import UnknownImage
from altsync.lint import check
from altsync.models import Mirrored, PageContent, PageFile, Roles, SiteImage, Use
from altsync.store import mirror, shared, usages
from altsync.uses import Known, several
from tests.in_texts import (
    ALONE,
    EVERY,
    FILE,
    LINKED,
    MEDIUM,
    OVERRIDE,
    PLAIN,
    SITE,
    TWICE,
    embed,
)
from tests.scene import image, keep_use
from tests.store.conftest import Shelf


def alike(shelf: Shelf, *images: SiteImage) -> list[tuple[str, Roles, int]]:
    shelf.pull(*images)
    with shelf.store.read() as conn:
        found = several.pictures(conn)
    return [(one.image, one.alike, one.places) for one in found]


def test_a_link_here_and_an_illustration_there_with_one_text(shelf: Shelf) -> None:
    shelf.pull(*EVERY)
    with shelf.store.read() as conn:
        (one,) = several.pictures(conn)
        told = several.of(conn, LINKED.id)
    assert (one.image, one.title, one.images) == (MEDIUM.id, "ferry", 5)
    assert one.texts == ("A ferry at the pier.", "Buy a ticket")
    assert (one.alike, one.alike.unlike, one.places) == (Roles.ONE_TEXT, True, 4)
    assert told.asked == told.images[0].mirrored.image.id == LINKED.id
    says = {one.mirrored.image.id: (one.says, one.followers) for one in told.images}
    assert says == {
        LINKED.id: ("A ferry at the pier.", 0),
        MEDIUM.id: ("A ferry at the pier.", 2),
        TWICE.id: ("A ferry at the pier.", 0),
        PLAIN.id: ("A ferry at the pier.", 0),
        OVERRIDE.id: ("Buy a ticket", 0),
    }


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        pytest.param([MEDIUM, LINKED], [], id="one embed is one place"),
        pytest.param([MEDIUM, OVERRIDE], [], id="so is one with its own text"),
        pytest.param(
            [MEDIUM, LINKED, PLAIN],
            [(MEDIUM.id, Roles.ONE_TEXT, 2)],
            id="two embeds that show the medium's text",
        ),
        pytest.param(
            [MEDIUM, PLAIN, OVERRIDE],
            [(MEDIUM.id, Roles.UNLIKE, 2)],
            id="each with a text of its own",
        ),
        pytest.param(
            [MEDIUM, LINKED, OVERRIDE],
            [(MEDIUM.id, Roles.UNLIKE, 2)],
            id="links to two pages",
        ),
        pytest.param(
            [PLAIN, TWICE],
            [(TWICE.id, Roles.ALIKE, 2)],
            id="illustrations; the one with a text of its own is named",
        ),
        pytest.param(
            [PLAIN, replace(PLAIN, id=f"{PLAIN.id}.1", alt="")],
            [(f"{PLAIN.id}.1", Roles.ALIKE, 2)],
            id="two in one text, between the same words",
        ),
        pytest.param(
            [PLAIN, embed(12)],
            [(embed(12).id, Roles.ALIKE, 2)],
            id="embeds of a medium that is no image",
        ),
    ],
)
def test_how_alike_the_places_are(
    shelf: Shelf, images: list[SiteImage], expected: list[tuple[str, Roles, int]]
) -> None:
    assert alike(shelf, *images) == expected


def test_unlike_places_come_first_then_many(shelf: Shelf) -> None:
    def four(name: str, number: int) -> list[SiteImage]:
        return [
            image(f"{name}/{n}", "Text.", file=name, page_url=f"/{n}")
            for n in range(number)
        ]

    many, few = four("many", 4), four("few", 2)
    found = alike(shelf, *EVERY, *many, *few)
    assert [one[0] for one in found] == [MEDIUM.id, "many/0", "few/0"]
    assert [one[2] for one in found] == [4, 4, 2]


def test_what_pages_show_counts_once_they_were_read(shelf: Shelf) -> None:
    shelf.pull(image("a/1", "Text.", file=FILE), image("a/2", "Text.", file=FILE))
    home = Use("/", place=1, link=f"{SITE}/a")
    with shelf.store.write() as tx:
        keep_use(tx, "a/1", Use("/a", place=1))
        keep_use(tx, "a/1", home)
    with shelf.store.read() as conn:
        (one,) = several.pictures(conn)
        told = several.of(conn, "a/1")
    assert (one.alike, one.places) == (Roles.UNLIKE, 3)
    assert told.images[0].roles == {"", f"{SITE}/a"}
    assert told.images[1].roles == frozenset()


def test_a_place_of_a_page_is_told_of_the_embed_alone(shelf: Shelf) -> None:
    shelf.pull(MEDIUM, PLAIN)
    page = Use(f"{SITE}/node/8", place=1)
    with shelf.store.write() as tx:
        file, content = PageFile(page.page_url, b""), PageContent(page.page_url)
        found = [(PLAIN.id, page), (MEDIUM.id, page)]
        usages.save_page(tx, file, content, "hash", found=found)
        keep_use(tx, MEDIUM.id, Use("/else", place=1))
    with shelf.store.read() as conn:
        told = several.of(conn, MEDIUM.id)
    medium, embedded = told.images
    assert [use.page_url for use in told.own_uses(medium)] == ["/else"]
    assert told.own_uses(embedded) == [page]
    assert told.places == 2


def test_of_what_stands_everywhere_a_part_is_looked_at(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.pull(*EVERY)
    monkeypatch.setattr(shared, "MOST", 2)
    with shelf.store.read() as conn:
        told = several.of(conn, MEDIUM.id, 2)
        with pytest.raises(UnknownImage):
            several.of(conn, "no/such")
    assert (len(told.images), told.more) == (2, 3)


def test_what_is_heard_of_an_image(shelf: Shelf) -> None:
    shelf.pull(*EVERY, embed(12, medium="media--image/gone"))
    with shelf.store.read() as conn:
        assert several.says(conn, OVERRIDE.id) == "Buy a ticket"
        assert several.says(conn, PLAIN.id) == "A ferry at the pier."
        assert several.says(conn, embed(12).id) is None
        assert several.says(conn, ALONE.id) is None
        assert several.says(conn, "no/such") is None


def findings(shelf: Shelf, *images: SiteImage) -> dict[str, list[str]]:
    """What `same-text` and `redundant-text` say, by image."""
    shelf.pull(*images)
    with shelf.store.read() as conn:
        known = Known(parse('[site]\nurl = "https://x.test"\n', Path()), conn)
        return {one.image.id: _said(known, one) for one in mirror.images(conn)}


def _said(known: Known, one: Mirrored) -> list[str]:
    wanted = ("same-text", "redundant-text")
    found = check(known.of(one).text(one.image.alt), known.rules)
    return [finding.message for finding in found if finding.rule in wanted]


def test_the_lint_remarks_on_one_text_for_unlike_places(shelf: Shelf) -> None:
    said = findings(shelf, *EVERY)
    assert said[MEDIUM.id] == [
        "With this same text the picture is an illustration on “Page 10” and a link to"
        " “Tickets” on “Page 7”; its places are not alike: does one text serve both?"
    ]
    assert said[TWICE.id] == [
        "With this same text the picture is a link to “Tickets” on “Page 7”; here it is"
        " an illustration: does one text serve both?"
    ]
    assert not any(said[one.id] for one in (OVERRIDE, LINKED, PLAIN, ALONE))


def test_it_says_nothing_where_places_are_alike_or_another_language(
    shelf: Shelf,
) -> None:
    other = replace(LINKED, id="node--page.body/7.nl.media-1", language="nl", alt="A")
    assert not any(findings(shelf, MEDIUM, PLAIN, embed(12)).values())
    assert not any(findings(shelf, replace(TWICE, alt="A"), other).values())


@pytest.mark.parametrize("words", [{"after": "A grey seal"}, {"before": "A grey seal"}])
def test_an_img_that_says_the_words_beside_it(
    shelf: Shelf, words: dict[str, str]
) -> None:
    beside: dict[str, str | None] = {"before": None, "after": None, **words}
    seal = replace(TWICE, alt="A grey seal", file=None, **beside)  # type: ignore[arg-type]
    (said,) = findings(shelf, seal)[seal.id]
    assert said.startswith("What stands right beside the image already says this")
