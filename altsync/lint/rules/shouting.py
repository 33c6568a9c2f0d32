"""All capitals, and pictographs in place of words. Capitals are tiring to read and some
screen readers spell them; of a pictograph they say a name that may be half a sentence.

Abbreviations, short words and the words that an image shows pass; letters are counted
in scripts that have capitals. Arrows, marks such as ™ and what stands between quotation
marks are no pictographs; one or two beside words are a remark only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint import cues
from altsync.lint.rule import INFO, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, slug

_LETTERS = 4
"""From so many on, a word in capitals is no abbreviation."""
_CASED = 0.8
"""The share of letters that have to be capitals: "NASAのロケット" has few."""
_PICTOGRAPH = re.compile(
    "[\u231a\u23f0\u2614\u2705\u2728\u274c\u2764\u2b50\U0001f300-\U0001faff]"
)
"""Not the tones of a skin, nor what joins two to one."""
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]|\u200d.")


def check(seen: Seen, limits: Limits) -> Hits:
    if seen.raw.isupper() or _has_pictograph(seen):
        return _found(seen, limits)
    return NONE


def _has_pictograph(seen: Seen) -> bool:
    return not seen.near and _PICTOGRAPH.search(seen.text) is not None


def _found(seen: Seen, limits: Limits) -> Iterator[Hit]:
    if seen.raw.isupper() and _shouts(seen, limits["words"]):
        yield Hit(
            "The alt text is all capitals: write it as a sentence; some screen readers"
            " spell capitals letter by letter."
        )
    if not _has_pictograph(seen):
        return
    found = _PICTOGRAPH.findall(_TONES.sub("", seen.unquoted))
    if found:
        many = len(found) > limits["pictographs"] or not _has_words(seen.unquoted)
        yield Hit(
            f"The alt text has pictographs ({' '.join(found[:3])}), each of which is"
            " read out by a name of its own: say it in words.",
            None if many else INFO,
        )


def _shouts(seen: Seen, least: int) -> bool:
    given = seen.given
    if seen.gives_words:
        return False
    long = [one for one in seen.words if len(one) >= _LETTERS and one.isalpha()]
    letters = [sign for sign in seen.text if sign.isalpha()]
    if len(long) < least or sum(map(str.isupper, letters)) < _CASED * len(letters):
        return False
    return not (given.words and slug(seen.text) in slug(given.words))


def _has_words(text: str) -> bool:
    return any(map(str.isalpha, text))


def cue() -> frozenset[str]:
    return frozenset([cues.LOUD, cues.FAR])


RULE = Rule(
    id="shouting",
    severity=WARNING,
    sentence="The text is all capitals, or has pictographs in place of words.",
    check=check,
    cue=cue,
    limits={"words": 3, "pictographs": 2},
)
