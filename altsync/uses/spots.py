"""What is around a place of a page: built while walking down its tree.

    inner = Spots(base).of(tag, attributes, outer, blocks_so_far)

A spot is shared by all that stand in the same, so that most elements cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from altsync.models import Region
from altsync.texts.words import SHORT, visible
from altsync.uses import files, landmarks
from altsync.uses.landmarks import Attributes

_DEEPEST = 50
"""Sections, and figures, within each other that are told apart."""
_MOST_WORDS = 200
"""Pieces of text that are looked at for what a link says."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NO_WORDS = frozenset(
    {
        *("audio", "canvas", "datalist", "iframe", "math", "noembed", "noframes"),
        *("object", "select", "svg", "textarea", "video"),
    }
)
"""Elements whose text is no sentence of the page; a picture may stand in them."""


@dataclass(slots=True)
class Link:
    """A link or a button with what it says."""

    address: str = ""
    label: str = ""
    title: str = ""
    button: bool = False
    labelled_by: str = ""
    over: bool = False
    """Another link began in it: it was never closed, and browsers end it there."""
    words: list[str] = field(default_factory=list)
    """As they come; what is read of them is in `text`."""
    _text: str | None = None

    @property
    def text(self) -> str:
        """The words of the link, once it was walked."""
        if self._text is None:
            self._text = visible("".join(self.words[:_MOST_WORDS]), SHORT)
        return self._text


@dataclass(slots=True)
class Heading:
    """A heading, which may hold pictures itself."""

    level: int
    at: int
    """How many blocks stand before it."""
    text: str = ""
    spot: Spot | None = None
    """Itself, with what is around it."""


@dataclass(slots=True)
class Caption:
    """What the page calls a caption."""

    at: int
    """How many blocks stand before it."""
    text: str = ""
    pictures: int = 0
    """How many pictures stand before it."""


@dataclass(slots=True)
class Part:
    """A landmark of the page; all that is in none of them, or in `main`, is one part."""

    region: Region


@dataclass(slots=True)
class Figure:
    """A `figure` element."""

    outer: Figure | None = None
    depth: int = 0
    caption: Caption | None = None


@dataclass(slots=True)
class Section:
    """A piece of the page: an article, an item of a list, a card, a section."""

    kind: str
    """`article`, `li`, `teaser` (by its class), `section`."""
    first: int
    """How many blocks stand before it."""
    outer: Section | None = None
    depth: int = 0
    whole: bool = False
    """The page's own article, by its class."""
    last: int = 0
    """How many blocks stand before its end."""
    headings: int = 0
    lead: str = ""
    """Where its first heading leads, or the link that holds all of it."""
    pictured: str = ""
    """Where a picture in it leads."""
    onward: str = ""
    """Where the first link in it leads."""


class Spot(NamedTuple):
    """What is around a place of the page. Shared by all that stand in the same."""

    part: Part
    content: Part
    """The part of the page that is its content: all outside of the others."""
    main: bool = False
    """In the page's `main`."""
    sectioned: bool = False
    link: Link | None = None
    heading: Heading | None = None
    caption: Caption | None = None
    figure: Figure | None = None
    section: Section | None = None
    hidden: bool = False
    silent: bool = False
    """Its words are no words of the page."""
    listeners: bool = False
    """Its words are read to listeners only."""
    fallback: bool = False
    """In a `noscript`."""
    fallen: bool = False
    """In an `object` or a `video` that is shown itself: only where it cannot be, is this
    shown in its place."""
    language: str = ""
    uuid: str = ""


_SPEAKING = _NO_WORDS.union(
    _HEADINGS,
    landmarks.SECTIONS,
    {"a", "button", "summary", "noscript", "figure", "figcaption", "li"},
    {"header", "footer"},
)
"""Elements that say something without any attribute."""


