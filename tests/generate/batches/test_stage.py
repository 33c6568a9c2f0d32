"""Questions by the batch: handed over, answered, taken in, at half price and once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from altsync.errors import Interrupted, StoreError, Unwritable, UsageError
from altsync.generate import estimate, keeping
from altsync.generate.batches import calls
from altsync.generate.batches.anthropic import AnthropicBatches
from altsync.generate.batches.base import BatchTrouble
from altsync.generate.batches.fetching import Fetch
from altsync.generate.batches.lines import LineFile
from altsync.generate.batches.openai import OpenAIBatches
from altsync.generate.keeping import Keeper
from altsync.models import HandoverState
from altsync.report import Quiet
from altsync.store.paid import PaidAnswer
from altsync.store.spill import Spill
from altsync.store.worklist import Worklist
from tests.doubles.providers.base import Act, decided
from tests.doubles.providers.batching import Wrong
from tests.generate.batches.conftest import HALF, Handing, Hands


def test_a_batch_is_handed_over_and_taken_in_at_half_price(hands: Hands) -> None:
    hand = hands(3)
    sent = hand.send()
    assert (sent.lines, len(sent.handovers), sent.waiting) == (3, 1, 0)
    (one,) = sent.handovers
    assert (one.state, one.way) == (HandoverState.WAITS, hand.provider)
    assert one.expires_at is not None
    assert hand.left() == []
    assert hand.live().waiting == 0
    assert hand.texts() == [], "a plain generate passes over them"
    done = hand.fetch()
    assert (done.made, done.unusable, done.failed, done.left) == (3, 0, 0, 0)
    assert done.spent == pytest.approx(3 * HALF)
    (one,) = hand.handovers()
    assert (one.state, one.came) == (HandoverState.DONE, {"made": 3})
    rows = hand.bench.rows(
        "SELECT DISTINCT cost_usd, handover_id, asked_seq, run_id, input_tokens"
        " FROM candidates"
    )
    assert rows == [(HALF, one.id, one.seq, one.run, 1000)]
    runs = hand.bench.rows("SELECT made, cost_usd, finished_at IS NULL FROM runs")
    assert runs[0] == (3, pytest.approx(3 * HALF), 0)
    again = hand.fetch()
    assert (again.made, again.seen) == (0, [])
    assert hand.paid_twice() == 0
    assert hand.double.paid == 3


def test_a_text_is_the_same_as_a_live_one(hands: Hands) -> None:
    hand = hands(2)
    live = hand.live
    hand.send(Worklist(images=("a/n00000",)))
    hand.fetch()
    live()
    same = (
        "model",
        "resolved_model",
        "prompt_id",
        "options",
        "flags",
        "findings",
        "decision",
        "input_tokens",
    )
    rows = hand.bench.rows(f"SELECT DISTINCT {', '.join(same)} FROM candidates")
    assert len(rows) == 1
    assert hand.bench.rows("SELECT count(*) FROM candidates") == [(2,)]


def test_more_lines_than_a_batch_takes_are_several(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = hands(5)
    for kind in (OpenAIBatches, AnthropicBatches):
        monkeypatch.setattr(kind, "most_lines", 2)
    sent = hand.send()
    assert [one.lines for one in sent.handovers] == [2, 2, 1]
    assert hand.fetch().made == 5
    assert hand.paid_twice() == 0


def test_a_budget_bounds_the_lines_and_what_fits_is_sent(hands: Hands) -> None:
    hand = hands(4)
    with hand.bench.store.read() as conn:
        (line,) = estimate.estimate(conn, hand.settings(), None)
    assert line.call is not None
    sent = hand.send(budget=line.call * 2.2 * 2.5)
    assert sent.lines == 2
    assert "does not cover another line" in sent.run.stopped
    assert hand.fetch().made == 2


def test_what_fails_expires_or_is_cancelled_goes_on_as_ordinary_work(
    hands: Hands,
) -> None:
    hand = hands(3)
    hand.double.looks = None
    hand.send()
    lot = hand.lot()
    hand.double.acts = [Act(decided("A cat on a mat.")), failure(hand)]
    hand.double.work(lot, 2)
    hand.double.end(lot, hand.ended["expired"])
    done = hand.fetch()
    assert (done.made, done.failed, done.left, done.unusable) == (1, 1, 1, 0)
    assert done.spent == pytest.approx(HALF)
    ((problem,),) = hand.bench.rows("SELECT error FROM failures")
    assert problem == done.problem
    (one,) = hand.handovers()
    assert one.came == {"made": 1, "failed": 1, "expired": 1}
    hand.double.acts = []
    assert hand.live().made == 2
    assert hand.paid_twice() == 0


def failure(hand: Handing) -> Act:
    return Act(code=500, error={"type": "api_error", "message": "It broke."})


def test_a_cancelled_batch_brings_what_was_answered(hands: Hands) -> None:
    hand = hands(3)
    hand.double.looks = None
    hand.send()
    hand.double.work(hand.lot(), 1)
    with pytest.raises(UsageError, match="no batch 99 that is not done"):
        hand.cancel(99)
    (seen,) = hand.cancel()
    assert seen.handover.state is HandoverState.CANCELLING
    done = hand.fetch()
    assert (done.made, done.left, done.waiting) == (1, 2, 0)
    assert hand.live().made == 2
    assert hand.paid_twice() == 0


def test_a_batch_that_cannot_be_stopped_keeps_no_other_from_it(hands: Hands) -> None:
    hand = hands(2)
    hand.double.looks = None
    for name in ("a/n00000", "a/n00001"):
        hand.send(Worklist(images=(name,)))
        hand.lot()
    hand.double.steps["cancel"] = [failure(hand)] * calls.TRIES
    first, second = hand.cancel()
    assert "(500)" in first.problem
    assert first.handover.state is HandoverState.WAITS
    assert second.handover.state is HandoverState.CANCELLING
    assert not second.problem


@pytest.mark.parametrize("step", ["add", "sync"])
def test_a_disk_that_is_full_ends_it_and_nothing_is_handed_over(
    hands: Hands, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = hands(3)
    add = LineFile.add

    def full(file: LineFile, *_: object) -> None:
        if file.count or step == "sync":
            raise OSError(28, os.strerror(28))
        add(file, *_)  # type: ignore[arg-type]

    monkeypatch.setattr(LineFile, step, full)
    with pytest.raises(Unwritable, match=r"No space left.*not handed over"):
        hand.send()
    assert (hand.double.lots, hand.handovers(), hand.left()) == ({}, [], [])
    assert hand.bench.rows("SELECT * FROM failures") == []
    monkeypatch.undo()
    assert hand.send().lines == 3


def test_an_answer_that_is_none_is_asked_once_more_and_final_then(
    hands: Hands,
) -> None:
    hand = hands(1)
    hand.double.acts = [Act(decided("image"))]
    hand.send()
    done = hand.fetch()
    assert (done.made, done.unusable) == (0, 1)
    assert done.spent == pytest.approx(HALF)
    assert hand.bench.rows("SELECT work_key FROM failures") == [(None,)]
    assert hand.send().lines == 1
    words = str(list(hand.lot().lines.values()))
    assert "Your last answer could not be used" in words
    assert hand.fetch().unusable == 1
    assert hand.bench.rows("SELECT count(work_key) FROM failures") == [(1,)]
    assert hand.send().lines == 0
    assert len(hand.double.lots) == 2


def test_what_is_called_an_answer_and_is_none_is_paid_and_asked_for_once_more(
    hands: Hands,
) -> None:
    """Nobody knows what it cost; it is kept as it came."""
    hand = hands(1)
    hand.double.looks = None
    for final in (0, 1):
        assert hand.send().lines == 1
        lot = hand.lot()
        hand.double.work(lot)
        (key,) = lot.results
        lot.results[key] = Act(), "what is this"
        hand.double.end(lot, hand.ended["done"])
        done = hand.fetch()
        assert (done.unusable, done.failed, done.unpriced) == (1, 0, 1)
        kept = "SELECT count(work_key), max(answer), sum(cost_usd) FROM failures"
        assert hand.bench.rows(kept) == [(final, '"what is this"', None)]
    assert hand.send().lines == 0


def test_a_refusal_is_final(hands: Hands) -> None:
    hand = hands(1)
    hand.double.acts = [Act("", refusal="No.", finish=refuses(hand))]
    hand.send()
    assert hand.fetch().unusable == 1
    (one,) = hand.handovers()
    assert one.came == {"refused": 1}
    assert hand.bench.rows("SELECT count(work_key) FROM failures") == [(1,)]
    assert hand.send().lines == 0


def refuses(hand: Handing) -> str:
    return "refusal" if hand.provider == "anthropic" else ""


def test_what_is_not_taken_goes_on_as_ordinary_work(hands: Hands) -> None:
    hand = hands(2)
    hand.double.steps["create"] = [
        Act(code=401, error={"type": "authentication_error"})
    ]
    with pytest.raises(BatchTrouble):
        hand.send()
    (one,) = hand.handovers()
    assert (one.state, one.came) == (HandoverState.DONE, {"unsent": 2})
    assert one.error
    assert hand.left() == []
    assert hand.send().lines == 2
    assert hand.fetch().made == 2
    assert hand.paid_twice() == 0


@pytest.mark.parametrize("wrong", ["lost", "cut"])
def test_a_batch_whose_answer_is_lost_is_found_and_not_sent_again(
    hands: Hands, wrong: Wrong
) -> None:
    hand = hands(2)
    hand.double.steps["create"] = [wrong]
    assert hand.send().lines == 2
    (one,) = hand.handovers()
    told_at_once = (
        hand.provider == "openai"
    )  # the other one's are told by their results
    assert (one.state is HandoverState.WAITS) == told_at_once
    assert bool(one.error) != told_at_once
    assert len(hand.double.lots) == 1
    hand.double.work(hand.lot())
    hand.double.end(hand.lot(), hand.ended["done"])
    assert hand.fetch().made == 2
    assert hand.send().lines == 0
    assert (hand.paid_twice(), hand.double.paid) == (0, 2)


def test_ctrl_c_before_the_batch_is_sent_hands_nothing_over(hands: Hands) -> None:
    hand = hands(2)
    hand.stop.set()
    with pytest.raises(Interrupted):
        hand.send()
    assert (hand.handovers(), hand.left(), hand.double.lots) == ([], [], {})


def test_a_late_text_of_an_image_that_was_sent_meanwhile_is_spent(
    hands: Hands,
) -> None:
    from tests.generate.test_choosing import publish

    hand = hands(1)
    hand.send()
    publish(hand.bench, "a/n00000", "Another text.", "other")
    assert hand.fetch().made == 1
    assert hand.bench.rows("SELECT count(*) FROM open_candidates") == [(0,)]
    states = hand.bench.rows("SELECT state FROM image_states")
    assert states == [("ai",)]


def test_two_images_with_one_question_are_one_line(hands: Hands) -> None:
    hand = hands(1)
    source = hand.bench.source
    pixels = source.file(source.now("a/n00000")).data
    hand.bench.add(1, pixels=pixels, title="Title 0")
    hand.bench.pull()
    sent = hand.send()
    assert (sent.lines, sent.waiting) == (1, 1)
    assert hand.fetch().made == 1
    assert hand.live().reused == 1
    assert hand.double.paid == 1


def test_a_provider_that_breaks_off_is_told_and_gone_on_with(hands: Hands) -> None:
    hand = hands(3)
    hand.double.looks = None
    hand.send()
    hand.end(hand.lot())
    step = "content" if hand.provider == "openai" else "results"
    hand.double.steps[step] = [Act(code=403, error={"type": "permission_error"})] * 9
    done = hand.fetch()
    assert (done.made, done.waiting) == (0, 3)
    assert done.seen[0].problem
    hand.double.steps[step] = []
    assert hand.fetch().made == 3
    assert hand.paid_twice() == 0


def test_a_batch_that_its_provider_does_not_know_is_given_up_by_its_number(
    hands: Hands,
) -> None:
    hand = hands(2)
    hand.send()
    hand.double.lots.clear()
    assert hand.fetch().waiting == 2
    (seen,) = hand.cancel()
    assert seen.handover.open == 2, "all of them is no name"
    (seen,) = hand.cancel(1)
    assert seen.handover.open == 2, "nor is it without a yes"
    (seen,) = hand.cancel(1, gives_up=lambda _: True)
    assert (seen.handover.state, seen.handover.open) == (HandoverState.DONE, 0)
    assert hand.live().made == 2


def test_answers_that_cannot_be_stored_wait_beside_the_database(hands: Hands) -> None:
    """The disk is full: SQLite says so itself."""
    hand = hands(2)
    hand.double.acts = [Act("x" * 300_000)]
    hand.send()
    store = hand.bench.store
    store.conn.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="is not paid for again"):
        hand.fetch()
    assert Spill(store.path).exists()
    assert hand.bench.rows("SELECT count(*) FROM failures") == [(0,)]
    store.conn.execute("PRAGMA max_page_count = 1000000")
    assert hand.fetch().waiting == 0
    assert hand.bench.rows("SELECT count(*) FROM failures") == [(2,)]
    (one,) = hand.handovers()
    assert one.came == {"unusable": 2}
    assert hand.paid_twice() == 0


HOLDER = """
import sqlite3, sys
sys.stdin.readline()
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


