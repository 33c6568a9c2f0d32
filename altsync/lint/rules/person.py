"""A claim about a person that pixels cannot carry: race or origin, age, looks, feelings,
a disability, relations. Only trusted text may say so.

What can be seen passes: a smile, a laugh, a wheelchair, a white coat. A claim is one
where its word stands beside a word for people, in the forms of 25 languages.
"""

from __future__ import annotations

from collections.abc import Iterator

from altsync.lint.kinds import is_of_a_chart
from altsync.lint.people import (
    KINDS,
    may_be_said,
    may_speak_of_people,
    said_of_people,
)
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen

_FORM = 3
"""Letters at the end of a long word that another form of it may not have."""


def check(seen: Seen, limits: Limits) -> Hits:
    return _claimed(seen) if may_speak_of_people(seen) else NONE


def _claimed(seen: Seen) -> Iterator[Hit]:
    for said in said_of_people(seen):
        if is_of_a_chart(seen):
            return
        if not all(_trusted(word, seen.vouched) for word in said.carrying):
            yield Hit(
                f"The alt text claims {KINDS[said.kind]} (“{said.words}”), and no text"
                " of the site says so: leave it out."
            )
            return


def _trusted(word: str, vouched: str) -> bool:
    """Does a trusted text have the word, in whatever form?"""
    return word[: max(4, len(word) - _FORM)] in vouched


def cue() -> frozenset[str]:
    return may_be_said()


RULE = Rule(
    id="person",
    severity=WARNING,
    sentence=(
        "The text claims race, age, looks, feelings, a disability or a relation of a"
        " person that no text of the site mentions."
    ),
    check=check,
    cue=cue,
)
