"""What the words and letters of a text say about its language, without any library: its
function words, and letters that not every language has. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

from altsync.lint.words import listed
from altsync.wordlists import tables, texts

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
    found = tables("altsync.lint.lists", "function_words.toml")
    return {
        code: Tongue(
            frozenset(table["words"].casefold().split()),
            frozenset(table["letters"]),
            frozenset(table.get("also", "").split()),
        )
        for code, table in found.items()
    }


@cache
def languages_of() -> Mapping[str, frozenset[str]]:
    """The languages that have a function word, by the word."""
    found: dict[str, set[str]] = {}
    for code, one in tongues().items():
        for word in one.words:
            found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


_PICTURED = {
    "altsync.claims": ("colours", "people", "things", "actions", "places", "numbers"),
    "altsync.lint.lists": ("complex",),
}
"""Lists of what is seen in pictures, a table a language."""
_ALIKE = 4
"""Languages from which on a word is nobody's own."""
_LETTERS = 3
"""Of a word that is no chance."""


@cache
def pictured() -> Mapping[str, frozenset[str]]:
    """What is seen in pictures, as few languages call it: these, by the word."""
    found: dict[str, set[str]] = {}
    for package, names in _PICTURED.items():
        for name in names:
            for code, table in tables(package, f"{name}.toml").items():
                for word in _WORD.findall(" ".join(texts(table)).casefold()):
                    found.setdefault(word, set()).add(code)
    return {
        word: frozenset(codes)
        for word, codes in found.items()
        if len(codes) <= _ALIKE and len(word) >= _LETTERS and word not in languages_of()
    }


@cache
def every_pictured() -> frozenset[str]:
    """These words of all languages."""
    return frozenset(pictured())


@cache
def every_word() -> frozenset[str]:
    """The function words of all languages."""
    return frozenset(languages_of())


_WRITTEN_FOR = ("en", "nl", "fr", "de", "es")
"""Languages that have word lists for all rules."""


def guess(bag: frozenset[str]) -> str:
    """The language that most of the function words among these (case folded) are of;
    where several have as many, the one of these that all rules know; '' in doubt."""
    few = bag & every_word()
    if not few:
        return ""
    every = tongues()
    whole = [code for code in _WRITTEN_FOR if few <= every[code].words]
    if len(whole) == 1:  # most texts: no other has more
        return whole[0]
    known = languages_of()
    count = Counter(chain.from_iterable(map(known.__getitem__, few)))
    most = max(count.values())
    first = [code for code, times in count.items() if times == most]
    if len(first) > 1:
        first = [code for code in first if code in _WRITTEN_FOR]
    return first[0] if len(first) == 1 else ""


@cache
def _strange(declared: str) -> Mapping[str, frozenset[str]]:
    """By letter: the languages that have it, where the declared one does not."""
    here = tongues()[declared].letters if declared in tongues() else frozenset()
    found: dict[str, set[str]] = {}
    for code, one in tongues().items():
        for letter in one.letters - here - _TRAVELLED:
            found.setdefault(letter, set()).add(code)
    return {letter: frozenset(codes) for letter, codes in found.items()}


class Leaning(NamedTuple):
    """What speaks for another language than the declared one, and what against it."""

    language: str
    """'' where nothing speaks for any."""
    words: int = 0
    """Function words that it has and the declared one has not."""
    letters: int = 0
    """Words with letters that it has and the declared one has not."""
    pictured: int = 0
    """Words for what is seen in pictures, likewise, less those that it has not."""
    leads: bool = False
    """So does its first word, which may be the first of a name: "The Card Chef"."""
    against: int = 0
    """Function words that the declared one has and it has not; all of these where
    nothing speaks for another."""
    known: int = 0
    """Words for what is seen in pictures, likewise."""

    @property
    def evidence(self) -> int:
        return self.words + self.letters + self.pictured


class _Votes:
    """Of which languages some words of a text are."""

    def __init__(
        self,
        known: Mapping[str, frozenset[str]],
        words: Iterable[str],
        declared: str,
    ) -> None:
        self.own: list[frozenset[str]] = []
        """Of words that the declared language has: which have them, too."""
        self.other: dict[str, int] = {}
        """Words that the declared language has not, by language."""
        for word in words:
            codes = known[word]
            if declared in codes:
                self.own.append(codes)
                continue
            for code in codes:
                self.other[code] = self.other.get(code, 0) + 1

    def against(self, code: str) -> int:
        """Words that only the declared one has, of the two."""
        return sum([code not in codes for codes in self.own])

    def margin(self, code: str) -> int:
        return self.other.get(code, 0) - self.against(code)


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
            if low.isalpha():
                if low in known and not self._is_in_a_name(at, word, low):
                    yield low
                continue
            for part in _APOSTROPHE.split(low):
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
        words = _Votes(languages_of(), self.telling(declared), declared)
        things = _Votes(pictured(), self._pictured(declared), declared)
        letters = self._lettered(_strange(declared))
        leads = self._leads(declared)
        best = Leaning("", against=len(words.own), known=len(things.own))
        if not (words.other or letters or things.other or leads):
            return best
        most = 0.0
        # sorted: a set has no order that lasts
        for code in sorted({*words.other, *letters, *things.other, *leads}):
            seen = max(0, things.margin(code)) if code in things.other else 0
            each = words.other.get(code, 0), letters.get(code, 0), seen
            speaking = sum(each) + (code in leads) / 2
            if speaking <= most:  # whatever speaks against it
                continue
            against = words.against(code)
            if speaking - against > most:
                known = things.against(code)
                best = Leaning(code, *each, code in leads, against, known)
                most = speaking - against
        return best

    def _pictured(self, declared: str) -> frozenset[str]:
        """Words for what is seen in pictures, but for those that the declared language
        has for something else."""
        words = set(self.small)
        if len(self.all) > 1 and self.all[1].islower():
            words.add(self.all[0].casefold())
        found = words & every_pictured()
        if not found or declared not in tongues():
            return frozenset(found)
        return frozenset(found - tongues()[declared].words - tongues()[declared].also)

    def _leads(self, declared: str) -> frozenset[str]:
        """The languages of a function word that begins the text before a capital, where
        the declared one has no such word."""
        if len(self.all) < 2 or not self.small:
            return frozenset()
        first, second = self.all[:2]
        if not (first[0].isupper() and second[0].isupper()):
            return frozenset()
        codes = languages_of().get(first.casefold(), frozenset())
        return frozenset() if declared in codes else codes

    def _lettered(self, strange: Mapping[str, frozenset[str]]) -> Mapping[str, int]:
        """Words with a strange letter, by language."""
        words = {word for word in self.small if not word.isascii()}
        if not words:
            return {}
        found: dict[str, int] = {}
        for word in words:
            codes = {code for sign in word if sign in strange for code in strange[sign]}
            for code in codes:
                found[code] = found.get(code, 0) + 1
        return found
