"""The claims of several texts on one picture, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from altsync.claims.comparing import compare
from altsync.models import Accord, Claim, ClaimKind, ClaimRow

MOST = 40
"""Rows."""
_ORDER = (Accord.CONTRADICTED, Accord.ALONE, Accord.AGREED)


class _Said(NamedTuple):
    """A claim of the text at this place."""

    text: int
    claim: Claim


def table(texts: Sequence[str], language: str = "") -> tuple[ClaimRow, ...]:
    """One row for what the texts say of the same: contradicted first, then what one says
    alone, then what is agreed; at most MOST.

    Among three texts a row is contradicted where any two of them exclude each other, and
    agreed where at least two say so.
    """
    found = _Groups()
    for one, other in combinations(range(len(texts)), 2):
        compared = compare(texts[one], texts[other], language)
        for here, there in compared.agreed:
            found.join(_Said(one, here), _Said(other, there))
        for here, there in compared.contradicted:
            found.join(_Said(one, here), _Said(other, there), contradicted=True)
        for claim in compared.first:
            found.add(_Said(one, claim))
        for claim in compared.second:
            found.add(_Said(other, claim))
    rows = [_row(some, len(texts), found.contradicts(some)) for some in found.all()]
    rows.sort(
        key=lambda row: (_ORDER.index(row.accord), list(ClaimKind).index(row.kind))
    )
    return tuple(rows[:MOST])


class _Groups:
    """Claims that are about the same."""

    def __init__(self) -> None:
        self._of: dict[_Said, list[_Said]] = {}
        self._against: set[_Said] = set()

    def add(self, said: _Said) -> list[_Said]:
        return self._of.setdefault(said, [said])

    def join(self, one: _Said, other: _Said, *, contradicted: bool = False) -> None:
        if contradicted:
            self._against |= {one, other}
        here, there = self.add(one), self.add(other)
        if here is not there:
            here += there
            for said in there:
                self._of[said] = here

    def all(self) -> Iterator[list[_Said]]:
        """Each group once, in the order in which it was met."""
        yield from {id(some): some for some in self._of.values()}.values()

    def contradicts(self, some: Sequence[_Said]) -> bool:
        return any(said in self._against for said in some)


def _row(some: Sequence[_Said], texts: int, contradicted: bool) -> ClaimRow:
    cells: list[dict[str, None]] = [{} for _ in range(texts)]
    for said in some:
        cells[said.text][said.claim.words] = None
    accord = Accord.AGREED
    if contradicted:
        accord = Accord.CONTRADICTED
    elif sum(map(bool, cells)) == 1:
        accord = Accord.ALONE
    words = tuple(", ".join(cell) for cell in cells)
    return ClaimRow(some[0].claim.kind, accord, words)
