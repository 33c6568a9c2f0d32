"""A text split into what it claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from altsync.claims import deeds, quotations
from altsync.claims.groups import KINDS
from altsync.claims.lexicon import (
    SOLE,
    Lexicon,
    Sense,
    Unit,
    folded,
    rooted,
    spoken,
    table,
)
from altsync.claims.quotations import QUOTED, plain
from altsync.models import Claim, ClaimKind, fold

ROUGH = "~"
"""Before a number that is said to be no exact one."""
_DEGREE = "°"
"""Between a number and its unit."""
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_YEAR = re.compile(r"(?:19|20)\d\d")
_VERB_FORM = re.compile(r"\w{2,}(?:ing|ed)")
_ADVERB = re.compile(r"\w{2,}ly")
_REACH = 3
"""Units of a thing's name that a number or a colour before it is taken to be about."""
_DENIED = 7
"""Units behind a denial that may be denied."""
_SIGN_REACH = 6
"""Units before a quotation among which the sign stands that has it."""
_NO_THING = ("owner", "between", "no", "after", "not", "nobody", "one", "none")
_IN_PASSING = ("shade", "dark", "light", "counter")
_SHADES = {
    "dark": "black/blue/brown/dark/green/grey/purple/red",
    "light": "blue/brown/green/grey/light/orange/pink/white/yellow",
}
"""What a thing that is called dark may be."""
_QUALITIES = ("colour", "number")
_PLACES = ("setting", "time", "side", "height")
_NOUNS = ("person", "thing", "animal", "vehicle")


@dataclass(frozen=True)
class Account:
    """What a text claims."""

    claims: tuple[Claim, ...]
    ones: tuple[Claim, ...]
    """What it has one of: said by an article, and of account only against a number."""
    said: Counter[str]
    """Stems of all that it says is there, denials left out."""
    words: dict[str, str]
    """The words of a stem, as the text has them first."""
    roots: dict[str, str]
    """The first stem of a root."""
    folded: str
    quoted: str
    """What stands in its quotation marks."""


@lru_cache(maxsize=512)
def account(text: str, language: str) -> Account:
    """What a text claims; every text, none raises."""
    text = fold(text)
    known = spoken(language, text)
    scene = _Scene(known, _units(known, text))
    quotes = tuple(quotations.quotes(text, scene.signs()))
    claims = (*scene.claims(), *quotes)
    said, words = scene.said()
    quoted = f" {' '.join(quote.value for quote in quotes)} "
    roots = {rooted(stem): stem for stem in reversed(words)}
    return Account(
        claims, tuple(scene.ones()), said, words, roots, folded(text), quoted
    )


def _units(known: Lexicon, text: str) -> tuple[Unit, ...]:
    """The units of a text, each of its quotations as one: what stands in it is no claim
    of the text."""
    quotes = {one.start(): one for one in QUOTED.finditer(text)}
    found = []
    for unit in known.units(quotations.blanked(text)):
        quote = quotes.get(unit.start)
        if unit.words == quotations.MARK and quote is not None and plain(quote):
            key = plain(quote)
            sense = (Sense("quote", key),)
            unit = Unit(quote[0], unit.start, quote.end(), key, sense, key)
        found.append(unit)
    return deeds.told(found) if known.language == "en" else tuple(found)


