"""What makes rules look at a text (cues): a word that it has, a sign, or what it is like.

Each rule says by itself what the texts have that it speaks of (`Rule.cue`), and so does
each pattern within it (`gate`). Both are gates, each a bit of one number: a text is held
against the cues of all gates once, which gives the number of those that stand open for
it (`Seen.open`). Of most texts most rules have nothing to say, and are never asked.

A gate that joins once the first text was looked at is too late to have a bit: whoever
stands behind it is asked of every text, which is slower, and never wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

MadeCues = Callable[[], Iterable[str]]

DIGITS = "0123456789"

# What a text is like. In capitals: words are case folded, and never the same.
EVERY = "EVERY"
"""Of a rule that looks at every text."""
WORDLESS = "WORDLESS"
"""There is no word in it."""
SINGLE = "SINGLE"
"""There is no blank in it."""
DOTTED = "DOTTED"
"""A dot stands where it could be that of a file's extension."""
LOUD = "LOUD"
"""What letters have capitals, are capitals."""
UNPRINTABLE = "UNPRINTABLE"
"""It has control characters, line breaks, or signs that nobody sees."""
FAR = "FAR"
"""It has signs that are not those of Latin."""
EASTERN = "EASTERN"
"""It has signs of Chinese, Japanese or Korean."""
NUMBERED = "NUMBERED"
"""It has MANY digits."""
MANY = 8
AGAIN = "AGAIN"
"""A word stands in it three times, or two of them twice."""
PLACED = "PLACED"
"""It is known whether the image is a link or button."""
TAGGED = "TAGGED"
"""The site gives a language for the image."""
BY_MODEL = "BY_MODEL"
"""A model wrote it."""
INCOMPLETE = "INCOMPLETE"
"""The model said less than it was asked."""
ELSEWHERE = "ELSEWHERE"
"""The same text stands on the same picture where that is something else."""
READ = "READ"
"""A program of its own read the picture."""
TRAITS = frozenset(
    [
        *(EVERY, WORDLESS, SINGLE, DOTTED, LOUD, UNPRINTABLE, FAR, EASTERN, NUMBERED),
        *(AGAIN, PLACED, TAGGED, BY_MODEL, INCOMPLETE, ELSEWHERE, READ),
    ]
)


class _Book:
    """Where gates are put down until the first text is looked at."""

    def __init__(self) -> None:
        self._gates: list[MadeCues] = []
        self._closed = False
        self._lock = threading.RLock()

    def join(self, made: MadeCues) -> int:
        """The bit of a gate from now on; 0: it came too late."""
        with self._lock:
            if self._closed:
                return 0
            self._gates.append(made)
            return 1 << len(self._gates) - 1

    def close(self) -> Mapping[str, int]:
        """By cue: the gates that it opens."""
        with self._lock:
            found = dict.fromkeys(TRAITS, 0)
            for at, made in enumerate(self._gates):  # some are put down by others here
                for cue in made():
                    found[cue] = found.get(cue, 0) | 1 << at
            self._closed = True
        return found


@dataclass(frozen=True, slots=True)
class Index:
    """Which gates are opened by what."""

    gates: Mapping[str, int]
    """By cue."""
    words: frozenset[str]
    """Those of the cues that are words."""


_BOOK = _Book()


def join(made: MadeCues) -> int:
    """Put down a gate, by the cues that open it; they are made at the first look, their
    words case folded. Its bit; who gets 0 has to ask by itself what a text has."""
    return _BOOK.join(made)


@cache
def index() -> Index:
    """All gates; none can join any more."""
    gates = _BOOK.close()
    words = (cue for cue in gates if len(cue) > 1 or cue.isalnum())
    return Index(gates, frozenset(words) - TRAITS)
