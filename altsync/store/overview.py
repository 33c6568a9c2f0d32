"""What the dashboard shows besides the funnel of `reports`: albums, money, the last
runs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Album:
    """One album (or entity and field) in numbers."""

    name: str
    images: int
    covered: int
    waiting: int
    """Candidates that wait for a verdict."""


@dataclass(frozen=True, slots=True)
class ModelCost:
    """What one model cost, answers that could not be used included. US dollars; None
    where no price is known."""

    model: str
    texts: int
    cost_usd: float | None
    unpriced: int
    average_ms: float | None
    approved: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Run:
    """A pull or push: when it ended, what it counted, why it stopped."""

    id: int
    started_at: str
    finished_at: str | None
    counts: dict[str, int]
    error: str | None


def albums(conn: sqlite3.Connection, limit: int = 12) -> tuple[list[Album], int]:
    """(The albums with most images without a text, how many albums there are)."""
    rows = conn.execute("""
SELECT i.album, count(*) AS images,
       sum(NOT i.blank OR i.origin IS NOT NULL OR coalesce(h.state, '') = 'decorative') AS covered,
       sum(coalesce(h.state, '') = 'needs-review') AS waiting
FROM images i LEFT JOIN image_heads h ON h.image_id = i.id
WHERE i.gone_at IS NULL GROUP BY i.album ORDER BY images - covered DESC, i.album
""").fetchall()
    return [
        Album(row[0], row[1], row[2] or 0, row[3] or 0) for row in rows[:limit]
    ], len(rows)


def spent(conn: sqlite3.Connection) -> list[ModelCost]:
    """By model, the dearest first."""
    paid = conn.execute("""
SELECT model, sum(texts), sum(cost), sum(unpriced), sum(ms) / nullif(sum(texts), 0) FROM (
  SELECT model, 1 AS texts, cost_usd AS cost, cost_usd IS NULL AS unpriced, duration_ms AS ms
  FROM candidates WHERE origin = 'ai' AND model IS NOT NULL AND reused_from IS NULL
  UNION ALL SELECT model, 0, cost_usd, 0, 0 FROM failures WHERE stage = 'generate' AND model IS NOT NULL)
GROUP BY model ORDER BY sum(cost) DESC NULLS LAST, model
""").fetchall()
    verdicts = {
        row[0]: (row[1], row[2])
        for row in conn.execute(
            "SELECT c.model, sum(v.verdict = 'approved'), sum(v.verdict = 'rejected')"
            " FROM candidate_verdicts v JOIN candidates c ON c.id = v.candidate_id"
            " WHERE c.model IS NOT NULL GROUP BY c.model"
        )
    }
    found = []
    for row in paid:
        approved, rejected = verdicts.get(row[0], (0, 0))
        found.append(
            ModelCost(row[0], row[1], row[2], row[3], row[4], approved, rejected)
        )
    return found


_PULL = ("listed", "new", "changed", "returned", "gone", "failed")
_PUSH = ("planned", "applied", "conflicts", "failed")


def last_pull(conn: sqlite3.Connection) -> Run | None:
    """The latest pull."""
    return _last(conn, "pulls", _PULL)


def last_push(conn: sqlite3.Connection) -> Run | None:
    """The latest push."""
    return _last(conn, "pushes", _PUSH)


def _last(conn: sqlite3.Connection, table: str, names: tuple[str, ...]) -> Run | None:
    row = conn.execute(
        f"SELECT id, started_at, finished_at, error, {', '.join(names)} FROM {table} ORDER BY id DESC LIMIT 1"  # noqa: S608
    ).fetchone()
    if row is None:
        return None
    return Run(row[0], row[1], row[2], dict(zip(names, row[4:], strict=True)), row[3])
