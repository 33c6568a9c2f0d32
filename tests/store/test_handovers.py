"""The journal of handovers: written whole before anything is sent, and settled once."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from altsync.models import (
    HandedTo,
    Handover,
    HandoverState,
    LineCame,
    NewCandidate,
    Origin,
    Verdict,
)
from altsync.render import who
from altsync.store import candidates, handovers, history, ledger, looks
from altsync.store.handovers import NewHandover, NewLine
from altsync.store.ledger import NewFailure
from altsync.store.paid import PaidAnswer, SettledLine, read
from tests.store.conftest import Shelf

KEYS = ("1" * 64, "2" * 64)


def new_line(key: str, image: str, **more: Any) -> NewLine:
    return NewLine(key, image, "", None, "System", "Text", "[]", "f" * 64, **more)


def begun(shelf: Shelf, way: HandedTo = HandedTo.OPENAI, token: str = "one") -> int:
    """A handover about a/1 and a/2."""
    lines = [new_line(KEYS[0], "a/1"), new_line(KEYS[1], "a/2")]
    with shelf.store.write() as tx:
        return handovers.begin(
            tx, NewHandover(way, "m", token, estimate_usd=0.2), lines
        )


def seen(shelf: Shelf, handover: int) -> Handover:
    with shelf.store.read() as conn:
        found = handovers.one(conn, handover)
    assert found is not None
    return found


def settle(shelf: Shelf, handover: int, key: str, came: LineCame) -> bool:
    with shelf.store.write() as tx:
        return handovers.settle(tx, handover, key, came)


def text(shelf: Shelf, handover: int, key: str, image: str) -> PaidAnswer:
    """An answer with a text, as it arrives."""
    asked = seen(shelf, handover).seq
    row = NewCandidate(
        image,
        "",
        "Late.",
        Origin.AI,
        model="m",
        work_key=key,
        handover_id=handover,
        asked_seq=asked,
        input_tokens=1_000_000,
        output_tokens=0,
    )
    line = SettledLine(handover, key, LineCame.MADE)
    return PaidAnswer(row, "System", "Text", line=line)


def test_a_handover_says_where_it_is(two: Shelf) -> None:
    one = begun(two)
    found = seen(two, one)
    assert (found.state, found.open, found.answered) == (HandoverState.UNSENT, 2, 0)
    assert (found.batch, found.estimate_usd) == (True, 0.2)
    with two.store.write() as tx:
        handovers.troubled(tx, one, "No answer.")
        assert seen(two, one).error == "No answer."
        handovers.sent(tx, one, "batch_1", "file_1", "2026-12-01")
    assert seen(two, one).state is HandoverState.WAITS
    assert seen(two, one).error is None
    with two.store.write() as tx:
        handovers.cancelled(tx, one)
    assert seen(two, one).state is HandoverState.CANCELLING
    with two.store.write() as tx:
        handovers.ended(tx, one)
    assert seen(two, one).state is HandoverState.ENDED
    assert settle(two, one, KEYS[0], LineCame.MADE)
    with two.store.write() as tx:
        assert handovers.give_up(tx, one, LineCame.EXPIRED) == 1
        handovers.fetched(tx, one)
    found = seen(two, one)
    assert (found.state, found.open, found.answered) == (HandoverState.DONE, 0, 1)
    assert found.came == {"made": 1, "expired": 1}
    with two.store.read() as conn:
        assert [each.id for each in handovers.every(conn)] == [one]
        assert list(handovers.not_done(conn)) == []
        assert not handovers.any_open(conn)


def test_a_line_is_all_that_its_answer_needs(two: Shelf) -> None:
    lines = [new_line(KEYS[0], "a/1", question="q", replaces="cut", reference=True)]
    with two.store.write() as tx:
        about = NewHandover(HandedTo.FILE, "m", "t")
        one = handovers.begin(tx, about, lines)
    with two.store.read() as conn:
        (found,) = handovers.lines(conn, one)
        assert found == handovers.line(conn, one, KEYS[0])
        assert found == handovers.exported(conn, KEYS[0])
        assert handovers.line(conn, one, KEYS[1]) is None
        assert history.prompt(conn, found.prompt) == ("System", "Text")
    assert (found.image, found.base, found.question) == ("a/1", "", "q")
    assert (found.replaces, found.reference, found.attempt) == ("cut", True, 1)
    assert found.came is None
    assert not seen(two, one).batch


def test_what_waits_elsewhere_is_known_by_image_and_by_work(two: Shelf) -> None:
    one = begun(two)
    with two.store.read() as conn:
        assert handovers.waits(conn, "a/1", "m", "another")
        assert handovers.waits(conn, "a/3", "other", KEYS[0])
        assert not handovers.waits(conn, "a/1", "other", "another")
        assert handovers.any_open(conn)
        assert handovers.exported(conn, KEYS[0]) is None, "it is a batch's"
    settle(two, one, KEYS[0], LineCame.MADE)
    with two.store.read() as conn:
        assert not handovers.waits(conn, "a/1", "m", KEYS[0])


def test_an_answer_counts_once_and_may_come_late(two: Shelf) -> None:
    one = begun(two)
    assert settle(two, one, KEYS[0], LineCame.CANCELLED)
    assert not settle(two, one, KEYS[0], LineCame.EXPIRED)
    assert settle(two, one, KEYS[0], LineCame.MADE), "it is welcome all the same"
    assert not settle(two, one, KEYS[0], LineCame.MADE)
    assert not settle(two, one, "no such line", LineCame.MADE)


def test_the_second_answer_that_is_none_is_told_from_the_first(two: Shelf) -> None:
    one = begun(two)
    with two.store.write() as tx:
        handovers.settle(tx, one, KEYS[0], LineCame.UNUSABLE, "It was cut.")
        handovers.settle(tx, one, KEYS[1], LineCame.EXPIRED)
    again = begun(two, token="two")
    with two.store.read() as conn:
        told = [(each.attempt, each.reason) for each in handovers.lines(conn, again)]
        assert told == [(2, "It was cut."), (1, "")]
        assert [each.reason for each in handovers.lines(conn, one)] == ["", ""]
        assert [handovers.reason(conn, key) for key in KEYS] == ["It was cut.", ""]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM handovers",
        "DELETE FROM handover_lines",
        "UPDATE handovers SET token = 'x'",
        "UPDATE handovers SET seq = 99",
        "UPDATE handovers SET remote_id = 'other'",
        "UPDATE handovers SET sent_at = NULL",
        "UPDATE handover_lines SET base = 'x'",
        "UPDATE handover_lines SET came = NULL",
        "UPDATE handover_lines SET came = 'expired'",
    ],
)
def test_the_journal_is_never_changed(two: Shelf, sql: str) -> None:
    one = begun(two)
    with two.store.write() as tx:
        handovers.sent(tx, one, "batch_1")
    for key in KEYS:
        settle(two, one, key, LineCame.MADE)
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|never changed"):
        two.store.conn.execute(sql)


def test_a_paid_answer_and_its_line_are_one_step(two: Shelf) -> None:
    one = begun(two)
    answer = text(two, one, KEYS[0], "a/1")
    assert read(answer.as_dict()) == answer, "a full disk keeps it as it is"
    for _ in range(2):
        with two.store.write() as tx:
            answer.store(tx)
    assert two.all("SELECT image_id, alt, handover_id FROM candidates") == [
        ("a/1", "Late.", one)
    ]
    failure = NewFailure("a/2", "No text.", "m", handover_id=one, cost_usd=0.1)
    line = SettledLine(one, KEYS[1], LineCame.UNUSABLE)
    with two.store.write() as tx:
        PaidAnswer(failure, line=line).store(tx)
    assert two.all("SELECT image_id, handover_id FROM failures") == [("a/2", one)]
    assert seen(two, one).open == 0


def test_what_was_sent_since_it_was_asked_for_makes_a_late_text_spent(
    two: Shelf,
) -> None:
    """And the emptiness that a person left is not filled by it."""
    one = begun(two)
    live = two.approve("a/1", "Live.", model="other")
    two.apply("a/1", live, "Live.")
    two.store.conn.execute("UPDATE images SET alt = '', origin = NULL WHERE id = 'a/1'")
    assert two.state("a/1") == "cleared"
    for key, image in zip(KEYS, ("a/1", "a/2"), strict=True):
        with two.store.write() as tx:
            text(two, one, key, image).store(tx)
    assert two.all("SELECT image_id FROM open_candidates") == [("a/2",)]
    assert two.state("a/1") == "cleared"
    assert two.state("a/2") == "needs-review"


def test_how_a_text_came_is_shown(two: Shelf) -> None:
    """In the history of its image, to its reviewer, and in the account."""
    one = begun(two)
    with two.store.write() as tx:
        text(two, one, KEYS[0], "a/1").store(tx)
    two.propose("a/2", "Live.", model="m")
    with two.store.read() as conn:
        (told,) = [
            e for e in history.events(conn, images=["a/1"]) if e.kind == "proposed"
        ]
        assert told.detail == "informative, by batch 1"
        (told,) = [
            e for e in history.events(conn, images=["a/2"]) if e.kind == "proposed"
        ]
        assert told.detail == "informative"
        assert looks.candidates_of(conn, "a/1")[0].handed == "batch 1"
        assert looks.candidates_of(conn, "a/2")[0].handed is None
        (line,) = ledger.spent(conn, "model")
        assert (line.candidates, line.batch) == (2, 1)


def test_whose_text_it_is_tells_the_batch_that_answered(two: Shelf) -> None:
    one = begun(two)
    with two.store.write() as tx:
        text(two, one, KEYS[0], "a/1").store(tx)
    ((came, alt),) = two.all("SELECT id, alt FROM candidates")
    with two.store.write() as tx:
        candidates.judge(tx, came, Verdict.APPROVED, "me")
    two.apply("a/1", came, alt)
    live = two.approve("a/2", "Live.", model="m")
    two.apply("a/2", live, "Live.")
    with two.store.read() as conn:
        batch, call = history.who(conn)
    assert (batch.model, batch.handed) == ("m", "batch 1")
    assert who.sentence(batch) == "a machine: m, by batch 1"
    assert json.loads("".join(who.document([batch])))[0]["handed"] == "batch 1"
    found = json.loads("".join(who.json_ld("http://site.test", [batch], lambda _: "")))
    assert found["items"][0]["altsync:handed"] == "batch 1"
    assert (call.handed, who.sentence(call)) == (None, "a machine: m")


def test_a_price_that_is_learnt_later_is_half_for_a_batch(two: Shelf) -> None:
    batch = begun(two)
    file = begun(two, HandedTo.FILE, "two")
    for one, key, image in ((batch, KEYS[0], "a/1"), (file, KEYS[1], "a/2")):
        with two.store.write() as tx:
            text(two, one, key, image).store(tx)
            failure = NewFailure(image, "x", "m", handover_id=one, input_tokens=500_000)
            PaidAnswer(failure).store(tx)
    two.store.conn.execute("INSERT INTO prices VALUES ('m', 4.0, 8.0, 'now')")
    assert two.all("SELECT cost_usd FROM candidate_costs ORDER BY id") == [(2,), (4,)]
    paid = two.all("SELECT kind, batch, cost_usd FROM payments ORDER BY seq")
    assert paid == [
        ("made", 1, 2.0),
        ("failed", 1, None),
        ("made", 0, 4.0),
        ("failed", 0, None),
    ]
