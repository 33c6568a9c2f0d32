"""The same text stands on the same picture where it is something else: a link here, a
picture and no link there, or a link to another page.

A text says what a picture is for at its place. One that names where a link leads says
nothing of what is seen, and one that describes says nothing of where a click leads, so
one text seldom does both. Only other images with the same file are looked at, as far as
their texts, or the pages that show them, were read; a medium's own text counts for every
text that embeds the medium without an alt of its own.

A remark only: nothing is wrong where one text does serve both. `altsync uses IMAGE` lists
the places, and an embedded medium can have a text of its own there (`altsync generate
IMAGE --use`).
"""

from __future__ import annotations

from altsync.lint import cues
from altsync.lint.rule import INFO, NONE, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen


def check(seen: Seen, limits: Limits) -> Hits:
    given = seen.given
    if not seen.text or not given.elsewhere:
        return NONE
    here = "its places are not alike"
    if given.functional is not None:
        here = "here it is a link" if given.functional else "here it is an illustration"
    return (
        Hit(
            f"With this same text the picture is {given.elsewhere}; {here}: does one"
            " text serve both?"
        ),
    )


def cue() -> frozenset[str]:
    return frozenset([cues.ELSEWHERE])


RULE = Rule(
    id="same-text",
    severity=INFO,
    sentence=(
        "The same text stands on the same picture where that is something else: a link"
        " here, an illustration there."
    ),
    check=check,
    cue=cue,
)
