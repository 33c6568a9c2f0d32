"""An image file of the site -> the picture that a model sees.

The picture is upright, flat on white, 8 bit sRGB, JPEG, at most `side` pixels long, and
carries no metadata (a photo's GPS position stays at home). Every way a file can be
wrong ends in PictureError: one bad file never stops a run. It is decoded apart, within
bounds of time and memory (`apart`).
"""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, UnidentifiedImageError

from altsync.errors import PictureError
from altsync.pictures import apart
from altsync.pictures.cache import QUALITY, Cache

MAX_PIXELS = 50_000_000
"""Refused before decoding: a 17000x10000 PNG of 100 kB passes Pillow's own limit and
takes 826 MB."""

FEWER_PIXELS = {"WEBP": 18_000_000, "AVIF": 30_000_000, "HEIF": 30_000_000}
"""Formats whose decoders want 9 to 16 bytes a pixel (measured): more than this does not
fit into `apart.MEMORY`, and they would call the file damaged."""

MIN_SIDE = 8
MIN_AREA = 400
"""Below either, the file is a tracker, a spacer or a line; there is nothing to
describe."""

FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"]
"""Not EPS (reaches Ghostscript), not MPO (its presence raises KeyError on every file
that Pillow does not know)."""

HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
"""The brands of a file that pillow_heif has to read."""

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Our own limit is checked on the header, before any pixel is decoded; Pillow's would
# warn in the middle of a run.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What is sent to a model."""

    sha256: str
    """Of the file as the site has it, not of `jpeg`."""
    jpeg: bytes
    path: Path | None = None
    """Where `jpeg` is kept, if a cache was given."""


def prepare(data: bytes, side: int = 768, cache: Cache | None = None) -> Picture:
    """The picture for `data`, from the cache if it was prepared before. Raises
    PictureError."""
    digest = hashlib.sha256(data).hexdigest()
    if cache is None:
        return Picture(digest, _shrunk(data, side))
    path = cache.path(digest, side)
    with suppress(FileNotFoundError):
        return Picture(digest, path.read_bytes(), path)
    jpeg = _shrunk(data, side)
    try:
        return Picture(digest, jpeg, cache.keep(digest, side, jpeg))
    except OSError:  # a full disk: the picture can be sent, and made again
        return Picture(digest, jpeg)


def prepare_as(name: str, data: bytes, side: int, cache: Cache) -> None:
    """Prepare the picture for `data` and keep it under `name`, for people to see.
    Raises PictureError."""
    cache.keep(name, side, _shrunk(data, side))


def _shrunk(data: bytes, side: int) -> bytes:
    if kind := _not_a_picture(data):
        raise PictureError(kind, kind="unsupported")
    return apart.run(f"{__name__}:shrink", data, side=side)


def shrink(data: bytes, side: int = 768, quality: int = QUALITY) -> bytes:
    """JPEG bytes of the picture in `data`, decoded here and without bounds: `prepare`
    calls it in a process of its own. Raises PictureError, and MemoryError."""
    if kind := _not_a_picture(data):
        raise PictureError(kind, kind="unsupported")
    try:
        return _shrink(data, side, quality)
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PictureError(_unknown(data), kind="unsupported") from None
    except Exception as error:
        # Pillow raises OSError, ValueError, SyntaxError, struct.error, KeyError and
        # more on files like those in tests/data/hostile: here, and only here, whatever
        # it is belongs to this one picture.
        name = type(error).__name__
        raise PictureError(_damaged(data, name), kind="damaged") from None


def _shrink(data: bytes, side: int, quality: int) -> bytes:
    with Image.open(io.BytesIO(data), formats=_formats(data)) as image:
        width, height = image.size
        _check(width, height, FEWER_PIXELS.get(image.format or "", MAX_PIXELS))
        scale = min(1.0, side / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        # Only the fitted size makes the JPEG decoder skip work: draft with the box has
        # no effect (measured).
        image.draft(None, size)
        image.load()
        # Pillow turns a TIFF upright as it loads it: only what is left is ours to do.
        orientation = image.getexif().get(ORIENTATION, 1)
        if _lies_on_its_side(image.size, (width, height)):
            size = size[::-1]
        small = _resize(image, size)
        icc = image.info.get("icc_profile")
    flat = _srgb(_on_white(small), icc)
    if orientation in TURNS:
        flat = flat.transpose(TURNS[orientation])
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=quality, comment=b"", exif=b"")
    return out.getvalue()


