"""A number or a quoted word that the picture says otherwise: models read "1,420" where
"1,240" stands, and a chart's text with a wrong number is worse than none.

Only where the words of the picture were read by a program of its own
(`[generate] ocr = true`). It may err too, so that this sends a text to a person, with both
readings. A number passes that a trusted text has, that is rounded, added or subtracted
from those of the picture, or that can be read off an axis. Large words that
the text leaves out are told, no more.

Instead: look at the picture, and write what stands there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from altsync.lint import cues, readings
from altsync.lint.rule import INFO, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen
from altsync.models import Decision

_NO_WORDS = (Decision.FUNCTIONAL, Decision.DECORATIVE)
_LONGEST = 60
"""Characters of the picture's words in a sentence."""


def check(seen: Seen, limits: Limits) -> Hits:
    return _otherwise(seen) if seen.given.read else NONE


def _otherwise(seen: Seen) -> Iterator[Hit]:
    lines = seen.given.read
    wrong = itertools.chain(
        readings.wrong_numbers(seen.text, lines, seen.given.trusted),
        readings.misquoted(seen.quoted, lines),
    )
    told = [f"“{here}”, the text “{there}”" for here, there in wrong]
    if told:
        yield Hit(f"The picture says {'; '.join(told[:3])}: look which is right.")
    if seen.given.decision in _NO_WORDS:
        return
    if large := readings.left_out(seen.text, lines):
        yield Hit(
            f"The picture says “{large[:_LONGEST]}” in large letters, the text does not.",
            INFO,
        )


def cue() -> frozenset[str]:
    return frozenset([cues.READ])


RULE = Rule(
    id="misread",
    severity=WARNING,
    sentence=(
        "The text has a number or a quoted word that was read otherwise in the picture."
    ),
    check=check,
    cue=cue,
    limits={},
)
