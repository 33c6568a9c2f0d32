"""A text held against the words that were read in its picture (`altsync.pictures.words`):
numbers and quoted words that stand there otherwise, and large words that it leaves out.

Whoever reads may err, and a text need not say everything: only what contradicts counts.
A number passes where it can be read, where a trusted text has it, where it is a rounded,
added or subtracted one, and where it can be read off an axis, unless a digit alone tells
it from a number that stands there. Small whole numbers count things, and are held only
against their own word ("Platform 9", "11 June").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from altsync.lint.vouching import bare
from altsync.models import ReadLine

_NUMBER = re.compile(
    r"(?<![\w,:/])(?<!\d\.)\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?![\w:/])"
    r"|(?<![\w,])(?<!\d\.)\d+(?:[.,:/'’]\d+)*"
)
_PERCENT = re.compile(
    r"\s?[%٪]|\s(?:percent|procent|prozent|pour cent|por ciento|proc)\b"
)
_SCALE = re.compile(
    r"[\s-]?(?:k\b|m\b|bn|mio|mln|mrd|mil|bil|tho|tus|taus|duiz|tys|tis|mld|тыс|тис|млн|млрд"
    r"|χιλ|εκατ|[万萬億亿千천만억])"
)
_AFTER = re.compile(r"[^\W\d_]{3,}(?=[\s#:]{1,3}$)")
_BEFORE = re.compile(r"\s[^\W\d_]{3,}")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
_DATE = re.compile(r"\d{1,4}([./])\d{1,2}\1\d{1,4}")
_YEAR = range(1500, 2100)
COUNT = 13
"""Whole numbers below it may count what is seen, in words or not."""
TICKS = 4
"""So many numbers in equal steps are those of an axis."""
MOST = 40
"""Numbers of a picture that are looked at."""
ADDED = 12
"""Up to so many numbers a text may have added them up, or subtracted them."""
TALL = 0.09
"""Of the picture: lines as high are meant to be read from afar."""
SURE = 0.9
"""From which on the engine is believed against a quoted word."""

Near: TypeAlias = tuple[str, str]
"""What the picture says, and what the text says."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    said: str
    digits: str
    """Without what stands between them."""
    value: float
    kind: str
    """percent, year, time, or number."""
    scaled: bool
    """A word such as "million" follows."""
    before: str
    """The word right before it, case folded; '' where there is none."""
    after: str

    @property
    def few(self) -> bool:
        """It may count what is seen."""
        return self.kind == "number" and self.value < COUNT and self.said.isdigit()

    @property
    def whole(self) -> bool:
        """It has no part behind a point."""
        return self.value == int(self.value)

    @property
    def clock(self) -> tuple[int, int] | None:
        """The time of a clock of twelve hours that it may be."""
        found = _CLOCK.fullmatch(self.said)
        return (int(found[1]) % 12, int(found[2])) if found else None

    @property
    def date(self) -> list[int]:
        """Its day, month and year, in any order; none where it is no date."""
        return sorted(map(int, re.split(r"[./]", self.said))) if self._is_date else []

    @property
    def _is_date(self) -> bool:
        return bool(_DATE.fullmatch(self.said))

    def same(self, other: Number) -> bool:
        """Written alike, but for what stands between digits and for zeros behind a scale;
        of times and dates, the same one."""
        if self.value == other.value or self.digits == other.digits:
            return True
        if "time" in (self.kind, other.kind) and self.clock is not None:
            return self.clock == other.clock
        if self.date or other.date:
            year = self.kind == "year" and int(self.digits) in other.date
            return year or self.date == other.date
        if not (self.scaled or other.scaled):
            return False
        return self.digits.strip("0") == other.digits.strip("0")

    def like(self, other: Number) -> bool:
        """It is of the same kind: four digits may be a year, or not."""
        if self.kind == other.kind:
            return True
        kinds = {self.kind, other.kind}
        return kinds == {"year", "number"} and len(self.digits) == len(other.digits)

    def is_beside(self, other: Number) -> bool:
        """The same word stands before it, or after it."""
        before = bool(self.before) and self.before == other.before
        after = bool(self.after) and self.after == other.after
        return self.like(other) and (before or after)

    def misreads(self, other: Number) -> bool:
        """It is near the other one, and that is no chance, as with few digits."""
        least = 3 if sorted(self.digits) == sorted(other.digits) else 4
        return len(self.digits) >= least and self.is_near(other)

    def is_near(self, other: Number) -> bool:
        """It is the other one with a digit changed, or two in each other's place."""
        mine, theirs = self.digits, other.digits
        if len(mine) != len(theirs):
            return False
        apart = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
        if len(apart) == 1:
            return True
        return len(apart) == 2 and apart[0] == apart[1][::-1]

    def rounds(self, other: Number) -> bool:
        """This is the other one with fewer digits that matter."""
        if self.scaled and not other.scaled:
            return self._shortens(other)
        mine, other_s = len(self.digits.strip("0")), len(other.digits.strip("0"))
        if not 0 < mine < other_s or not self.whole:
            return False
        step = 10 ** (len(self.digits) - len(self.digits.rstrip("0")))
        return bool(abs(self.value - other.value) < step)

    def _shortens(self, other: Number) -> bool:
        """Before a scale: 1.2 thousand are 1,240."""
        mine, theirs = self.digits.strip("0"), other.digits.strip("0")
        if not 1 < len(mine) < len(theirs):
            return False
        more = theirs[len(mine) :]
        return abs(int(mine) - float(f"{theirs[: len(mine)]}.{more}")) < 1


