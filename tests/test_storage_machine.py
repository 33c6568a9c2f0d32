"""The machine of the whole loop on a storage that refuses: between two steps, and in the
midst of one, another program holds the lock, until it lets go or the owner gives up.

Nothing is paid for twice and nothing that was paid for is lost: it is in the database or
in the file beside it. Nothing is sent twice.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from altsync.errors import AltsyncError, Locked
from altsync.generate import keeping
from altsync.generate.stage import Generate, Settings, Ways
from altsync.generate.task import Outcome, Task
from altsync.models import State, Verdict
from altsync.planning import Plan, Request
from altsync.stage import Context
from altsync.store import store, worklist
from altsync.store.spill import Spill
from tests.machine import IDS, Loop
from tests.test_machine import HUNT, QUICK

SHORT = 0.01
LETS_GO = 0.1


class Refusing(Loop):
    """Every rule of the loop, and a lock that somebody else holds."""

    def __init__(self) -> None:
        super().__init__()
        self.other: sqlite3.Connection | None = None
        self.hold_at: str | None = None
        self.stack = contextlib.ExitStack()
        for where, name in (
            (store, "TIMEOUT"),
            (keeping, "PATIENCE"),
            (keeping, "RETRY"),
            (keeping, "BRIEFLY"),
        ):
            self.stack.enter_context(mock.patch.object(where, name, SHORT))

    # --- the other program
    def _hold(self) -> None:
        """Take the lock; somebody may be in the midst of a write."""
        if self.other is None:
            self.other = sqlite3.connect(
                self.dir / "altsync.db",
                isolation_level=None,
                timeout=20,
                check_same_thread=False,
            )
            self.other.execute("BEGIN IMMEDIATE")

    def _let_go(self) -> None:
        if self.other is not None:
            self.other.close()
            self.other = None

    @contextlib.contextmanager
    def _refusing(self, at: str) -> Iterator[None]:
        """From the moment `at` on, to the end of the block."""
        self.hold_at = at
        if at == "at once":
            self._hold()
        try:
            with contextlib.suppress(Locked):
                yield
        finally:
            self.hold_at = None
            self._let_go()

    def _before(self, step: str, ids: tuple[str, ...]) -> None:
        if self.hold_at == f"before {step}":
            self._hold()
        super()._before(step, ids)

    def _after(self, step: str, ids: tuple[str, ...]) -> None:
        super()._after(step, ids)
        if self.hold_at == f"after {step}":
            self._hold()

    # --- altsync, as its commands begin
    def _take_in(self) -> None:
        Spill(self.store.path).take_in(self.store)

    def _pull(self) -> None:
        self._take_in()
        super()._pull()

    @precondition(lambda self: hasattr(self, "store"))
    @rule(at=st.sampled_from(["at once", "before read"]))
    def pulls_while_the_storage_refuses(self, at: str) -> None:
        with self._refusing(at):
            self._pull()

    @precondition(lambda self: hasattr(self, "store"))
    @rule(after=st.integers(1, 4), gives_up=st.booleans())
    def proposes_while_the_storage_refuses(self, after: int, gives_up: bool) -> None:
        """The lock is taken once so many answers were asked for. Then it goes, or the
        owner stops the run."""
        stop, asked = threading.Event(), 0

        def answer(task: Task) -> Outcome:
            nonlocal asked
            asked += 1
            assert self.other is None, "asked while an answer could not be stored"
            if asked == after:
                self._hold()
                then = stop.set if gives_up else self._let_go
                threading.Timer(LETS_GO, then).start()
            return self._answer(task)

        with self.store.snapshot() as conn:
            chosen = worklist.Worklist(images=tuple(IDS))
            named = worklist.select(conn, chosen)
            targets = [one for one in named if one.state in (State.MISSING, State.AI)]
        context = Context(self.site, self.store, threads=1, stop=stop)
        how = Settings(models=("altsync-demo",), again=True)
        self.crash_at = None
        with contextlib.suppress(AltsyncError):
            Generate(context, how, targets, Ways(answer=answer)).run()
        self._let_go()

    @precondition(lambda self: hasattr(self, "store"))
    @rule(
        at=st.sampled_from(["at once", "before fresh", "before write", "after write"])
    )
    def pushes_while_the_storage_refuses(self, at: str) -> None:
        self._take_in()
        self.proposes(IDS[0], True, None)
        self.judges(Verdict.APPROVED)
        with Plan.of(self.store, Request()) as plan:
            self.shown = {(e.image, e.new) for e in plan.changes()}
            with self._refusing(at), contextlib.suppress(AltsyncError):
                self._push(plan)

    # --- what must hold
    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "store"):
            return
        rows = self.store.conn.execute("SELECT count(*) FROM candidates").fetchone()[0]
        path = Spill(self.store.path).path
        waiting = path.read_bytes().splitlines() if path.exists() else []
        assert rows + len(waiting) == self.candidates

    def teardown(self) -> None:
        self._let_go()
        if hasattr(self, "store"):
            self._take_in()
        super().teardown()
        self.stack.close()


def test_the_promises_hold_on_a_storage_that_refuses() -> None:
    run_state_machine_as_test(Refusing, settings=settings(QUICK, max_examples=8))


def _loses(self: keeping.Keeper, *answers: Any) -> None:
    """As it was: an answer that cannot be stored is gone."""


def _asks_on(self: keeping.Keeper) -> bool:
    return False


@pytest.mark.parametrize(
    "guard",
    [
        mock.patch.object(keeping.Keeper, "_put_aside", _loses),
        mock.patch.object(keeping.Keeper, "holds", property(_asks_on)),
    ],
    ids=["loses", "asks on"],
)
def test_the_machine_sees_a_missing_guard(guard: Any) -> None:
    with guard, pytest.raises((AssertionError, BaseExceptionGroup)):
        run_state_machine_as_test(Refusing, settings=HUNT)
