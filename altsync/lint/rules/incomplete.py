"""The model gave a text, and did not say what else it was asked: whether the image shows
something, is a link, words, a chart or mere decoration; whether it is sure; whether
people can be seen. The text may be good. Nobody has looked at the rest, so it is never
approved in bulk.

Small models that are served without a grammar answer so. `[generate] ask = "text"` asks
them for the text alone, and for nothing that they would not say.
"""

from __future__ import annotations

from altsync.lint import cues
from altsync.lint.rule import ERROR, NONE, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen


def check(seen: Seen, limits: Limits) -> Hits:
    if not seen.given.incomplete:
        return NONE
    return (
        Hit(
            "The model's answer was incomplete, it did not say:"
            f" {seen.given.incomplete}. Look at the picture before you approve."
        ),
    )


def cue() -> frozenset[str]:
    return frozenset([cues.INCOMPLETE])


RULE = Rule(
    id="incomplete",
    severity=ERROR,
    sentence=(
        "The model's answer lacked its decision or another part beside the text, so a"
        " person has to look."
    ),
    check=check,
    cue=cue,
)
