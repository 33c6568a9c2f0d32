"""A stateful machine over handovers: the loop of `tests.machine` with live calls, batches
of two providers and a file at once, whose answers come at any time, in part, wrongly or
not at all; and processes that die between two steps of it.

It knows, apart from altsync, what each provider was paid for, and asserts that no work is
paid for twice, that whatever was given is on record at its price, and that no text that
was asked for before another one was sent waits for a review.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from unittest import mock

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from altsync.config import Config, parse
from altsync.generate.batches.cancelling import Cancel
from altsync.generate.batches.fetching import Fetch
from altsync.generate.batches.stage import SendBatches
from altsync.generate.choosing import Targets
from altsync.generate.opening import given_away
from altsync.generate.settings import Settings, Ways
from altsync.generate.stage import Generate
from altsync.handover.cancelling import cancel
from altsync.handover.incoming import Import
from altsync.handover.outgoing import Destination, Export
from altsync.models import HandedTo, Handover, Label
from altsync.push import readback
from altsync.stage import Context
from altsync.store import handovers
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.doubles.providers.base import Act, decided
from tests.doubles.providers.batching import Batching, Lot
from tests.doubles.providers.openai_batches import OpenAIBatches
from tests.generate.batches.killing import POINTS, SUBMIT, Point, Trap
from tests.machine import IDS, Loop

OPENAI, ANTHROPIC = "double", "anthropic/claude-haiku-4-5-20251001"
CHOICES = [(OPENAI,), (ANTHROPIC,), (OPENAI, ANTHROPIC)]
TOML = f"""
[site]
url = "http://site.test"
source = "memory"
database = "altsync.db"
[generate]
log = false
timeout = 5
[generate.prices]
"{OPENAI}" = {{ input = 1.0, output = 10.0 }}
"{ANTHROPIC}" = {{ input = 1.0, output = 10.0 }}
"""
CALL, HALF = 0.0015, 0.00075
USABLE = ["text", "text", "text", "none", "refused"]
DEATHS = [None, None, None, *POINTS]
ASKABLE = ("missing", "ai", "needs-review", "approved", "rejected")
"""States of images that may be named: no person's words, and nothing that one emptied."""


