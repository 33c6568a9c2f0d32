"""Verbs of an English text that no list has, by where they stand: behind who does it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from altsync.claims.lexicon import Sense, Unit

_WHO = ("person", "animal")
_WHAT = ("owner", "between", "number", "colour")
"""What may stand behind a verb: "irons a dress", "waves at"."""
_FORM = re.compile(r"(?:[ey]?ing|ies|es|s|y|e)\Z")
_SHORTEST = 3
"""Letters of a verb without its ending."""


def told(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units, those made verbs of that stand where a verb has to."""
    found: list[Unit] = []
    for at, unit in enumerate(units):
        before = found[at - 1] if at else None
        after = units[at + 1] if at + 1 < len(units) else None
        if before is not None and _is_verb(unit, before, after):
            unit = replace(unit, senses=(Sense("doing", _root(unit.key)),))
        found.append(unit)
    return tuple(found)


def _is_verb(unit: Unit, before: Unit, after: Unit | None) -> bool:
    """As in "A man irons a shirt", "Firefighters enter a house", "A girl juggling"."""
    if not before.sense(*_WHO) or unit.sign or unit.figure:
        return False
    if any(one.role != "thing" for one in unit.senses):
        return False
    if len(_root(unit.key)) < _SHORTEST:
        return False
    if unit.key.endswith("ing"):
        return True
    if after is not None and not (after.sign or after.sense(*_WHAT)):
        return False
    if before.key == before.stem:
        return unit.key.endswith("s") and not unit.key.endswith("ss")
    return not unit.senses and after is not None and bool(after.sense("owner"))


def _root(key: str) -> str:
    """One form for the forms of a verb, roughly."""
    cut = _FORM.sub("", key)
    return cut[:-1] if cut[-2:-1] == cut[-1:] else cut