def spot_of(base: str, tag: str, attributes: Attributes, outer: Spot, at: int) -> Spot:
    """What is around the content of an element; `outer` itself where the element changes
    nothing. `at`: how many blocks of words stand before it."""
    if not attributes and tag not in _SPEAKING:
        return outer
    changed: dict[str, Any] = {}
    if attributes:
        changed |= _said(tag, attributes, outer)
    if link := _link(base, tag, attributes, outer):
        changed["link"] = link
        _goes_on(tag, link, outer)
    if tag in _NO_WORDS:
        changed["silent"] = True
    if tag == "noscript":
        changed |= {"silent": True, "fallback": True}
    if tag == "figure":
        depth = outer.figure.depth + 1 if outer.figure else 0
        changed["figure"] = Figure(outer.figure if depth < _DEEPEST else None, depth)
    if tag == "figcaption" or _is_captioned(tag, attributes):
        changed["caption"] = Caption(at)
    changed |= _region(tag, attributes, outer)
    if section := _section(tag, attributes, outer, at):
        changed["section"] = section
    level = _HEADINGS.get(tag) or _level(attributes)
    if not level or landmarks.classes(attributes).label:
        return outer._replace(**changed) if changed else outer
    heading = Heading(level, at)
    spot = outer._replace(**changed, heading=heading)
    heading.spot = spot
    _led(spot)
    return spot


def _said(tag: str, attributes: Attributes, outer: Spot) -> dict[str, Any]:
    """What any element may say of itself."""
    changed: dict[str, Any] = {}
    language = attributes.get("lang", attributes.get("xml:lang"))
    if language is not None:
        changed["language"] = visible(language, 40)
    if not outer.hidden and landmarks.is_unheard(attributes):
        changed["hidden"] = True
    if not outer.silent and landmarks.is_unseen(attributes):
        changed["silent"] = True
    if not outer.listeners and landmarks.classes(attributes).listeners:
        changed["listeners"] = True
    if tag != "a" and attributes.get("data-entity-type") in ("file", "media"):
        changed["uuid"] = attributes.get("data-entity-uuid", "")[:64]
    return changed


def _is_captioned(tag: str, attributes: Attributes) -> bool:
    if tag in ("figure", "img") or "class" not in attributes:
        return False
    return landmarks.classes(attributes).caption


def _link(base: str, tag: str, attributes: Attributes, outer: Spot) -> Link | None:
    role = landmarks.role(attributes)
    button = tag in ("button", "summary") or role == "button"
    address = files.led_to(base, attributes.get("href")) if tag == "a" else ""
    if not button and not address:
        return None
    return Link(
        address,
        visible(attributes.get("aria-label", ""), SHORT),
        visible(attributes.get("title", ""), SHORT),
        button or bool(outer.link and outer.link.button),
        labelled_by=attributes.get("aria-labelledby", ""),
    )


def _goes_on(tag: str, link: Link, outer: Spot) -> None:
    """A link ends the one that it stands in; a section leads where its first heading
    does."""
    if tag == "a" and outer.link is not None and outer.link.address:
        outer.link.over = True
    section, heading = outer.section, outer.heading
    if section is None or not link.address:
        return
    section.onward = section.onward or link.address
    if heading is not None and section.headings == 1 and not section.lead:
        section.lead = link.address


def _region(tag: str, attributes: Attributes, outer: Spot) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    named = not outer.main and outer.part.region is Region.MAIN
    region = landmarks.region(tag, attributes, sectioned=outer.sectioned, named=named)
    if region is Region.MAIN and not outer.main:
        changed = {"main": True, "part": outer.content, "sectioned": True}
    elif region is not None and region is not Region.MAIN:
        changed = {"part": Part(region), "section": None, "sectioned": True}
    if tag in landmarks.SECTIONS:
        changed["sectioned"] = True
    if changed.get("sectioned") and len(changed) == 1 and outer.sectioned:
        return {}
    return changed


def _section(tag: str, attributes: Attributes, outer: Spot, at: int) -> Section | None:
    classes = landmarks.classes(attributes)
    if classes.teaser:
        kind = "teaser"
    elif tag in ("article", "li", "section"):
        kind = tag
    elif classes.block or _is_pictured(attributes):
        kind = "section"
    else:
        return None
    depth = outer.section.depth + 1 if outer.section else 0
    if depth > _DEEPEST:
        return None
    section = Section(kind, at, outer.section, depth, classes.whole)
    if outer.link is not None and not outer.link.over:
        section.lead = outer.link.address
    return section


def _is_pictured(attributes: Attributes) -> bool:
    """A picture lies behind it."""
    return bool(files.of_style("", attributes.get("style", "")))


def _level(attributes: Attributes) -> int:
    if landmarks.role(attributes) != "heading":
        return 0
    said = attributes.get("aria-level", "")
    return int(said) if said in "123456" and said else 2


def _led(spot: Spot) -> None:
    """The first heading of a section says where the section leads."""
    section = spot.section
    if section is None:
        return
    section.headings += 1
    if section.headings == 1 and spot.link is not None:
        section.lead = section.lead or spot.link.address
