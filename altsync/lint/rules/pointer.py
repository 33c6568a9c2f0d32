"""A text that says nothing of the picture and points elsewhere: "see caption", "read
more" on what is no link, and what programs write by themselves: "AI-generated content
may be incorrect", "may be an image of".

The words of a link ("Read more", "Click to enlarge") pass where the image is known to be
one. What a program adds about itself is an error: nobody meant to publish it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from altsync.lint import cues
from altsync.lint.gate import Cues, telling
from altsync.lint.rule import ERROR, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, slug
from altsync.wordlists import tables

_UNSPACED = ("ja", "zh", "ko")
_LONGEST = 45
"""Characters of a text that may be no more than a pointer."""


def check(seen: Seen, limits: Limits) -> Hits:
    if not seen.low:
        return NONE
    if made := _made(seen):
        said = (
            f"The alt text has what a program says of itself or of its guess (“{made}”):"
            " leave it out, and look whether the rest is true."
        )
        return (Hit(said, ERROR),)
    if len(seen.low) > _LONGEST or not _POINTS.stand_in(seen):
        return NONE
    if told := _whole(seen):
        return (Hit(told),)
    return NONE


def _made(seen: Seen) -> str:
    """What a program puts there; '' nothing."""
    if _MADE.stand_in(seen) and (found := _spaced().search(seen.unquoted)):
        return found.group().strip(" .!?:")
    if not seen.eastern:
        return ""
    return next((one for one in _unspaced() if one in seen.unquoted), "")


def _whole(seen: Seen) -> str:
    """What is wrong with a text that is one pointer; '' nothing."""
    if not all(map(str.isdigit, seen.runs - _vocabulary())):
        return ""
    said = slug(seen.text).rstrip("0123456789 ")
    language = seen.language
    if said in _phrases("see", language):
        return (
            f"The alt text only points elsewhere (“{seen.text}”): who listens may never"
            " get there; say what the image shows."
        )
    if seen.given.functional is not True and said in _phrases("more", language):
        return (
            f"The alt text has the words of a link (“{seen.text}”), and the image is not"
            " known to be one: say what it shows."
        )
    return ""


@cache
def _phrases(kind: str, language: str) -> frozenset[str]:
    """Whole texts of a language and English; of all where it is none that is known."""
    every: dict[str, Any] = tables("altsync.lint.lists", "pointer.toml")
    chosen = {"en", language} if language in every else set(every)
    return frozenset(slug(one) for key in chosen for one in every[key][kind])


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of a pointer: a text with another one is none."""
    phrases = _phrases("see", "") | _phrases("more", "")
    return frozenset(re.findall(r"\w+", "\n".join(phrases)))


def _of_programs(kind: str) -> list[str]:
    """What programs write, in scripts that set words apart; case folded."""
    every: dict[str, Any] = tables("altsync.lint.lists", "pointer.toml")
    spaced = [table for key, table in every.items() if key not in _UNSPACED]
    return [one.casefold() for table in spaced for one in table[kind]]


_MADE = Cues(lambda: telling([*_of_programs("made"), *_of_programs("opens")]))
_POINTS = Cues(lambda: telling(_phrases("see", "") | _phrases("more", "")))


@cache
def _spaced() -> re.Pattern[str]:
    made = "|".join(map(re.escape, _of_programs("made")))
    opens = "|".join(map(re.escape, _of_programs("opens")))
    return re.compile(rf"(?<!\w)(?:{made})(?!\w)|(?:^|[.!?:] )(?:{opens})(?!\w)")


@cache
def _unspaced() -> tuple[str, ...]:
    every = tables("altsync.lint.lists", "pointer.toml")
    return tuple(
        one for key in _UNSPACED for one in every[key]["made"] + every[key]["opens"]
    )


def cue() -> frozenset[str]:
    return _MADE.all | _POINTS.all | {cues.EASTERN}


RULE = Rule(
    id="pointer",
    severity=WARNING,
    sentence=(
        "The text points elsewhere (see caption, read more), or is what a program writes"
        " by itself."
    ),
    check=check,
    cue=cue,
)
