"""A machine of long descriptions: a person's edits, crashes and reverts at any time, over
two images of one item and one that stands alone.

It knows, apart from altsync, who wrote what the site's field has, and asserts at every
write that no person's words go and that only what was shown comes."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from altsync import descriptions
from altsync.errors import AnswerLost, UsageError
from altsync.models import Selection, is_blank
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.push import Push
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import mirror
from tests.lengths import LENGTH, QUICK
from tests.scene import image, scene

IDS = ["a/1", "b/x", "b/y"]
PLOTS = st.lists(
    st.sampled_from(["ok", "ok", "crash before", "crash after", "lost"]), max_size=3
)
ALL = Permissions(replace_human=True, allow_empty=True)


class Crash(BaseException):
    """The process is killed here."""


class Described(RuleBasedStateMachine):
    """The machine."""

    def __init__(self) -> None:
        super().__init__()
        self.dir = Path(tempfile.mkdtemp())
        self.serial = 0
        self.persons: set[str] = set()
        """What a person wrote at length: never the same twice."""
        self.shown: set[tuple[str, Any]] = set()
        self.plot: list[str] = []
        self.act = ""
        self.was: dict[str, str | None] = {}

    @initialize(
        answers=st.sampled_from(["stored", "echo", "nothing"]), guarded=st.booleans()
    )
    def start(self, answers: Any, guarded: bool) -> None:
        """A site whose fields are empty, or hold a person's words."""
        made = [
            image("a/1", "", long_description="A person's own."),
            *(image(i, "", long_description="", entity="b") for i in IDS[1:]),
        ]
        self.persons.add("A person's own.")
        self.site = MemorySource(made, guarded=guarded)
        self.site.answers = answers
        self.scene = scene(self.dir, self.site)
        self.site.before, self.site.after = self._before, self._after

    def _new(self, what: str) -> str:
        self.serial += 1
        return f"{what} {self.serial}."

    @rule(place=st.sampled_from(IDS), empties=st.booleans())
    def person_describes(self, place: str, empties: bool) -> None:
        """On the site, for all images of the item."""
        text = "" if empties else self._new("A person's")
        self.persons.add(text)
        entity = self.site.now(place).entity
        for one in IDS:
            if self.site.now(one).entity == entity:
                self.site.edit(one, long_description=text)

    @rule(place=st.sampled_from(IDS))
    def person_writes(self, place: str) -> None:
        self.site.edit(place, alt=self._new("By hand"))

    @rule()
    def pulls(self) -> None:
        self.scene.pull()

    @rule(place=st.sampled_from(IDS), long=st.booleans(), alone=st.booleans())
    def proposes(self, place: str, long: bool, alone: bool) -> None:
        """Approved at once; `alone`: with the text that is there."""
        (known,) = mirror.named(self.scene.store.conn, [place])
        alt = (known.image.alt if alone else None) or self._new("A machine's")
        text = self._new("At length\n\n-") if long else None
        self.scene.propose(place, alt, long_description=text)

    @rule(plot=PLOTS, meanwhile=st.sampled_from([None, None, *IDS]))
    def pushes(self, plot: list[str], meanwhile: str | None) -> None:
        self._send(Request(permissions=ALL), plot, meanwhile)

    @rule(
        what=st.sampled_from([*IDS, "1", "2", "3"]),
        plot=PLOTS,
        meanwhile=st.sampled_from([None, None, *IDS]),
    )
    def takes_back(self, what: str, plot: list[str], meanwhile: str | None) -> None:
        request = Request(Selection(reverts=(what,), by="olga"))
        with contextlib.suppress(UsageError):  # there is nothing to take back yet
            self._send(request, plot, meanwhile)

    def _send(self, request: Request, plot: list[str], meanwhile: str | None) -> None:
        with self.scene.store.snapshot() as conn:
            plan = Plan.on(conn, request)
            self.shown = {
                (change.image, change.described and change.described[1])
                for change in plan.changes()
            }
            if meanwhile:
                self.person_describes(meanwhile, False)
            self.plot = list(plot)
            with contextlib.suppress(Crash):
                context = Context(self.site, self.scene.store, threads=1)
                Push(context, plan, pauses=()).run()
            self.plot = []

    def _before(self, step: str, ids: tuple[str, ...]) -> None:
        if step != "write":
            return
        self.was = {one: self.site.now(one).long_description for one in ids}
        self.act = self.plot.pop(0) if self.plot else "ok"
        if self.act == "crash before":
            raise Crash

    def _after(self, step: str, ids: tuple[str, ...]) -> None:
        for one, change in self.site.written[-len(ids) :]:
            if "long_description" not in change:
                continue
            was, now = self.was[one], change["long_description"]
            assert is_blank(was) or was not in self.persons, f"{one}: {was!r} is gone"
            assert (one, now) in self.shown, f"{one}: {now!r} was not shown"
            assert is_blank(now) or now not in self.persons, f"{one}: {now!r} is back"
        if self.act == "crash after":
            raise Crash
        if self.act == "lost":
            raise AnswerLost("No answer.")

    @rule()
    def what_is_settled_is_mirrored(self) -> None:
        """Nothing stays open, and a pull has nothing more to tell."""
        self.pushes([], None)
        self.scene.pull()
        for known in mirror.named(self.scene.store.conn, IDS):
            now = self.site.now(known.image.id)
            assert known.image.long_description == now.long_description
        sql = "SELECT count(*) FROM push_items WHERE status = 'intended'"
        assert self.scene.store.conn.execute(sql).fetchone() == (0,)

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            self.what_is_settled_is_mirrored()
            self.scene.store.close()
        shutil.rmtree(self.dir)


def test_the_promises_hold_for_long_descriptions() -> None:
    run_state_machine_as_test(Described, settings=QUICK)


@pytest.mark.slow
@pytest.mark.timeout(300 * LENGTH)
def test_the_promises_hold_for_long_descriptions_for_long() -> None:
    run_state_machine_as_test(
        Described,
        settings=settings(QUICK, max_examples=30 * LENGTH, stateful_step_count=50),
    )


def test_the_machine_sees_a_person_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The machine itself: a plan that takes every text for its own is found out."""
    monkeypatch.setattr(descriptions, "is_blank", lambda text: True)
    hunt = settings(QUICK, max_examples=300, derandomize=True, database=None)
    with pytest.raises(AssertionError, match="is gone"):
        run_state_machine_as_test(Described, settings=hunt)
