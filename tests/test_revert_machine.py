"""The machine of the whole loop, with reverts at any time: the three promises hold in
their paths too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from altsync import models
from altsync.errors import AnswerLost, UsageError
from altsync.models import Change, Selection
from altsync.planning import Plan, Request
from altsync.store import mirror
from tests.lengths import AS_FOUND, LENGTH
from tests.machine import IDS, Loop

QUICK = settings(
    max_examples=15,
    stateful_step_count=30,
    phases=AS_FOUND,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
HUNT = settings(
    QUICK, max_examples=1500, phases=[Phase.generate], derandomize=True, database=None
)


class Undo(Loop):
    """Knows besides whose text each write replaced, so whose words a revert brings back."""

    def __init__(self) -> None:
        super().__init__()
        self.reverting = False
        self.replaced: dict[tuple[str, Any], str] = {}
        self.exact: dict[tuple[str, Any], Any] = {}

    @rule(
        what=st.sampled_from([*IDS, 1, 2, 3, 4]),
        plot=st.lists(
            st.sampled_from(
                [
                    "ok",
                    "ok",
                    "crash before",
                    "crash after",
                    "lost before",
                    "lost after",
                    "rejected",
                ]
            ),
            max_size=3,
        ),
        meanwhile=st.sampled_from([None, None, None, *IDS]),
    )
    def takes_back(
        self, what: str | int, plot: list[str], meanwhile: str | None
    ) -> None:
        """Show what a revert would send, then send it, while all sorts of things go wrong."""
        names = (str(what),)
        request = Request(Selection(reverts=names, by="olga"))
        with self.store.snapshot() as conn:
            try:
                plan = Plan.on(conn, request)
            except UsageError:
                return  # there is nothing to take back yet
            self.shown = {(e.image, e.new) for e in plan.changes()}
            if meanwhile:
                self.person_writes(meanwhile, False)
            self.plot = list(plot)
            self.reverting = True
            try:
                with self._maybe_crashing():
                    self._push(plan)
            finally:
                self.reverting = False

    def _before(self, step: str, ids: tuple[str, ...]) -> None:
        if step == "write" and self.reverting:
            # Emptied by a person, it says no longer what altsync sent; emptied by
            # altsync, it may be filled again.
            self.cleared -= {i for i in ids if self.writer[i] == "taken back"}
        super()._before(step, ids)
        if step == "write":
            for image in ids:
                self.replaced[image, self.site.now(image).alt] = self.writer[image]

    def _after(self, step: str, ids: tuple[str, ...]) -> None:
        sent = dict(self.site.written[-len(ids) :])
        if not self.reverting:
            # A site may mangle it: what is meant by it can come back all the same.
            self.replaced |= {(image, sent[image]["alt"]): "altsync" for image in ids}
            super()._after(step, ids)
            return
        for image in ids:
            alt = sent[image]["alt"]
            assert (
                image,
                alt,
            ) in self.shown, f"{image}: {alt!r} came back but was not shown"
            assert (image, alt) in self.replaced, f"{image}: {alt!r} was never there"
            self.writer[image] = self.replaced[image, alt]
            if not alt:
                self.writer[image] = "taken back"
                self.cleared.add(image)  # never filled again by itself
        if self.act == "crash after":
            self._die()
        if self.act == "lost after":
            raise AnswerLost("No answer.")

    @rule()
    def what_was_emptied_is_not_missing(self) -> None:
        """After a pull and what it settles, nothing that altsync once filled waits to
        be filled again."""
        self.pushes([], None, False)
        self._pull()
        for row in mirror.named(self.store.conn, IDS):
            if self.writer[row.image.id] == "taken back":
                assert row.state not in (
                    models.State.MISSING,
                    models.State.APPROVED,
                ), row

    def teardown(self) -> None:
        self.reverting = False
        super().teardown()


def test_the_promises_hold_with_reverts() -> None:
    run_state_machine_as_test(Undo, settings=QUICK)


@pytest.mark.slow
@pytest.mark.timeout(300 * LENGTH)
def test_the_promises_hold_with_reverts_for_long() -> None:
    run_state_machine_as_test(
        Undo,
        settings=settings(QUICK, max_examples=40 * LENGTH, stateful_step_count=50),
    )


def _without_test(self: Change) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": "/alt", "value": self.new}]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_machine_sees_a_revert_without_its_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Change.patch.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Change,
        "patch",
        property(
            lambda self: (
                _without_test(self) if self.reverts is not None else whole(self)
            )
        ),
    )
    with pytest.raises((AssertionError, BaseExceptionGroup, IndexError, KeyError)):
        run_state_machine_as_test(Undo, settings=HUNT)
