"""Live calls, batches and files at once, killed at any step: the machine holds; and it is
seen to fail when a guard is taken out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from altsync.store import handovers, store
from tests.generate.batches.machine import OPENAI, HandingLoop
from tests.generate.conftest import Hosts
from tests.lengths import LENGTH, QUICK

BRIEF = settings(QUICK, max_examples=3, stateful_step_count=25)


@pytest.fixture
def machine(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> type[HandingLoop]:
    """With hosts that are there."""
    both = {name: hosts(name) for name in ("openai", "anthropic")}
    monkeypatch.setattr(HandingLoop, "hosts", both, raising=False)
    return HandingLoop


def test_what_is_handed_over_is_paid_once_and_kept(machine: type[HandingLoop]) -> None:
    run_state_machine_as_test(machine, settings=BRIEF)


@pytest.mark.slow
@pytest.mark.timeout(300 * LENGTH)
def test_what_is_handed_over_is_paid_once_and_kept_for_long(
    machine: type[HandingLoop],
) -> None:
    longer = settings(BRIEF, max_examples=15 * LENGTH, stateful_step_count=50)
    run_state_machine_as_test(machine, settings=longer)


MODELS = (OPENAI,)
Step = Callable[[HandingLoop], object]


def _said(machine: type[HandingLoop], *steps: Step) -> str:
    """The shortest way that the machine takes to a fault: what it says; '' where there is
    none."""
    loop = machine()
    loop.start(texts=[""] * 4, labels=None, guarded=True)
    try:
        for step in steps:
            step(loop)
            loop.no_work_is_paid_for_twice()
            loop.what_was_given_is_on_record_at_its_price()
            loop.what_was_overtaken_waits_for_nobody()
    except AssertionError as error:
        return str(error)
    finally:
        loop.forget()
        loop.store.close()
    return ""


def _answered_twice(machine: type[HandingLoop]) -> str:
    """A live call while the same question is with a provider."""
    return _said(
        machine,
        lambda loop: loop.hands_over(MODELS),
        lambda loop: loop.asks_live(MODELS),
        lambda loop: loop.a_provider_works(0, [], "done"),
        lambda loop: loop.fetches(),
    )


def _overtaken(machine: type[HandingLoop]) -> str:
    """Another text is pushed while a batch is under way."""
    return _said(
        machine,
        lambda loop: loop.hands_over(MODELS),
        lambda loop: loop.pushes([], None, True),
        lambda loop: loop.a_provider_works(0, [], "done"),
        lambda loop: loop.fetches(),
    )


def test_the_machine_sees_live_and_batch_meet(
    machine: type[HandingLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not _answered_twice(machine)
    monkeypatch.setattr(handovers, "waits", lambda *_: False)
    monkeypatch.setattr(handovers, "open_pairs", lambda *_: set())
    assert "paid for twice" in _answered_twice(machine)


def test_the_machine_sees_a_text_that_is_dated_by_its_arrival(
    machine: type[HandingLoop], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not _overtaken(machine)
    text = (store._HERE / "views.sql").read_text("utf-8")
    broken = text.replace("coalesce(c.asked_seq, c.seq)", "c.seq")
    assert broken != text
    monkeypatch.setattr(store, "views", lambda: broken)
    assert "proposed too late" in _overtaken(machine)
