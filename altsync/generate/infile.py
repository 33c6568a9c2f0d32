"""What an image file says about itself: alt text, description, date, and the place if
the owner allows that.

A person's own alt text in a file (IPTC AltTextAccessibility) is the best context there
is, and free. Everything here is a text by whoever made the file: data with trust
`file`. A position never leaves this machine: only the name of the place does, worked
out offline.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from altsync.errors import PictureError
from altsync.generate.context import Piece, Trust
from altsync.pictures import apart, svg
from altsync.pictures.kinds import FORMATS, is_svg

LONGEST = 1000
"""Characters of one piece."""

PICTURE = b"\xff\xda"
"""The marker of a JPEG before which everything about it is said."""
FILL = b"\xff\xff"
TELLING = (b"\xff\xe1", b"\xff\xed")
"""Markers of EXIF, XMP and IPTC."""
SCAN = 64
"""Bytes of the picture that are handed over too: without any it would be cut short."""


def read(data: bytes, *, place: bool = False) -> list[Piece]:
    """The pieces in `data`. Raises nothing: a file that says nothing readable says
    nothing. It is read apart, as pictures are: Pillow decodes a PNG to the end before
    it says what stands there."""
    head = _head(data)
    if not head:
        return []
    try:
        said = json.loads(apart.run(f"{__name__}:says", head))
    except PictureError:
        return []
    found = [
        Piece(kind, text, Trust.FILE, source) for kind, text, source in said["pieces"]
    ]
    if place and said["position"]:
        found += _place(*said["position"])
    return found


def _head(data: bytes) -> bytes:
    """The part of a file that may say something; b"" where none does. Of a JPEG these
    are the segments before the picture: megabytes less to hand over."""
    if not data.startswith(b"\xff\xd8\xff"):
        return data
    says, at = False, 2
    while (marker := data[at : at + 2]) != PICTURE:
        if marker[:1] != b"\xff" or marker == FILL:
            return data  # Pillow may know better
        says = says or marker in TELLING
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if not says:
        return b""
    return data[: at + SCAN]


def _place(latitude: float, longitude: float) -> list[Piece]:
    """The place of a position; none where it cannot be named."""
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old versions leave their file open
        name = place_name(latitude, longitude)
        return _piece("place", name, "EXIF position, nearest town")
    return []


def says(data: bytes) -> bytes:
    """What a file says, read here and without bounds, as JSON: `pieces` (kind, text,
    source), and `position` (degrees north, degrees east) or null."""
    found: list[Piece] = []
    position = None
    if is_svg(data):
        with suppress(PictureError):
            for source, text in svg.says(data):
                found += _piece("description in the file", text, source)
    # Metadata is damaged more often than pictures are; what cannot be read is left out,
    # here and only here.
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            for step in (_xmp, _iptc, _exif):
                with suppress(Exception):
                    found += step(image)
            position = _position(image)
    unique: dict[tuple[str, str], Piece] = {}
    for piece in found:
        unique.setdefault((piece.kind, piece.text), piece)
    pieces = [(one.kind, one.text, one.source) for one in unique.values()]
    return json.dumps({"pieces": pieces, "position": position}).encode()


def _piece(kind: str, text: object, source: str) -> list[Piece]:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str):
        return []
    text = text.replace("\x00", "").strip()
    if not text:
        return []
    return [Piece(kind, text[:LONGEST], Trust.FILE, source)]


XMP = (
    ("AltTextAccessibility", "alt text in the file"),
    ("ExtDescrAccessibility", "description in the file"),
    ("description", "description in the file"),
)


def _xmp(image: Image.Image) -> list[Piece]:
    found = []
    for name, kind in XMP:
        for value in _named(image.getxmp(), name):
            for text in _texts(value):
                found += _piece(kind, text, f"XMP {name}")
    return found


def _named(node: Any, name: str) -> Iterator[Any]:
    """Every value of that name, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield value
            else:
                yield from _named(value, name)
    elif isinstance(node, list):
        for item in node:
            yield from _named(item, name)


def _texts(node: Any) -> Iterator[str]:
    """The strings of a language alternative: a dict for one language, a list for several."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key != "lang":
                yield from _texts(value)


def _iptc(image: Image.Image) -> list[Piece]:
    assert isinstance(image, ImageFile.ImageFile)
    info = IptcImagePlugin.getiptcinfo(image) or {}
    caption: Any = info.get((2, 120))
    return _piece("description in the file", caption, "IPTC caption")


def _exif(image: Image.Image) -> list[Piece]:
    exif = image.getexif()
    says = exif.get(ExifTags.Base.ImageDescription)
    found = _piece("description in the file", says, "EXIF ImageDescription")
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    if isinstance(taken, str) and taken[:4].isdigit() and taken[:4] != "0000":
        day = taken[:10].replace(":", "-")
        found += _piece("date", day, "EXIF DateTimeOriginal")
    return found


def _position(image: Image.Image) -> tuple[float, float] | None:
    gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    tag = ExifTags.GPS
    latitude = _degrees(gps[tag.GPSLatitude], gps.get(tag.GPSLatitudeRef, "N"))
    longitude = _degrees(gps[tag.GPSLongitude], gps.get(tag.GPSLongitudeRef, "E"))
    in_range = abs(latitude) <= 90 and abs(longitude) <= 180  # NaN is not
    if not in_range or latitude == longitude == 0:
        return None
    return latitude, longitude


def _degrees(value: Any, reference: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in value)
    sign = -1 if str(reference).strip("\x00 ").upper() in ("S", "W") else 1
    return sign * (degrees + minutes / 60 + seconds / 3600)


def can_name_places() -> bool:
    """Whether the extra `altsync[place]` is installed."""
    from importlib.util import find_spec

    return find_spec("reverse_geocode") is not None


def place_name(latitude: float, longitude: float) -> str:
    """Nearest town, state and country, from data that the package carries (GeoNames)."""
    import reverse_geocode

    town = reverse_geocode.get((latitude, longitude))
    parts = (town.get(part) for part in ("city", "state", "country"))
    return ", ".join(str(part) for part in parts if part)
