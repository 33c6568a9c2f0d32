"""The pictures that one element shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from altsync.models import PictureKind
from altsync.uses import files, landmarks
from altsync.uses.landmarks import Attributes
from altsync.uses.spots import Caption, Spot
from altsync.uses.words import CAPTION, SHORT, visible

MOST_ALT = 10_000
"""Characters of an alt that are kept."""
_BACKGROUNDS = ("background", "data-bg", "data-background", "data-background-image")


@dataclass(slots=True)
class Found:
    """A picture where it was found."""

    kind: PictureKind
    addresses: tuple[str, ...]
    spot: Spot
    node: Any
    alt: str | None = None
    at: int = 0
    """How many blocks stand before it."""
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


def of(
    base: str, node: Any, tag: str, attributes: Attributes, spot: Spot
) -> Iterator[Found]:
    """What an element shows: mostly nothing."""
    if not attributes or spot.standin:
        return
    if tag == "img" or (tag == "image" and "src" in attributes):
        sources = _sources(node)
        addresses = files.of_image(base, attributes, sources)
        yield _found(PictureKind.IMG, addresses, attributes, spot, node)
    elif tag == "input" and attributes.get("type", "").strip().lower() == "image":
        addresses = files.unique(base, (attributes.get("src", ""),))
        yield _found(PictureKind.INPUT, addresses, attributes, spot, node)
    elif tag in ("drupal-media", "drupal-entity"):
        yield _found(PictureKind.IMG, (), attributes, spot, node)
    elif other := _other(tag, attributes):
        found = _found(
            PictureKind.OTHER, files.unique(base, (other,)), attributes, spot, node
        )
        found.alt = attributes.get("aria-label")
        yield found
    for address in _backgrounds(base, attributes):
        found = _found(PictureKind.CSS, (address,), attributes, spot, node)
        named = landmarks.role(attributes) == "img"
        found.alt = attributes.get("aria-label") if named else None
        yield found


def _found(
    kind: PictureKind,
    addresses: tuple[str, ...],
    attributes: Attributes,
    spot: Spot,
    node: Any,
) -> Found:
    alt = attributes.get("alt")
    width, height = files.size(attributes)
    silenced = landmarks.role(attributes) in ("presentation", "none")
    return Found(
        kind,
        addresses,
        spot,
        node,
        alt=alt[:MOST_ALT] if alt is not None else None,
        uuid=attributes.get("data-entity-uuid", "")[:64] or spot.uuid,
        hidden=spot.hidden or silenced,
        width=width,
        height=height,
        described_by=attributes.get("aria-describedby", ""),
        caption=visible(attributes.get("data-caption", ""), CAPTION),
        label=visible(attributes.get("aria-label", ""), SHORT),
        title=visible(attributes.get("title", ""), SHORT),
    )


def _sources(node: Any) -> list[str]:
    """The `srcset` of each `source` of the `picture` that an `img` stands in."""
    picture = node.getparent()
    while picture is not None and picture.tag == "source":
        picture = picture.getparent()
    if picture is None or picture.tag != "picture":
        return []
    return [
        said
        for source in picture.iter("source")
        for name in ("srcset", "data-srcset")
        if (said := source.get(name))
    ]


def _other(tag: str, attributes: Attributes) -> str:
    """The address of a picture that is shown by what is no `img`."""
    if tag == "video":
        return attributes.get("poster", "")
    if tag == "image":
        return attributes.get("href") or attributes.get("xlink:href") or ""
    if tag not in ("object", "embed"):
        return ""
    address = attributes.get("data" if tag == "object" else "src", "")
    is_picture = attributes.get("type", "").lower().startswith("image/")
    return address if is_picture or files.is_picture_file(address) else ""


def _backgrounds(base: str, attributes: Attributes) -> Iterator[str]:
    yield from files.of_style(base, attributes.get("style", ""))
    for name in _BACKGROUNDS:
        said = attributes.get(name, "")
        if "url(" in said:
            yield from files.of_style(base, f"background:{said}")
        elif files.is_picture_file(said):
            yield from files.unique(base, (said,))
