"""A known-bad text is never a candidate and never sent, whatever is judged, approved,
pushed, exported and imported around it: a stateful machine that plants them and looks for
their words wherever altsync could send them from."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from altsync.errors import AltsyncError
from altsync.models import Label, SiteImage, Verdict
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, export, importing, looks, seeds
from altsync.store.seeds import SeededText
from altsync.store.store import Store
from altsync.verdicts import acts, asking, reading, sampling
from altsync.verdicts.acts import Given
from altsync.verdicts.asides import Aside
from altsync.verdicts.policy import Way
from altsync.verdicts.sampling import Planting
from altsync.verdicts.statements import statement
from tests.lengths import LENGTH, QUICK
from tests.web.mirrors import candidate

URL = "https://x.example"
IMAGES = 9
ALLOWED = Permissions(replace_human=True, allow_empty=True)


def nothing_found(*_: Any) -> tuple[()]:
    return ()


class Planted(RuleBasedStateMachine):
    """Nine images; a person's words on two. No two texts are alike, so that a known-bad
    one is known wherever it turns up."""

    def __init__(self) -> None:
        super().__init__()
        self.dir = Path(tempfile.mkdtemp())
        self.serial = 0
        self.site = MemorySource(
            SiteImage(
                id=f"a/{n}",
                album="a",
                name=f"{n}",
                alt=self._text() if n > 7 else None,
                has_label=True,
                label=Label.HUMAN if n > 7 else None,
            )
            for n in range(1, IMAGES + 1)
        )
        self.store = Store.open(self.dir / "a.db", create=True)
        self.store.claim(URL, "memory")
        Pull(Context(self.site, self.store)).run()
        with self.store.write() as tx:
            tx.execute("INSERT INTO prompts VALUES ('p1', 's', 't', '2026')")
        for number in range(1, 8):
            self.proposes(number)
        self.approves_by_name(6)
        self.approves_by_name(7)
        self.draws(False, 3)

    def _text(self) -> str:
        self.serial += 1
        return f"Two cats sleep in box {chr(64 + self.serial // 26)}{self.serial:x}q."

    @rule(number=st.integers(1, IMAGES))
    def proposes(self, number: int) -> None:
        image = f"a/{number}"
        with self.store.write() as tx:
            alt = tx.execute("SELECT alt FROM images WHERE id = ?", (image,)).fetchone()
            candidates.add(tx, candidate(image, self._text(), alt[0]))

    @rule(number=st.integers(1, IMAGES))
    def approves_by_name(self, number: int) -> None:
        self._try(lambda tx: acts.approve_named(tx, [f"a/{number}"], "maria"))

    @rule(number=st.integers(1, IMAGES))
    def asks_by_name(self, number: int) -> None:
        """Judges nothing, and takes what it is about out of every way over many."""
        said = Aside("Is it so?")
        self._try(lambda tx: asking.ask_named(tx, [f"a/{number}"], "maria", said))

    @rule(early=st.booleans(), number=st.sampled_from([None, 1, 3]))
    def draws(self, early: bool, number: int | None) -> None:
        how: dict[str, Any] = {"bound": 0.4, "confidence": 0.6, "tolerated": int(early)}
        planting = Planting(number, nothing_found)
        with contextlib.suppress(AltsyncError):
            sampling.draw(self.store, by="maria", early=early, planting=planting, **how)

    @rule(
        acts_given=st.lists(
            st.sampled_from(
                ["approve", "approve", "reject", "decorative", "rewrite", "unsure"]
            ),
            min_size=1,
            max_size=4,
        ),
        planted=st.booleans(),
        wherever=st.integers(0, 9),
    )
    def reads(self, acts_given: list[str], planted: bool, wherever: int) -> None:
        """Some of what waits in the newest sample."""
        for act in acts_given:
            self.judges(act, planted, wherever)

    @rule()
    def reads_all(self) -> None:
        for _ in range(IMAGES):
            self.judges("approve", False, 0)

    def judges(self, act: str, planted: bool, wherever: int) -> None:
        """One; a known-bad text, where one waits."""

        def work(tx: sqlite3.Connection) -> None:
            run = tx.execute("SELECT coalesce(max(id), 0) FROM samples").fetchone()[0]
            waiting = reading.open_places(statement(tx, run))
            bad = [one for one in waiting if isinstance(one, SeededText)]
            if some := (planted and bad) or waiting:
                one = some[wherever % len(some)]
                given = Given(
                    one.image,
                    looks.sight(tx, one.image),
                    text=self._text() if act == "rewrite" else None,
                    note="Who is it?" if act == "unsure" else "",
                )
                way = "approve" if act == "rewrite" else act
                reading.judge(tx, run, one.place, way, given, "maria", nothing_found)

        self._try(work)

    @rule()
    def takes_back(self) -> None:
        def work(tx: sqlite3.Connection) -> None:
            run = tx.execute("SELECT coalesce(max(id), 0) FROM samples").fetchone()[0]
            reading.undo(tx, run, "maria")

        self._try(work)

    @rule(way=st.sampled_from([Way.BULK, Way.UNFLAGGED]))
    def approves_all(self, way: Way) -> None:
        self._try(lambda tx: acts.approve_waiting(tx, "maria", way))

    @rule()
    def sweeps(self) -> None:
        """Every candidate of every image, as the grid could mark it."""

        def work(tx: sqlite3.Connection) -> None:
            marked = [
                Given(f"a/{n}", looks.sight(tx, f"a/{n}"), one.id)
                for n in range(1, IMAGES + 1)
                for one in looks.candidates_of(tx, f"a/{n}")
            ]
            acts.sweep(tx, marked, Verdict.APPROVED, "maria", "grid")

        self._try(work)

    @rule()
    def approves_the_rest(self) -> None:
        for sample in self.store.conn.execute("SELECT id FROM samples").fetchall():
            with contextlib.suppress(AltsyncError):
                sampling.approve_rest(self.store, sample[0])

    @rule()
    def pushes(self) -> None:
        with Plan.of(self.store, Request(permissions=ALLOWED)) as plan:
            Push(Context(self.site, self.store), plan, pauses=()).run()

    @rule()
    def pulls(self) -> None:
        Pull(Context(self.site, self.store)).run()

    @rule()
    def goes_out_and_in_again(self) -> None:
        planted = self._planted()
        with self.store.read() as conn:
            export.write(conn, self.dir / "out")
        self.store.close()
        importing.load(self.dir / "out", self.dir / "a.db", (URL, "memory"))
        self.store = Store.open(self.dir / "a.db")
        assert self._planted() == planted

    def _try(self, work: Any) -> None:
        with contextlib.suppress(AltsyncError), self.store.write() as tx:
            work(tx)

    def _planted(self) -> list[str]:
        found = self.store.conn.execute("SELECT alt FROM seeded_texts ORDER BY id")
        return [row[0] for row in found]

    @invariant()
    def none_is_where_it_could_be_sent_from(self) -> None:
        planted = set(self._planted())
        every = {
            row[0] for row in self.store.conn.execute("SELECT alt FROM candidates")
        }
        assert not planted & every, "a known-bad text is a candidate"
        with Plan.of(self.store, Request(permissions=ALLOWED)) as plan:
            planned = {one.new for one in plan.changes()}
        assert not planted & planned, "a known-bad text is in a plan"
        sent = {now["alt"] for _, now in self.site.written}
        assert not planted & sent, "a known-bad text was sent"

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.dir)


SHORT = settings(QUICK, max_examples=2, stateful_step_count=14)


def test_a_known_bad_text_is_never_sent() -> None:
    run_state_machine_as_test(Planted, settings=SHORT)


@pytest.mark.slow
@pytest.mark.timeout(120 * LENGTH)
def test_a_known_bad_text_is_never_sent_for_long() -> None:
    longer = settings(QUICK, max_examples=4 * LENGTH, stateful_step_count=25)
    run_state_machine_as_test(Planted, settings=longer)


def test_the_machine_sees_one_that_is_made_a_candidate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it would be if a reader's yes to it were a yes to a candidate."""

    def judged(tx: sqlite3.Connection, seeded: int, *_: object, **__: object) -> None:
        sql = "SELECT image_id, alt FROM seeded_texts WHERE id = ?"
        image, alt = tx.execute(sql, (seeded,)).fetchone()
        base = tx.execute("SELECT alt FROM images WHERE id = ?", (image,)).fetchone()
        candidates.add(tx, candidate(image, alt, base[0]))

    monkeypatch.setattr(seeds, "judge", judged)
    machine = Planted()
    try:
        machine.draws(False, 1)
        machine.none_is_where_it_could_be_sent_from()
        machine.judges("approve", True, 0)
        with pytest.raises(AssertionError, match="is a candidate"):
            machine.none_is_where_it_could_be_sent_from()
    finally:
        machine.teardown()
