"""The pictures of the documents: each is there, is used, and has a text that altsync's own
lint finds nothing in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from altsync.lint import Text, check
from tests.cli.snippets import PAGES, named
from tests.web.shown import SHOTS

SCREENSHOTS = Path(__file__).parents[1] / "docs" / "screenshots"


@dataclass(frozen=True)
class Illustration:
    page: Path
    file: str
    alt: str | None
    heading: str
    before: str
    after: str

    @property
    def path(self) -> Path:
        return (self.page.parent / self.file).resolve()


def illustrations(page: Path) -> Iterator[Illustration]:
    """Every picture of a page, with what stands around it, as visitors get it."""
    html = LexborHTMLParser(
        MarkdownIt("commonmark", {"html": True}).render(page.read_text("utf-8"))
    )
    heading = before = ""
    nodes = html.css("h1, h2, h3, p, picture")
    texts = [node.text(strip=True) for node in nodes]
    for number, node in enumerate(nodes):
        if node.tag in ("h1", "h2", "h3"):
            heading = texts[number]
        for image in node.css("img"):
            after = next((text for text in texts[number + 1 :] if text), "")
            file, alt = image.attributes.get("src") or "", image.attributes.get("alt")
            alt = " ".join(alt.split()) if alt else alt
            yield Illustration(page, file, alt, heading, before, after)
        before = texts[number] or before


ALL = [one for page in PAGES for one in illustrations(page)]


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{named(one.page)}:{one.file}")
def test_its_text_is_as_good_as_it_asks_of_others(one: Illustration) -> None:
    assert one.path.exists()
    text = Text(
        one.alt,
        page_title=one.page.stem,
        heading=one.heading,
        before=one.before,
        after=one.after,
        file=one.path.name,
        language="en",
    )
    assert list(check(text)) == []


def test_every_screenshot_is_taken_by_the_script_and_used() -> None:
    taken = {f"{name}.png" for name, _, _ in SHOTS}
    assert {file.name for file in SCREENSHOTS.iterdir()} == taken
    assert {one.path.name for one in ALL} - {"loop.svg"} == taken