class HandingLoop(Loop):
    """The machine. Its hosts outlive it: each begins with nothing."""

    jumps = False
    hosts: ClassVar[dict[str, Batching]]

    def __init__(self) -> None:
        super().__init__()
        self.script: list[str] = []
        self.licences: Counter[str] = Counter()
        """By work key: how often more than once an answer may be paid for, since the
        owner said so."""
        self.given: dict[str, dict[str, Any]] = {}
        """What a file asked: its answer, by work key."""
        self.applied: set[int] = set()
        self.overtaken: set[tuple[int, str]] = set()
        """(handover, image): a text was applied there since it was handed over."""
        for double in self.hosts.values():
            double.lots.clear()
            double.steps.clear()
            double.paid, double.looks = 0, None
            double.act = self._act

    @property
    def config(self) -> Config:
        return parse(TOML, self.dir / "altsync.toml")

    @initialize(
        texts=st.lists(
            st.sampled_from([None, "", "old words"]), min_size=4, max_size=4
        ),
        labels=st.sampled_from([None, Label.AI]),
        guarded=st.booleans(),
    )
    def start(self, *, texts: Any, labels: Any, guarded: bool, **_: Any) -> None:
        """A site that keeps what it is sent: what becomes of a text that it mangles is
        the story of `tests.test_machine`."""
        super().start(texts, labels, True, guarded, None, "stored", readback.FIRST)

    # --- what providers do
    def _act(self, body: dict[str, Any]) -> Act:
        """Never the same text twice."""
        kind = self.script.pop(0) if self.script else "text"
        self.serial += 1
        if kind == "none":
            return Act(decided("image"))
        if kind == "refused":
            anthropics = "messages" in body and "max_tokens" in body
            return Act("", refusal="No.", finish="refusal" if anthropics else "")
        if kind == "failed":
            return Act(code=500, error={"type": "api_error", "message": "It broke."})
        return Act.alt(f"A machine's heron by the pond, number {self.serial}.")

    def _lots(self, *, over: bool = False) -> list[tuple[Batching, Lot]]:
        return [
            (double, lot)
            for double in self.hosts.values()
            for lot in double.lots.values()
            if (lot.ended is not None) == over
        ]

    @precondition(lambda self: self._lots())
    @rule(
        which=st.integers(0, 3),
        kinds=st.lists(st.sampled_from([*USABLE, "failed"]), max_size=4),
        ends=st.sampled_from(["", "done", "done", "expired"]),
    )
    def a_provider_works(self, which: int, kinds: list[str], ends: str) -> None:
        found = self._lots()
        double, lot = found[which % len(found)]
        if isinstance(double, OpenAIBatches) and lot.state == "validating":
            double.validate(lot)
        self.script = list(kinds)
        double.work(lot, None if ends == "done" else len(kinds))
        self.script = []
        if ends:
            openais = {"done": "completed", "expired": "expired"}[ends]
            stopping = lot.state == "cancelling"
            state = "cancelled" if stopping else openais
            double.end(lot, state if isinstance(double, OpenAIBatches) else "ended")

    # --- altsync
    def proposes(self, image: str, many: bool, crash: int | None) -> None:
        """Only to have something to push, whatever is handed over: another model's."""
        super().proposes(image, many, crash)

    def adds(self, image: str) -> None:
        """Never: the story here is another."""

    def asks(self, image: str) -> None:
        """Never, as above."""

    def person_retitles(self, image: str) -> None:
        """Never, as above."""

    def _asked(self, named: bool, models: tuple[str, ...]) -> Worklist:
        if not named:
            return Worklist(models=models)
        sql = "SELECT image_id, state FROM image_states ORDER BY image_id"
        found = (image for image, state in self._rows(sql) if state in ASKABLE)
        images = tuple(found)
        return Worklist(images=images) if images else Worklist(models=models)

    def _settings(self, models: tuple[str, ...], **how: Any) -> Settings:
        prices = self.config.generate.prices
        return Settings(models, prices=prices, timeout=5.0, **how)

    def _context(self) -> Context:
        return Context(self.site, self.store, threads=1)

    @rule(
        models=st.sampled_from(CHOICES),
        named=st.booleans(),
        again=st.sampled_from([False, False, False, True]),
        lost=st.sampled_from(["", "", "", "lost", "lost", "drop"]),
        death=st.sampled_from(DEATHS),
    )
    def hands_over(
        self,
        models: tuple[str, ...],
        named: bool = True,
        again: bool = False,
        lost: Any = "",
        death: str | None = None,
    ) -> None:
        """`generate --batch`."""
        before = self._handovers()
        if lost:
            for double in self.hosts.values():
                double.steps["create"] = [lost]
        settings = self._settings(models, again=again, batch=True)
        with self._dying(death, "send"), self.store.snapshot() as conn:
            targets = Targets(conn, self._asked(named or again, models))
            SendBatches(self._context(), settings, targets, Ways()).run()
        for double in self.hosts.values():
            double.steps.clear()
        self._begun(before, again)
        self._recount()

    @rule(death=st.sampled_from(DEATHS))
    def fetches(self, death: str | None = None) -> None:
        """`generate --batch-fetch`."""
        with self._dying(death, "fetch"):
            Fetch(self.config, self.store).run()
        self._recount()
        if death is None:
            self._nothing_blocks()

    @rule()
    def fetches_and_an_older_copy_is_put_back(self) -> None:
        """All that is lost by it is what was fetched: it can be fetched again."""
        old = self.dir / "copy.db"
        self.store.conn.execute("VACUUM INTO ?", (str(old),))
        Fetch(self.config, self.store).run()
        self.store.close()
        for beside in self.dir.glob("altsync.db-*"):
            beside.unlink()
        shutil.move(old, self.dir / "altsync.db")
        self.store = Store.open(self.dir / "altsync.db")

    @rule()
    def cancels(self) -> None:
        """`generate --batch-cancel`."""
        with self._maybe_crashing():
            Cancel(self.config, self.store).run()

    @rule(
        models=st.sampled_from(CHOICES),
        how=st.sampled_from(["", "", "again", "retry"]),
        named=st.booleans(),
        kinds=st.lists(st.sampled_from(USABLE), max_size=3),
    )
    def asks_live(
        self,
        models: tuple[str, ...],
        how: str = "",
        named: bool = True,
        kinds: list[str] | None = None,
    ) -> None:
        """A plain `generate`."""
        again = how == "again"
        last = self._last()
        settings = self._settings(models, again=again, retry=how == "retry")
        self.script = list(kinds or ())
        with self._maybe_crashing(), self.store.snapshot() as conn:
            targets = Targets(conn, self._asked(named or again, models))
            Generate(self._context(), settings, targets, Ways()).run()
        self.script = []
        if again:
            self._licence("SELECT work_key FROM candidates WHERE id > ?", last)
        self._recount()

    @rule(
        model=st.sampled_from([OPENAI, ANTHROPIC]),
        again=st.sampled_from([False, False, True]),
    )
    def exports(self, model: str, again: bool) -> None:
        """`work export`."""
        before = self._handovers()
        settings = self._settings((model,), again=again)
        self.serial += 1
        file = self.dir / f"q{self.serial}.jsonl"
        with (
            self._maybe_crashing(),
            given_away(model, {}, 5.0),
            self.store.snapshot() as conn,
        ):
            targets = Targets(conn, self._asked(True, (model,)))
            to = Destination(file)
            Export(self._context(), settings, targets, to=to).run()
        self._begun(before, again)
        self._recount()
        if not file.exists():
            return
        for line in file.read_text("utf-8").splitlines():
            key = json.loads(line)["work_key"]
            self.serial += 1
            text = decided(f"A colleague's heron, number {self.serial}.")
            usage = {"input_tokens": 1000, "output_tokens": 50}
            answer = {"work_key": key, "text": text, "model": model, "usage": usage}
            self.given.setdefault(key, answer)

    @precondition(lambda self: self.given)
    @rule(which=st.lists(st.integers(0, 7), min_size=1, max_size=4))
    def imports(self, which: list[int]) -> None:
        """`work import` of some answers: again, or late."""
        every = list(self.given.values())
        lines = [json.dumps(every[one % len(every)]) for one in which]
        raw = io.BytesIO("\n".join(lines).encode())
        Import(self.config, self.store, raw).run()
        self._recount()

    @rule(surely=st.sampled_from([True, False, False]))
    def gives_up_files(self, surely: bool = True) -> None:
        """`work cancel`: whoever has the file may answer all the same."""
        if not surely:
            return
        for one in self._handovers().values():
            if one.way is HandedTo.FILE and one.open:
                sql = "SELECT work_key FROM handover_lines WHERE handover_id = ? AND came IS NULL"
                self._licence(sql, one.id)
                cancel(self.store, one.id)

    # --- what is known apart from altsync
    def _begun(self, before: dict[int, Handover], again: bool) -> None:
        """Nothing that was answered or is with somebody was handed over, but on demand."""
        for number in self._handovers().keys() - before.keys():
            if again:
                sql = "SELECT work_key FROM handover_lines WHERE handover_id = ?"
                self._licence(sql, number)
                continue
            twice = self._rows(
                "SELECT l.work_key FROM handover_lines l WHERE l.handover_id = :n AND ("
                " EXISTS (SELECT 1 FROM candidates c WHERE c.work_key = l.work_key)"
                " OR EXISTS (SELECT 1 FROM handover_lines o WHERE o.work_key = l.work_key"
                " AND o.handover_id < :n AND (o.came IS NULL OR o.came = 'refused')))",
                number,
            )
            assert not twice, "it was answered, or with somebody, and is handed over"

    def _licence(self, sql: str, value: int) -> None:
        self.licences.update(key for (key,) in self._rows(sql, value))

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        given: Any = {"n": values[0]} if ":n" in sql else values
        return self.store.conn.execute(sql, given).fetchall()

    def _recount(self) -> None:
        """With what was taken from an older answer, at no cost. What was paid for is
        counted where it was given."""
        self.candidates = int(self._rows("SELECT count(*) FROM candidates")[0][0])

    def _last(self) -> int:
        sql = "SELECT coalesce(max(id), 0) FROM candidates"
        return int(self._rows(sql)[0][0])

    def _handovers(self) -> dict[int, Handover]:
        return {one.id: one for one in handovers.every(self.store.conn)}

    def _nothing_blocks(self) -> None:
        """Of what its provider has brought to an end nothing is open."""
        ended = {lot.id for _, lot in self._lots(over=True)}
        for one in self._handovers().values():
            if one.remote_id in ended:
                assert one.open == 0, f"batch {one.id} has ended, and blocks"

    @contextlib.contextmanager
    def _dying(self, name: str | None, command: str) -> Iterator[None]:
        """The process dies at this point of this command."""
        with self._maybe_crashing(), contextlib.ExitStack() as stack:
            if name is not None and POINTS[name].command == command:
                for point in _places(POINTS[name]):
                    trap = Trap(point, self._die)
                    dies = mock.patch.object(trap.owner, trap.name, trap.dying)
                    stack.enter_context(dies)
            yield

    @rule(image=st.sampled_from(IDS))
    def person_clears(self, image: str) -> None:
        """What stood there is gone: it may be proposed anew where that is no ban."""
        super().person_clears(image)
        self.sent = [pair for pair in self.sent if pair[0] != image]

    # --- what must hold
    @invariant()
    def nothing_is_applied_twice(self) -> None:
        """No text on top of itself. An older answer that is named again may replace a
        later one."""
        if hasattr(self, "store"):
            twice = (
                "SELECT candidate_id FROM push_items WHERE status = 'applied' AND"
                " candidate_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
            )
            assert not self._rows(twice)
        last: dict[str, str] = {}
        for image, alt in self.sent:
            assert last.get(image) != alt, "a text was sent twice"
            last[image] = alt

    @precondition(lambda self: hasattr(self, "store"))
    @invariant()
    def no_work_is_paid_for_twice(self) -> None:
        sql = (
            "SELECT work_key, count(*) FROM candidates WHERE reused_from IS NULL"
            " AND work_key IS NOT NULL AND model <> 'altsync-demo' GROUP BY 1"
        )
        for key, number in self._rows(sql):
            assert number <= 1 + self.licences[key], "paid for twice"

    @precondition(lambda self: hasattr(self, "store"))
    @invariant()
    def what_was_given_is_on_record_at_its_price(self) -> None:
        books = {
            number: (lines, cost)
            for number, lines, cost in self._rows(
                "SELECT handover_id, count(*), sum(cost_usd) FROM ("
                " SELECT handover_id, cost_usd FROM candidates UNION ALL"
                " SELECT handover_id, cost_usd FROM failures WHERE cost_usd > 0)"
                " WHERE handover_id IS NOT NULL GROUP BY 1"
            )
        }
        lots = {lot.id: lot for double in self.hosts.values() for lot in _all(double)}
        for one in self._handovers().values():
            lines, cost = books.get(one.id, (0, 0.0))
            price = CALL if one.way is HandedTo.FILE else HALF
            assert cost == pytest.approx(lines * price)
            if one.remote_id in lots and one.fetched_at is not None:
                assert lines == _paid(lots[one.remote_id]), f"batch {one.id}"
        live = sum(double.paid for double in self.hosts.values())
        live -= sum(map(_paid, lots.values()))
        booked = self._rows(
            "SELECT coalesce(sum(cost_usd), 0) FROM ("
            " SELECT cost_usd FROM candidates WHERE handover_id IS NULL"
            " AND model IN ('double', 'anthropic/claude-haiku-4-5-20251001') UNION ALL"
            " SELECT cost_usd FROM failures WHERE handover_id IS NULL)"
        )
        assert booked[0][0] == pytest.approx(live * CALL)

    @precondition(lambda self: hasattr(self, "store"))
    @invariant()
    def what_was_overtaken_waits_for_nobody(self) -> None:
        """A text that was asked for before another one was applied."""
        sql = "SELECT id, image_id FROM push_items WHERE status = 'applied'"
        for item, image in self._rows(sql):
            if item not in self.applied:
                self.applied.add(item)
                self.overtaken.update((one, image) for one in self._handovers())
        sql = "SELECT handover_id, image_id FROM open_candidates"
        assert not self.overtaken & set(self._rows(sql)), "it is proposed too late"

    def _converges(self) -> None:
        """Everybody comes to an end: then nothing is open, and nothing was lost."""
        for double, lot in self._lots():
            if isinstance(double, OpenAIBatches) and lot.state == "validating":
                double.validate(lot)
            double.work(lot)
            state = "completed" if isinstance(double, OpenAIBatches) else "ended"
            double.end(lot, state)
        self.fetches()
        self.gives_up_files()
        still = [one for one in self._handovers().values() if one.open]
        assert not still, "a line is open for ever"
        assert not list(self.dir.glob("*.batch-*")), (
            "lines are left beside the database"
        )
        self.no_work_is_paid_for_twice()
        self.what_was_given_is_on_record_at_its_price()
        lots = {lot.id for double in self.hosts.values() for lot in _all(double)}
        known = {one.remote_id for one in self._handovers().values()}
        assert lots <= known, "a batch was paid for, and nobody knows of it"
        super()._converges()


def _places(point: Point) -> list[Point]:
    """Where it is: of a batch that is sent, with either provider."""
    if point.where == "submit":
        return [replace(point, where=where) for where in SUBMIT.values()]
    return [point]


def _all(double: Batching) -> list[Lot]:
    return list(double.lots.values())


def _paid(lot: Lot) -> int:
    """Lines that were answered."""
    return sum(act.error is None for act, _ in lot.results.values())
