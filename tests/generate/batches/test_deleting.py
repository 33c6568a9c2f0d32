"""What providers have of batches that are done: deleted once it is on record, never
before, and by whoever comes next where a process died."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from altsync.errors import Interrupted
from altsync.generate.batches import anthropic, calls, deleting, openai
from altsync.generate.batches.base import BatchTrouble, RemoteCounts
from altsync.generate.batches.fetching import Fetch
from altsync.models import HandoverState
from altsync.report import Quiet
from altsync.store import handovers
from tests.doubles.providers.base import Act
from tests.generate.batches.conftest import Handing, Hands


class Telling(Quiet):
    """Keeps what is said."""

    def __init__(self, told: list[str]) -> None:
        self._told = told

    def say(self, sentence: str) -> None:
        self._told.append(sentence)


def keeps(hand: Handing, keep: bool) -> None:
    """`[generate] batch_keep`."""
    options = replace(hand.config.generate, batch_keep=keep)
    hand.config = replace(hand.config, generate=options)


def is_left(hand: Handing) -> bool:
    """Something is to be fetched, or to be deleted."""
    with hand.bench.store.read() as conn:
        return handovers.any_batch(conn, keep=hand.config.generate.batch_keep)


@pytest.mark.parametrize("keep", [True, False])
def test_what_is_on_record_is_deleted_at_its_provider(hands: Hands, keep: bool) -> None:
    """Never before; a failure is told, stops nothing, and is made good by the next."""
    hand = hands(2)
    keeps(hand, keep)
    sent_files = int(hand.provider == "openai")
    things = sent_files + (not keep)
    hand.double.looks = None
    hand.send()
    assert hand.fetch().deleted == 0
    assert hand.uploads() == sent_files
    hand.end(hand.lot())
    hand.double.steps["delete"] = [Act(code=403)] * 8
    told: list[str] = []
    report = Telling(told)
    done = Fetch(hand.config, hand.bench.store, report).run()
    assert (done.made, done.waiting) == (2, 0)
    if things:
        assert "could not be deleted" in told[-1]
    assert is_left(hand) == bool(things), "altsync run goes on with it"
    hand.double.steps["delete"] = []
    assert hand.fetch().deleted + done.deleted == things
    assert not is_left(hand)
    assert hand.uploads() == 0
    before = hand.double.asked.total()
    assert hand.fetch().deleted == 0
    assert hand.double.asked.total() == before, "once is enough"
    (one,) = hand.handovers()
    assert (one.deleted_at is None) == (not things)
    assert (one.state, len(hand.texts())) == (HandoverState.DONE, 2)


def test_what_nobody_took_in_is_not_deleted(hands: Hands) -> None:
    """A batch that was given up: its answers stay; its file goes once it has ended."""
    hand = hands(2)
    keeps(hand, False)
    hand.double.looks = None
    hand.send()
    lot = hand.lot()
    hand.double.steps["look"] = [Act(code=503)] * 8
    hand.cancel(1, gives_up=lambda _: True)
    hand.double.steps["look"] = []
    assert hand.fetch().deleted == 0, "it runs"
    hand.end(lot)
    assert hand.fetch().deleted == int(hand.provider == "openai")
    assert lot.id in hand.double.lots
    assert hand.fetch().deleted == 0


def test_an_upload_whose_batch_was_never_made_is_deleted(hands: Hands) -> None:
    hand = hands(1)
    hand.double.steps["create"] = [Act(code=400, error={"message": "No."})]
    with pytest.raises(BatchTrouble):
        hand.send()
    sent_files = int(hand.provider == "openai")
    assert hand.uploads() == sent_files
    assert hand.fetch().deleted == sent_files
    assert hand.uploads() == 0


def test_what_is_old_or_of_another_key_is_left_to_its_provider(hands: Hands) -> None:
    hand = hands(1)
    if hand.provider == "anthropic":
        pytest.skip("there it stays, or is gone")
    hand.send()
    hand.double.steps["delete"] = [Act(code=500)] * 8
    hand.fetch()
    hand.double.steps["delete"] = []
    hand.double.lots.clear()
    told: list[str] = []
    Fetch(hand.config, hand.bench.store, Telling(told)).run()
    assert "is deleted by its provider alone" in told[-1]
    assert "another project" in told[-1]
    (one,) = hand.handovers()
    assert one.deleted_at is not None, "it is told once"


def test_what_its_provider_has_deleted_by_now_is_not_asked_about(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = hands(1)
    keeps(hand, False)
    hand.send()
    monkeypatch.setattr(deleting, "KEPT_FOR", timedelta())
    assert hand.fetch().deleted == 0
    assert hand.double.asked["delete"] == 0
    (one,) = hand.handovers()
    assert one.deleted_at is not None


def test_answers_of_which_nothing_is_on_record_stay_where_the_host_counts_none(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that was given up, and one that was taken in."""
    hand = hands(2)
    if hand.provider == "anthropic":
        pytest.skip("it always counts")
    keeps(hand, False)
    monkeypatch.setattr(openai, "_counts", lambda *_: RemoteCounts())
    hand.double.looks = None
    hand.send()
    lot = hand.lot()
    hand.double.steps["look"] = [Act(code=503)] * 8
    hand.cancel(1, gives_up=lambda _: True)
    hand.double.steps["look"] = []
    hand.end(lot)
    assert hand.fetch().deleted == 1
    assert lot.asked["output_file_id"] in hand.double.files  # type: ignore[attr-defined]
    hand.send()
    hand.end(hand.lot())
    assert hand.fetch().deleted == 2


def test_a_host_that_does_not_answer_is_asked_about_one_batch(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all of them one sentence tells. A host that deletes nothing is told of once."""
    for kind in (openai.OpenAIBatches, anthropic.AnthropicBatches):
        monkeypatch.setattr(kind, "most_lines", 1)
    hand = hands(3)
    keeps(hand, False)
    hand.send()
    hand.double.steps["delete"] = [Act.status(503)] * calls.TRIES
    told: list[str] = []
    fetch = Fetch(hand.config, hand.bench.store, Telling(told))
    assert (fetch.run().made, hand.double.asked["delete"]) == (3, calls.TRIES)
    (said,) = (one for one in told if "could not be deleted" in one)
    assert said.startswith("What was sent for batches 1, 2 and 3 could")
    hand.double.steps["delete"] = [Act.status(405)] * 3
    told.clear()
    assert fetch.run().deleted == 0
    assert [one.partition(":")[0] for one in told] == [
        f"What was sent for batch {number} stays with its provider"
        for number in (1, 2, 3)
    ]
    assert not is_left(hand)


def test_ctrl_c_stops_it(hands: Hands) -> None:
    hand = hands(1)
    keeps(hand, False)
    hand.send()
    hand.double.steps["delete"] = [Act(code=403)] * 4
    hand.fetch()
    hand.stop.set()
    with pytest.raises(Interrupted):
        hand.fetch()
    hand.stop.clear()
    hand.double.steps["delete"] = []
    assert hand.fetch().deleted
