"""Quotation marks around the whole text. A screen reader reads them out, or pauses for
them, and whoever listens takes a description for words that stand in the picture.

Marks around a part are right ("A sign reads “Closed”"), and two quotations that make up
the whole are too. A few words in marks may be the title of a work; the words of an image
may be a quotation: a remark only.
"""

from __future__ import annotations

import re

from altsync.lint.rule import INFO, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen

_PAIRS = {
    '"': '"',
    "'": "'",
    "“": "”",
    "”": "”",
    "„": "“”",
    "‘": "’",
    "’": "’",
    "‚": "‘’",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "＂": "＂",
    "״": "״",
}
"""What opens a quotation, and what may close it. Marks that only titles of works have
(《》, 『』) are none."""
_APOSTROPHE = re.compile(r"(?<=\w)['’״](?=\w)")
_UNSPACED = 16
"""Characters of a run of letters that is more than one word."""


def check(seen: Seen, limits: Limits) -> Hits:
    if seen.text[:1] not in _PAIRS or not _is_quoted(seen.text):
        return NONE
    return (
        Hit(
            "Quotation marks stand around the whole alt text: leave them out, unless the"
            " picture shows these words.",
            None if _is_telling(seen, limits["words"]) else INFO,
        ),
    )


def _is_quoted(text: str) -> bool:
    """One quotation from the first sign to the last, but for a full stop."""
    closing = _PAIRS[text[0]]
    bare = text.rstrip(".,;:!?…。！？،؟")
    inner = _APOSTROPHE.sub("", bare[1:-1])
    again = {text[0], *closing}
    return bare[-1:] in closing and bool(inner.strip()) and again.isdisjoint(inner)


def _is_telling(seen: Seen, least: int) -> bool:
    """More than a title, and not the words of an image."""
    if seen.gives_words:
        return False
    return len(seen.words) >= least or any(len(one) > _UNSPACED for one in seen.words)


def cue() -> frozenset[str]:
    return frozenset(_PAIRS)


RULE = Rule(
    id="quoted",
    severity=WARNING,
    sentence="The whole text stands in quotation marks, which are read out or mislead.",
    check=check,
    cue=cue,
    limits={"words": 4},
)
