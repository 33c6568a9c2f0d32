"""One claim of a text made wrong, on purpose."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

from altsync.claims.account import account
from altsync.claims.lexicon import folded, lexicon, listed, spoken, table
from altsync.claims.quotations import QUOTED
from altsync.models import ClaimKind, Swap

_SMALL = re.compile(r"(?<![\w.,:/-])(?:[2-9]|[1-9]\d{1,3})(?![\w.,:]*\w|[/-]\d)")
_BEGINS = re.compile(r"(?:^|[.!?:;…\n])[\W_]*\Z")
"""What stands before the first word of a sentence."""
_NEXT = re.compile(r"\s+(\w)")
_NOUNS = {"de": frozenset({ClaimKind.PERSON, ClaimKind.THING})}
"""Kinds of words that have a capital wherever they stand."""


def swapped(text: str, language: str, chance: random.Random) -> Swap | None:
    """The text with one of its claims made wrong: another number, colour, sex, thing,
    place or posture, or `with` turned into `without`; the kind by chance first, then the
    place. None where it makes no claim that can be turned in one word.

    The text must not stay true, or be told by its looks: no word is put in that it has
    already ("a man and a man"), nor another sex beside "his" or "her"; words in quotation
    marks and names ("Red Hat") stay; and only who makes a claim of people lets them sit or
    stand (a sign does either). Nothing else is changed, capitals are kept.
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
    people = any(one.kind is ClaimKind.PERSON for one in account(text, language).claims)
    sexed = _tells_sex(text, language)
    for kind, start, end, now in _all_places(text, language, chance):
        if any(start < stop and begin < end for begin, stop in kept):
            continue
        if kind is ClaimKind.ACTION and not people:
            continue
        if kind is ClaimKind.PERSON and sexed:
            continue
        if not _is_name(text, language, kind, start, end):
            yield kind, start, end, now


def _tells_sex(text: str, language: str) -> bool:
    """Whether a word beside "man" or "woman" gives away which of them it is."""
    words = listed(table("pronouns", language).get("words", ""))
    if lexicon(language).runs:
        return any(word in text for word in words)
    return not set(words).isdisjoint(re.findall(r"\w+", folded(text)))


def _is_name(text: str, language: str, kind: ClaimKind, start: int, end: int) -> bool:
    """A capital within a sentence, or two in a row."""
    if not text[start].isupper() or kind in _NOUNS.get(language, ()):
        return False
    after = _NEXT.match(text, end)
    followed = after is not None and after[1].isupper() and language not in _NOUNS
    return followed or _BEGINS.search(text[:start]) is None


def _all_places(
    text: str, language: str, chance: random.Random
) -> Iterator[tuple[ClaimKind, int, int, str]]:
    found = _sets(language)
    if found is not None:
        pattern, others = found
        there = {folded(one.group()) for one in pattern.finditer(text)}
        for one in pattern.finditer(text):
            # Without case, patterns match dotless and dotted letters for each other.
            kind, every = others.get(folded(one.group()), (None, []))
            words = [word for word in every if folded(word) not in there]
            if kind is not None and words:
                now = _cased(chance.choice(words), one.group())
                yield kind, one.start(), one.end(), now
    numbers = {one[0] for one in _SMALL.finditer(text)}
    for one in _SMALL.finditer(text):
        now = _other(int(one[0]), chance)
        if now not in numbers:
            yield ClaimKind.NUMBER, one.start(), one.end(), now


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
