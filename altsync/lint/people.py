"""Claims about people in a text, by the words of 25 languages (`lists/person.toml`). Pure.

A claim is a word beside a word for people ("a sad woman"), one that says it by itself
("elderly"), a feeling after a verb ("she looks sad"), a relation ("his wife"), or a
pattern. Words are compared as they are written, with the endings that the list gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from altsync.lint import cues
from altsync.lint.gate import AnyOf, Cues, Gated
from altsync.lint.text import Seen
from altsync.lint.words import listed
from altsync.wordlists import tables

KINDS = {
    "origin": "race or origin",
    "age": "age",
    "looks": "looks",
    "feelings": "feelings",
    "relation": "a relation",
    "disability": "a disability",
}
"""What is claimed, and what an owner is told of it; the order in which it is looked for."""
_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s'’-]")
"""Words, and what stands between the parts of a sentence."""
_NEAR = 3
"""Words from a verb to the feeling that it tells of."""
_COMMON = listed(
    "woman women man men person people boy girl child children and young old the his her"
    " their for with couple year years"
)
"""Words of a pattern that do not carry its claim, where others do."""


class PersonClaim(NamedTuple):
    """One claim."""

    kind: str
    words: str
    """As the text has them, case folded."""
    carrying: tuple[str, ...]
    """What a trusted text has to say, for the claim to be the site's."""


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """The words of one language. What a claim is called by its word: (kind, the word
    without a prefix)."""

    order: str
    people: frozenset[str]
    begins: tuple[str, ...]
    between: frozenset[str]
    claims: Mapping[str, tuple[str, str]]
    alone: Mapping[str, tuple[str, str]]
    felt: frozenset[str]
    seems: frozenset[str]
    own: frozenset[str]
    kin: frozenset[str]

    beside: frozenset[str]
    """The last word of every claim that stands beside people."""
    telling: frozenset[str]
    """Of every other one."""
    first: frozenset[str]
    """The first word of each, and of what a feeling or a relation follows."""

    def may_claim(self, carried: frozenset[str], runs: frozenset[str]) -> bool:
        """Whether these words may have a claim at all; `carried`: those of which any
        language makes one."""
        if not self.telling.isdisjoint(carried):
            return True
        if self.beside.isdisjoint(carried):
            return False
        return bool(self.begins) or not self.people.isdisjoint(runs)

    def is_person(self, word: str) -> bool:
        return word in self.people or (
            bool(self.begins) and word.startswith(self.begins)
        )

    def find(self, words: list[str]) -> Iterator[PersonClaim]:
        """Every claim in the words of a text."""
        for at, word in enumerate(words):
            if word not in self.first:
                continue
            pair = " ".join(words[at : at + 2])
            for said, wide in ((pair, 2), (word, 1)):
                yield from self._at(words, at, said, wide)

    def _at(
        self, words: list[str], at: int, said: str, wide: int
    ) -> Iterator[PersonClaim]:
        if said in self.alone:
            kind, bare = self.alone[said]
            yield PersonClaim(kind, said, (bare,))
        if said in self.claims:
            kind, bare = self.claims[said]
            if who := self._beside(words, at, at + wide):
                yield PersonClaim(kind, who, (bare,))
        if said in self.seems and (feeling := self._feeling(words, at + wide)):
            yield PersonClaim("feelings", f"{said} {feeling}", (feeling,))
        if said in self.own and (kin := self._kin(words[at + wide : at + wide + 2])):
            yield PersonClaim("relation", f"{said} {kin}", (kin,))

    def _kin(self, near: list[str]) -> str:
        """Who follows "his", perhaps with a word between; '' nobody."""
        if near and near[0] in self.between:
            near = near[1:]
        return near[0] if near and near[0] in self.kin else ""

    def _beside(self, words: list[str], start: int, end: int) -> str:
        """The words from a claim to the person whom it is about; '' nobody."""
        if self.order != "after":
            for stop in range(end, min(end + 2, len(words))):
                if self.is_person(words[stop]):
                    owned = words[stop + 1 : stop + 2] == ["s"]
                    return "" if owned else " ".join(words[start : stop + 1])
                if not self._passes(words[stop]):
                    break
        if self.order != "before":
            for first in range(start - 1, max(start - 3, -1), -1):
                if self.is_person(words[first]):
                    return " ".join(words[first:end])
                if not self._passes(words[first]):
                    break
        return ""

    def _passes(self, word: str) -> bool:
        return word in self.between or word in self.claims

    def _feeling(self, words: list[str], start: int) -> str:
        """The feeling that a verb tells of, where the text has people at all."""
        if not any(map(self.is_person, words)):
            return ""
        for word in words[start : start + _NEAR]:
            if not word[0].isalpha():
                return ""
            if word in self.felt or self.claims.get(word, ("",))[0] == "feelings":
                return word
        return ""


def may_speak_of_people(seen: Seen) -> bool:
    """Whether a text may have any claim at all. Far quicker than to look for one."""
    if seen.eastern or _TELLING.stand_in(seen):
        return True
    return _PHRASES.opens(seen)


def may_be_said() -> frozenset[str]:
    """What a text has that has any claim: one of these cues."""
    return _TELLING.all | _PHRASES.all | {cues.EASTERN}


