"""One claim of a text made wrong, on purpose."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

from altsync.claims.account import QUOTED
from altsync.claims.lexicon import folded, lexicon, listed, spoken, table
from altsync.models import ClaimKind, Swap

_SMALL = re.compile(r"(?<![\w.,:])(?:[2-9]|[1-9]\d{1,3})(?![\w.,:]*\w)")


def swapped(text: str, language: str, chance: random.Random) -> Swap | None:
    """The text with one of its claims made wrong: another number, colour, sex, thing,
    place or posture, or `with` turned into `without`; the kind by chance first, then the
    place. None where it makes no claim that can be turned in one word.

    Words in quotation marks stay. Nothing else is changed, capitals are kept.
    """
    found: dict[ClaimKind, list[tuple[int, int, str]]] = {}
    known = spoken(language, text)
    for kind, start, end, now in _places(text, known.language, chance):
        found.setdefault(kind, []).append((start, end, now))
    if not found:
        return None
    kind = chance.choice(sorted(found))
    start, end, now = chance.choice(found[kind])
    return Swap(text[:start] + now + text[end:], kind, text[start:end], now)


def _places(
    text: str, language: str, chance: random.Random
) -> Iterator[tuple[ClaimKind, int, int, str]]:
    kept = [one.span() for one in QUOTED.finditer(text)]
    for kind, start, end, now in _all_places(text, language, chance):
        if not any(start < stop and begin < end for begin, stop in kept):
            yield kind, start, end, now


def _all_places(
    text: str, language: str, chance: random.Random
) -> Iterator[tuple[ClaimKind, int, int, str]]:
    found = _sets(language)
    if found is not None:
        pattern, others = found
        for one in pattern.finditer(text):
            # Without case, patterns match dotless and dotted letters for each other.
            kind, words = others.get(folded(one.group()), (None, []))
            if kind is not None:
                now = _cased(chance.choice(words), one.group())
                yield kind, one.start(), one.end(), now
    for one in _SMALL.finditer(text):
        yield ClaimKind.NUMBER, one.start(), one.end(), _other(int(one[0]), chance)


@cache
def _sets(
    language: str,
) -> tuple[re.Pattern[str], dict[str, tuple[ClaimKind, list[str]]]] | None:
    """What to look for, and what may stand for each word."""
    others: dict[str, tuple[ClaimKind, list[str]]] = {}
    for kind, lines in table("swaps", language).items():
        for line in lines:
            words = listed(line)
            for word in words:
                rest = [one for one in words if one != word]
                others[folded(word)] = (ClaimKind(kind), rest)
    if not others:
        return None
    longest_first = sorted(others, key=len, reverse=True)
    options = "|".join(re.escape(word) for word in longest_first)
    if not lexicon(language).runs:
        options = rf"(?<![\w-])(?:{options})(?![\w-])"
    return re.compile(options, re.IGNORECASE), others


def _cased(now: str, was: str) -> str:
    return now[0].upper() + now[1:] if was[0].isupper() else now


def _other(number: int, chance: random.Random) -> str:
    """Another number that is as likely; one that counts is not made one."""
    return str(max(2, number + chance.choice([-2, -1, 1, 2, 3])) + (number == 2))
