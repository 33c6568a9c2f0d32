"""Which words of a text changed: for marks in a terminal, in HTML and on the review
pages. Pure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\s+|[^\s.,;:!?()\[\]\"'«»„“”’…/-]+|.", re.DOTALL)
MANY = 400
"""Texts of more tokens than this are shown whole: the comparison is quadratic, and
marks no longer help."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of text that both versions have (`was` and `now` equal), or that one gave
    up for the other."""

    was: str
    now: str

    @property
    def changed(self) -> bool:
        return self.was != self.now


def compare(before: str | None, after: str | None) -> list[Stretch]:
    """The texts as runs of common and changed words; put together, `was` is before and
    `now` is after, exactly.

    One piece, wholly changed, where they have less than a third in common: marks would
    be confetti.
    """
    a, b = before or "", after or ""
    x, y = _TOKEN.findall(a), _TOKEN.findall(b)
    if not x or not y or len(x) > MANY or len(y) > MANY:
        return [Stretch(a, b)]
    matcher = difflib.SequenceMatcher(None, x, y, autojunk=False)
    pieces: list[Stretch] = []
    common = 0
    for op, i, j, k, m in matcher.get_opcodes():
        piece = Stretch("".join(x[i:j]), "".join(y[k:m]))
        pieces.append(piece)
        if op == "equal":
            common += len(piece.was.strip())
    longest = max(len(a.strip()), len(b.strip()))
    if 3 * common < longest:
        return [Stretch(a, b)]
    return pieces
