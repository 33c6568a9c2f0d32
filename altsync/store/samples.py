"""Samples that were drawn, and how they were judged."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

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


_COLUMNS = (
    "id, model, prompt_id, bound, confidence, tolerated, population, size, after, upto,"
    " drawn_by, created_at"
)


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
        f"INSERT INTO samples ({_COLUMNS.removeprefix('id, ')}) VALUES"  # noqa: S608
        f" ({', '.join('?' * 11)})",
        (
            model,
            prompt_id,
            bound,
            confidence,
            tolerated,
            population,
            len(items),
            after,
            upto,
            drawn_by,
            now(),
        ),
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
    return [
        Sample(*row)
        for row in conn.execute(f"SELECT {_COLUMNS} FROM samples ORDER BY id DESC")  # noqa: S608
    ]


def named(conn: sqlite3.Connection, sample: int) -> Sample | None:
    """One draw."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM samples WHERE id = ?",  # noqa: S608
        (sample,),
    ).fetchone()
    return None if row is None else Sample(*row)


def last_upto(
    conn: sqlite3.Connection, model: str | None, prompt_id: str | None
) -> int:
    """Up to which candidate samples of this model and prompt have been drawn; 0 where
    none was."""
    row = conn.execute(
        "SELECT coalesce(max(upto), 0) FROM samples WHERE model IS ? AND prompt_id"
        " IS ?",
        (model, prompt_id),
    ).fetchone()
    return int(row[0])


def judged(conn: sqlite3.Connection, sample: int) -> SampleVerdicts:
    """Right: approved as it is, by a person looking at it. Wrong: rejected, or the
    image got another text instead.

    A verdict over many at once says nothing about one text: it counts as not judged.
    """
    row = conn.execute(
        "SELECT count(*) FILTER (WHERE judged = 'right'), count(*) FILTER (WHERE judged"
        " = 'wrong'), count(*) FROM sample_verdicts WHERE sample_id = ?",
        (sample,),
    ).fetchone()
    return SampleVerdicts(row[0], row[1], row[2])
