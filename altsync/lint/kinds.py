"""What kind of picture a text says that it is of: made to be read, such as a chart or a
screenshot, by the first words in 25 languages (`lists/complex.toml`). Pure.

What a person wrote of a chart is the account that there is of it: longer than what is said
of a photo, and about numbers.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache

from altsync.lint.text import Seen
from altsync.wordlists import listed, tables

_START = 40
"""Characters in which a text says what it is of."""
_WORD = re.compile(r"[\w'’-]+")
_UNSPACED = ("ja", "zh", "ko")


def is_of_a_chart(seen: Seen) -> bool:
    """Whether the first words call the picture a chart of data."""
    return _kinds(("charts",)).are_named(seen.low[:_START])


def is_made_to_be_read(seen: Seen) -> bool:
    """Whether the first words call it a chart, a map, a figure, a screenshot."""
    return _kinds(("charts", "others")).are_named(seen.low[:_START])


@dataclass(frozen=True, slots=True)
class _PictureKinds:
    """What pictures are called, in all languages."""

    whole: frozenset[str]
    """A word, or two with a blank between."""
    stems: tuple[str, ...]
    inside: re.Pattern[str]
    """Where no blanks are between words."""

    def are_named(self, start: str) -> bool:
        words = _WORD.findall(start)
        pairs = map(" ".join, itertools.pairwise(words))
        if not self.whole.isdisjoint(words) or not self.whole.isdisjoint(pairs):
            return True
        if any(word.startswith(self.stems) for word in words):
            return True
        return not start.isascii() and self.inside.search(start) is not None


@cache
def _kinds(keys: tuple[str, ...]) -> _PictureKinds:
    found = tables("altsync.lint.lists", "complex.toml")
    spaced = [
        one
        for name, table in found.items()
        if name not in _UNSPACED
        for key in keys
        for one in listed(table[key])
    ]
    inside = [
        one for name in _UNSPACED for key in keys for one in listed(found[name][key])
    ]
    return _PictureKinds(
        frozenset(one for one in spaced if not one.endswith("*")),
        tuple(one[:-1] for one in spaced if one.endswith("*")),
        re.compile("|".join(map(re.escape, inside))),
    )
