"""What the words and letters of a text say about its language, without any library: its
function words, and letters that not every language has. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from altsync.lint.words import FUNCTION_WORDS, listed
from altsync.wordlists import tables

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_APOSTROPHE = re.compile("['’]")
_PARTICLES = listed(
    "a al and auf av bin by da de del della den der des di do du e el en et for het i ibn in"
    " la las le les los of on og och op or per s san st sur ten ter the to u und van von"
    " y z"
)
"""Function words that stand within names: between two capitals they tell nothing."""
_TRAVELLED = frozenset("áàâäåãçéèêëíîïñóôöøúûüæœ")
"""Letters that words take along into other languages: "café", "smörgåsbord"."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as a text shows it."""

    words: frozenset[str]
    """Its function words, case folded."""
    letters: frozenset[str]
    """Those of its letters that are not a to z, or not what all of its script have."""
    also: frozenset[str]
    """Other words of it that are written like a function word of another language."""


@cache
def tongues() -> Mapping[str, Tongue]:
    """Every language of the list, by its code of two letters."""
    listed = tables("altsync.lint.lists", "function_words.toml")
    return {
        code: Tongue(
            frozenset(table["words"].casefold().split())
            | FUNCTION_WORDS.get(code, frozenset()),
            frozenset(table["letters"]),
            frozenset(table.get("also", "").split()),
        )
        for code, table in listed.items()
    }


@cache
def languages_of() -> Mapping[str, frozenset[str]]:
    """The languages that have a function word, by the word."""
    found: dict[str, set[str]] = {}
    for code, one in tongues().items():
        for word in one.words:
            found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


@cache
def every_word() -> frozenset[str]:
    """The function words of all languages."""
    return frozenset(languages_of())


@cache
def _strange(declared: str) -> Mapping[str, frozenset[str]]:
    """By letter: the languages that have it, where the declared one does not."""
    here = tongues()[declared].letters if declared in tongues() else frozenset()
    found: dict[str, set[str]] = {}
    for code, one in tongues().items():
        for letter in one.letters - here - _TRAVELLED:
            found.setdefault(letter, set()).add(code)
    return {letter: frozenset(codes) for letter, codes in found.items()}


@dataclass(frozen=True, slots=True)
class Leaning:
    """What speaks for another language than the declared one, and what against it."""

    language: str
    """'' where nothing speaks for any."""
    words: int = 0
    """Function words that it has and the declared one has not."""
    letters: int = 0
    """Words with letters that it has and the declared one has not."""
    against: int = 0
    """Function words that the declared one has and it has not; all of these where
    nothing speaks for another."""

    @property
    def evidence(self) -> int:
        return self.words + self.letters


class WrittenWords:
    """The words of a text, as they are written."""

    def __init__(self, text: str) -> None:
        self.all = _WORD.findall(text)
        self.small = [word for word in self.all if word.islower()]
        """Those that are no names, but for the first of a sentence and German nouns."""
        self._told: frozenset[str] | None = None

    def telling(self, declared: str = "") -> frozenset[str]:
        """The function words that are no part of a name and, where the declared language
        has them, in it no words of another kind; case folded."""
        if self._told is None:
            self._told = frozenset(self._telling())
        if declared not in tongues():
            return self._told
        return self._told - tongues()[declared].also

    def _telling(self) -> Iterator[str]:
        known = languages_of()
        for at, word in enumerate(self.all):
            low = word.casefold()
            parts = (low,) if low.isalpha() else _APOSTROPHE.split(low)
            for part in parts:
                if part in known and not self._is_in_a_name(at, word, part):
                    yield part

    def _is_in_a_name(self, at: int, word: str, low: str) -> bool:
        after = self.all[at + 1 : at + 2]
        leads = bool(after) and after[0][0].isupper()
        if word[0].isupper():
            return at > 0 or leads or len(self.all) == 1
        follows = at > 0 and self.all[at - 1][0].isupper()
        return low in _PARTICLES and leads and follows

    def leaning(self, declared: str) -> Leaning:
        """The language that most speaks for, other than the declared one."""
        known, told = languages_of(), self.telling(declared)
        own = [word for word in told if declared in known[word]]
        if len(own) == len(told) and all(map(str.isascii, self.small)):
            return Leaning("", against=len(own))
        words = Counter(code for word in told.difference(own) for code in known[word])
        letters = self._lettered(_strange(declared))
        shared = Counter(code for word in own for code in known[word])
        best, most = Leaning("", against=len(own)), 0
        for code in sorted(words | letters):  # a set has no order that lasts
            against = len(own) - shared[code]
            margin = words[code] + letters[code] - against
            if margin > most:
                most = margin
                best = Leaning(code, words[code], letters[code], against)
        return best

    def _lettered(self, strange: Mapping[str, frozenset[str]]) -> Counter[str]:
        """Words with a strange letter, by language."""
        words = {word for word in self.small if not word.isascii()}
        codes = (
            frozenset().union(*(strange.get(letter, ()) for letter in word))
            for word in words
        )
        return Counter(code for each in codes for code in each)