class _Scene:
    """The units of a text, and what stands with what."""

    def __init__(self, known: Lexicon, units: Sequence[Unit]) -> None:
        self.known = known
        self.units = units
        self.denied: dict[int, tuple[int, ...]] = {
            at: self._behind_denial(at)
            for at, unit in enumerate(units)
            if unit.sense("no") or self._goes_on(at)
        }
        self.denied |= {
            at: self._before(at) for at, unit in enumerate(units) if unit.sense("after")
        }
        self.hidden = {at for some in self.denied.values() for at in some}

    def claims(self) -> Iterator[Claim]:
        for at, unit in enumerate(self.units):
            if at in self.denied:
                yield from self._denial(at)
            elif unit.sense("nobody"):
                yield Claim(ClaimKind.NEGATION, "person", unit.words, ("person",))
            elif at not in self.hidden:
                yield from self._claims_of(at)

    def ones(self) -> Iterator[Claim]:
        for at, unit in enumerate(self.units):
            chunk = self._behind(at, more=_REACH + 1)
            crowd = any(self.units[one].sense("crowd") for one in chunk)
            if unit.sense("one") and chunk and not crowd and at not in self.hidden:
                words = self._span(at, self._head(chunk))
                about = stems(self.units[self._head(chunk)])
                yield Claim(ClaimKind.NUMBER, "1", words, about)

    def signs(self) -> set[int]:
        """Where the quotations begin that a sign is said to have."""
        return {
            unit.start
            for at, unit in enumerate(self.units)
            if unit.sense("quote")
            and any(
                one.sense("thing") == "sign" and not one.sense("quote")
                for one in self.units[max(0, at - _SIGN_REACH) : at]
            )
        }

    def said(self) -> tuple[Counter[str], dict[str, str]]:
        """Stems of what is there, and their words."""
        found: Counter[str] = Counter()
        words: dict[str, str] = {}
        for at, unit in enumerate(self.units):
            if at not in self.hidden and self._content(unit):
                found.update(stems(unit))
                for stem in stems(unit):
                    words.setdefault(stem, unit.words)
        return found, words

    def _claims_of(self, at: int) -> Iterator[Claim]:
        unit = self.units[at]
        roles = [sense for sense in unit.senses if sense.role in KINDS]
        if self._is_modifier(at):
            roles = []
        number = self._number(unit)
        shade = unit.sense("dark", "light")
        if unit.sense("colour"):
            about = self._about(at)
            yield Claim(ClaimKind.COLOUR, _families(unit), self._with_head(at), about)
        elif shade and self._is_alone(at):
            about = self._about(at)
            yield Claim(ClaimKind.COLOUR, _SHADES[shade], self._with_head(at), about)
        elif number:
            yield from self._count(at, number)
        elif roles:
            for sense in roles:
                yield Claim(KINDS[sense.role], sense.value, unit.words)
        elif self.known.little and self._is_thing(at):
            kind = ClaimKind.PLACE if self._is_place(at) else ClaimKind.THING
            yield Claim(kind, unit.stem, unit.words)

    def _is_place(self, at: int) -> bool:
        """A name behind a word of place; German has capitals for every noun."""
        while at > 0 and self.units[at].words[0].isupper():
            at -= 1
        name = self.units[at + 1 : at + 2]
        behind = (
            bool(name) and name[0].words[0].isupper() and self.units[at].sense("names")
        )
        return bool(behind) and self.known.language != "de"

    def _is_modifier(self, at: int) -> bool:
        """A noun that tells what kind of thing the next one is: a house cat."""
        two = self.units[at : at + 2]
        nouns = [unit for unit in two if unit.sense(*_NOUNS)]
        plain = not (two[0].sense("person") or self.known.after or self.known.runs)
        return plain and (len(nouns) == 2 or self._is_of_another(at))

    def _is_of_another(self, at: int) -> bool:
        """A city square is no city."""
        unit, after = self.units[at], self.units[at + 1 : at + 2]
        if unit.sense("thing") not in table("striking", SOLE) or not after:
            return False
        if unit.key != unit.stem and unit.key.endswith("s"):
            return False
        return self._content(after[0]) and not self._verb(after[0])

    def _is_alone(self, at: int) -> bool:
        """A shade of no colour, right before its thing: a dark coat."""
        after = self.units[at + 1 : at + 2]
        return bool(after and self._content(after[0]))

    def _number(self, unit: Unit) -> str:
        if unit.figure:
            return _THOUSANDS.sub("", unit.key)
        return unit.sense("number")

    def _count(self, at: int, number: str) -> Iterator[Claim]:
        about = self._about(at)
        if _YEAR.fullmatch(number):
            about = (*about, "year")
        elif at and self.units[at - 1].sense("rough"):
            number = f"{ROUGH}{number}"
        yield Claim(ClaimKind.NUMBER, number, self._with_head(at), about)

    def _denial(self, at: int) -> Iterator[Claim]:
        about = self.denied[at]
        if about:
            words = self._span(min(at, about[0]), max(at, about[-1]))
            said = tuple(stem for one in about for stem in stems(self.units[one]))
            head = self.units[about[-1]]
            yield Claim(ClaimKind.NEGATION, stems(head)[0], words, said)

    def _behind_denial(self, at: int) -> tuple[int, ...]:
        """What is denied: the words up to the next little one; an article may stand
        between."""
        found: list[int] = []
        for here in range(at + 1, min(at + _DENIED, len(self.units))):
            unit = self.units[here]
            if unit.sense("owner"):
                continue
            if unit.sign or unit.sense("between", "no", "none"):
                break
            if found and self._verb(unit):
                break
            found.append(here)
        return tuple(found)

    def _goes_on(self, at: int) -> bool:
        """`or` behind what is denied: neither gloves nor a veil."""
        if not self.units[at].sense("or"):
            return False
        for before in reversed(self.units[max(0, at - _DENIED) : at]):
            if before.sign or before.sense("between") or self._verb(before):
                return False
            if before.sense("no"):
                return True
        return False

    def _content(self, unit: Unit) -> bool:
        return not (
            unit.sign
            or unit.figure
            or unit.sense(*_NO_THING, *_QUALITIES, *_IN_PASSING)
        )

    def _verb(self, unit: Unit) -> bool:
        if unit.sense("posture", "motion", "mood", "doing"):
            return True
        return self.known.language == "en" and bool(_VERB_FORM.fullmatch(unit.key))

    def _behind(self, at: int, more: int = _REACH) -> tuple[int, ...]:
        """The words of the thing that stands behind; the next one alone where nobody
        knows which words stand between things."""
        if not self.known.little:
            more = 1
        found: list[int] = []
        for here in range(at + 1, len(self.units)):
            unit = self.units[here]
            if found and (unit.figure or unit.sense("number")):
                break
            if self._is_quality(here, at) or unit.key == _DEGREE:
                continue
            if not self._content(unit) or (found and self._verb(unit)):
                break
            if not self._verb(unit):
                found.append(here)
            if len(found) == more or self._ends(here):
                break
        return tuple(found)

    def _ends(self, at: int) -> bool:
        """A thing that the lists know ends a name, unless another one follows."""
        after = self.units[at + 1 : at + 2]
        known = self.units[at].sense(*_NOUNS)
        return bool(known and not (after and after[0].sense(*_NOUNS)))

    def _is_quality(self, here: int, start: int) -> bool:
        """A colour, a shade, a number, or what joins two colours."""
        unit = self.units[here]
        if unit.sense(*_QUALITIES, *_IN_PASSING) or unit.figure:
            return True
        later = self.units[here + 1 : here + 2]
        joined = unit.sense("between") or unit.key == ","
        earlier = self.units[here - 1].sense("colour") and here - 1 >= start
        return bool(joined and earlier and later and later[0].sense("colour"))

    def _before(self, at: int) -> tuple[int, ...]:
        """The words of the thing that stands before, in the same breath."""
        found: list[int] = []
        for here in range(at - 1, max(-1, at - 7), -1):
            unit = self.units[here]
            if unit.sign:
                break
            if self._content(unit) and not self._verb(unit):
                found.append(here)
            elif found:
                break
            if len(found) == 2:
                break
        return tuple(reversed(found))

    def _near(self, at: int) -> tuple[int, ...]:
        """The thing that a number or colour is said of, the thing itself last."""
        if self.known.after and self.units[at].sense("colour"):
            return self._before(at)[-1:] or self._behind(at)
        return self._behind(at) or self._before(at)

    def _head(self, chunk: Sequence[int]) -> int:
        """The thing itself: the last word of its name, or the first."""
        return chunk[0] if self.known.after else chunk[-1]

    def _about(self, at: int) -> tuple[str, ...]:
        near = self._near(at)
        if not near:
            return ()
        head = self._head(near)
        ordered = [one for one in near if one != head] + [head]
        return tuple(stem for one in ordered for stem in stems(self.units[one]))

    def _with_head(self, at: int) -> str:
        near = self._near(at)
        if not near:
            return self.units[at].words
        return self._span(min(at, near[0]), max(at, near[-1]))

    def _is_thing(self, at: int) -> bool:
        """The head of a run of words between little ones."""
        unit = self.units[at]
        if not self._named(unit):
            return False
        beside = at - 1 if self.known.after else at + 1
        if not 0 <= beside < len(self.units):
            return True
        other = self.units[beside]
        return not self._named(other)

    def _named(self, unit: Unit) -> bool:
        if unit.sense("quote", "scenery", *_PLACES):
            return False
        if self.known.language == "de" and not unit.words[0].isupper():
            return False
        plain = self._content(unit) and not self._verb(unit) and len(unit.key) > 2
        return plain and not (
            self.known.language == "en" and _ADVERB.fullmatch(unit.key)
        )

    def _span(self, first: int, last: int) -> str:
        units = self.units[first : last + 1]
        blank = "" if self.known.runs else " "
        return blank.join(unit.words for unit in units if not unit.sign)


def stems(unit: Unit) -> tuple[str, ...]:
    """What a unit is known by: the keys of the lists that it stands in, or its stem."""
    person = unit.sense("person")
    if person:
        return ("person", person) if person != "person" else ("person",)
    known = [one.value for one in unit.senses if one.role in KINDS]
    return tuple(known) or (unit.stem,)


def _families(unit: Unit) -> str:
    found = {one.value for one in unit.senses if one.role == "colour"}
    return "/".join(sorted(found))