class Hearing(Quiet):
    """Does something once it is said that the database is locked."""

    def __init__(self, do: Callable[[], object]) -> None:
        self.do = do

    def say(self, sentence: str) -> None:
        if "is locked by" in sentence:
            self.do()


@pytest.mark.parametrize("lets_go", [True, False])
def test_a_database_that_another_process_holds_loses_no_answer(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, lets_go: bool
) -> None:
    """The answer in hand waits beside the database: until the other one lets go, or the
    owner ends it."""
    for name in ("PATIENCE", "RETRY", "BRIEFLY"):
        monkeypatch.setattr(keeping, name, 0.02)
    hand = hands(3)
    hand.send()
    store, inner = hand.bench.store, Keeper.keep
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def held(self: Keeper, answer: PaidAnswer) -> None:
        assert other.stdin
        assert other.stdout
        other.stdin.write(b"now\n")
        other.stdin.flush()
        assert other.stdout.readline() == b"held\n"
        monkeypatch.setattr(Keeper, "keep", inner)
        inner(self, answer)
        spilled.append(Spill(store.path).exists())

    spilled: list[bool] = []
    monkeypatch.setattr(Keeper, "keep", held)
    with other:
        assert other.stdin
        heard = Hearing(other.stdin.close if lets_go else hand.stop.set)
        fetch = Fetch(hand.config, store, heard, hand.stop)
        if lets_go:
            assert fetch.run().made == 3
        else:
            with pytest.raises(Interrupted):
                fetch.run()
            assert hand.texts() == []
            other.stdin.close()
    assert spilled == [True]
    hand.stop.clear()
    hand.fetch()
    assert not Spill(store.path).exists()
    assert len(hand.texts()) == 3
    booked = hand.bench.rows("SELECT sum(cost_usd) FROM payments")
    assert booked == [(pytest.approx(3 * HALF),)]
    assert (hand.paid_twice(), hand.double.paid) == (0, 3)
