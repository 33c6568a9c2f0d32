"""Samples that were drawn, and how they were judged."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields

from altsync.store.rows import first, rows, value
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class Sample:
    """One draw. `after` < candidate id <= `upto` is its population, of one model and
    prompt, unflagged."""

    id: int
    model: str | None
    prompt_id: str | None
    bound: float
    confidence: float
    tolerated: int
    population: int
    size: int
    after: int
    upto: int
    drawn_by: str
    created_at: str


@dataclass(frozen=True, slots=True)
class SampleVerdicts:
    """How many of a sample's texts a person found right and wrong, each looked at by
    itself."""

    right: int
    wrong: int
    size: int

    @property
    def open(self) -> int:
        return self.size - self.right - self.wrong


_COLUMNS = ", ".join(field.name for field in fields(Sample))
_DRAW = """
INSERT INTO samples (model, prompt_id, bound, confidence, tolerated, population, size,
  after, upto, drawn_by, created_at)
VALUES (:model, :prompt_id, :bound, :confidence, :tolerated, :population, :size,
  :after, :upto, :drawn_by, :created_at)
"""


def draw(
    tx: sqlite3.Connection,
    *,
    model: str | None,
    prompt_id: str | None,
    bound: float,
    confidence: float,
    tolerated: int,
    population: int,
    after: int,
    upto: int,
    drawn_by: str,
    items: Sequence[tuple[int, str]],
) -> int:
    """Keep a draw: (candidate, image) in the order in which they were drawn. Returns
    its id."""
    cursor = tx.execute(
        _DRAW,
        {
            "model": model,
            "prompt_id": prompt_id,
            "bound": bound,
            "confidence": confidence,
            "tolerated": tolerated,
            "population": population,
            "size": len(items),
            "after": after,
            "upto": upto,
            "drawn_by": drawn_by,
            "created_at": now(),
        },
    )
    sample = int(cursor.lastrowid or 0)
    tx.executemany(
        "INSERT INTO sample_items VALUES (?, ?, ?, ?)",
        [
            (sample, place, candidate, image)
            for place, (candidate, image) in enumerate(items, 1)
        ],
    )
    return sample


def all_samples(conn: sqlite3.Connection) -> list[Sample]:
    """Every draw, newest first."""
    return list(rows(conn, Sample, f"SELECT {_COLUMNS} FROM samples ORDER BY id DESC"))  # noqa: S608


def named(conn: sqlite3.Connection, sample: int) -> Sample | None:
    """One draw."""
    sql = f"SELECT {_COLUMNS} FROM samples WHERE id = ?"  # noqa: S608
    return first(conn, Sample, sql, (sample,))


def last_upto(
    conn: sqlite3.Connection, model: str | None, prompt_id: str | None
) -> int:
    """Up to which candidate samples of this model and prompt have been drawn; 0 where
    none was."""
    sql = "SELECT max(upto) FROM samples WHERE model IS ? AND prompt_id IS ?"
    return value(conn, sql, (model, prompt_id)) or 0


_JUDGED = """
SELECT count(*) FILTER (WHERE judged = 'right') AS right,
  count(*) FILTER (WHERE judged = 'wrong') AS wrong,
  count(*) AS size
FROM sample_verdicts
WHERE sample_id = ?
"""


def judged(conn: sqlite3.Connection, sample: int) -> SampleVerdicts:
    """Right: approved as it is, by a person looking at it. Wrong: rejected, or the
    image got another text instead.

    A verdict over many at once says nothing about one text: it counts as not judged.
    """
    (found,) = rows(conn, SampleVerdicts, _JUDGED, (sample,))
    return found
