"""One walk over a page's tree: its words in blocks, its headings, its pictures, and where
each of them stands.

Nothing is decided here that needs the whole page: `html` does that afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from altsync.models import PictureKind, Region
from altsync.texts.words import CAPTION, SHORT, visible
from altsync.uses import pictured
from altsync.uses.landmarks import Attributes
from altsync.uses.pictured import Found
from altsync.uses.spots import Caption, Heading, Part, Spot, spot_of

MOST_PICTURES = 3_000
"""Pictures that are read of one page."""
_MOST_BLOCKS = 200
"""Blocks of words that a heading or a caption may have."""

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "button", "caption"),
        *("center", "dd", "details", "dialog", "div", "dl", "drupal-entity"),
        *("drupal-media", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main"),
        *("menu", "nav", "ol", "option", "p", "pre", "search", "section", "summary"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
_NOTHING = frozenset({"head", "script", "style", "template"})


@dataclass(slots=True)
class Block:
    """A run of words that no other block interrupts."""

    text: str
    spot: Spot


@dataclass(slots=True)
class Walk:
    """What was found. `run` fills it."""

    base: str
    styles: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """Pictures that style sheets of the page show, by tag, `.class` or `#id`; each is
    taken out where it was met."""
    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    pictures: list[Found] = field(default_factory=list)
    has_main: bool = False
    left_out: int = 0
    """Pictures beyond the most that are read."""
    _run: list[str] = field(default_factory=list)
    _early: tuple[Caption, Any] | None = None

    def run(self, root: Any, language: str) -> Walk:
        from lxml import etree

        content = Part(Region.MAIN)
        spots = [Spot(content, content, language=language)]
        steps = etree.iterwalk(root, events=("start", "end"))
        for event, node in steps:
            if event == "start":
                spots.append(self._enter(node, spots[-1], steps))
                if node.text and node.tag not in _NOTHING:
                    self._say(node.text, spots[-1])
                continue
            self._leave(node, spots.pop(), spots[-1])
            if node.tail:
                self._say(node.tail, spots[-1])
        self._flush(spots[0])
        return self

    def _say(self, text: str, spot: Spot) -> None:
        if spot.silent:
            return
        if spot.link is not None and not spot.link.over and not spot.hidden:
            spot.link.words.append(text)
        if not spot.listeners or spot.heading is not None:
            self._run.append(text)

    def _flush(self, spot: Spot) -> None:
        """A block ends here."""
        if not self._run:
            return
        text = visible("".join(self._run))
        self._run.clear()
        if text:
            self.blocks.append(Block(text, spot))

    def _break(self, spot: Spot) -> None:
        """A block begins or ends; the words of a link stay apart."""
        self._flush(spot)
        if spot.link is not None and spot.link.words:
            spot.link.words.append(" ")

    def _enter(self, node: Any, outer: Spot, steps: Any) -> Spot:
        tag = node.tag
        if tag in _NOTHING:
            steps.skip_subtree()
            return outer
        if tag in _BLOCKS:
            self._break(outer)
        elif tag == "br":
            self._say(" ", outer)
        attributes: Attributes = dict(node.items())
        spot = spot_of(self.base, tag, attributes, outer, len(self.blocks))
        if _is_apart(spot, outer):
            self._flush(outer)
            self._begin(spot, outer)
        self.has_main |= spot.main
        for found in self._shown(node, tag, attributes, spot):
            self._flush(spot)
            self._keep(found)
            if tag in ("object", "video"):
                spot = spot._replace(fallen=True)
        return spot

    def _shown(
        self, node: Any, tag: str, attributes: Attributes, spot: Spot
    ) -> Iterator[Found]:
        """The pictures that an element shows: by itself, and by the page's style sheet."""
        if attributes:
            yield from pictured.of(self.base, node, tag, attributes, spot)
        if self.styles:
            names = [tag, "#" + attributes.get("id", "")]
            names += ["." + name for name in attributes.get("class", "").split()]
            for pictures in (self.styles.pop(name, ()) for name in names):
                for addresses in pictures:
                    yield Found(
                        PictureKind.CSS, addresses, spot, node, hidden=spot.hidden
                    )

    def _begin(self, spot: Spot, outer: Spot) -> None:
        heading, section = spot.heading, spot.section
        if heading is not None and heading is not outer.heading:
            heading.at = len(self.blocks)
            self.headings.append(heading)
        if spot.caption is not None and spot.caption is not outer.caption:
            spot.caption.at = len(self.blocks)
            spot.caption.pictures = len(self.pictures)
        if section is not None and section is not outer.section:
            section.first = len(self.blocks)

    def _leave(self, node: Any, inner: Spot, outer: Spot) -> None:
        if node.tag in _BLOCKS:
            self._break(inner)
        if inner is outer or not _is_apart(inner, outer):
            return
        self._flush(inner)
        heading, caption, section = inner.heading, inner.caption, inner.section
        if heading is not None and heading is not outer.heading:
            words = (
                b.text for b in self._since(heading.at) if b.spot.heading is heading
            )
            heading.text = visible(" ".join(words), SHORT)
        if caption is not None and caption is not outer.caption:
            words = (
                b.text for b in self._since(caption.at) if b.spot.caption is caption
            )
            caption.text = visible(" ".join(words), CAPTION)
            self._attach(caption, node, outer)
        if section is not None and section is not outer.section:
            section.last = len(self.blocks)

    def _since(self, at: int) -> list[Block]:
        """The blocks from one on, as many as a heading or a caption may have."""
        return self.blocks[at : at + _MOST_BLOCKS]

    def _attach(self, caption: Caption, node: Any, outer: Spot) -> None:
        """A caption belongs to its figure, else to the pictures in it, else to the one
        that stands near before it, else to the next one."""
        last = self.pictures[-1] if self.pictures else None
        if node.tag == "figcaption" and outer.figure is not None:
            outer.figure.caption = caption
        elif len(self.pictures) > caption.pictures or not caption.text:
            return  # they know what they are in; its words are those of one in it
        elif (
            last is not None and last.own_caption is None and _are_near(last.node, node)
        ):
            last.own_caption = caption
        else:
            self._early = (caption, node)

    def _keep(self, found: Found) -> None:
        if len(self.pictures) == MOST_PICTURES:
            self.left_out += 1
            return
        if self._early is not None and _are_near(found.node, self._early[1]):
            found.own_caption = self._early[0]
        self._early = None
        found.at = len(self.blocks)
        self.pictures.append(found)
        section, link = found.spot.section, found.spot.link
        if link is not None and link.over:
            found.spot = found.spot._replace(link=None)
        elif section is not None and link is not None:
            section.pictured = section.pictured or link.address


def _is_apart(inner: Spot, outer: Spot) -> bool:
    """Do other words begin: a heading, a caption, a section, a part of the page?"""
    return (
        inner.heading is not outer.heading
        or inner.caption is not outer.caption
        or inner.section is not outer.section
        or inner.part is not outer.part
    )


def _are_near(one: Any, other: Any) -> bool:
    """Have two elements an ancestor in common that is near to both?"""
    above = list(_above(one))
    return any(node in above for node in _above(other))


def _above(node: Any) -> list[Any]:
    found = []
    for _ in range(4):
        node = node.getparent()
        if node is None or node.tag == "body":
            break
        found.append(node)
    return found
