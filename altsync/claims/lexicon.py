"""The words that the rules know, by language, and a text in units of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from altsync import wordlists

PACKAGE = "altsync.claims"
_LONGEST = 4
"""Words of the longest phrase in the lists."""
_LONGEST_RUN = 6
"""Signs of the longest word in the lists of a language without blanks."""
_SHORTEST = 2
"""Letters that the words of a list with a star have in common at least."""
_PIECE = re.compile(r"\d+(?:[.,:]\d+)*%?(?![^\W\d_])|[^\W_]+|[^\s\w]")
_JOINTS = "-‐‑'’"
_RUN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
"""Of a script without blanks between words."""
_ENDINGS = ("sses", "shes", "ches", "xes", "ies", "s")
_LIGHT = "aeiouysnàèìòùáéíóúâêôãõаеиоуыйьяюіїє"
"""Letters that a word's forms end in, roughly, where no other rule is known."""
_LONG = 5
"""Letters of an English word that may end in a y that its noun has not (grassy)."""
_ROOT = 4
"""Letters that are left of a word in any case."""
_BENT = 5
"""Letters of a stem by which another form of a word is known."""
_FIRST, _LAST = 4, 3
"""Letters of the two words of which a longer one is written, at least."""
_NOUNS = ("person", "thing", "animal", "vehicle")
_SWITCHES = ("adjectives", "compounds")
"""Lines about a language itself."""
_DOERS = ("ing", "ers", "er", "ist", "ed", "y", "e")
_DEED = 5
"""Letters that are left of a word without the ending of who does it."""
SOLE = "en"
"""The language of a text that does not show it."""


class Sense(NamedTuple):
    """What a word of the lists is."""

    role: str
    """The list: `person`, `animal`, `colour`, `no`, …"""
    value: str


class _Piece(NamedTuple):
    words: str
    start: int
    end: int


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
    """By phrase; one that ends in a star is the beginning of words."""
    after: bool
    """A colour stands behind its thing."""
    little: bool
    """The words between things are known, so that things are found that no list has."""
    stars: bool
    openings: frozenset[str]
    """First words of phrases."""
    compounds: bool
    """A word may be written together of two, the thing itself last."""
    stems: Mapping[str, tuple[Sense, ...]]
    """What people and things are, by the stem of their words."""

    @property
    def runs(self) -> bool:
        """Written without blanks between words."""
        return self.language in ("ja", "zh")

    def stem(self, key: str) -> str:
        """One form for the forms of a word, roughly."""
        return _stem(key, self.language)

    def units(self, text: str) -> tuple[Unit, ...]:
        """The longest phrases of the lists, and the words between them."""
        pieces = list(self._pieces(text))
        return tuple(self._units(text, pieces))

    def known(self, key: str) -> tuple[Sense, ...]:
        """What the lists say of a word or phrase."""
        found = self.senses.get(key, ())
        if found or key in self.senses:
            return found
        return self._begun(key) or self._bent(key) or self._compound(key)

    def _begun(self, key: str) -> tuple[Sense, ...]:
        """The longest beginning that the lists have."""
        if self.stars:
            for size in range(len(key), _SHORTEST - 1, -1):
                if f"{key[:size]}*" in self.senses:
                    return self.senses[f"{key[:size]}*"]
        return ()

    def _bent(self, key: str) -> tuple[Sense, ...]:
        """Another form of a word for people or things."""
        stem = self.stem(key)
        return self.stems.get(stem, ()) if len(stem) >= _BENT else ()

    def _compound(self, key: str) -> tuple[Sense, ...]:
        """A word for people or things at the end of a longer one."""
        if not self.compounds:
            return ()
        for start in range(_FIRST, len(key) - _LAST + 1):
            senses = self.senses.get(key[start:], ())
            found = tuple(one for one in senses if one.role in _NOUNS)
            if found:
                return found
        return ()

    def _pieces(self, text: str) -> Iterator[_Piece]:
        for one in _PIECE.finditer(text):
            if one.group() in _JOINTS:
                continue
            if self.runs and _RUN.search(one.group()):
                yield from self._split(one.group(), one.start())
            else:
                yield _Piece(one.group(), one.start(), one.end())

    def _split(self, run: str, start: int) -> Iterator[_Piece]:
        """The longest words of the lists, digits, and single signs."""
        at = 0
        while at < len(run):
            sizes = range(min(_LONGEST_RUN, len(run) - at), 1, -1)
            size = next((n for n in sizes if run[at : at + n] in self.senses), 1)
            if size == 1 and (digits := re.match(r"\d+", run[at:])):
                size = digits.end()
            yield _Piece(run[at : at + size], start + at, start + at + size)
            at += size

    def _units(self, text: str, pieces: Sequence[_Piece]) -> Iterator[Unit]:
        at = 0
        while at < len(pieces):
            size = self._size(pieces, at)
            start, end = pieces[at].start, pieces[at + size - 1].end
            key = _joined(pieces[at : at + size])
            yield Unit(
                text[start:end], start, end, key, self.known(key), self.stem(key)
            )
            at += size

    def _size(self, pieces: Sequence[_Piece], at: int) -> int:
        if folded(pieces[at].words) not in self.openings:
            return 1
        for size in range(min(_LONGEST, len(pieces) - at), 1, -1):
            if _joined(pieces[at : at + size]) in self.senses:
                return size
        return 1


