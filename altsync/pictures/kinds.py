"""What kind of file it is, from its first bytes: which are decoded, and the sentence for
those that never are."""

from __future__ import annotations

from PIL import Image

from altsync.installation import extra
from altsync.pictures import svg

FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"]
"""Not EPS (reaches Ghostscript), not MPO (its presence raises KeyError on every file
that Pillow does not know)."""

HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
"""The brands of a file that pillow_heif has to read."""


def not_a_picture(data: bytes) -> str | None:
    """The sentence for what is never decoded, whatever its name says; None for what may
    be a picture."""
    start = data[:1024].lstrip().lower()
    if not data:
        return "The image file is empty: upload it anew."
    if is_svg(data) and not svg.is_there():
        return (
            f"SVG drawings need an extra to be drawn for a model: {extra('svg')}, or"
            " write their alt by hand."
        )
    if start.startswith((b"<!doctype html", b"<html")):
        return (
            "The site answers with a web page in place of the image: check [album]"
            " pixels and the login."
        )
    if start.startswith(b"%pdf"):
        return "This is a PDF, not an image."
    if is_heic(data) and not heic():
        return f"HEIC photos need an extra: {extra('heic')}."
    return None


def is_svg(data: bytes) -> bool:
    """A drawing in SVG, or other XML."""
    start = data[:1024].lstrip().lower()
    return b"<svg" in start or start.startswith(b"<?xml")


def formats(data: bytes) -> list[str]:
    """What Pillow may take the file for."""
    if is_heic(data) and heic():
        return ["HEIF"]
    return FORMATS


def is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIC


def heic() -> bool:
    """True where HEIC can be read: the extra `altsync[heic]` is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    if "HEIF" not in Image.OPEN:
        pillow_heif.register_heif_opener()
    return True


def unknown(data: bytes) -> str:
    """The sentence for a file that nothing here reads."""
    shown = data[:4].hex(" ")
    return (
        f"The file is in no image format that altsync reads (it starts with {shown}):"
        " write its alt by hand."
    )
