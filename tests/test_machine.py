"""The machine holds; and it is seen to fail when one of the three guards is taken out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from altsync import models
from altsync.models import Verdict
from altsync.push.readback import ReadBack
from altsync.store import journal, mirror, store
from altsync.store.store import now
from altsync.verdicts import policy
from tests.lengths import AS_FOUND, LENGTH
from tests.machine import IDS, Loop

QUICK = settings(
    max_examples=35,
    stateful_step_count=25,
    phases=AS_FOUND,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
HUNT = settings(
    QUICK, max_examples=1500, phases=[Phase.generate], derandomize=True, database=None
)


def test_the_three_promises_hold() -> None:
    run_state_machine_as_test(Loop, settings=QUICK)


@pytest.mark.slow
@pytest.mark.timeout(300 * LENGTH)
def test_the_three_promises_hold_for_long() -> None:
    run_state_machine_as_test(
        Loop,
        settings=settings(QUICK, max_examples=50 * LENGTH, stateful_step_count=40),
    )


def _without_test(self: models.Change) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": "/alt", "value": self.new}]


def _break_test_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.Change, "patch", property(_without_test))


SPENT = "p.settled_seq > coalesce(c.asked_seq, c.seq)"
"""Of a candidate, in views.sql: something was applied to its image after it."""


def _break_spent_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    original = store._HERE / "views.sql"
    text = original.read_text("utf-8")
    broken = text.replace(SPENT, f"{SPENT} AND 0")
    assert broken != text
    monkeypatch.setattr(store, "views", lambda: broken)


def _by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: what is spent is told by times."""
    original = store._HERE / "views.sql"
    text = original.read_text("utf-8")
    broken = text.replace(SPENT, "p.settled_at >= c.created_at")
    assert broken != text
    monkeypatch.setattr(store, "views", lambda: broken)


def _break_journal_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is written only when it is settled, so that a crash leaves none."""
    kept: dict[int, tuple[Any, ...]] = {}
    settle = journal.settle

    def no_row(
        tx: Any,
        push: int,
        entry: models.Change,
        patch: Sequence[dict[str, Any]],
        was: str | None = None,
    ) -> int:
        item = 1_000_000 + len(kept)
        kept[item] = (
            item,
            push,
            entry.candidate,
            entry.image,
            json.dumps(patch),
            "intended",
            now(),
        )
        return item

    def late(tx: Any, item: int, status: models.PushStatus, **more: Any) -> None:
        tx.execute(
            "INSERT INTO push_items (id, push_id, candidate_id, image_id, patch,"
            " status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            kept[item],
        )
        settle(tx, item, status, **more)

    monkeypatch.setattr(journal, "intend", no_row)
    monkeypatch.setattr(journal, "settle", late)


def _break_reading_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an answer shows is believed."""
    monkeypatch.setattr(
        ReadBack, "due", lambda self, images, shown: set(images) - set(shown)
    )


def _break_what_is_mangled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pull takes every text that altsync did not send for a person's."""
    monkeypatch.setattr(mirror, "mangled", lambda sent, stored: None)


class Steady(Loop):
    """Under a right clock: what has nothing to do with it is found sooner."""

    jumps = False


@pytest.mark.parametrize("sabotage", [_break_test_operation, _break_spent_rule])
def test_the_machine_sees_a_missing_guard(
    sabotage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage(monkeypatch)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run_state_machine_as_test(Steady, settings=HUNT)


def _goes_wrong(start: tuple[Any, ...], *steps: Callable[[Loop], object]) -> bool:
    """The shortest way that the machine takes to a fault, which by chance alone takes it
    half a minute, or minutes under some versions of Hypothesis."""
    loop = Loop()
    loop.start(*start)
    try:
        for step in steps:
            step(loop)
    except AssertionError:
        return True
    finally:
        loop.forget()
        loop.store.close()
    return False


def _goes_wrong_past_a_doubt() -> bool:
    """Texts are approved, a later one is asked about, and all are pushed."""
    return _goes_wrong(
        ([""] * 4, None, False, True, None, "stored", 20),
        lambda loop: loop.proposes(IDS[0], True, None),
        lambda loop: loop.judges(Verdict.APPROVED),
        lambda loop: loop.adds(IDS[0]),
        lambda loop: loop.asks(IDS[0]),
        lambda loop: loop.pushes([], None, False),
    )


def _goes_wrong_where_another_text_waits() -> bool:
    """One text is asked about, a second one comes, and all that waits is approved."""
    return _goes_wrong(
        ([""] * 4, None, False, True, None, "stored", 20),
        lambda loop: loop.proposes(IDS[0], True, None),
        lambda loop: loop.asks(IDS[0]),
        lambda loop: loop.adds(IDS[0]),
        lambda loop: loop.approves_over_many(),
    )


def test_the_machine_sees_what_goes_on_past_a_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not _goes_wrong_past_a_doubt()
    assert not _goes_wrong_where_another_text_waits()
    text = (store._HERE / "views.sql").read_text("utf-8")
    broken = text.replace("w.review_id > v.review_id", "0")
    assert broken != text
    monkeypatch.setattr(store, "views", lambda: broken)
    monkeypatch.setattr(policy, "TABLE", policy.TABLE[:3] + policy.TABLE[4:])
    assert _goes_wrong_past_a_doubt()
    assert _goes_wrong_where_another_text_waits()


def _goes_wrong_when_the_clock_is_set_back() -> bool:
    """One push, and a proposal for its images a day earlier."""
    return _goes_wrong(
        ([""] * 4, None, False, True, None, "stored", 20),
        lambda loop: loop.pushes([], None, True),
        lambda loop: loop.clock_jumps(-24.0),
        lambda loop: loop.proposes(IDS[0], True, None),
    )


def test_the_machine_sees_an_order_by_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not _goes_wrong_when_the_clock_is_set_back()
    _by_the_clock(monkeypatch)
    assert _goes_wrong_when_the_clock_is_set_back()


def _goes_wrong_after_a_crash() -> bool:
    """One push to a site that mangles, which dies when the site has stored it, and the
    next one."""
    return _goes_wrong(
        ([""] * 4, None, False, False, "quotes", "stored", 20),
        lambda loop: loop.pushes(["crash after"], None, True),
        lambda loop: loop.pushes([], None, True),
        lambda loop: loop.knows_whose_words(),
    )


def test_the_machine_sees_a_missing_journal_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not _goes_wrong_after_a_crash()
    _break_journal_row(monkeypatch)
    assert _goes_wrong_after_a_crash()


def _goes_wrong_on_an_odd_site(*, lies: bool) -> bool:
    """One push to a site that echoes, by an altsync that reads back where the site lies
    and believes where it mangles."""
    return _goes_wrong(
        ([""] * 4, None, False, False, "quotes", "echo", 20 * lies),
        lambda loop: loop.pushes(["lies"] * lies, None, True),
        lambda loop: loop.knows_whose_words(),
    )


@pytest.mark.parametrize("lies", [True, False])
def test_the_machine_sees_a_site_that_is_believed(
    lies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not _goes_wrong_on_an_odd_site(lies=lies)
    (_break_reading_back if lies else _break_what_is_mangled)(monkeypatch)
    assert _goes_wrong_on_an_odd_site(lies=lies)
