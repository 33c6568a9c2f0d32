"""The ledger of generate: runs, what was paid, and which work has been answered before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class Answered:
    """Work that was paid for before: a candidate, or (candidate None) an answer that
    could not be used."""

    candidate: int | None
    image: str | None = None
    base: str | None = None
    alt: str = ""
    decision: str = ""
    resolved_model: str | None = None
    response_id: str | None = None
    flags: str = "{}"
    problem: str = ""


def answered(conn: sqlite3.Connection, key: str, image: str) -> Answered | None:
    """What is known of the work with this key; the answer for `image` itself is preferred."""
    row = conn.execute(
        "SELECT coalesce(reused_from, id), image_id, base, alt, decision,"
        " resolved_model, response_id, flags FROM candidates WHERE work_key = ? ORDER"
        " BY image_id = ? DESC, id DESC LIMIT 1",
        (key, image),
    ).fetchone()
    if row is not None:
        return Answered(*row)
    row = conn.execute(
        "SELECT error FROM failures WHERE work_key = ? ORDER BY id DESC LIMIT 1", (key,)
    ).fetchone()
    return None if row is None else Answered(None, problem=row[0])


def fail(
    tx: sqlite3.Connection,
    image: str,
    error: str,
    *,
    model: str | None,
    run: int,
    key: str | None = None,
    prompt: str | None = None,
    tokens: tuple[int | None, int | None] = (None, None),
    cost: float | None = None,
) -> None:
    """One image failed. `key` is given where the model answered, so that the same is
    not paid for again."""
    tx.execute(
        "INSERT INTO failures (image_id, stage, error, attempt, model, created_at,"
        " work_key, prompt_id, input_tokens, output_tokens, cost_usd, run_id) VALUES"
        " (?, 'generate', ?, 1 + (SELECT count(*) FROM failures WHERE image_id = ? AND"
        " stage = 'generate' AND model IS ?), ?, ?, ?, ?, ?, ?, ?, ?)",
        (image, error, image, model, model, now(), key, prompt, *tokens, cost, run),
    )


def begin(
    tx: sqlite3.Connection,
    models: str,
    options: str,
    budget: float | None = None,
    estimate: float | None = None,
) -> int:
    """Open the ledger row of a run. `models` and `options` are JSON."""
    cursor = tx.execute(
        "INSERT INTO runs (models, options, budget_usd, estimate_usd, started_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (models, options, budget, estimate, now()),
    )
    return int(cursor.lastrowid or 0)


def end(tx: sqlite3.Connection, run: int, error: str | None) -> None:
    """Close it, counted from the rows themselves."""
    tx.execute(
        """UPDATE runs SET finished_at = :at, error = :error,
             made = (SELECT count(*) FROM candidates WHERE run_id = :run AND reused_from IS NULL),
             reused = (SELECT count(*) FROM candidates WHERE run_id = :run AND reused_from IS NOT NULL),
             failed = (SELECT count(*) FROM failures WHERE run_id = :run),
             cost_usd = (SELECT sum(cost_usd) FROM (SELECT cost_usd FROM candidates WHERE run_id = :run
                         UNION ALL SELECT cost_usd FROM failures WHERE run_id = :run))
           WHERE id = :run""",
        {"run": run, "at": now(), "error": error},
    )


@dataclass(frozen=True, slots=True)
class Habit:
    """What calls of one model took so far: means over the latest images that it answered."""

    images: int
    input_tokens: float
    output_tokens: float


def habit(conn: sqlite3.Connection, model: str, latest: int = 500) -> Habit | None:
    """From the rows of this database; None where the model has answered nothing yet."""
    row = conn.execute(
        "SELECT count(*), avg(input_tokens), avg(output_tokens) FROM (SELECT"
        " input_tokens, output_tokens FROM candidates WHERE model = ? AND reused_from"
        " IS NULL AND input_tokens IS NOT NULL ORDER BY id DESC LIMIT ?)",
        (model, latest),
    ).fetchone()
    return Habit(row[0], row[1], row[2] or 0.0) if row[0] else None


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the account. `cost_usd` leaves out `unpriced` answers, whose cost
    nobody knows."""

    name: str
    candidates: int
    failures: int
    reused: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced: int
    first: str
    last: str


def spent(conn: sqlite3.Connection, by: str) -> Iterator[CostLine]:
    """What was paid, by model, prompt or run: candidates, and answers that could not be
    used."""
    column = {"model": "model", "prompt": "prompt_id", "run": "run_id"}[by]
    for row in conn.execute(
        f"""SELECT coalesce(name, '(none)'), sum(kind = 'made'), sum(kind = 'failed'), sum(kind = 'reused'),
              coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost_usd), 0.0),
              sum(cost_usd IS NULL AND kind = 'made'), min(created_at), max(created_at)
            FROM (SELECT {column} AS name, iif(reused_from IS NULL, 'made', 'reused') AS kind, input_tokens,
                    output_tokens, cost_usd, created_at FROM candidates WHERE origin = 'ai' AND model IS NOT NULL
                  UNION ALL SELECT {column}, 'failed', input_tokens, output_tokens, cost_usd, created_at
                  FROM failures WHERE stage = 'generate' AND input_tokens IS NOT NULL)
            GROUP BY name ORDER BY min(created_at)"""  # noqa: S608
    ):
        yield CostLine(str(row[0]), *row[1:])
