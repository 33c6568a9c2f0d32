"""How many tokens a text costs, about.

No model's own tokenizer is asked: each has another one. Held against two public ones
(o200k and cl100k), a text in Latin letters comes out a little above both, one in another
script between them.
"""

from __future__ import annotations

import math

LATIN = 0x250
"""The first character after Latin letters with accents."""
ALPHABETS = 0x900
"""The first after the alphabets: Greek, Cyrillic, Hebrew, Arabic and their neighbours.
What comes then has a token for each sign."""


def tokens(text: str) -> int:
    """About so many tokens."""
    if text.isascii():
        return math.ceil(len(text) / 4)
    return math.ceil(sum(map(_share, text)))


def _share(letter: str) -> float:
    code = ord(letter)
    if code < 0x80:
        return 0.25
    if LATIN <= code < ALPHABETS:
        return 0.5
    return 1.0
