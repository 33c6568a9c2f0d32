"""SVG drawings: what they say about themselves, and their pixels, where the extra
`altsync[svg]` is installed (resvg, which runs no script and knows no network).

A drawing is a program of a stranger. It is read by defusedxml, which expands no entity
and opens no file; whatever refers to something outside of it is taken away before it is
drawn; and it is drawn apart, within bounds of time and memory.
"""

from __future__ import annotations

import functools
import re
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from altsync.errors import PictureError
from altsync.pictures.shape import Size, shape

NAMESPACE = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE)
"""What a reference may lead to: a part of the drawing, a picture inside it."""
ALIEN = (NAMESPACE + "script", NAMESPACE + "foreignObject")
"""Elements that are taken away."""
OUTSIDE = re.compile(
    r"@import[^;}]*;?|url\((?!['\"\s]*(?:#|data:))[^)]*\)?", re.IGNORECASE
)
"""What a style asks for from elsewhere."""
FONTS = {
    "DejaVuSans.ttf": "DejaVu Sans",
    "LiberationSans-Regular.ttf": "Liberation Sans",
    "NotoSans-Regular.ttf": "Noto Sans",
}
"""Of which most Linux machines have one: where the font of a text is not there, and none
is named in its place, resvg leaves the text out."""
FONTS_AT = Path("/usr/share/fonts")
EMPTY = (
    "Nothing of the drawing could be drawn, or it is of one colour throughout: write its"
    " alt by hand. Its text needs fonts on this machine (on Linux: install DejaVu)."
)

FINE = 1000
"""A drawing has no pixels: it is as large as one wants."""
USUAL = (300, 150)
"""The size of a drawing that does not say any."""
_LENGTH = re.compile(
    r"\s*([0-9]*\.?[0-9]+(?:e[0-9]+)?)\s*(?:px|pt|mm|cm|in|pc|em)?\s*\Z"
)


def is_there() -> bool:
    """Whether drawings can be drawn: the extra is installed."""
    return find_spec("resvg_py") is not None


def says(data: bytes) -> list[tuple[str, str]]:
    """What the drawing says about itself: pairs of where and what. Raises PictureError."""
    root = _read(data)
    found = [("SVG aria-label", root.get("aria-label") or "")]
    for child in root:
        for name in ("title", "desc"):
            if child.tag == NAMESPACE + name:
                found.append((f"SVG {name}", "".join(child.itertext())))
    return [(source, " ".join(text.split())) for source, text in found if text.strip()]


def draw(data: bytes, side: int) -> bytes:
    """The drawing as a PNG, of a size that is good to send. Raises PictureError."""
    import resvg_py

    root = _read(data)
    _close(root)
    wanted = shape(tuple(FINE * length for length in _size(root)), side)  # type: ignore[arg-type]
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=ElementTree.tostring(root, "unicode"),
                width=wanted.size[0],
                height=wanted.size[1],
                font_family=letters(),
                sans_serif_family=letters(),
                serif_family=letters(),
            )
        )
    except ValueError:
        raise _unreadable() from None


@functools.cache
def letters() -> str | None:
    """The font for text whose own is not on this machine."""
    known = FONTS.items()
    return next((name for file, name in known if any(FONTS_AT.rglob(file))), None)


def _read(data: bytes) -> ElementTree.Element:
    try:
        root = fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise _unreadable() from None
    if root is None or root.tag != NAMESPACE + "svg":
        raise _unreadable()
    return root


def _unreadable() -> PictureError:
    return PictureError(
        "The file is no SVG drawing that can be drawn (it is damaged, or declares"
        " entities): write its alt by hand.",
        kind="unsupported",
    )


def _close(root: ElementTree.Element) -> None:
    """Nothing in the drawing leads out of it any more."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in ALIEN:
                parent.remove(child)
        if parent.tag == NAMESPACE + "style":
            parent.text = OUTSIDE.sub(" ", "".join(parent.itertext()))
            del parent[:]
        for key, value in list(parent.items()):
            if key == "style":
                parent.set(key, OUTSIDE.sub(" ", value))
            elif _leads_out(key, value):
                del parent.attrib[key]


def _leads_out(key: str, value: str) -> bool:
    if key in HREFS:
        return not INSIDE.match(value)
    return bool(OUTSIDE.search(value))


def _size(root: ElementTree.Element) -> Size:
    """In its own units; only their ratio counts. Where there is none it is given one."""
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sides = [_number(root.get(name)) for name in ("width", "height")]
    if not all(sides) and len(box) == 4:
        sides = [_number(length) for length in box[2:]]
    width, height = sides
    if not width or not height:
        width, height = USUAL
        root.attrib |= {"width": str(width), "height": str(height)}
    return max(1, round(width)), max(1, round(height))


def _number(length: str | None) -> float:
    """0.0 where it is none, or one of the page's ("100%")."""
    found = _LENGTH.match(length or "")
    if found is None:
        return 0.0
    return min(float(found[1]), 1e6)
