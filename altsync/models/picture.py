"""What was measured in a picture, and read in it."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_LINE = 200
"""Characters of one line that was read in a picture."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A picture, measured when it was prepared for a model."""

    width: int
    """Of the file, upright, in pixels."""
    height: int
    sharpness: float
    """From 0 to 1: how much finer its edges are than those of a blurred copy, where it is
    sharpest. 1 where there is no edge to judge by."""
    brightness: float
    """From 0 (black) to 1 (white): of its brightest hundredth."""
    contrast: float
    """From 0 (one tone) to 1: how far its darkest and its brightest hundredth are apart."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of words that was read in a picture. What stands there is by anybody: data,
    printable, at most LONGEST_LINE characters."""

    text: str
    height: float
    """Of the line, as a share of the picture's height."""
    sure: float
    """How sure the reader is of it, from 0 to 1."""
