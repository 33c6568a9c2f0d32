"""An image file -> the JPEGs that a model and people see. Runs in the process of `apart`.

A JPEG is decoded in a half, a quarter or an eighth of its size, as far as that is more
than is wanted, and resampled once, brightness and colours apart.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

from altsync.errors import PictureError
from altsync.pictures import colours, kinds, svg
from altsync.pictures.cache import QUALITY
from altsync.pictures.drawn import Drawn, Refusal
from altsync.pictures.quality import measure
from altsync.pictures.shape import PARTS, Shape, Size, fit, shape

MAX_PIXELS = 50_000_000
"""To decode. A JPEG is decoded in a half, a quarter or an eighth of its size, whatever
fits; others as a whole: a 17000x10000 PNG of 100 kB passes Pillow's own limit and takes
826 MB."""

FEWER_PIXELS = {"WEBP": 18_000_000, "AVIF": 30_000_000, "HEIF": 30_000_000}
"""Formats whose decoders want 9 to 16 bytes a pixel (measured): more than this does not
fit into `apart.MEMORY`, and they would call the file damaged."""

COEFFICIENTS = 150_000_000
"""Of a progressive JPEG, which has to be held as a whole, however much of it is left
out: 2 bytes each."""

MIN_SIDE = 8
MIN_AREA = 400
"""Below either, the file is a tracker, a spacer or a line; there is nothing to
describe."""

FRAMES = 6
"""Of an animation, that are looked at where the first is blank."""

GAP = 2.0
"""What is so much larger than wanted is first halved, and so on: see Pillow's
`reducing_gap`."""

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

BLANK = (
    "The image is of one colour throughout: there is nothing to describe. If it only"
    " decorates, its alt is empty."
)
TOO_LONG = (
    "The image is {width} x {height} pixels, too long and thin to be read in {parts}"
    " parts: write its alt by hand."
)

# Our own limit is checked on the header, before any pixel is decoded; Pillow's would
# warn in the middle of a run.
Image.MAX_IMAGE_PIXELS = None


def shrink(data: bytes, side: int = 768) -> bytes:
    """`draw`, packed."""
    return draw(data, side).pack()


def draw(data: bytes, side: int = 768) -> Drawn:
    """What is sent of the picture in `data`, decoded here and without bounds: `prepare`
    calls it in a process of its own. Raises PictureError, and MemoryError."""
    if kind := kinds.not_a_picture(data):
        raise PictureError(kind, kind="unsupported")
    try:
        if kinds.is_svg(data):
            return _draw(svg.draw(data, side), side, svg.EMPTY)
        return _draw(data, side)
    except (PictureError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PictureError(kinds.unknown(data), kind="unsupported") from None
    except Exception as error:
        # Pillow raises OSError, ValueError, SyntaxError, struct.error, KeyError and
        # more on files like those in tests/data/hostile: here, and only here, whatever
        # it is belongs to this one picture.
        name = type(error).__name__
        raise PictureError(_damaged(data, name), kind="damaged") from None


def _draw(data: bytes, side: int, blank: str = BLANK) -> Drawn:
    """`blank`: the sentence for a picture on which there is nothing."""
    with Image.open(io.BytesIO(data), formats=kinds.formats(data)) as image:
        said = image.size
        _check_small(said)
        planned = shape(said, side)
        # Only the fitted size makes the JPEG decoder skip work: draft with the box has
        # no effect (measured).
        image.draft(_mode(image), planned.size)
        _check_large(image, said)
        for flat in _frames(image, planned):
            if not colours.is_blank(flat):
                return _drawn(flat, planned, side, _too_long(planned, said), said)
    return _drawn(flat, planned, side, (blank, "blank"), said)


def _frames(image: Image.Image, planned: Shape) -> Iterator[Image.Image]:
    """The picture, flat and upright; then some others of an animation."""
    said = image.size
    yield _flat(image, planned.size, said)
    count = 1
    if getattr(image, "is_animated", False) and image.format != "TIFF":
        count = image.n_frames  # type: ignore[attr-defined]
    step = max(1, count // FRAMES)
    for number in range(count - 1, 0, -step):
        image.seek(number)
        yield _flat(image, planned.size, said)


def _flat(image: Image.Image, size: Size, said: Size) -> Image.Image:
    image.load()
    # Pillow turns a TIFF upright as it loads it: only what is left is ours to do.
    orientation = image.getexif().get(ORIENTATION, 1)
    if _lies_on_its_side(image.size, said):
        size = size[::-1]
    small = colours.on_ground(_resized(image, size))
    flat = small
    if small.mode != "YCbCr":
        flat = colours.srgb(small, image.info.get("icc_profile"))
    if orientation in TURNS:
        flat = flat.transpose(TURNS[orientation])
    return flat


def _drawn(
    flat: Image.Image,
    planned: Shape,
    side: int,
    refused: Refusal | None,
    said: Size,
) -> Drawn:
    """The JPEGs of an upright picture of the size that was planned. `said`: the size of
    its file, upright or not."""
    upright = Shape(flat.size, planned.parts)
    whole = flat
    if upright.parts > 1:
        whole = flat.resize(fit(flat.size, side), Image.Resampling.LANCZOS)
    if refused is not None:
        return Drawn(_jpeg(whole), refused=refused)
    size = said
    if _lies_on_its_side(flat.size, said):
        size = said[::-1]
    quality = measure(flat, size)
    if upright.parts <= 1:
        return Drawn(_jpeg(whole), quality=quality)
    parts = tuple(_jpeg(flat.crop(box)) for box in upright.boxes())
    return Drawn(_jpeg(whole), parts, upright.across, quality=quality)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, comment=b"", exif=b"")
    return out.getvalue()


def _lies_on_its_side(loaded: Size, said: Size) -> bool:
    """Loading has swapped the sides that the header says."""
    return (loaded[0] > loaded[1]) != (said[0] > said[1])


def _too_long(planned: Shape, said: Size) -> Refusal | None:
    if planned.parts:
        return None
    width, height = said
    return TOO_LONG.format(width=width, height=height, parts=PARTS), "too long"


def _check_small(size: Size) -> None:
    width, height = size
    if min(size) < MIN_SIDE or width * height < MIN_AREA:
        raise PictureError(
            f"The image is {width} x {height} pixels: too small to describe. If it only"
            " decorates, its alt is empty.",
            kind="too small",
        )


def _check_large(image: Image.Image, said: Size) -> None:
    """`image` as it is going to be decoded: a JPEG perhaps in an eighth of its size."""
    width, height = said
    most = FEWER_PIXELS.get(image.format or "", MAX_PIXELS)
    pixels = image.width * image.height
    if image.info.get("progressive") and image.format == "JPEG":
        most, pixels = int(COEFFICIENTS / _planes(image)), width * height
    if pixels > most:
        raise PictureError(
            f"The image is {width} x {height} pixels, over the limit of"
            f" {most // 1_000_000} megapixels for its format: have the site offer a smaller"
            " derivative.",
            kind="too big",
        )


def _planes(image: Image.Image) -> float:
    """How many planes of the whole size the channels of a JPEG make: 1.5 where the
    colours have a quarter of the pixels."""
    factors = [across * down for _, across, down, _ in getattr(image, "layer", ())]
    if not factors:
        return 1.0
    return float(sum(factors) / max(factors))


def _mode(image: Image.Image) -> str | None:
    """What a JPEG is decoded to: what it holds, brightness and colour apart, where
    nothing has to be done in RGB. None: what Pillow takes."""
    if image.format != "JPEG" or image.mode != "RGB" or not _holds_ycc(image):
        return None
    if not colours.is_srgb(image.info.get("icc_profile")):
        return None
    return "YCbCr"


def _holds_ycc(image: Image.Image) -> bool:
    """As libjpeg decides it: RGB inside a JPEG cannot be had as anything else."""
    info = image.info
    if "jfif" in info:
        return True
    if "adobe_transform" in info:
        return bool(info["adobe_transform"] == 1)
    layers = getattr(image, "layer", ())
    return [layer[0] for layer in layers] == [1, 2, 3]


def _resized(image: Image.Image, size: Size) -> Image.Image:
    """8 bit a channel, then `size`; in this order where resampling the original mode
    would be wrong."""
    if colours.is_deep(image):
        return colours.eight_bit(image, size)
    image = colours.plain(image)
    if image.size == size:
        return image
    if image.mode == "YCbCr":
        return _resized_apart(image, size)
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=GAP)


def _resized_apart(image: Image.Image, size: Size) -> Image.Image:
    """Brightness with care. For the colours the nearest pixel will do: they have half
    the size in nearly every JPEG, so in the one that comes out (measured: as near to
    the whole resampled with LANCZOS as with BOX or BILINEAR)."""
    light = image.getchannel("Y")
    light = light.resize(size, Image.Resampling.BICUBIC, reducing_gap=GAP)
    small = image.resize(size, Image.Resampling.NEAREST)
    # As putalpha does it: to split and merge takes twice as long.
    small.im.putband(light.im, 0)
    return small


def _damaged(data: bytes, name: str) -> str:
    if data[8:12] == b"WEBP":  # libwebp wants its memory before it says the size
        return (
            f"The image file is damaged ({name}), or over the limit of"
            f" {FEWER_PIXELS['WEBP'] // 1_000_000} megapixels for WebP: upload it anew,"
            " or have the site offer a smaller derivative."
        )
    return f"The image file is damaged ({name}): upload it anew."
