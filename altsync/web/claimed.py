"""What the candidates of an image claim, side by side: worked out for the page, kept
nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from altsync import claims
from altsync.config import Config
from altsync.models import Accord, ClaimRow
from altsync.store.looks import Candidate, Look

COLUMNS = 4
"""Texts whose claims stand side by side, the newest of each author: nobody agrees with
himself, and more are not read."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the candidates claim, side by side."""

    columns: tuple[tuple[int, str], ...]
    """Number of its card and author, of every text that is compared."""
    rows: tuple[ClaimRow, ...]
    """What texts say alone is in one row a kind."""
    summary: str
    """How many claims of each sort, in words."""

    @property
    def contradicted(self) -> bool:
        return any(row.accord is Accord.CONTRADICTED for row in self.rows)


def of(look: Look | None, config: Config) -> Claimed | None:
    """None where no two candidates say anything that could be compared."""
    if look is None:
        return None
    newest: dict[str, tuple[int, Candidate]] = {}
    for number, one in enumerate(look.candidates, 1):
        if one.says_something:
            newest.setdefault(one.author, (number, one))
    numbered = list(newest.values())[:COLUMNS]
    texts = [one.alt for _, one in numbered]
    if len(set(texts)) < 2:
        return None
    language = look.mirrored.image.language or config.generate.language
    rows = claims.table(texts, language)
    columns = tuple((number, one.author) for number, one in numbered)
    if not rows:
        return None
    numbers = Counter(row.accord for row in rows)
    summary = ", ".join(f"{numbers[one]} {one}" for one in Accord if numbers[one])
    return Claimed(columns, tuple(_together(rows)), summary)


def _together(rows: Iterable[ClaimRow]) -> Iterator[ClaimRow]:
    """The rows, with those that one text says alone as one row a kind: who reads on a
    phone sees the rest without them."""
    for (accord, kind), some in groupby(rows, key=lambda row: (row.accord, row.kind)):
        if accord is not Accord.ALONE:
            yield from some
            continue
        columns = zip(*(row.cells for row in some), strict=True)
        cells = tuple(", ".join(filter(None, column)) for column in columns)
        yield ClaimRow(kind, accord, cells)
