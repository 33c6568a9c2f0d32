"""Words of a page: what a reader sees of them, and no more than a place needs. Pure."""

from __future__ import annotations

import re
import unicodedata

AROUND = 600
"""Characters kept before and after a picture."""
SHORT = 300
"""Characters kept of a heading, a title and what a link says."""
CAPTION = 1000
"""Characters kept of a caption."""

_JOINERS = "\u200c\u200d"
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f"
    r"\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff"
    r"\U00013430-\U0001345f\U0001bca0-\U0001bcaf\U0001d173-\U0001d17a"
    r"\U000e0000-\U0010ffff]"
)
"""Control, format and private characters, fillers and what only picks a glyph: a person
sees nothing of them, a model reads them."""
_LONE_JOINER = re.compile(
    rf"(?<![^\x00-\x7f{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]++(?![^\x00-\x7f{_JOINERS}])"
    rf"|(?<=[{_JOINERS}])[{_JOINERS}]+"
)
"""A joiner that joins nothing. Between two letters that are not ASCII one is kept:
scripts and emoji need it."""
_FINAL = ".!?…:;,。！？"


def visible(text: str, most: int | None = None) -> str:
    """A text as a reader sees it: white space folded, characters that show nothing left
    out; the first `most` characters, whole words."""
    folded = " ".join(text.split())
    if not folded.isascii() or not folded.isprintable():
        shown = _LONE_JOINER.sub("", _INVISIBLE.sub("", folded))
        folded = " ".join(shown.split())
    return folded if most is None else beginning(folded, most)


def beginning(text: str, most: int = AROUND) -> str:
    """The first characters, up to a whole word; `…` says that there is more."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    whole = cut if text[most - 1] == " " else cut.rpartition(" ")[0]
    return (whole or cut).rstrip() + "…"


def ending(text: str, most: int = AROUND) -> str:
    """The last characters, from a whole word on; `…` says that there is more."""
    if len(text) <= most:
        return text
    cut = text[1 - most :]
    whole = cut if text[-most] == " " else cut.partition(" ")[2]
    return "…" + (whole or cut).lstrip()


def alike(one: str, other: str) -> bool:
    """Do two texts say the same to a listener: but for case, white space and the
    punctuation at their ends?"""
    return bool(key := _spoken(one)) and key == _spoken(other)


def _spoken(text: str) -> str:
    folded = unicodedata.normalize("NFC", visible(text)).casefold()
    return folded.strip(_FINAL + " \"'“”„«»‘’()")