def _joined(pieces: Sequence[_Piece]) -> str:
    return " ".join(folded(piece.words) for piece in pieces)


def _stem(key: str, language: str) -> str:
    if language == "en":
        ending = next(filter(key.endswith, _ENDINGS), "")
        cut = _cut(key, ending) if len(key) > len(ending) + 2 else key
        return cut.removesuffix("y") if len(cut) > _LONG else cut
    return key[:_ROOT] + key[_ROOT:].rstrip(_LIGHT)


def _cut(key: str, ending: str) -> str:
    if ending == "ies":
        return key[:-3] + "y"
    if ending == "s":
        return key.removesuffix("s") if not key.endswith(("ss", "us", "is")) else key
    return key[:-2] if ending else key


def rooted(stem: str) -> str:
    """One form for a deed, who does it and what with: weightlifting, a weightlifter."""
    ending = next(filter(stem.endswith, _DOERS), "")
    left = len(stem) - len(ending)
    return stem[:left] if left >= _DEED else stem


def listed(line: str) -> list[str]:
    """The words and phrases of a line of a list."""
    return [one.strip() for one in line.split(",") if one.strip()]


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
            senses.setdefault(_key(phrase), []).append(Sense(role, value))
    little = table("little", language)
    stems: dict[str, tuple[Sense, ...]] = {}
    for phrase, found in senses.items():
        nouns = tuple(one for one in found if one.role in _NOUNS)
        if nouns and " " not in phrase and not phrase.endswith("*"):
            stems.setdefault(_stem(phrase, language), nouns)
    return Lexicon(
        language=language,
        senses={phrase: tuple(found) for phrase, found in senses.items()},
        after=little.get("adjectives") == "after",
        little="owner" in little,
        stars=any(phrase.endswith("*") for phrase in senses),
        openings=frozenset(phrase.split(" ")[0] for phrase in senses if " " in phrase),
        compounds="compounds" in little,
        stems=stems,
    )


def spoken(code: str, text: str) -> Lexicon:
    """The lists for a text: by the code that the site gives, or, where that names no
    language (empty, `und`, `zxx`), those whose little words it has most of."""
    language = code[:3].split("-")[0].casefold()
    if len(language) == 2:
        return lexicon(language)
    words = set(re.findall(r"[^\W\d_]+", folded(text)))
    found = {one: len(words & little) for one, little in _little_words().items()}
    best = max(found, key=lambda one: (found[one], one == SOLE))
    return lexicon(best if found[best] else SOLE)


@cache
def _little_words() -> Mapping[str, frozenset[str]]:
    every = wordlists.tables(PACKAGE, "little.toml")
    return {
        language: frozenset(listed(f"{lines['owner']}, {lines['between']}"))
        for language, lines in every.items()
        if "owner" in lines
    }


def _key(phrase: str) -> str:
    """As the units of a text have it."""
    star = "*" if phrase.endswith("*") else ""
    pieces = [one for one in _PIECE.findall(phrase.rstrip("*")) if one not in _JOINTS]
    return folded(" ".join(pieces)) + star


def folded(words: str) -> str:
    """Without case, a Turkish capital with its dot too."""
    return words.casefold().replace("i\u0307", "i")


def _lines(language: str) -> Iterator[tuple[str, str, str]]:
    """(role, value, words) of every line of the lists."""
    yield from _lines_of("people", "person", language)
    yield from _lines_of("striking", "thing", language)
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
        role = value if value in ("one", "none", "counter", "rough") else "number"
        yield role, value, line
    for role, line in table("little", language).items():
        if role not in _SWITCHES:
            yield role, role, line


def _lines_of(name: str, role: str, language: str) -> Iterator[tuple[str, str, str]]:
    """The same of one list, all in one role."""
    for value, line in table(name, language).items():
        yield role, value, line


def _role(name: str, group: str) -> str:
    """`other` of different lists are different roles."""
    return {"things": "thing", "actions": "doing"}[name] if group == "other" else group
