"""Where an image stands: by the pages that were read, and by the texts of the mirror."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from altsync.config import parse
from altsync.models import (
    Match,
    PageContent,
    PageFile,
    Region,
    SiteImage,
    Tag,
    Use,
    Whereabouts,
)
from altsync.store import usages
from altsync.uses import Known, whereabouts
from tests.scene import image, keep_use
from tests.store.conftest import Shelf

SITE = "https://example.org"
PAGE = f"{SITE}/ferries"
FERRY = f"{SITE}/sites/default/files/2024/ferry.jpg"
MEDIUM = "media--image/9b1c"
IN_TEXT = image(
    "node--page.body/7.en.img-6f2c",
    None,
    tag=Tag.IMG,
    language="en",
    image_url=FERRY,
    page_url=PAGE,
    page_title="Ferries",
    page_text="All of the page.",
    entity="node--page/77",
    before="Boats leave at noon.",
    after="Bring cash.",
    heading="Timetable",
    caption="At the quay.",
    link="/tickets",
    link_text="Buy",
)
USE = Use(
    PAGE,
    "Ferries",
    "Boats leave at noon.",
    "Bring cash.",
    language="en",
    heading="Timetable",
    caption="At the quay.",
    link=f"{SITE}/tickets",
    link_text="Buy",
    match=Match.TEXT,
)
NO_LINK = {"link": "", "link_text": ""}


def medium(language: str = "en", **more: object) -> SiteImage:
    name = f"9.{language}.4"
    own = {"entity": MEDIUM, "language": language, "image_url": FERRY} | more
    return image(f"media--image.field_image/{name}", **own)  # type: ignore[arg-type]


def embed(node: int, language: str = "en", **more: object) -> SiteImage:
    """A text that embeds the medium."""
    known = {
        "tag": Tag.MEDIA,
        "medium": MEDIUM,
        "language": language,
        "page_url": f"{SITE}/{node}",
        "entity": f"node--page/{node}",
        "before": f"Words of {node}.",
    }
    name = f"{node}.{language}.media-9b1c"
    return image(f"node--page.body/{name}", None, **known | more)


def every(shelf: Shelf, one: SiteImage) -> list[Use]:
    with shelf.store.read() as conn:
        return whereabouts.every(conn, one.id)


def of(shelf: Shelf, one: SiteImage) -> Whereabouts:
    with shelf.store.read() as conn:
        found = whereabouts.of(conn, one.id)
        assert whereabouts.shown(conn, one.id) == list(found.uses)
    return found


def read(shelf: Shelf, one: SiteImage, use: Use) -> None:
    with shelf.store.write() as tx:
        keep_use(tx, one.id, use)


def test_a_tag_in_a_text_is_a_use_before_any_page_was_read(shelf: Shelf) -> None:
    shelf.pull(IN_TEXT)
    assert every(shelf, IN_TEXT) == [USE]
    assert USE.tells_links
    assert USE.functional
    assert of(shelf, IN_TEXT) == Whereabouts((USE,), 1, 1)


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("tickets#today", {"link": f"{SITE}/tickets#today"}),
        ("https://me:pw@x.test/", {"link": "https://x.test/"}),
        (FERRY, {"link": FERRY, "to_file": True}),
        ("http://[broken", NO_LINK),
        ("#top", NO_LINK),
        (" javascript:void(0)", NO_LINK),
        (None, NO_LINK),
    ],
)
def test_where_a_link_of_a_text_leads(
    shelf: Shelf,
    link: str | None,
    leads: dict[str, object],
) -> None:
    shelf.pull(replace(IN_TEXT, link=link))
    assert every(shelf, IN_TEXT) == [replace(USE, **leads)]  # type: ignore[arg-type]


def test_a_text_without_a_page_has_links_of_the_site(shelf: Shelf) -> None:
    block = replace(IN_TEXT, page_url=None, page_title=None)
    shelf.pull(block)
    assert every(shelf, block) == [replace(USE, page_url="", page_title="")]


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}/", "http://stage.test/ferries"])
def test_the_page_that_was_read_tells_its_text_too(shelf: Shelf, page: str) -> None:
    shelf.pull(IN_TEXT)
    on_page = Use(page, "Ferries | Port", place=2)
    read(shelf, IN_TEXT, on_page)
    assert every(shelf, IN_TEXT) == [on_page]
    assert of(shelf, IN_TEXT) == Whereabouts((on_page,), 1, 1)


def test_another_page_that_shows_it_stands_beside_its_own_text(shelf: Shelf) -> None:
    shelf.pull(IN_TEXT)
    listed = Use(f"{SITE}/a-list", place=1)
    read(shelf, IN_TEXT, listed)
    assert every(shelf, IN_TEXT) == [USE, listed]
    assert of(shelf, IN_TEXT) == Whereabouts((USE, listed), 2, 2)
    read(shelf, IN_TEXT, replace(listed, region=Region.NAV))
    assert every(shelf, IN_TEXT)[0] == USE


def test_any_page_that_shows_a_block_tells_its_text(shelf: Shelf) -> None:
    block = replace(IN_TEXT, page_url=None)
    shelf.pull(block)
    front = Use(f"{SITE}/", place=4)
    read(shelf, block, front)
    assert every(shelf, block) == [front]


def test_a_medium_stands_where_texts_show_its_words(shelf: Shelf) -> None:
    one, override, blank = embed(1), embed(2), embed(3)
    override = replace(override, alt="Its own.")
    blank = replace(blank, alt="")
    german, french = embed(4, "de"), embed(5, "fr")
    shelf.pull(medium(), medium("de"), one, override, blank, german, french)
    assert [use.before for use in every(shelf, medium())] == [
        "Words of 1.",
        "Words of 5.",
    ]
    assert [use.before for use in every(shelf, medium("de"))] == [
        "Words of 4.",
        "Words of 5.",
    ]
    assert [use.before for use in every(shelf, override)] == ["Words of 2."]
    read(shelf, medium(), Use(f"{SITE}/1", place=1))
    found = of(shelf, medium())
    assert [use.page_url for use in found.uses] == [f"{SITE}/5", f"{SITE}/1"]
    shelf.pull(medium(), medium("de"), german)
    assert [use.place for use in every(shelf, medium())] == [1]


def test_what_a_medium_says_is_known_of_its_embeds(
    shelf: Shelf,
    tmp_path: Path,
) -> None:
    config = parse(
        '[site]\nurl = "https://h.test"\nsource = "memory"\n', tmp_path / "a"
    )
    english = medium(alt="A ferry.")
    german = medium("de", alt="Eine Fähre.")
    embeds = [embed(1), embed(2, "de"), embed(3, "fr"), embed(4, medium="media--x/0")]
    shelf.pull(english, german, *embeds, IN_TEXT)
    known = Known(config, shelf.store.conn)
    assert [known.of_medium(one) for one in [*embeds, IN_TEXT, english]] == [
        ("A ferry.",),
        ("Eine Fähre.",),
        ("Eine Fähre.", "A ferry."),
        (),
        (),
        (),
    ]


def save(shelf: Shelf, url: str, *found: tuple[str, Use]) -> None:
    with shelf.store.write() as tx:
        file, page = PageFile(url, b""), PageContent(url)
        usages.save_page(tx, file, page, "hash", found=found)


def test_the_five_most_telling_places_are_shown_else_the_sources_own(
    shelf: Shelf,
) -> None:
    own = image("a/1", page_url="/own", page_title="Own", page_text="beside")
    shelf.pull(own, image("a/2"), image("a/3", page_url="/bare"))

    def shown(image_id: str) -> list[Use]:
        with shelf.store.read() as conn:
            return whereabouts.shown(conn, image_id)

    own_use = Use("/own", "Own", "beside", match=Match.PAGE)
    assert shown("a/1") == [own_use]
    assert not own_use.tells_links
    assert shown("a/2") == []
    assert shown("a/3") == [Use("/bare", match=Match.PAGE)]
    for number in range(7):
        page = f"/{number}"
        save(shelf, page, ("a/1", Use(page, "Read")))
    assert [use.page_url for use in shown("a/1")] == ["/0", "/1", "/2", "/3", "/4"]
    nav, teaser = Region.NAV, Region.TEASER
    save(shelf, "/0", ("a/1", Use("/0", region=nav)))
    save(shelf, "/1", ("a/1", Use("/1", region=teaser)))
    save(shelf, "/2", ("a/1", Use("/2", hidden=True)))
    assert [use.page_url for use in shown("a/1")] == ["/3", "/4", "/5", "/6", "/1"]
    with shelf.store.read() as conn:
        every = [use.page_url for use in whereabouts.every(conn, "a/1")]
        assert every == ["/3", "/4", "/5", "/6", "/1", "/0", "/2"]
        found = whereabouts.of(conn, "a/1")
        assert (found.places, found.pages) == (7, 7)
        assert list(found.uses) == whereabouts.shown(conn, "a/1")
        assert whereabouts.of(conn, "a/2") == Whereabouts()
    again = [("a/1", Use("/0", place=1)), ("a/1", Use("/0", place=2))]
    save(shelf, "/0", *again)
    with shelf.store.read() as conn:
        found = whereabouts.of(conn, "a/1")
        assert (found.places, found.pages) == (8, 7)
