"""The words that the rules know, by language, and a text in units of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from altsync import wordlists

PACKAGE = "altsync.claims"
_LONGEST = 4
"""Words of the longest phrase in the lists."""
_PIECE = re.compile(r"\d+(?:[.,:]\d+)*%?(?![^\W\d_])|[^\W_]+|[^\s\w]")
_HYPHEN = "-‐‑"
_ENDINGS = ("sses", "shes", "ches", "xes", "ies", "s")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word of the lists is."""

    role: str
    """The list: `person`, `animal`, `colour`, `no`, …"""
    value: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, a number, a phrase of the lists or a sign of a text."""

    words: str
    start: int
    end: int
    key: str
    """Case folded."""
    senses: tuple[Sense, ...]
    stem: str

    @property
    def sign(self) -> bool:
        """Punctuation."""
        return not self.key[0].isalnum()

    @property
    def figure(self) -> bool:
        """A number in digits."""
        return self.key[0].isdecimal() and self.key[-1] in "0123456789%"

    def sense(self, *roles: str) -> str:
        """Its value in the first of these roles that it has; '' for none."""
        for sense in self.senses:
            if sense.role in roles:
                return sense.value
        return ""


@dataclass(frozen=True)
class Lexicon:
    """The lists of one language."""

    language: str
    senses: Mapping[str, tuple[Sense, ...]]
    """By phrase."""
    after: bool
    """A colour stands behind its thing."""
    little: bool
    """The words between things are known, so that things are found that no list has."""

    def stem(self, key: str) -> str:
        """One form for the forms of a word, roughly."""
        if self.language != "en":
            return key
        for ending in _ENDINGS:
            if key.endswith(ending) and len(key) > len(ending) + 2:
                return _cut(key, ending)
        return key

    def units(self, text: str) -> tuple[Unit, ...]:
        """The longest phrases of the lists, and the words between them."""
        pieces = [
            (one.group(), one.start(), one.end())
            for one in _PIECE.finditer(text)
            if one.group() not in _HYPHEN
        ]
        return tuple(self._units(text, pieces))

    def _units(self, text: str, pieces: list[tuple[str, int, int]]) -> Iterator[Unit]:
        at = 0
        while at < len(pieces):
            size = self._size(pieces, at)
            start, end = pieces[at][1], pieces[at + size - 1][2]
            key = _joined(pieces[at : at + size])
            stem = self.stem(key)
            yield Unit(text[start:end], start, end, key, self.senses.get(key, ()), stem)
            at += size

    def _size(self, pieces: list[tuple[str, int, int]], at: int) -> int:
        for size in range(min(_LONGEST, len(pieces) - at), 1, -1):
            if _joined(pieces[at : at + size]) in self.senses:
                return size
        return 1


def _joined(pieces: list[tuple[str, int, int]]) -> str:
    return " ".join(piece[0].casefold() for piece in pieces)


def _cut(key: str, ending: str) -> str:
    if ending == "ies":
        return key[:-3] + "y"
    if ending == "s":
        return key.removesuffix("s") if not key.endswith(("ss", "us", "is")) else key
    return key[:-2]


def listed(line: str) -> list[str]:
    """The words and phrases of a line of a list."""
    return [one.strip() for one in line.split(",")]


def table(name: str, language: str) -> Mapping[str, Any]:
    """A language's part of a list; empty where the list has none."""
    found: Mapping[str, Any] = wordlists.tables(PACKAGE, f"{name}.toml").get(
        language, {}
    )
    return found


@cache
def lexicon(language: str) -> Lexicon:
    """The lists of a language, by its code of two letters."""
    senses: dict[str, list[Sense]] = {}
    for role, value, line in _lines(language):
        for phrase in listed(line):
            senses.setdefault(phrase.replace("-", " "), []).append(Sense(role, value))
    little = table("little", language)
    return Lexicon(
        language=language,
        senses={phrase: tuple(found) for phrase, found in senses.items()},
        after=little.get("adjectives") == "after",
        little="between" in little,
    )


def _lines(language: str) -> Iterator[tuple[str, str, str]]:
    """(role, value, words) of every line of the lists."""
    for value, line in table("people", language).items():
        yield "person", value, line
    for name in ("things", "actions", "places"):
        for group, lines in table(name, language).items():
            for value, line in lines.items():
                yield _role(name, group), value, line
    colours = dict(table("colours", language))
    for value, line in colours.pop("modifiers", {}).items():
        yield value, value, line
    for value, line in colours.items():
        yield "colour", value, line
    for value, line in table("numbers", language).items():
        role = value if value in ("one", "none") else "number"
        yield role, value, line
    for role in ("owner", "between", "no", "not", "nobody"):
        if role in table("little", language):
            yield role, role, table("little", language)[role]


def _role(name: str, group: str) -> str:
    """`other` of different lists are different roles."""
    return {"things": "thing", "actions": "doing"}[name] if group == "other" else group
