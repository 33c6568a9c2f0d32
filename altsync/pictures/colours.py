"""The colours of a picture: 8 bit, on a ground where it is transparent, sRGB."""

from __future__ import annotations

import functools
import io
from contextlib import suppress

from PIL import Image, ImageCms

WHITE = (255, 255, 255)
DARK = (48, 48, 48)
"""The ground for what is bright and transparent: a white logo on white is nothing."""

BRIGHT = 200
"""Grey from which on something is lost on white."""
SEEN = 16
"""Opacity from which on a pixel counts as one."""
ENOUGH = 0.02
"""Of the pixels that can be seen, that stand out from white: then white is the ground.
Of all, that are hidden: fewer are the round corners of a photo."""

APART = 24
"""Steps of a channel: what has two pixels further apart, or nearly so, is no blank."""
EVEN = 2
"""Steps of a channel that the means of places in a blank picture may be apart: there
noise and specks come to nothing, and the haze of a photo of fog does not."""
SAMPLE = (48, 48)
PLACES = (32, 32)


def plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resampled: L, LA, RGB, RGBA, CMYK or YCbCr. Not for grey of
    more than 8 bit."""
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        see_through = image.mode == "PA" or "transparency" in image.info
        return image.convert("RGBA" if see_through else "RGB")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"):
        return image
    return image.convert("RGB")


def is_deep(image: Image.Image) -> bool:
    """Grey of 16 or 32 bit, or of floats."""
    return image.mode.startswith("I") or image.mode == "F"


def eight_bit(image: Image.Image, size: tuple[int, int]) -> Image.Image:
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


def on_ground(image: Image.Image) -> Image.Image:
    """Nothing is transparent: white is behind it, or dark where what can be seen is
    bright, and not all but its corners. To drop the alpha would make black text on
    nothing a black box."""
    if image.mode not in ("RGBA", "LA"):
        return image
    image = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, _ground(image))
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _ground(image: Image.Image) -> tuple[int, int, int]:
    alpha = image.getchannel("A")
    seen = alpha.point(lambda value: 255 * (value >= SEEN))
    counts = image.convert("L").histogram(seen)
    visible, pixels = sum(counts), image.width * image.height
    is_bright = sum(counts[:BRIGHT]) < ENOUGH * visible
    if is_bright and visible < (1 - ENOUGH) * pixels:
        return DARK
    return WHITE


def is_blank(image: Image.Image) -> bool:
    """One colour throughout, but for noise or a speck."""
    few = image.resize(SAMPLE, Image.Resampling.NEAREST)
    if _spread(few) > APART:
        return False
    return _spread(image.resize(PLACES, Image.Resampling.BOX)) <= EVEN


def _spread(image: Image.Image) -> float:
    """How far the values of a channel are apart, at most."""
    ends = [band.getextrema() for band in image.split()]
    return max(high - low for low, high in ends)  # type: ignore[operator]


def srgb(image: Image.Image, icc: object) -> Image.Image:
    """In RGB, its colours those of sRGB. `icc`: the file's own profile, if it has one."""
    if isinstance(icc, bytes) and icc and image.mode in ("RGB", "CMYK"):
        # A profile that is broken or belongs to another colour space: the plain
        # conversion below will do.
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = _turned(image, icc)
            if turned is not None:
                return turned
    if image.mode == "RGB":
        return image
    return image.convert("RGB")


def _turned(image: Image.Image, icc: bytes) -> Image.Image | None:
    turn = _transform(icc, image.mode)
    if turn is None:
        return None
    return ImageCms.applyTransform(image, turn)


@functools.lru_cache(maxsize=4)
def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile's colours to sRGB's; None where they are these. Kept: the pictures
    of a site have the profiles of a few cameras, and to make one takes milliseconds."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    if "sRGB" in ImageCms.getProfileDescription(source):
        return None
    target = ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(source, target, mode, "RGB")


def is_srgb(icc: object) -> bool:
    """Nothing has to be done about a profile: there is none, or it is sRGB's."""
    if not isinstance(icc, bytes) or not icc:
        return True
    with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return _transform(icc, "RGB") is None
    return False
