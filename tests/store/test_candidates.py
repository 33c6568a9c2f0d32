"""Candidates and verdicts: kept whole, and which of them still count."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from altsync.models import (
    Decision,
    Finding,
    NewCandidate,
    Origin,
    PushStatus,
    Scope,
    Severity,
    Tag,
    Verdict,
)
from altsync.store import candidates, journal
from altsync.store.candidates import Judgement, Open
from tests.scene import image
from tests.store.conftest import Shelf

LONG = Finding("length", Severity.WARNING, "Länge.")


def waiting(shelf: Shelf, images: list[str] | None = None) -> list[list[int]]:
    with shelf.store.read() as conn:
        groups = candidates.open_candidates(conn, images)
        return [[one.id for one in group] for group in groups]


def test_every_field_of_a_candidate_is_kept_under_its_name(two: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    earlier = two.propose("a/1", "Earlier.")
    two.propose("a/1", "Between.")
    with two.store.write() as tx:
        run = tx.execute(
            "INSERT INTO runs (id, models, started_at) VALUES (77, '[]', 'x')"
        ).lastrowid
        prompt = candidates.add_prompt(tx, "System.", "Text.")
    new = NewCandidate(
        image_id="a/2",
        base="Base.",
        alt="Alt.",
        origin=Origin.HUMAN,
        decision=Decision.COMPLEX,
        model="asked",
        resolved_model="answered",
        prompt_id=prompt,
        context='{"context": 1}',
        image_sha256="f" * 64,
        response_id="response",
        input_tokens=11,
        output_tokens=12,
        cost_usd=0.13,
        duration_ms=14,
        options='{"options": 1}',
        flags='{"flags": 1}',
        findings=(LONG,),
        work_key="key",
        recorded=True,
        run_id=run,
        long_description="At length.",
        place="1 of 2: ",
        reused_from=earlier,
    )
    with two.store.write() as tx:
        number = candidates.add(tx, new)
        cursor = tx.execute("SELECT * FROM candidates WHERE id = ?", (number,))
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    assert row.pop("created_at")
    assert row.pop("seq") == two.one("SELECT last FROM sequence")[0]
    assert json.loads(row.pop("findings")) == [
        {"rule": "length", "severity": "warning", "message": "Länge."}
    ]
    expected = asdict(new) | {"id": number, "recorded": 1}
    del expected["findings"]
    assert row == expected


def test_a_prompt_is_kept_once_and_named_by_its_words(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        first = candidates.add_prompt(tx, "System.", "Text.")
        again = candidates.add_prompt(tx, "System.", "Text.")
        others = {
            candidates.add_prompt(tx, None, "Text."),
            candidates.add_prompt(tx, "", "Text."),
            candidates.add_prompt(tx, "System.", "text."),
            candidates.add_prompt(tx, "System.Text.", ""),
        }
    assert first == again == candidates.prompt_id("System.", "Text.")
    assert len({first, *others}) == 5
    assert shelf.one("SELECT system, text FROM prompts WHERE id = ?", (first,)) == (
        "System.",
        "Text.",
    )


def test_every_column_of_an_open_candidate_is_the_right_one(two: Shelf) -> None:
    two.pull(image("a/1", "A person's."), image("a/2"))
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, "System.", "Text.")
    two.propose("a/2", "First.")
    number = two.propose(
        "a/1",
        "Alt.",
        base="Earlier.",
        decision=Decision.TEXT,
        model="asked",
        resolved_model="answered",
        prompt_id=prompt,
        findings=(LONG,),
        long_description="At length.",
    )
    for verdict in (Verdict.APPROVED, Verdict.WITHDRAWN, Verdict.APPROVED):
        two.judge(number, verdict)
    review = two.judge(number, Verdict.REJECTED, scope=Scope.BULK)
    with two.store.read() as conn:
        ((found,),) = candidates.open_candidates(conn, ["a/1"])
    assert found == Open(
        id=number,
        image="a/1",
        alt="Alt.",
        decision=Decision.TEXT,
        origin=Origin.AI,
        model="asked",
        prompt=prompt,
        findings=(LONG,),
        verdict=Verdict.REJECTED,
        scope=Scope.BULK,
        review=review,
        over_person=True,
        moved=True,
        described=True,
    )


def test_a_candidate_that_nobody_judged_has_no_verdict(two: Shelf) -> None:
    number = two.propose("a/1", "Alt.", model=None)
    two.judge(number)
    two.judge(number, Verdict.WITHDRAWN)
    with two.store.read() as conn:
        ((found,),) = candidates.open_candidates(conn)
    assert (found.verdict, found.scope, found.review) == (None, None, None)
    assert (found.model, found.prompt, found.findings) == (None, None, ())
    assert (found.over_person, found.moved) == (False, False)


def test_open_candidates_stand_by_image_the_newest_last(two: Shelf) -> None:
    numbers = [two.propose(f"a/{n}", "Text.") for n in (2, 1, 2, 1)]
    assert waiting(two) == [[numbers[1], numbers[3]], [numbers[0], numbers[2]]]
    assert waiting(two, ["a/2", "no/such"]) == [[numbers[0], numbers[2]]]
    assert waiting(two, []) == []


def test_candidates_of_an_image_that_is_gone_are_not_open(two: Shelf) -> None:
    two.propose("a/1", "One.")
    number = two.propose("a/2", "Two.")
    two.pull(image("a/2"))
    assert waiting(two) == [[number]]


def test_what_was_proposed_before_something_was_applied_is_spent(two: Shelf) -> None:
    older, sent = two.propose("a/1", "Older."), two.approve("a/1", "Sent.")
    elsewhere = two.propose("a/2", "Elsewhere.")
    two.apply("a/1", sent, "Sent.")
    later = two.propose("a/1", "Later.", base="Sent.")
    assert waiting(two) == [[later], [elsewhere]]
    with two.store.read() as conn:
        spent = {
            n: candidates.is_spent(conn, n) for n in (older, sent, elsewhere, later)
        }
    assert spent == {older: True, sent: True, elsewhere: False, later: False}


@pytest.mark.parametrize(
    "status", [PushStatus.FAILED, PushStatus.CONFLICT, PushStatus.INTENDED]
)
def test_what_was_not_applied_spends_nothing(two: Shelf, status: PushStatus) -> None:
    number = two.approve("a/1", "Sent.")
    item = two.intend(two.begin_push(), "a/1", number, "Sent.")
    if status is not PushStatus.INTENDED:
        with two.store.write() as tx:
            journal.settle(tx, item, status, error="why")
    assert waiting(two) == [[number]]
    with two.store.read() as conn:
        assert not candidates.is_spent(conn, number)


def test_a_candidate_for_another_place_has_moved(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None, tag=Tag.IMG, place="1 of 2"))
    for place in ("1 of 2", "2 of 2", None):
        shelf.propose("a/1", "New.", base=None, place=place)
    with shelf.store.read() as conn:
        (group,) = candidates.open_candidates(conn)
    assert [one.moved for one in group] == [False, True, True]


def test_a_candidate_on_a_text_that_stood_earlier_has_moved(two: Shelf) -> None:
    number = two.propose("a/1", "Alt.", base="")
    two.pull(image("a/1", None), image("a/2"))
    with two.store.read() as conn:
        ((found,),) = candidates.open_candidates(conn)
    assert (found.id, found.moved) == (number, True), "NULL is no empty text"


def test_a_verdict_is_kept_whole(two: Shelf) -> None:
    number = two.propose("a/1", "Alt.")
    with two.store.write() as tx:
        review = candidates.judge(tx, number, "rejected", "rita", "bulk", "a note")
    assert two.one(
        "SELECT id, candidate_id, verdict, reviewer, scope, note FROM reviews"
    ) == (review, number, "rejected", "rita", "bulk", "a note")


def test_undo_takes_back_the_last_verdict_that_still_counts(two: Shelf) -> None:
    def last(reviewer: str = "anna") -> Judgement | None:
        with two.store.read() as conn:
            return candidates.last_verdict(conn, reviewer)

    assert last() is None
    first = two.propose("a/1", "One.")
    second = two.propose("a/2", "Two.")
    one = two.judge(first)
    other = two.judge(second, Verdict.REJECTED)
    assert last() == Judgement(other, second, "a/2", Verdict.REJECTED)
    two.judge(first, by="bob", scope=Scope.BULK)
    assert last("bob") is None, "verdicts over many are taken back together"
    assert last() == Judgement(other, second, "a/2", Verdict.REJECTED)
    two.judge(second, Verdict.WITHDRAWN)
    assert last() is None, "the one before was overruled by bob"
    assert last("carl") is None
    again = two.judge(first)
    assert again > one
    assert last() == Judgement(again, first, "a/1", Verdict.APPROVED)


def test_a_sweep_is_taken_back_as_far_as_it_still_counts(two: Shelf) -> None:
    first, second = two.propose("a/1", "One."), two.propose("a/2", "Two.")
    third, fourth = two.propose("a/1", "Three."), two.propose("a/2", "Four.")
    before = two.judge(first, scope=Scope.BULK)
    start = two.judge(second, scope=Scope.BULK)
    two.judge(third, by="bob", scope=Scope.BULK)
    two.judge(fourth, scope=Scope.ONE)
    end = two.judge(first, Verdict.REJECTED, scope=Scope.BULK)

    def swept(first: int, last: int) -> list[tuple[int, str]]:
        with two.store.read() as conn:
            return candidates.swept(conn, "anna", first, last)

    assert swept(start, end) == [(second, "a/2"), (first, "a/1")]
    assert swept(start, end - 1) == [(second, "a/2")]
    assert swept(before, before) == [], "a later verdict of the same candidate counts"
    two.judge(second, Verdict.WITHDRAWN, scope=Scope.BULK)
    assert swept(start, end + 1) == [(first, "a/1")]
