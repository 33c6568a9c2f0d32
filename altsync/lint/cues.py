"""The words that make any rule look closer (cues), of all rules together.

A text is held against all of them once; each rule then asks the few that it has, instead
of every word of it. What joins once the first text was looked at is too late to be
shared: it asks all words, which is slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

Words = Callable[[], Iterable[str]]


class _Book:
    """Where cues are put down until the first text is looked at."""

    def __init__(self) -> None:
        self.shared: list[Words] = []
        self.closed = False

    def join(self, words: Words) -> bool:
        """Whether these words are among the cues from now on."""
        if not self.closed:
            self.shared.append(words)
        return not self.closed

    def close(self) -> frozenset[str]:
        self.closed = True  # first: nobody may join while they are read
        return frozenset(word for words in self.shared for word in words())


_BOOK = _Book()


def join(words: Words) -> bool:
    """Put down words that are made at the first look, case folded. Whether they are
    shared: whoever gets False has to ask all words of a text."""
    return _BOOK.join(words)


@cache
def every() -> frozenset[str]:
    """Every cue there is; none can join any more."""
    return _BOOK.close()
