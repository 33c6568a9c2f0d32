"""What a regular expression spells: the texts that its parts stand for, as far as these
can be written out.

Built on the parser of Python's own `re`, which is not documented. What it does not
know, or what it would take too long to write out, is ANY.
"""

from __future__ import annotations

import importlib
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

EDGE = "\ue000"
"""A place where no word goes on."""
ANY = "\ue001"
"""Any text, or none."""
MOST = 600
"""Texts of one part that are worth writing out."""
FEW = 10
"""Characters of a set that are."""
_BETWEEN = ("CATEGORY_SPACE", "CATEGORY_NOT_WORD")

Items: TypeAlias = Sequence[tuple[Any, Any]]
"""A parsed pattern: pairs of what it is and what it holds."""


def parsed(pattern: str) -> Items | None:
    """The parts of a pattern; None where Python's parser cannot be had."""
    try:
        parse = importlib.import_module("re._parser").parse
    except (ImportError, AttributeError):
        return None
    return list(parse(pattern))


def spelled(items: Iterable[tuple[Any, Any]]) -> list[str]:
    """Every text that these parts stand for, one after another."""
    return joined([_part(str(what), held) for what, held in items])


def joined(parts: list[list[str]]) -> list[str]:
    """Every way to go through the parts. Where there are too many, the longest lists
    become ANY."""
    parts = [part if len(part) <= MOST else [ANY] for part in parts]
    while math.prod(map(len, parts)) > MOST:
        longest = max(parts, key=len)
        parts[parts.index(longest)] = [ANY]
    return ["".join(texts) for texts in itertools.product(*parts)]


def branches(items: Items) -> Iterable[Items]:
    """The same pattern, once for each alternative of one of its branches; the branch
    that gives the most of them."""
    at = [place for place, (what, _) in enumerate(items) if str(what) == "BRANCH"]
    for place in at[:1]:
        for alternative in items[place][1][1]:
            yield [*items[:place], *alternative, *items[place + 1 :]]


def _part(what: str, held: Any) -> list[str]:
    spell = _KINDS.get(what)
    return [ANY] if spell is None else spell(held)


def _literal(code: int) -> list[str]:
    return [chr(code)]


def _one_of(members: Any) -> list[str]:
    """A set of characters: of a few, each; of those that are no part of a word, one for
    all."""
    found: list[str] = []
    for what, held in members:
        some = _members(str(what), held)
        if not some or len(found) + len(some) > FEW:
            return [ANY]
        found += some
    return found


def _members(what: str, held: Any) -> Sequence[str]:
    """Characters of a set; none where they cannot be told."""
    if what == "LITERAL":
        return chr(held)
    if what == "RANGE":
        low, high = held
        return [chr(code) for code in range(low, high + 1)]
    return " " if str(held) in _BETWEEN else ""


def _branch(held: Any) -> list[str]:
    return [text for alternative in held[1] for text in spelled(alternative)]


def _group(held: Any) -> list[str]:
    return spelled(held[-1])


def _repeat(held: Any) -> list[str]:
    least, most, inner = held
    texts = spelled(inner)
    if most > 2:
        more = _many(texts)
        return more if least else ["", *more]
    return [
        text for times in range(least, most + 1) for text in joined([texts] * times)
    ]


def _many(texts: list[str]) -> list[str]:
    """Once, or between the first and the last time anything."""
    if len(texts) > FEW:
        return [ANY + text for text in texts]
    return [*texts, *joined([texts, [ANY], texts])]


def _place(held: Any) -> list[str]:
    return [""] if str(held) == "AT_NON_BOUNDARY" else [EDGE]


def _not(held: Any) -> list[str]:
    """What does not come next, or did not come before: where that is any letter, no
    word goes on."""
    return [EDGE] if "CATEGORY_WORD" in map(str, _kinds(held[1])) else [""]


def _kinds(items: Items) -> list[Any]:
    """The categories of the one set of characters that these parts are."""
    if len(items) != 1 or str(items[0][0]) != "IN":
        return []
    members = items[0][1]
    negated = str(members[0][0]) == "NEGATE"
    return [] if negated else [held for _, held in members]


def _nothing(held: Any) -> list[str]:
    return [""]


_KINDS: dict[str, Callable[[Any], list[str]]] = {
    "LITERAL": _literal,
    "IN": _one_of,
    "BRANCH": _branch,
    "SUBPATTERN": _group,
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "AT": _place,
    "ASSERT": _nothing,
    "ASSERT_NOT": _not,
}
