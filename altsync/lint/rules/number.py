"""A count of things or people that a model took from the caption or the page: "12
volunteers", where the caption says so and ten can be seen. Models copy such numbers, and
whoever listens cannot count.

Asked of a model's text only, from five on (fewer are seen at a glance), where the same
number stands before the same word in a trusted text. People are called by many words:
"seven people" is what a caption with "the seven members" says; only title and caption
count there, which are about the picture. Years, times, sizes, prices, versions and what
a name ends with are no counts; a number that stands in the picture, a chart and the
words of an image pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from altsync.lint import cues
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, Text
from altsync.lint.tongues import every_word
from altsync.models import Decision
from altsync.wordlists import listed, tables, texts

_FULL = (Decision.TEXT, Decision.COMPLEX)
"""Texts that list what can be read in a picture."""
_PIECE = re.compile(r"\d+(?:[.,:/-]\d+)*%?(?![^\W_])|[^\W_]+(?:['’-][^\W_]+)*|[^\s\w]")
_FIRST = 5
"""The first number of every list."""
_YEARS = range(1000, 2200)
_STEM = 4
"""Letters that two forms of a word have in common."""
_MOST = 20
"""Different counts of a text that are looked for: each takes all that is known."""
_REACH = 2
"""Words between a number and what it counts, in the other text."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things, as a text has it."""

    number: int
    counted: str
    words: str


def check(seen: Seen, limits: Limits) -> Hits:
    given = seen.given
    if not given.by_model or given.decision in _FULL:
        return NONE
    words = _words(seen.language)
    if not seen.has_digit and words.keys().isdisjoint(seen.runs):
        return NONE
    return _copied(seen, words, limits["least"])


def _copied(seen: Seen, words: Mapping[str, int], least: int) -> Iterator[Hit]:
    given = seen.given
    capitals = seen.language in ("de", "")
    found = counts(seen.text, least, words, capitals=capitals)
    for one in list(dict.fromkeys(found))[:_MOST]:
        told = _has(seen.trusted, one, words) or _counts_people(given, one, words)
        if told and not _shows(_read(given), one, words):
            yield Hit(
                f"“{one.words}” is what a text of the site says, too, and a model copies"
                " such a number: count, or leave it out."
            )
            return


def counts(
    text: str, least: int, words: Mapping[str, int], *, capitals: bool = False
) -> Iterator[Count]:
    """What a text counts, from a number on. `words`: numbers in words; `capitals`: words
    for things have them; else such a word is a name ("10 Downing Street")."""
    for found in _counters().finditer(text):
        if least <= int(found[1]):
            yield Count(int(found[1]), found[2], found[0])
    pieces = _PIECE.findall(text)
    for at, piece in enumerate(pieces[:-1]):
        number = _number(piece, words)
        if number < least or number in _YEARS:
            continue
        if at and piece.isdecimal() and _ends_name(pieces[at - 1]):
            continue
        counted = pieces[at + 1]
        if _is_counted(counted) and (capitals or not counted[0].isupper()):
            yield Count(number, counted.casefold(), f"{piece} {counted}")


def _number(piece: str, words: Mapping[str, int]) -> int:
    """0: it is none, or not a whole one."""
    if piece.isdecimal() and len(piece) < 6:
        return int(piece)
    return words.get(piece.casefold(), 0)


def _ends_name(before: str) -> bool:
    """The number belongs to what stands before it: "Drupal 10 modules", "$ 12"."""
    if before[0].isalpha():
        low = before.casefold()
        return (before[0].isupper() and low not in every_word()) or low in _before()
    return before in "$€£¥#№-–/"


def _is_counted(word: str) -> bool:
    """A word for things or people, for all that a list can tell."""
    low = word.casefold()
    return (
        len(low) > 2
        and low.isalpha()
        and low not in every_word()
        and low not in _units()
    )


def _has(known: str, one: Count, words: Mapping[str, int]) -> bool:
    """Does a text count the same?"""
    if any((int(n), what) == (one.number, one.counted) for n, what in _told(known)):
        return True
    pieces = _PIECE.findall(known)
    stem = one.counted[:_STEM]
    return any(
        _number(piece, words) == one.number
        and any(
            word.casefold().startswith(stem)
            for word in pieces[at + 1 : at + 2 + _REACH]
        )
        for at, piece in enumerate(pieces)
    )


def _counts_people(given: Text, one: Count, words: Mapping[str, int]) -> bool:
    """Do both the text and what is said of this picture count so many people?"""
    whole, begins = _people()
    if one.counted not in whole and not one.counted.startswith(begins):
        return False
    for known in filter(None, (given.title, given.caption)):
        low = known.casefold()
        if any(each.number == one.number for each in counts(low, _FIRST, words)):
            return True
    return False


def _shows(read: str, one: Count, words: Mapping[str, int]) -> bool:
    """Does the picture say the number itself?"""
    told = (int(number) for number, _ in _told(read))
    pieces = (_number(piece, words) for piece in _PIECE.findall(read))
    return one.number in {*told, *pieces}


def _read(given: Text) -> str:
    """Every word that was read in the picture, by whomever."""
    return "\n".join([given.words or "", *(line.text for line in given.read)])


def _told(text: str) -> list[tuple[str, str]]:
    """Numbers with their counters, where no blanks set words apart."""
    found: list[tuple[str, str]] = _counters().findall(text)
    return found


@cache
def _counters() -> re.Pattern[str]:
    every = tables("altsync.lint.lists", "number.toml").values()
    counters = "".join(table.get("counters", "") for table in every)
    return re.compile(rf"(?<![\d.,])(\d{{1,4}}) ?([{counters.replace(' ', '')}])")


@cache
def _words(language: str) -> dict[str, int]:
    """Numbers in words. Where the language is not known, of all that agree on the word:
    "on" is ten only in Turkish, and a small word elsewhere."""
    every = tables("altsync.lint.lists", "number.toml")
    found: dict[str, set[int]] = {}
    for table in [every[language]] if language in every else every.values():
        for number, words in enumerate(table.get("numbers", "").split(","), _FIRST):
            for word in words.casefold().split():
                found.setdefault(word, set()).add(number)
    if language not in every:
        short = (word for word in found if len(word) < _STEM)
        for word in (every_word() & found.keys()).union(short):
            del found[word]
    return {word: min(said) for word, said in found.items() if len(said) == 1}


@cache
def _people() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words for people, in all languages: whole, and how others begin ("человек*")."""
    every = texts(tables("altsync.claims", "people.toml"))
    words = {one for text in every for one in listed(text)}
    begins = {one for one in words if one.endswith("*")}
    return frozenset(words - begins), tuple(one.rstrip("*") for one in begins)


@cache
def _units() -> frozenset[str]:
    every = tables("altsync.lint.lists", "number.toml").values()
    return frozenset(word for table in every for word in table["units"].split())


@cache
def _before() -> frozenset[str]:
    """What a number tells from others of its kind: "bus 7"."""
    every = tables("altsync.lint.lists", "number.toml").values()
    return frozenset(
        word for table in every for word in table.get("before", "").split()
    )


def cue() -> frozenset[str]:
    return frozenset([cues.BY_MODEL])


RULE = Rule(
    id="number",
    severity=WARNING,
    sentence=(
        "A model's text counts things or people just as a text of the site does: such a"
        " number is copied, not counted."
    ),
    check=check,
    cue=cue,
    limits={"least": 5},
)
