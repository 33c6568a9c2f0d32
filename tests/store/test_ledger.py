"""The ledger of generate: what was paid, and which work was answered before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from altsync.models import Decision, Origin
from altsync.store import candidates, ledger, overview
from altsync.store.ledger import Answered, CostLine, Habit, NewFailure
from tests.store.conftest import Shelf


def begin(shelf: Shelf) -> int:
    with shelf.store.write() as tx:
        return ledger.begin(tx, '["m"]', '{"o": 1}', budget=1.5, estimate=0.25)


def test_every_column_of_an_answer_is_the_right_one(two: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    first = two.propose("a/2", "Elsewhere.", work_key="key")
    two.propose("a/1", "Between.")
    number = two.propose(
        "a/1",
        "Alt.",
        base="Base.",
        decision=Decision.TEXT,
        model="asked",
        resolved_model="answered",
        response_id="response",
        flags='{"flags": 1}',
        work_key="key",
        place="1 of 2",
        reused_from=first,
    )
    with two.store.read() as conn:
        found = ledger.answered(conn, "key", "a/1")
        assert ledger.answered(conn, "no such key", "a/1") is None
    assert found == Answered(
        candidate=first,
        image="a/1",
        base="Base.",
        alt="Alt.",
        decision="text",
        resolved_model="answered",
        response_id="response",
        flags='{"flags": 1}',
        problem="",
        place="1 of 2",
    )
    assert number != first


def test_the_images_own_and_newest_answer_is_preferred(two: Shelf) -> None:
    def alt(image_id: str) -> str:
        with two.store.read() as conn:
            found = ledger.answered(conn, "key", image_id)
        assert found is not None
        return found.alt

    two.propose("a/1", "First.", work_key="key")
    two.propose("a/1", "Second.", work_key="key")
    two.propose("a/2", "Elsewhere.", work_key="key")
    assert alt("a/1") == "Second."
    assert alt("a/2") == "Elsewhere."
    assert alt("no/such") == "Elsewhere."


def test_an_answer_that_could_not_be_used_is_known_too(two: Shelf) -> None:
    run = begin(two)
    with two.store.write() as tx:
        for problem in ("empty", "too long"):
            ledger.fail(tx, NewFailure("a/1", problem, "m", run, "key"))
    with two.store.read() as conn:
        found = ledger.answered(conn, "key", "a/1")
    assert found == Answered(None, problem="too long", run=run)
    number = two.propose("a/2", "Alt.", work_key="key")
    with two.store.read() as conn:
        found = ledger.answered(conn, "key", "a/1")
    assert found is not None
    assert found.candidate == number


def test_every_column_of_a_failure_is_the_right_one(two: Shelf) -> None:
    run = begin(two)
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, None, "Text.")
        for model in ("m", "other", None, "m"):
            failure = NewFailure("a/1", "why", model, run, "key", prompt, 11, 12, 0.13)
            ledger.fail(tx, failure)
        ledger.fail(tx, NewFailure("a/2", "no answer", "m", run))
    rows = two.all(
        "SELECT image_id, stage, error, attempt, model, work_key, prompt_id,"
        " input_tokens, output_tokens, cost_usd, run_id FROM failures ORDER BY id"
    )
    assert rows[3] == (
        "a/1",
        "generate",
        "why",
        2,
        "m",
        "key",
        prompt,
        11,
        12,
        0.13,
        run,
    )
    assert [(row[4], row[3]) for row in rows] == [
        ("m", 1),
        ("other", 1),
        (None, 1),
        ("m", 2),
        ("m", 1),
    ]
    assert rows[4][5:10] == (None, None, None, None, None)


def test_a_run_is_counted_from_its_rows(two: Shelf) -> None:
    other, run = begin(two), begin(two)
    first = two.propose("a/1", "One.", run_id=run, cost_usd=0.5)
    two.propose("a/2", "Two.", run_id=run, cost_usd=0.25)
    two.propose("a/2", "Three.", run_id=run, reused_from=first, cost_usd=0.0)
    with two.store.write() as tx:
        ledger.fail(tx, NewFailure("a/1", "why", "m", run, cost_usd=0.125))
        ledger.end(tx, run, "stopped")
    columns = (
        "models, options, budget_usd, estimate_usd, made, reused, failed, cost_usd,"
        " error, finished_at >= started_at"
    )
    assert two.one(f"SELECT {columns} FROM runs WHERE id = ?", (run,)) == (
        '["m"]',
        '{"o": 1}',
        1.5,
        0.25,
        2,
        1,
        1,
        0.875,
        "stopped",
        1,
    )
    assert two.one("SELECT finished_at, made FROM runs WHERE id = ?", (other,)) == (
        None,
        0,
    )
    with two.store.write() as tx:
        ledger.end(tx, other, None)
    assert two.one("SELECT cost_usd, error FROM runs WHERE id = ?", (other,)) == (
        None,
        None,
    )


def test_what_calls_of_a_model_took_so_far(two: Shelf) -> None:
    def habit(model: str, latest: int = 500) -> Habit | None:
        with two.store.read() as conn:
            return ledger.habit(conn, model, latest=latest)

    assert habit("m") is None
    first = two.propose("a/1", "One.", model="m", input_tokens=900, output_tokens=90)
    two.propose("a/1", "Two.", model="m", input_tokens=100, output_tokens=10)
    two.propose("a/1", "Three.", model="m", input_tokens=200, output_tokens=None)
    two.propose("a/1", "Four.", model="m", input_tokens=None)
    two.propose("a/1", "Five.", model="m", input_tokens=7, reused_from=first)
    two.propose("a/1", "Six.", model="other", input_tokens=5)
    assert habit("m") == Habit(3, 400.0, 50.0)
    assert habit("m", 2) == Habit(2, 150.0, 10.0)
    assert habit("other") == Habit(1, 5.0, 0.0)


def test_every_column_of_the_account_is_the_right_one(two: Shelf) -> None:
    run, later = begin(two), begin(two)
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, None, "Text.")
    first = two.propose(
        "a/1",
        "One.",
        model="m",
        prompt_id=prompt,
        run_id=run,
        input_tokens=100,
        output_tokens=10,
        cost_usd=0.5,
    )
    two.propose("a/2", "Two.", model="m", run_id=run, input_tokens=20, output_tokens=2)
    two.propose(
        "a/2",
        "Three.",
        model="m",
        run_id=later,
        reused_from=first,
        input_tokens=0,
        output_tokens=0,
        cost_usd=0.0,
    )
    two.propose("a/2", "A person's.", origin=Origin.HUMAN, model="m", input_tokens=9)
    two.propose("a/2", "No model.", model=None, input_tokens=9)
    with two.store.write() as tx:
        paid = NewFailure("a/1", "why", "m", later, None, None, 3, 1, 0.25)
        ledger.fail(tx, replace(paid, lost_calls=2, estimated_usd=0.125))
        ledger.fail(tx, NewFailure("a/1", "not asked", "m", later, cost_usd=0.0))

    def spent(by: str) -> list[CostLine]:
        with two.store.read() as conn:
            return list(ledger.spent(conn, by))

    began, ended = two.one(
        "SELECT (SELECT created_at FROM candidates WHERE id = ?),"
        " (SELECT created_at FROM failures WHERE error = 'why')",
        (first,),
    )
    (line,) = spent("model")
    assert line == CostLine(
        name="m",
        candidates=2,
        failures=1,
        reused=1,
        input_tokens=123,
        output_tokens=13,
        cost_usd=0.75,
        unpriced=1,
        batch=0,
        lost=2,
        estimated_usd=0.125,
        first=began,
        last=ended,
    )
    assert [(line.name, line.candidates) for line in spent("run")] == [
        (str(run), 2),
        (str(later), 0),
    ]
    assert [(line.name, line.candidates) for line in spent("prompt")] == [
        (prompt, 1),
        ("(none)", 1),
    ]
    with pytest.raises(KeyError):
        spent("colour")


def test_numbers_that_no_answer_can_have_had_are_not_known(two: Shelf) -> None:
    """They were stored before answers were looked at: 2^62 tokens, minus 30 dollars."""
    odd: tuple[dict[str, Any], ...] = (
        {"input_tokens": 2**62, "output_tokens": 2**62, "cost_usd": 1e19},
        {"input_tokens": 2**62, "output_tokens": 5, "cost_usd": 1e13},
        {"input_tokens": -30_000_000, "output_tokens": 5, "cost_usd": -30.0},
        {"input_tokens": 5, "output_tokens": 5, "cost_usd": float("inf")},
    )
    run = begin(two)
    two.propose("a/1", "Sound.", model="m", run_id=run, **SOUND)
    for number, values in enumerate(odd):
        two.propose("a/1", f"Odd {number}.", model="m", run_id=run, **values)
    with two.store.write() as tx:
        for values in odd:
            ledger.fail(tx, NewFailure("a/2", "why", "m", run, **values))
        ledger.end(tx, run, None)
    with two.store.read() as conn:
        (line,) = ledger.spent(conn, "model")
        habit = ledger.habit(conn, "m")
        (model,) = overview.spent(conn)
    assert (line.candidates, line.failures, line.unpriced) == (5, 4, 8)
    assert (line.input_tokens, line.output_tokens, line.cost_usd) == (100, 10, 0.5)
    assert habit == Habit(1, 100.0, 10.0, 0.5)
    assert (model.cost_usd, model.unpriced) == (0.5, 8)
    assert two.one("SELECT cost_usd FROM runs") == (0.5,)


SOUND: dict[str, Any] = {"input_tokens": 100, "output_tokens": 10, "cost_usd": 0.5}


def test_an_answer_of_unknown_cost_is_in_the_account(two: Shelf) -> None:
    run = begin(two)
    with two.store.write() as tx:
        ledger.fail(tx, NewFailure("a/1", "unreadable", "m", run, answer="[["))
    with two.store.read() as conn:
        (line,) = ledger.spent(conn, "model")
    assert (line.failures, line.unpriced) == (1, 1)
