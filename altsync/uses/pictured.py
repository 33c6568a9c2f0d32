"""The pictures that one element shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from altsync.models import PictureKind
from altsync.texts.slots import DECORATIVE_MEDIUM
from altsync.texts.words import CAPTION, SHORT, visible
from altsync.uses import files, landmarks
from altsync.uses.landmarks import Attributes
from altsync.uses.spots import Caption, Spot

MOST_ALT = 10_000
"""Characters of an alt that are kept."""
_MOST_SOURCES = 20
_BACKGROUNDS = ("background", "data-bg", "data-background", "data-background-image")
_ID = 64
"""Characters of a uuid that are kept; a real one has 36."""


@dataclass(slots=True)
class Found:
    """A picture where it was found."""

    kind: PictureKind
    addresses: tuple[str, ...]
    spot: Spot
    node: Any
    at: int = 0
    """How many blocks stand before it."""
    alt: str | None = None
    uuid: str = ""
    hidden: bool = False
    width: int | None = None
    height: int | None = None
    described_by: str = ""
    caption: str = ""
    """What the element itself says as its caption."""
    own_caption: Caption | None = None
    """What stands near it and is called a caption."""
    label: str = ""
    title: str = ""

    def captioned(self) -> Caption | None:
        """The caption of its figure, or of the one around that; else what stands near
        it. Once all of the page was walked."""
        figure = self.spot.figure
        while figure is not None and figure.caption is None:
            figure = figure.outer
        of_figure = figure.caption if figure else None
        return of_figure or self.own_caption or self.spot.caption


def of(
    base: str, node: Any, tag: str, attributes: Attributes, spot: Spot
) -> Iterator[Found]:
    """What an element shows: mostly nothing."""
    if spot.fallen:
        return
    if tag == "img":
        addresses = files.of_image(base, attributes, _sources(node))
        yield _found(PictureKind.IMG, addresses, attributes, spot, node)
    elif tag == "input" and attributes.get("type", "").strip().lower() == "image":
        addresses = files.unique(base, (attributes.get("src", ""),))
        yield _found(PictureKind.INPUT, addresses, attributes, spot, node)
    elif tag in ("drupal-media", "drupal-entity"):
        found = _found(PictureKind.EMBED, (), attributes, spot, node)
        if found.alt == DECORATIVE_MEDIUM:
            found.alt = ""
        yield found
    elif other := _other(tag, attributes):
        addresses = files.unique(base, (other,))
        found = _found(PictureKind.OTHER, addresses, attributes, spot, node)
        found.alt = _said_instead(node, tag, attributes)
        yield found
    for address in _backgrounds(base, attributes):
        found = _found(PictureKind.CSS, (address,), attributes, spot, node)
        named = landmarks.role(attributes) == "img"
        found.alt = _kept(attributes.get("aria-label")) if named else None
        yield found


def _found(
    kind: PictureKind,
    addresses: tuple[str, ...],
    attributes: Attributes,
    spot: Spot,
    node: Any,
) -> Found:
    width, height = files.size(attributes)
    silenced = landmarks.role(attributes) in ("presentation", "none")
    return Found(
        kind,
        addresses,
        spot,
        node,
        alt=_kept(attributes.get("alt")),
        uuid=attributes.get("data-entity-uuid", "")[:_ID] or spot.uuid,
        hidden=spot.hidden or silenced,
        width=width,
        height=height,
        described_by=attributes.get("aria-describedby", ""),
        caption=visible(_without_tags(attributes.get("data-caption", "")), CAPTION),
        label=visible(attributes.get("aria-label", ""), SHORT),
        title=visible(attributes.get("title", ""), SHORT),
    )


def _kept(alt: str | None) -> str | None:
    """Exactly as the page has it; only what no text can be is cut."""
    return None if alt is None else alt[:MOST_ALT]


def _without_tags(said: str) -> str:
    """Drupal's `data-caption` is HTML."""
    if "<" not in said:
        return said
    from lxml import etree

    root = etree.fromstring(
        f"<p>{said[: 4 * CAPTION]}", etree.HTMLParser(no_network=True)
    )
    return "" if root is None else "".join(root.itertext())


def _sources(node: Any) -> list[str]:
    """The `srcset` of each `source` of the `picture` that an `img` stands in."""
    picture = node.getparent()
    while picture is not None and picture.tag == "source":
        picture = (
            picture.getparent()
        )  # libxml2 takes a `source` for an element with content
    if picture is None or picture.tag != "picture":
        return []
    return [
        said
        for source in islice(picture.iter("source"), _MOST_SOURCES)
        for name in ("srcset", "data-srcset")
        if (said := source.get(name))
    ]


def _other(tag: str, attributes: Attributes) -> str:
    """The address of a picture that is shown by what is no `img`."""
    if tag == "video":
        return attributes.get("poster", "")
    if tag == "image":
        names = ("href", "xlink:href", "src")
        return next((attributes[name] for name in names if name in attributes), "")
    if tag not in ("object", "embed"):
        return ""
    address = attributes.get("data" if tag == "object" else "src", "")
    is_picture = attributes.get("type", "").lower().startswith("image/")
    return address if is_picture or files.is_picture_file(address) else ""


def _said_instead(node: Any, tag: str, attributes: Attributes) -> str | None:
    """What has no `alt` may have a label; an `object` says what stands in it."""
    if "aria-label" in attributes:
        return _kept(attributes["aria-label"])
    if tag == "object":
        inner = node.find(".//img")
        return None if inner is None else _kept(inner.get("alt"))
    if tag == "image":
        drawing = next(node.iterancestors("svg"), None)
        return None if drawing is None else _kept(drawing.get("aria-label"))
    return None


def _backgrounds(base: str, attributes: Attributes) -> Iterator[str]:
    if style := attributes.get("style"):
        yield from files.of_style(base, style)
    for name in _BACKGROUNDS:
        said = attributes.get(name)
        if said and "url(" in said:
            yield from files.of_style(base, f"background:{said}")
        elif said and files.is_picture_file(said):
            yield from files.unique(base, (said,))
