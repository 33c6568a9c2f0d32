"""What is gathered for a model about an image of the mirror, from the mirror, the pages
and the owner's notes; and that the lint knows all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config, parse
from altsync.generate.checking import beside
from altsync.generate.context import MEDIUM, Piece, as_key
from altsync.generate.describing import Describer
from altsync.generate.fitting import fit
from altsync.generate.placing import NO_LINK
from altsync.generate.prompt import Wishes
from altsync.lint.text import Seen
from altsync.models import Mirrored, PageContent, PageFile, Region, SiteImage, Tag, Use
from altsync.store import mirror, usages
from tests.scene import keep_use
from tests.store.conftest import Shelf, shelf  # noqa: F401

PAGE = "https://h.test/news/quay"
USE = Use(
    PAGE,
    "The quay | Maasdorp",
    place=2,
    region=Region.TEASER,
    heading="Plan a visit",
    caption="Seen from the Lauwer bridge.",
    link="https://h.test/visit/opening-hours",
    link_text="All hours at a glance",
    before="Words of Zwartevos before it.",
    after="Words of Huygens after it.",
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "a.md").write_text("All of them by Ann Vega.")
    text = '[site]\nurl = "https://h.test"\nsource = "memory"\n'
    return parse(text, tmp_path / "altsync.toml")


@pytest.fixture
def described(shelf: Shelf, config: Config) -> tuple[list[Piece], Mirrored]:  # noqa: F811
    """An image with everything that can be known of it without its file."""
    known: dict[str, Any] = {
        "title": "T",
        "caption": "C",
        "page_url": PAGE,
        "page_text": "Its Oosterdok text.",
    }
    image = SiteImage(
        "a/2",
        "a",
        "2",
        "",
        image_url="/f/Zuidkade-crane.jpg",
        page_title="The quay",
        **known,
    )
    shelf.pull(SiteImage("a/1", "a", "1", "A crane of Figee."), image)
    with shelf.store.write() as tx:
        keep_use(tx, "a/2", USE)
        there = PageFile(USE.link, b"")
        usages.save_page(
            tx, there, PageContent(USE.link, "Hours of Delft"), "x", found=[]
        )
    describer = Describer(config, shelf.store.conn, note="They were taken in Goor.")
    (target,) = mirror.named(shelf.store.conn, ["a/2"])
    return describer.pieces(target), target


def test_everything_that_is_known(described: tuple[list[Piece], Mirrored]) -> None:
    told = [(p.use, p.kind, p.text) for p in fit(described[0], 1000)]
    assert told == [
        (0, "note", "They were taken in Goor."),
        (0, "album note", "All of them by Ann Vega."),
        (0, "title", "T"),
        (0, "caption", "C"),
        (1, "where", "teaser (a short piece that leads to another page)"),
        (1, "page title", "The quay | Maasdorp"),
        (1, "heading", "Plan a visit"),
        (1, "link to", "Hours of Delft"),
        (1, "link address", "/visit/opening-hours"),
        (1, "words in the link", "All hours at a glance"),
        (1, "text before", "Words of Zwartevos before it."),
        (1, "caption", "Seen from the Lauwer bridge."),
        (1, "text after", "Words of Huygens after it."),
        (0, "file name", "Zuidkade-crane"),
        (0, "album", "a"),
        (0, "text of a picture beside it", "A crane of Figee."),
        (0, "page text", "Its Oosterdok text."),
    ]


def test_what_pages_tell_anyhow_is_told_once(
    config: Config,
    shelf: Shelf,  # noqa: F811
) -> None:
    said = {"a/1": "Words of \u200bHuygens", "a/2": "Words of Leiden"}
    shelf.pull(*(SiteImage(key, "a", key[2:], "", page_text=said[key]) for key in said))
    for image in said:
        with shelf.store.write() as tx:
            keep_use(tx, image, replace(USE, page_url=f"{PAGE}/{image}"))
    describer = Describer(config, shelf.store.conn)
    for target in mirror.named(shelf.store.conn, list(said)):
        kinds = {piece.kind for piece in describer.pieces(target)}
        assert ("page text" in kinds) is (target.image.id == "a/2")


def test_the_lint_knows_what_a_model_is_told(
    described: tuple[list[Piece], Mirrored],
    config: Config,
    shelf: Shelf,  # noqa: F811
) -> None:
    """A name that only one of them knows would be called untrusted, or never be used."""
    pieces, target = described
    describer = Describer(config, shelf.store.conn, note="They were taken in Goor.")
    evidence = beside(describer.known.of(target), pieces, Wishes())
    seen = Seen(evidence.text("An alt.")).evidence
    ours = {"where", "link address"}
    missing = [
        p for p in fit(pieces, 1000) if p.kind not in ours and p.text not in seen
    ]
    assert missing == []


IN_TEXT = SiteImage(
    "node--page.body/7.en.img-6f2c",
    "node--page.body",
    "7.en.img-6f2c",
    None,
    tag=Tag.IMG,
    language="en",
    image_url="https://h.test/f/Zuidkade-crane.jpg",
    page_url=PAGE,
    page_title="The quay",
    page_text="Words before it. Words after it. Words of Leiden, far away.",
    entity="node--page/77",
    caption="At dusk.",
    before="Words before it.",
    after="Words after it.",
    heading="Cranes",
    link="/visit/opening-hours",
    link_text="All hours",
)
OVERRIDE = replace(
    IN_TEXT,
    id="node--page.body/7.en.media-9b1c",
    name="7.en.media-9b1c",
    tag=Tag.MEDIA,
    medium="media--image/9b1c",
    link=None,
    link_text=None,
)


def told_of(shelf: Shelf, config: Config, image: SiteImage) -> list[Piece]:  # noqa: F811
    describer = Describer(config, shelf.store.conn)
    (target,) = mirror.named(shelf.store.conn, [image.id])
    pieces = describer.pieces(target)
    evidence = describer.known.of(target)
    seen = Seen(evidence.text("An alt.")).evidence
    ours = {"where", "link to", "link address", "album", MEDIUM}
    assert [p for p in pieces if p.kind not in ours and p.text not in seen] == []
    return pieces


def test_a_text_tells_of_its_picture_before_any_page_was_read(
    config: Config,
    shelf: Shelf,  # noqa: F811
) -> None:
    shelf.pull(IN_TEXT)
    pieces = told_of(shelf, config, IN_TEXT)
    assert [(p.use, p.kind, p.text) for p in fit(pieces, 1000)] == [
        (0, "caption", "At dusk."),
        (1, "where", "text of the site, between its words"),
        (1, "page title", "The quay"),
        (1, "heading", "Cranes"),
        (1, "link to", "opening hours"),
        (1, "link address", "/visit/opening-hours"),
        (1, "words in the link", "All hours"),
        (1, "text before", "Words before it."),
        (1, "text after", "Words after it."),
        (0, "file name", "Zuidkade-crane"),
        (0, "album", "node page.body"),
        (0, "page text", IN_TEXT.page_text),
    ]
    (target,) = mirror.named(shelf.store.conn, [IN_TEXT.id])
    evidence = Describer(config, shelf.store.conn).known.of(target)
    assert (evidence.link, evidence.before) == (
        "https://h.test/visit/opening-hours",
        "Words before it.",
    )


def test_what_its_page_shows_takes_the_place_of_its_text(
    config: Config,
    shelf: Shelf,  # noqa: F811
) -> None:
    shelf.pull(IN_TEXT)
    on_page = Use(PAGE, "The quay", place=4, caption="At dusk.", before="As read.")
    with shelf.store.write() as tx:
        keep_use(tx, IN_TEXT.id, on_page)
    pieces = told_of(shelf, config, IN_TEXT)
    assert {p.kind: p.text for p in pieces if p.use} == {
        "where": "main content",
        "page title": "The quay",
        "link to": NO_LINK,
        "text before": "As read.",
    }
    assert [p.use for p in pieces if p.text == "At dusk."] == [0]


def test_other_words_around_it_are_another_question(
    config: Config,
    shelf: Shelf,  # noqa: F811
) -> None:
    keys = set()
    for change in [{}, {"after": "Other words."}, {"heading": "Ships"}, {"link": None}]:
        changed = replace(IN_TEXT, **change)  # type: ignore[arg-type]
        shelf.pull(changed)
        keys.add(as_key(told_of(shelf, config, changed)))
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("alts", "said"),
    [
        (["The crane of Figee."], "elsewhere it says: The crane of Figee."),
        ([None], "elsewhere it says nothing"),
        ([], "elsewhere it says nothing"),
    ],
)
def test_the_text_of_an_embedded_medium_is_told_whatever_the_budget(
    config: Config,
    shelf: Shelf,  # noqa: F811
    alts: list[str | None],
    said: str,
) -> None:
    own = [
        SiteImage(f"m/{alt}", "m", "1", alt, language="en", entity="media--image/9b1c")
        for alt in alts
    ]
    shelf.pull(OVERRIDE, *own)
    pieces = told_of(shelf, config, OVERRIDE)
    told = {p.kind: p for p in fit(pieces, 1)}[MEDIUM]
    assert told.text == f"The alt text is for this one place of a medium; {said}"
    assert fit(pieces, 1000)[0] == told
