"""What the dashboard shows besides the funnel of `reports`: albums, money, the last
runs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.models import State
from altsync.store.reach import INHERITS, SEEN
from altsync.store.rows import first, rows


@dataclass(frozen=True, slots=True)
class Album:
    """One album (or entity and field) in numbers. Media in texts that show the medium's
    own text are counted there."""

    name: str
    images: int
    covered: int
    waiting: int
    """Candidates that wait for a verdict."""
    approved: int
    """Approved, to be sent."""
    in_text: bool = False
    """Its images stand in texts."""

    @property
    def open(self) -> int:
        """Images without a text."""
        return self.images - self.covered

    @property
    def first(self) -> State:
        """The state to look at first; a look at one of which nothing is here names the
        others."""
        if self.waiting:
            return State.NEEDS_REVIEW
        if self.open > self.approved:
            return State.MISSING
        return State.APPROVED if self.approved else State.HUMAN


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
    """A pull, push or verify: when it ended, what it counted, why it stopped."""

    id: int
    started_at: str
    finished_at: str | None
    counts: dict[str, int]
    error: str | None


_ALBUMS = f"""
SELECT i.album AS name, count(*) AS images,
  sum(
    NOT i.blank OR i.origin IS NOT NULL OR coalesce(h.state, '') = 'decorative'
  ) AS covered,
  sum(i.out_of_reach IS NULL AND coalesce(h.state, '') = 'needs-review') AS waiting,
  sum(i.out_of_reach IS NULL AND coalesce(h.state, '') = 'approved') AS approved,
  max(i.tag IS NOT NULL) AS in_text
FROM images i
LEFT JOIN image_heads h ON h.image_id = i.id
WHERE {SEEN} AND NOT {INHERITS}
GROUP BY i.album
ORDER BY images - covered DESC, i.album
"""  # noqa: S608


def albums(conn: sqlite3.Connection) -> list[Album]:
    """All albums, those with most images without a text first."""
    return list(rows(conn, Album, _ALBUMS))


@dataclass(frozen=True, slots=True)
class PaidModel:
    """What one model was paid for, whatever became of its texts."""

    model: str
    texts: int
    cost_usd: float | None
    unpriced: int
    average_ms: float | None


_PAID = """
SELECT model, sum(kind = 'made') AS texts, sum(cost_usd) AS cost_usd,
  sum(cost_usd IS NULL) AS unpriced,
  sum(duration_ms) / nullif(sum(kind = 'made'), 0) AS average_ms
FROM payments
WHERE kind <> 'reused' AND model IS NOT NULL
GROUP BY model
ORDER BY sum(cost_usd) DESC NULLS LAST, model
"""
_PAID_UP_TO = """
SELECT (SELECT max(id) FROM candidates), (SELECT max(id) FROM failures),
  (SELECT json_group_array(json_array(model, input, output)) FROM prices)
"""
_JUDGED = """
SELECT c.model, sum(v.verdict = 'approved'), sum(v.verdict = 'rejected')
FROM candidate_verdicts v
JOIN candidates c ON c.id = v.candidate_id
WHERE c.model IS NOT NULL
GROUP BY c.model
"""


def paid(conn: sqlite3.Connection) -> list[PaidModel]:
    """By model, the dearest first. Reads every candidate."""
    return list(rows(conn, PaidModel, _PAID))


def paid_up_to(conn: sqlite3.Connection) -> object:
    """Changes with whatever changes `paid`: candidates and failures are only ever added,
    and prices are set."""
    found: object = conn.execute(_PAID_UP_TO).fetchone()
    return found


def spent(
    conn: sqlite3.Connection, models: list[PaidModel] | None = None
) -> list[ModelCost]:
    """What was `paid` (worked out now, where None), with what people said to it."""
    judged = {model: counts for model, *counts in conn.execute(_JUDGED)}
    return [
        ModelCost(
            one.model,
            one.texts,
            one.cost_usd,
            one.unpriced,
            one.average_ms,
            *judged.get(one.model, (0, 0)),
        )
        for one in (paid(conn) if models is None else models)
    ]


_LAST = """
SELECT id, started_at, finished_at, error, json_object({counts}) AS counts
FROM {table}
ORDER BY id DESC LIMIT 1
"""
_PULL = ("listed", "new", "changed", "returned", "gone", "hidden", "failed")
_PUSH = ("planned", "applied", "conflicts", "failed")


def last_pull(conn: sqlite3.Connection) -> Run | None:
    """The latest pull."""
    return _last(conn, "pulls", _PULL)


def last_push(conn: sqlite3.Connection) -> Run | None:
    """The latest push."""
    return _last(conn, "pushes", _PUSH)


_VERIFY = """
SELECT id, started_at, finished_at, NULL AS error, coalesce(counts, '{}') AS counts
FROM page_runs
WHERE kind = 'verify'
ORDER BY id DESC LIMIT 1
"""


def last_verify(conn: sqlite3.Connection) -> Run | None:
    """The latest verify: how many pages met which fate."""
    return first(conn, Run, _VERIFY)


def _last(conn: sqlite3.Connection, table: str, names: tuple[str, ...]) -> Run | None:
    counts = ", ".join(f"'{name}', {name}" for name in names)
    return first(conn, Run, _LAST.format(table=table, counts=counts))