def numbers(text: str) -> list[Number]:
    """Every number in a text, in order."""
    found = []
    for match in itertools.islice(_NUMBER.finditer(text), MOST):
        said = match[0]
        digits = "".join(sign for sign in said if sign.isdigit())
        before = _AFTER.search(text[: match.start()])
        scaled = bool(_SCALE.match(text, match.end()))
        kind = _kind(said, digits, text, match.end())
        after = _BEFORE.match(text, match.end())
        beside = [one[0].strip().casefold() if one else "" for one in (before, after)]
        found.append(Number(said, digits, _value(said), kind, scaled, *beside))
    return found


def _kind(said: str, digits: str, text: str, end: int) -> str:
    if _PERCENT.match(text, end):
        return "percent"
    if ":" in said or "/" in said:
        return "time"
    if said == digits and len(digits) == 4 and int(digits) in _YEAR:
        return "year"
    return "number"


def _value(said: str) -> float:
    """A last group of three digits is one of thousands; a shorter one, or a longer one,
    stands behind the point."""
    pieces = re.split(r"[^\d]", said)
    sign = re.sub(r"\d", "", said)[-1:]
    behind = len(pieces) > 1 and sign in ".," and len(pieces[-1]) != 3
    if behind:
        return float("".join(pieces[:-1]) + "." + pieces[-1])
    return float("".join(pieces))


def wrong_numbers(
    text: str, lines: Sequence[ReadLine], trusted: Iterable[str] = ()
) -> Iterator[Near]:
    """Numbers of a text that the picture does not say, though it has numbers of their
    kind: with the one there that is most like it."""
    said = numbers(text)
    if not said:
        return
    read = [one for line in lines for one in numbers(line.text)][:MOST]
    known = [one for other in trusted for one in numbers(other)]
    for number in said:
        if any(number.same(one) for one in (*read, *known)):
            continue
        against = _against(number, read)
        if against and not _follows(number, against):
            yield _nearest(number, against).said, number.said


def _against(number: Number, read: list[Number]) -> list[Number]:
    """The numbers of the picture that this one would have to be among."""
    beside = [one for one in read if number.is_beside(one)]
    if beside or number.few:
        return beside
    same = [one for one in read if number.like(one) and not one.few]
    ticks = _ticks([one.value for one in same])
    rest = [one for one in same if one.value not in ticks]
    if ticks and number.value <= max(ticks):  # it may have been read off
        return [one for one in rest if number.is_near(one)]
    return rest


def _ticks(values: list[float]) -> frozenset[float]:
    """The longest row of equal steps among them, where that is long enough for an axis."""
    several = sorted(set(values))
    best: list[float] = []
    for one, other in itertools.combinations(several, 2):
        step, row = other - one, [one]
        while row[-1] + step in several:
            row.append(row[-1] + step)
        best = max(best, row, key=len)
    return frozenset(best if len(best) >= TICKS else ())


def _follows(number: Number, read: list[Number]) -> bool:
    """It can be worked out from what the picture says."""
    if any(number.rounds(one) for one in read):
        return True
    values = [one.value for one in read]
    if len(values) > ADDED or any(map(number.misreads, read)):
        return False
    wanted = number.value
    pairs = list(itertools.combinations(values, 2))
    worked_out = [
        sum(values),
        *(a + b for a, b in pairs),
        *(abs(a - b) for a, b in pairs),
    ]
    return any(abs(wanted - one) < 0.01 for one in worked_out)


def _nearest(number: Number, read: list[Number]) -> Number:
    def far(one: Number) -> tuple[int, float]:
        return _distance(number.digits, one.digits), abs(number.value - one.value)

    return min(read, key=far)


def misquoted(quoted: Iterable[str], lines: Sequence[ReadLine]) -> Iterator[Near]:
    """Words that a text quotes, and that the picture has with another letter or two. Of
    what is cut off at its edge a part was read."""
    sure = [line.text for line in lines if line.sure >= SURE]
    read = dict.fromkeys(word for text in sure for word in _words(text))
    together = ["".join(_words(line.text)) for line in lines]
    for phrase in quoted:
        words = _words(phrase)
        missing = [word for word in words if not any(word in row for row in together)]
        if len(words) > 1 and len(missing) == len(words):
            continue  # it quotes something else than what was read
        for word in missing:
            for other in read:
                if other not in words and other not in word and _alike(word, other):
                    yield other, word
                    break


def left_out(text: str, lines: Sequence[ReadLine]) -> str:
    """Large words of which the text has none; '' for none."""
    said = _words(text)
    for line in lines:
        if line.height >= TALL and line.sure >= SURE:
            words = _words(line.text)
            if words and not any(
                _same(word, other) for word in words for other in said
            ):
                return line.text
    return ""


def _same(word: str, other: str) -> bool:
    return word == other or word in other or other in word or _alike(word, other)


_LETTERS = re.compile(r"[^\W\d_]{4,}")


def _words(text: str) -> list[str]:
    """Words of four letters and more, without accents. A word with a digit in it is most
    likely misread."""
    return _LETTERS.findall(bare(text))


def _alike(word: str, other: str) -> bool:
    """A letter apart, or two where they are long."""
    most = 1 + (min(len(word), len(other)) >= 8)
    return abs(len(word) - len(other)) <= most and _distance(word, other) <= most


def _distance(one: str, other: str) -> int:
    """How many signs have to be put, taken or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, with_ in enumerate(other, 1):
            cost = last + (sign != with_)
            last, row[to] = row[to], min(cost, row[to] + 1, row[to - 1] + 1)
    return row[-1]
