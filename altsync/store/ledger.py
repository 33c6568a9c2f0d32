"""The ledger of generate: runs, what was paid, and which work has been answered before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from altsync.store.rows import first, rows, value
from altsync.store.store import Store, now


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
    long_description: str | None = None
    flags: str = "{}"
    options: str = "{}"
    problem: str = ""
    place: str | None = None
    """Of an image in a text, as in `SiteImage`, when it was proposed."""
    run: int | None = None
    """That got no usable answer."""
    reference: bool = False
    """It was asked for to compare others with."""
    replaces: str | None = None
    """As in `NewCandidate`."""


_CANDIDATE = """
SELECT coalesce(reused_from, id) AS candidate, image_id AS image, base, alt, decision,
  long_description, resolved_model, response_id, flags, options, '' AS problem, place,
  NULL AS run, reference, replaces
FROM candidates
WHERE work_key = :key
ORDER BY image_id = :image DESC, id DESC
LIMIT 1
"""
_UNUSABLE = """
SELECT NULL AS candidate, NULL AS image, NULL AS base, '' AS alt, '' AS decision,
  NULL AS long_description, NULL AS resolved_model, NULL AS response_id,
  '{}' AS flags, '{}' AS options, error AS problem,
  NULL AS place, run_id AS run, 0 AS reference, NULL AS replaces
FROM failures
WHERE work_key = ?
ORDER BY id DESC
LIMIT 1
"""


def answered(conn: sqlite3.Connection, key: str, image: str) -> Answered | None:
    """What is known of the work with this key; the answer for `image` itself is preferred."""
    found = proposed(conn, key, image)
    return first(conn, Answered, _UNUSABLE, (key,)) if found is None else found


def proposed(conn: sqlite3.Connection, key: str, image: str) -> Answered | None:
    """The text that the work with this key got; that of `image` itself is preferred."""
    return first(conn, Answered, _CANDIDATE, {"key": key, "image": image})


@dataclass(frozen=True, slots=True)
class NewFailure:
    """An image that got no text, before it is stored."""

    image_id: str
    error: str
    model: str | None = None
    """None where none was asked."""
    run_id: int | None = None
    work_key: str | None = None
    """Where the model answered, so that the same is not paid for again."""
    prompt_id: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    """Of all calls that it took; None where nobody knows."""
    lost_calls: int = 0
    """Of these calls: those whose answer was lost on its way, with estimates in the
    sums."""
    estimated_usd: float | None = None
    answer: str | None = None
    """What the model sent that was no text, as it arrived."""
    reason: str | None = None
    """The provider's own words for it, without keys and addresses."""
    question: str | None = None
    """What was asked, as far as it is known without the file (`questions`): with
    `work_key`, so that the image is passed over before its picture is fetched."""
    handover_id: int | None = None
    """As in `NewCandidate`."""


_FAIL = """
INSERT INTO failures (image_id, stage, error, attempt, model, created_at, work_key,
  question, prompt_id, input_tokens, output_tokens, cost_usd, run_id, lost_calls,
  estimated_usd, answer, reason, handover_id)
SELECT :image_id, 'generate', :error, 1 + count(*), :model, :at, :work_key, :question,
  :prompt_id, :input_tokens, :output_tokens, :cost_usd, :run_id, :lost_calls,
  :estimated_usd, :answer, :reason, :handover_id
FROM failures
WHERE image_id = :image_id AND stage = 'generate' AND model IS :model
"""


def fail(tx: sqlite3.Connection, failure: NewFailure, at: str | None = None) -> None:
    """One image failed. `at`: when, where that was not now."""
    tx.execute(_FAIL, {**asdict(failure), "at": at or now()})


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


_COUNT = """
UPDATE runs
SET
  made = (
    SELECT count(*) FROM candidates WHERE run_id = :run AND reused_from IS NULL),
  reused = (
    SELECT count(*) FROM candidates WHERE run_id = :run AND reused_from IS NOT NULL),
  failed = (SELECT count(*) FROM failures WHERE run_id = :run),
  cost_usd = (SELECT sum(cost_usd) FROM payments WHERE run_id = :run)
WHERE id = :run
"""
_END = "UPDATE runs SET finished_at = :at, error = :error WHERE id = :run"


def end(tx: sqlite3.Connection, run: int, error: str | None) -> None:
    """Close it, counted from the rows themselves."""
    tx.execute(_END, {"run": run, "at": now(), "error": error})
    count(tx, run)


def count(tx: sqlite3.Connection, run: int) -> None:
    """What a run made and paid, from the rows: also for those that came later."""
    tx.execute(_COUNT, {"run": run})


