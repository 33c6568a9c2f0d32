"""What makes rules look at a text (cues): a word that it has, a sign, or what it is like.

Each rule says by itself what the texts have that it speaks of (`Rule.cue`). A text is held
against the words of all rules once, and only the rules that it has a cue of look at it:
of most texts most rules have nothing to say, and are never asked.

Words that join once the first text was looked at are too late to be shared: whoever has
them is asked of every text, which is slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

Words = Callable[[], Iterable[str]]

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
TRAITS = frozenset(
    [
        *(EVERY, WORDLESS, SINGLE, DOTTED, LOUD, UNPRINTABLE),
        *(FAR, EASTERN, NUMBERED, AGAIN, PLACED),
    ]
)


class _Book:
    """Where words are put down until the first text is looked at."""

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
    """Every word that is a cue; none can join any more."""
    return _BOOK.close()


def is_seen(cue: str) -> bool:
    """Whether a text that has it is known to have it: a sign, a trait, a shared word."""
    signs = len(cue) == 1 and not cue.isalpha()
    return signs or cue in TRAITS or cue in every()
