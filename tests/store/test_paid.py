"""A row of the books as text and back, to the last field."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from altsync.models import Decision, Finding, NewCandidate, Origin, Severity
from altsync.store import paid
from altsync.store.ledger import NewFailure
from altsync.store.paid import NoRow, PaidAnswer
from tests.store.conftest import Shelf

CANDIDATE = NewCandidate(
    image_id="a/1",
    base=None,
    alt="Ein Hund \u2028 auf Sand.",
    origin=Origin.AI,
    decision=Decision.TEXT,
    model="asked",
    resolved_model="answered",
    prompt_id=None,
    context="[1]",
    image_sha256="ab",
    response_id="response",
    input_tokens=11,
    output_tokens=12,
    cost_usd=0.5,
    duration_ms=13,
    options='{"o": 1}',
    flags='{"f": 1}',
    findings=(Finding("cut", Severity.WARNING, "It is cut."),),
    work_key="key",
    recorded=True,
    long_description="- May: 890",
    place="1 of 2: a | b",
)
FAILURE = NewFailure(
    "a/1", "why", "m", None, "key", None, 3, 4, 0.25, reason="Slow down."
)


@pytest.mark.parametrize("row", [CANDIDATE, FAILURE])
def test_a_row_goes_through_text_unharmed(row: NewCandidate | NewFailure) -> None:
    answer = PaidAnswer(row, "system", "prompt")
    assert paid.read(json.loads(json.dumps(answer.as_dict()))) == answer


def test_an_answer_that_an_older_altsync_kept_is_of_no_place() -> None:
    kept = PaidAnswer(CANDIDATE, "system", "prompt").as_dict()
    del kept["candidate"]["place"]
    assert paid.read(kept).row == replace(CANDIDATE, place=None)


def test_every_column_is_stored_with_the_time_of_its_answer(two: Shelf) -> None:
    answer = PaidAnswer(CANDIDATE, None, "Describe.", at="2026-01-02T03:04:05.000006")
    with two.store.write() as tx:
        assert not answer.stored(tx)
        answer.store(tx)
        assert answer.stored(tx)
    names = [field.name for field in fields(NewCandidate) if field.name != "findings"]
    (row,) = two.all(f"SELECT {', '.join(names)}, created_at FROM candidates")
    assert row == (*(getattr(CANDIDATE, name) for name in names), answer.at)
    assert two.all("SELECT text FROM prompts") == [("Describe.",)]


def test_a_failure_and_a_candidate_are_not_taken_for_each_other(two: Shelf) -> None:
    at = "2026-01-02T03:04:05.000006"
    failure = PaidAnswer(FAILURE, at=at)
    with two.store.write() as tx:
        failure.store(tx)
        assert failure.stored(tx)
        assert not PaidAnswer(CANDIDATE, at=at).stored(tx)
    assert two.all("SELECT cost_usd, created_at FROM failures") == [(0.25, at)]


def test_two_models_may_answer_in_one_microsecond(two: Shelf) -> None:
    at = "2026-01-02T03:04:05.000006"
    other = PaidAnswer(replace(CANDIDATE, model="other"), at=at)
    with two.store.write() as tx:
        PaidAnswer(CANDIDATE, at=at).store(tx)
        assert PaidAnswer(CANDIDATE, at=at).stored(tx)
        assert not other.stored(tx)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"at": "x", "system": None, "prompt": None},
        {
            "at": 7,
            "system": None,
            "prompt": None,
            "failure": {"image_id": "a", "error": ""},
        },
        {
            "at": "x",
            "system": None,
            "prompt": None,
            "failure": {"image_id": "a", "new": 1},
        },
        {"at": "x", "system": None, "prompt": None, "candidate": {"origin": "martian"}},
        {"at": "x", "system": None, "prompt": None, "candidate": []},
    ],
)
def test_what_is_no_row_is_said_to_be_none(broken: dict[str, object]) -> None:
    with pytest.raises(NoRow):
        paid.read(broken)