_LATE = """
UPDATE runs SET finished_at = :at, error = 'its last answers came in late'
WHERE id = :run AND finished_at IS NULL
"""


def late(tx: sqlite3.Connection, run: int) -> None:
    """Rows of a run came in after it had ended: count it anew, and close it where it
    could not close itself."""
    tx.execute(_LATE, {"run": run, "at": now()})
    count(tx, run)


def known(conn: sqlite3.Connection, run: int) -> bool:
    """Whether there is such a run."""
    return value(conn, "SELECT 1 FROM runs WHERE id = ?", (run,)) is not None


@dataclass(frozen=True, slots=True)
class Habit:
    """What one model took for an image so far: means over the latest that it answered,
    hidden tokens and second tries included."""

    images: int
    input_tokens: float
    output_tokens: float
    cost_usd: float | None = None
    """Over those of them whose cost is known; live, which is twice that of a batch."""


_HABIT = """
SELECT count(*) AS images, avg(input_tokens) AS input_tokens,
  coalesce(avg(output_tokens), 0.0) AS output_tokens, avg(cost_usd) AS cost_usd
FROM (
  SELECT input_tokens, output_tokens, cost_usd * iif(batch, 2.0, 1.0) AS cost_usd
  FROM payments
  WHERE model = :model AND kind = 'made' AND input_tokens IS NOT NULL
    AND (:options IS NULL OR options = :options)
  ORDER BY seq DESC LIMIT :latest)
"""


def habit(
    conn: sqlite3.Connection,
    model: str,
    options: str | None = None,
    latest: int = 500,
) -> Habit | None:
    """From the rows of this database; None where the model has answered nothing yet.
    `options`: as they are stored, where answers with others do not count."""
    values = {"model": model, "options": options, "latest": latest}
    (found,) = rows(conn, Habit, _HABIT, values)
    return found if found.images else None


_BY_RUN = """
SELECT sum(cost_usd), run_id FROM payments WHERE run_id IS NOT NULL GROUP BY run_id
"""
Prices: TypeAlias = Mapping[str, tuple[float, float]]
"""Dollars per million tokens, in and out, by model."""


def learn_prices(store: Store, own: Prices) -> None:
    """The prices of altsync.toml, for answers whose cost nobody knew: all others are
    forgotten, and the runs are counted anew. Nothing is written where nothing changed,
    or nothing can be."""
    if store.access.refused:
        return
    with store.read() as conn:
        there = conn.execute("SELECT model, input, output FROM prices").fetchall()
    if {model: (into, out) for model, into, out in there} == dict(own):
        return
    with store.write() as tx:
        tx.execute("DELETE FROM prices")
        tx.executemany(
            "INSERT INTO prices (model, input, output, set_at) VALUES (?, ?, ?, ?)",
            [(model, *price, now()) for model, price in own.items()],
        )
        runs = tx.execute(_BY_RUN).fetchall()
        tx.executemany("UPDATE runs SET cost_usd = ? WHERE id = ?", runs)


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
    cost_usd: float | None
    """None where nothing of it is known."""
    unpriced: int
    batch: int
    """Answers by the batch of a provider, at half price."""
    lost: int
    """Calls whose answer was lost on its way: `estimated_usd` of the cost is for them."""
    estimated_usd: float
    first: str
    last: str
    """The earliest and the latest time that the clock said."""


_SPENT = """
SELECT CAST(coalesce(name, '(none)') AS TEXT) AS name,
  sum(kind = 'made') AS candidates, sum(kind = 'failed') AS failures,
  sum(kind = 'reused') AS reused,
  coalesce(sum(input_tokens), 0) AS input_tokens,
  coalesce(sum(output_tokens), 0) AS output_tokens,
  sum(cost_usd) AS cost_usd, sum(cost_usd IS NULL) AS unpriced,
  sum(batch) AS batch, sum(lost_calls) AS lost, coalesce(sum(estimated_usd), 0.0) AS estimated_usd,
  min(created_at) AS first, max(created_at) AS last
FROM (SELECT *, {by} AS name FROM payments WHERE model IS NOT NULL) paid
GROUP BY paid.name
ORDER BY min(seq)
"""


def spent(conn: sqlite3.Connection, by: str) -> Iterator[CostLine]:
    """What was paid, by model, prompt or run: candidates, and answers that could not be
    used."""
    column = {"model": "model", "prompt": "prompt_id", "run": "run_id"}[by]
    return rows(conn, CostLine, _SPENT.format(by=column))
