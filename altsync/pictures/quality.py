"""How much a picture lets anybody see: measured once, on the copy that a model gets.

Sharpness is how much the edges lose when the picture is blurred once more, as in Crete
and others, "The blur effect" (2007): what is blurred already loses little, whatever it
shows. It is that of the sharpest parts: a face before a soft background is sharp. A part
without edges (a sky, a wall, the ground of a chart) says nothing. What only moved in one
direction is not found: a fence has its edges in one direction, too.
"""

from __future__ import annotations

from array import array

from PIL import Image, ImageChops, ImageFilter

from altsync.models import Quality

GRID = 6
"""Parts, across and down."""
BLUR = 4
"""Pixels to each side, of the blurred copy."""
EDGES = 1.0
"""Steps of grey from one pixel to the next, on average in a part, from which on it has
edges."""
NO_EDGES = -1.0
BEST = 3
"""So many parts must be as sharp as the picture is said to be, where so many have edges."""


def measure(picture: Image.Image, size: tuple[int, int]) -> Quality:
    """`picture`: upright and flat, as a model sees it; `size`: of its file, upright."""
    grey = picture.getchannel("Y") if picture.mode == "YCbCr" else picture.convert("L")
    counts = grey.histogram()
    low, high = _tone(counts, 0.01), _tone(counts, 0.99)
    return Quality(
        width=size[0],
        height=size[1],
        sharpness=round(_sharpness(grey), 3),
        brightness=round(high / 255, 3),
        contrast=round((high - low) / 255, 3),
    )


def _tone(counts: list[int], share: float) -> int:
    """The grey that so large a share of the pixels does not pass."""
    wanted, seen = share * sum(counts), 0
    for tone, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return tone
    return len(counts) - 1


def _sharpness(grey: Image.Image) -> float:
    across = _lost(grey, (1, 0), (BLUR, 0))
    down = _lost(grey, (0, 1), (0, BLUR))
    told = [max(pair) for pair in zip(across, down, strict=True)]
    sharpest = sorted((one for one in told if one > NO_EDGES), reverse=True)[:BEST]
    return sharpest[-1] if sharpest else 1.0


def _lost(
    grey: Image.Image, step: tuple[int, int], radius: tuple[int, int]
) -> list[float]:
    """The share of its edges that each part loses when it is blurred; NO_EDGES where it
    has none."""
    blurred = grey.filter(ImageFilter.BoxBlur(radius))
    edges = _edges(grey, step)
    gone = ImageChops.subtract(edges, _edges(blurred, step))
    return [
        NO_EDGES if had < EDGES else less / had
        for had, less in zip(_parts(edges), _parts(gone), strict=True)
    ]


def _edges(grey: Image.Image, step: tuple[int, int]) -> Image.Image:
    """How far each pixel is from the next one, in steps of grey."""
    width, height = grey.size
    across, down = step
    one = grey.crop((0, 0, width - across, height - down))
    return ImageChops.difference(one, grey.crop((across, down, width, height)))


def _parts(edges: Image.Image) -> list[float]:
    """Means of the parts."""
    small = edges.convert("F").resize((GRID, GRID), Image.Resampling.BOX)
    return array("f", small.tobytes()).tolist()
