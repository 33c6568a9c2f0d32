"""What an image file says about itself: alt text, description, date, and the place if
the owner allows that.

A person's own alt text in a file (IPTC AltTextAccessibility) is the best context there
is, and free. Everything here is a text by whoever made the file: data with trust
`file`. A position never leaves this machine: only the name of the place does, worked
out offline.
"""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from typing import Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from altsync.generate.context import Piece, Trust
from altsync.pictures.prepare import FORMATS

LONGEST = 1000
"""Characters of one piece."""


def read(data: bytes, *, place: bool = False) -> list[Piece]:
    """The pieces in `data`. Raises nothing: a file that says nothing readable says nothing."""
    found: list[Piece] = []
    # Metadata is damaged more often than pictures are; what cannot be read is left out,
    # here and only here.
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            for step in (_xmp, _iptc, _exif):
                with suppress(Exception):
                    found += step(image)
            if place:
                with suppress(Exception):
                    found += _place(image)
    unique: dict[tuple[str, str], Piece] = {}
    for piece in found:
        unique.setdefault((piece.kind, piece.text), piece)
    return list(unique.values())


def _piece(kind: str, text: object, source: str) -> list[Piece]:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str) or not (text := text.replace("\x00", "").strip()):
        return []
    return [Piece(kind, text[:LONGEST], Trust.FILE, source)]


def _xmp(image: Image.Image) -> list[Piece]:
    found = []
    for name, kind in (
        ("AltTextAccessibility", "alt text in the file"),
        ("ExtDescrAccessibility", "description in the file"),
        ("description", "description in the file"),
    ):
        for value in _named(image.getxmp(), name):
            for text in _texts(value):
                found += _piece(kind, text, f"XMP {name}")
    return found


def _named(node: Any, name: str) -> list[Any]:
    if isinstance(node, dict):
        return [
            v
            for key, value in node.items()
            for v in ([value] if key == name else _named(value, name))
        ]
    if isinstance(node, list):
        return [v for item in node for v in _named(item, name)]
    return []


def _texts(node: Any) -> list[str]:
    """The strings of a language alternative: a dict for one language, a list for several."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, list):
        return [text for item in node for text in _texts(item)]
    if isinstance(node, dict):
        return [
            text
            for key, value in node.items()
            if key not in ("lang",)
            for text in _texts(value)
        ]
    return []


def _iptc(image: Image.Image) -> list[Piece]:
    assert isinstance(image, ImageFile.ImageFile)
    info = IptcImagePlugin.getiptcinfo(image) or {}
    caption: Any = info.get((2, 120))
    return _piece("description in the file", caption, "IPTC caption")


def _exif(image: Image.Image) -> list[Piece]:
    exif = image.getexif()
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or ""
    found = _piece(
        "description in the file",
        exif.get(ExifTags.Base.ImageDescription),
        "EXIF ImageDescription",
    )
    if isinstance(taken, str) and taken[:4].isdigit() and taken[:4] != "0000":
        found += _piece("date", taken[:10].replace(":", "-"), "EXIF DateTimeOriginal")
    return found


def _place(image: Image.Image) -> list[Piece]:
    gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _degrees(
        gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef, "N")
    )
    longitude = _degrees(
        gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef, "E")
    )
    if latitude == longitude == 0:
        return []
    return _piece(
        "place", place_name(latitude, longitude), "EXIF position, nearest town"
    )


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
    return ", ".join(
        str(part)
        for part in (town.get("city"), town.get("state"), town.get("country"))
        if part
    )
