"""How large a picture is sent, and in how many parts.

    4032 x 3024  ->  768 x 576, whole
    1600 x  400  ->  1024 x 256, whole: fewer pixels than the one above
     900 x 9000  ->  three parts of 256 x 883, from top to bottom

What is long and thin would be a few pixels wide if it were fitted as a whole, and nobody
could read it. Nothing is cut off: parts overlap a little, and cover everything.
"""

from __future__ import annotations

from dataclasses import dataclass

PARTS = 3
"""More than these are not sent: such a picture goes to a person."""

OVERLAP = 0.05
"""Of a part, that the next one shows too: a line of text is whole in one of them."""

Size = tuple[int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a picture is sent."""

    size: Size
    """Of the whole, scaled; never enlarged."""
    parts: int = 1
    """0: it cannot be sent; `size` is then for people."""

    @property
    def across(self) -> bool:
        """The parts stand from left to right, not from top to bottom."""
        return self.size[0] > self.size[1]

    def boxes(self) -> list[Box]:
        """The parts, in order."""
        width, height = self.size
        length = max(self.size)
        part = _part(length, self.parts)
        starts = [0]
        for number in range(1, self.parts):
            starts.append(round(number * (length - part) / (self.parts - 1)))
        if self.across:
            return [(start, 0, start + part, height) for start in starts]
        return [(0, start, width, start + part) for start in starts]


def fit(size: Size, side: int) -> Size:
    """`size` within a square of `side`; never enlarged."""
    return _scaled(size, min(1.0, side / max(size)))


def shape(size: Size, side: int) -> Shape:
    """How a picture of `size` is sent where `side` is the usual length.

    The short side stays at least a third of `side`, as far as the picture has so much;
    for that the long side, or that of a part, may be a third longer than `side`.
    """
    longest = side + side // 3
    scale = min(1.0, side / max(size))
    readable = min(1.0, (side // 3) / min(size))
    if scale >= readable:
        return Shape(_scaled(size, scale))
    large = _scaled(size, readable)
    for parts in range(1, PARTS + 1):
        if _part(max(large), parts) <= longest:
            return Shape(large, parts)
    return Shape(_scaled(size, scale), 0)


def _part(length: int, parts: int) -> int:
    """The length of one of `parts` that overlap and cover `length`."""
    if parts <= 1:
        return length
    return round(length / (parts - (parts - 1) * OVERLAP))


def _scaled(size: Size, scale: float) -> Size:
    width, height = size
    return max(1, round(width * scale)), max(1, round(height * scale))