def said_of_people(seen: Seen) -> Iterator[PersonClaim]:
    """Every claim of a text outside its quotations, by kind in no order."""
    if carried := _TELLING.of(seen):
        speaking = _speaking(seen.language, carried)
        telling = [one for one in speaking if one.may_claim(carried, seen.runs)]
        words = _TOKEN.findall(seen.unquoted) if telling else []
        for lexicon in telling:
            yield from lexicon.find(words)
    for pattern in _PHRASES.open_for(seen):
        if found := pattern.unquoted(seen):
            kind = _phrases()[pattern]
            yield PersonClaim(kind, found.group(), _carrying(found.group()))
    if seen.eastern:
        yield from _unspaced(seen)


def _carrying(phrase: str) -> tuple[str, ...]:
    words = re.findall(r"[^\W_]{2,}", phrase)
    return tuple(one for one in words if one not in _COMMON) or tuple(words[-1:])


def _every() -> dict[str, Any]:
    return tables("altsync.lint.lists", "person.toml")


@cache
def _lexicons(language: str) -> tuple[PeopleWords, ...]:
    """Of one language; of all where it is none that is known."""
    spaced = {key: one for key, one in _every().items() if not one.get("unspaced")}
    if language in _every():
        return (_lexicon(language),) if language in spaced else ()
    return tuple(map(_lexicon, spaced))


@cache
def _lexicon(language: str) -> PeopleWords:
    table = _every()[language]
    endings = table.get("endings", {})
    prefixes = ("", *table.get("prefixes", "").split())

    def words(text: str) -> list[str]:
        return [form for word in text.split() for form in _forms(word, endings)]

    def known(name: str) -> frozenset[str]:
        found = words(table.get(name, ""))
        return frozenset(before + one for before in prefixes for one in found)

    def claims(lists: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        return {
            before + one: (kind, one)
            for kind in KINDS
            for one in words(lists.get(kind, ""))
            for before in prefixes
        }

    beside, alone = claims(table), claims(table.get("alone", {}))
    felt, kin = known("felt"), known("kin")
    seems, own = known("seems"), known("own")
    return PeopleWords(
        order=table["order"],
        people=known("people") | kin,
        begins=tuple(words(table.get("begins", ""))),
        between=known("between"),
        claims=beside,
        alone=alone,
        felt=felt,
        seems=seems,
        own=own,
        kin=kin,
        beside=_last({*beside, *felt}),
        telling=_last({*alone, *kin}),
        first=_first({*beside, *alone, *seems, *own}),
    )


def _last(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(one.rpartition(" ")[2] for one in phrases)


def _first(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(one.partition(" ")[0] for one in phrases)


def _forms(word: str, endings: Mapping[str, str]) -> list[str]:
    """A word of a list with each of its endings, case folded."""
    word = word.casefold().replace("_", " ")
    if word[-1] not in endings:
        return [word]
    ends = ("" if one == "0" else one for one in endings[word[-1]].split())
    return [(word[:-1] + end).casefold() for end in ends]


@cache
def _carriers() -> Mapping[str, frozenset[int]]:
    """Every word of which a claim may be made: where in `_lexicons("")` it stands."""
    found: dict[str, set[int]] = {}
    for at, one in enumerate(_lexicons("")):
        for word in one.beside | one.telling:
            found.setdefault(word, set()).add(at)
    return {word: frozenset(places) for word, places in found.items()}


def _speaking(language: str, carried: Iterable[str]) -> tuple[PeopleWords, ...]:
    """The words of this language; where it is none that is known, of those that have
    one of these."""
    if language in _every():
        return _lexicons(language)
    every = _lexicons("")
    places = frozenset().union(*(_carriers()[word] for word in carried))
    return tuple(every[at] for at in sorted(places))


@cache
def _phrases() -> dict[Gated, str]:
    """What each of these patterns claims."""
    return {
        Gated(pattern): kind
        for table in _every().values()
        for kind, patterns in table.get("phrases", {}).items()
        for pattern in patterns
    }


_TELLING = Cues(_carriers)
_PHRASES = AnyOf(_phrases)


def _unspaced(seen: Seen) -> Iterator[PersonClaim]:
    """Claims in scripts that set no words apart."""
    for language, patterns in _patterns().items():
        if seen.language not in ("", language):
            continue
        for kind, pattern in patterns:
            if found := pattern.search(seen.unquoted):
                yield PersonClaim(kind, found.group(), (found.group(1),))


@cache
def _patterns() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    unspaced = {key: one for key, one in _every().items() if one.get("unspaced")}
    return {
        key: tuple(
            (kind, re.compile(pattern))
            for kind in KINDS
            if (pattern := _pattern(table, kind))
        )
        for key, table in unspaced.items()
    }


def _pattern(table: Mapping[str, Any], kind: str) -> str:
    """A claim right before people, or one by itself; '' where a kind has no words."""
    beside = table.get(kind, "")
    alone = table.get("alone", {}).get(kind, "")
    between = rf"(?:{_any(table['between'])}|\s)?"
    if not beside:
        return f"({_any(alone)})" if alone else ""
    people = _any(table["people"])
    by_itself = f"|{_any(alone)}" if alone else ""
    return f"({_any(beside)}(?={between}\\s?(?:{people})){by_itself})"


def _any(text: str) -> str:
    words: Iterable[str] = sorted(text.casefold().split(), key=len, reverse=True)
    return "|".join(re.escape(one.replace("_", " ")) for one in words)
