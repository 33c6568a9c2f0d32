"""What is told within a budget of tokens: cleaned, each text once, the least useful cut
first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from altsync.generate.context import (
    ADDRESS,
    BUTTON,
    KINDS,
    LINK,
    LINK_WORDS,
    MEDIUM,
    SAME,
    WHERE,
    Piece,
    Trust,
    in_order,
)
from altsync.generate.sentences import head, tail
from altsync.generate.tokens import tokens
from altsync.texts.words import visible

ALWAYS = frozenset({MEDIUM, WHERE, LINK, ADDRESS, LINK_WORDS, BUTTON, SAME})
"""What makes a picture a link or a button, where it stands, and what it says
elsewhere: whatever the budget."""
MOST = 60
"""Tokens of a piece that is always told."""
FORM = 4
"""Tokens that the form of a piece takes, about."""
LEAST = 10
"""Tokens: less of a text is not worth its form."""
SHORT = 60
"""Characters: a heading that is the title too says two things."""


def fit(pieces: Iterable[Piece], budget: int) -> tuple[Piece, ...]:
    """The pieces within about `budget` tokens, in the order in which they are told.

    The owner's own words are never cut, nor is a link or a region left out, whatever the
    budget. Of the rest the same text is kept once, and what does not fit is shortened at
    the end of a sentence, the words before a picture at their beginning. Less useful
    pieces that are short may still fit after a long one was left out. Nothing invisible
    is told.
    """
    left = budget
    kept: list[Piece] = []
    seen: set[tuple[int, str]] = set()
    for piece in sorted(map(_clean, pieces), key=_rank):
        key = (piece.use if len(piece.text) <= SHORT else -1, piece.text)
        whole = _whole(piece)
        told = piece if whole else _within(piece, left - FORM)
        if told.text and (whole or key not in seen):
            if piece.kind not in ALWAYS:
                seen.add(key)
            left -= cost([told])
            kept.append(told)
    return tuple(in_order(kept))


def cost(pieces: Iterable[Piece]) -> int:
    """About how many tokens these take."""
    return sum(tokens(piece.text) + FORM for piece in pieces)


def _rank(piece: Piece) -> tuple[bool, bool, int, int]:
    """A use tells more than all of the next."""
    owner = piece.trust is Trust.OWNER
    return not owner, not _whole(piece), max(piece.use, 1), KINDS.index(piece.kind)


def _whole(piece: Piece) -> bool:
    return piece.trust is Trust.OWNER or piece.kind in ALWAYS


def _within(piece: Piece, most: int) -> Piece:
    if tokens(piece.text) <= most:
        return piece
    if most < LEAST:
        return replace(piece, text="")
    cut = tail if piece.kind == "text before" else head
    return replace(piece, text=cut(piece.text, lambda text: tokens(text) <= most))


def _clean(piece: Piece) -> Piece:
    """White space folded, nothing invisible, nothing that turns a line round; what is
    always told without being the owner's has its bound."""
    text = visible(piece.text)
    if piece.kind in ALWAYS:
        text = head(text, lambda shown: tokens(shown) <= MOST)
    return replace(piece, text=text)