def _lies_on_its_side(loaded: tuple[int, int], said: tuple[int, int]) -> bool:
    """Loading has swapped the sides that the header says."""
    return (loaded[0] > loaded[1]) != (said[0] > said[1])


def _check(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise PictureError(
            f"The image is {width} x {height} pixels, over the limit of"
            f" {most // 1_000_000} megapixels for its format: have the site offer a smaller"
            " derivative.",
            kind="too big",
        )
    if min(width, height) < MIN_SIDE or width * height < MIN_AREA:
        raise PictureError(
            f"The image is {width} x {height} pixels: too small to describe. If it only"
            " decorates, its alt is empty.",
            kind="too small",
        )


def _resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """8 bit a channel, then `size`; in this order where resampling the original mode
    would be wrong."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bit(image, size)
    elif image.mode in ("P", "PA", "1") or "transparency" in image.info:
        see_through = image.mode == "PA" or "transparency" in image.info
        image = image.convert("RGBA" if see_through else "RGB")
    elif image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGB")
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS)


def _eight_bit(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Grey of 16 or 32 bit or floats -> 8 bit in `size`. Pillow's own convert clips: a
    16 bit gradient becomes white. Resized as floats, so that there is one copy of the
    whole in memory besides the file's own."""
    grey = image.convert("F")
    low, high = grey.getextrema()
    assert isinstance(low, float)
    assert isinstance(high, float)
    if image.mode.startswith("I") and low >= 0 and high <= 65535:
        bits = 16 if high > 255 else 8
        low, high = 0.0, 2.0**bits - 1
    scale = 1.0
    if high > low:
        scale = 255.0 / (high - low)
    grey = grey.resize(size, Image.Resampling.LANCZOS)
    return grey.point(lambda value: value * scale - low * scale).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """Transparent pixels become white: dropping the alpha makes black text on nothing a
    black box."""
    if image.mode not in ("RGBA", "LA"):
        return image
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _srgb(image: Image.Image, icc: object) -> Image.Image:
    if isinstance(icc, bytes) and icc and image.mode in ("RGB", "CMYK"):
        # A profile that is broken or belongs to another colour space: the plain
        # conversion below will do.
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            turned = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if turned is not None:
                return turned
    if image.mode == "RGB":
        return image
    return image.convert("RGB")


def _formats(data: bytes) -> list[str]:
    if _is_heic(data) and heic():
        return ["HEIF"]
    return FORMATS


def heic() -> bool:
    """True where HEIC can be read: the extra `altsync[heic]` is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    if "HEIF" not in Image.OPEN:
        pillow_heif.register_heif_opener()
    return True


def _is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIC


def _not_a_picture(data: bytes) -> str | None:
    """The sentence for what is never decoded, whatever its name says."""
    start = data[:1024].lstrip().lower()
    if not data:
        return "The image file is empty: upload it anew."
    if b"<svg" in start or start.startswith(b"<?xml"):
        return "SVG drawings cannot be sent to a model: write their alt by hand."
    if start.startswith((b"<!doctype html", b"<html")):
        return (
            "The site answers with a web page in place of the image: check [album]"
            " pixels and the login."
        )
    if start.startswith(b"%pdf"):
        return "This is a PDF, not an image."
    if _is_heic(data) and not heic():
        return "HEIC photos need an extra: pip install 'altsync[heic]'."
    return None


def _damaged(data: bytes, name: str) -> str:
    if data[8:12] == b"WEBP":  # libwebp wants its memory before it says the size
        return (
            f"The image file is damaged ({name}), or over the limit of"
            f" {FEWER_PIXELS['WEBP'] // 1_000_000} megapixels for WebP: upload it anew,"
            " or have the site offer a smaller derivative."
        )
    return f"The image file is damaged ({name}): upload it anew."


def _unknown(data: bytes) -> str:
    shown = data[:4].hex(" ")
    return (
        f"The file is in no image format that altsync reads (it starts with {shown}):"
        " write its alt by hand."
    )
