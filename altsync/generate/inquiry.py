"""One image and one model: set money aside, ask, store what comes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from altsync.errors import ModelStopped
from altsync.generate import books, cost, pace, standstill
from altsync.generate.alone import Alone
from altsync.generate.books import ABOUT_ALL, Books
from altsync.generate.ending import Ending, ModelRows
from altsync.generate.estimate import Estimate
from altsync.generate.job import Job
from altsync.generate.purse import Empty, Purse
from altsync.generate.settings import Settings, Ways
from altsync.generate.takes import Takes
from altsync.generate.task import Outcome, Reply
from altsync.generate.trouble import Remedy

GIVEN_UP = (
    "It was on its way when the run was ended at once: it was most likely paid for, and"
    " what it costs is estimated."
)
LANDING = 0.3
"""Seconds for what is about to arrive, or only waits for its turn, when a run is ended
at once."""
STORING = 2.0
"""Seconds for what has arrived by then, until it is on the disk: milliseconds, but where
somebody else holds the database."""


class Came(StrEnum):
    """What came of asking a model about an image."""

    TEXT = "text"
    """There is a candidate, from now or from before."""
    NOTHING = "nothing"
    """It answered, or refused, and gave no text. It is on record."""
    DEAD = "dead"
    """The same from before: it was not asked."""
    FAILED = "failed"
    """It did not answer, or altsync failed. It is on record."""
    WAITS = "waits"
    """Somebody else is to answer it, a batch or who has the file: it was not asked from
    here."""
    OPEN = "open"
    """It was not asked, since the run ended or the model gives no texts. Nothing is on
    record."""

    @property
    def in_vain(self) -> bool:
        """This model has no text for this image; another one may."""
        return self in (Came.NOTHING, Came.DEAD)


class Asks(Protocol):
    """What becomes of the questions of a run: they are asked, or given away. Threads
    share it."""

    @property
    def purse(self) -> Purse | None:
        """None where nothing is paid."""

    @property
    def on_the_way(self) -> int:
        """Calls that may still bring what is paid for."""

    def about(self, job: Job) -> Came:
        """What the model has to say. Raises what concerns all images."""

    def give_up(self) -> int:
        """The owner waits no longer. How many were on their way."""

    def close(self) -> None:
        """After the last image, where nothing but the budget ended the run before it."""


class Inquiry:
    """Asks models about images, within the budget, and stores what comes. Threads may
    share it."""

    def __init__(
        self,
        settings: Settings,
        ways: Ways,
        threads: int,
        expected: Sequence[Estimate],
        kept: Books,
        ending: Ending,
    ) -> None:
        """`threads`: calls at a time. `expected`: of every model that may be asked."""
        calls = {line.model: line.call or 0.0 for line in expected}
        self.purse = Purse(settings.budget, calls)
        self._settings = settings
        self._first = {model.name for model in settings.opened()}
        self._ways = ways
        self._prices = {line.model: line.price for line in expected}
        self._takes = Takes({line.model: line.tokens for line in expected})
        self._books = kept
        self._ending = ending
        self._asking = threading.BoundedSemaphore(threads)
        self._alone = Alone()
        self._flying: dict[_Asked, tuple[Job, tuple[int, int]]] = {}
        """Questions on their way, with what one takes."""
        self._arrived: set[_Asked] = set()
        """Questions whose answers are about to be stored."""
        self._landing = threading.Lock()
        for line in expected:
            standstill.of(line.model).passed()
            turn = pace.of(line.model)
            turn.stopped, turn.held = ending.is_set, self._holding

    @property
    def on_the_way(self) -> int:
        """Calls that have begun and are not stored. Those that only wait for their turn
        are none."""
        waiting = sum(pace.of(model).waiting for model in self._prices)
        with self._landing:
            return max(0, len(self._flying) + len(self._arrived) - waiting)

    def about(self, job: Job) -> Came:
        """What the model has to say: it is not asked where that is known. Raises what
        concerns all images: a database that cannot be written."""
        with self._alone.at(job.key):
            # first: what waits to be stored may be this very answer
            if not self._may_ask():
                return Came.OPEN
            if not self._settings.again:
                known = self._books.known(job)
                if known is not None:
                    return Came.TEXT if known else Came.DEAD
            return self._ask(job)

    def give_up(self) -> int:
        """The owner waits no longer: what is on its way is on record as lost, and what
        still arrives is not. What has arrived is stored. How many were given up."""
        until = time.monotonic() + LANDING
        while self._flying and time.monotonic() < until:
            time.sleep(LANDING / 10)
        with self._landing:
            flying, self._flying = self._flying, {}
            for asked in flying:
                asked.given_up = True
        for asked, (job, (into, out)) in flying.items():
            lost = Reply("", into, out, fault=GIVEN_UP, lost=True)
            asked.outcome = Outcome(None, GIVEN_UP, Remedy.AGAIN, replies=(lost,))
            self._count(asked, job.model.name)
            self._fail(job, GIVEN_UP, asked)
        until = time.monotonic() + STORING
        while self._arrived and time.monotonic() < until:
            time.sleep(LANDING / 10)
        return len(flying)

    def close(self) -> None:
        """Each answer was stored as it came."""

    @contextlib.contextmanager
    def _on_its_way(
        self, asked: _Asked, job: Job, takes: tuple[int, int]
    ) -> Iterator[None]:
        """Meanwhile it may be given up."""
        with self._landing:
            self._flying[asked] = job, takes
        try:
            yield
        finally:
            with self._landing:
                if self._flying.pop(asked, None) is not None:
                    self._arrived.add(asked)

    def _count(self, asked: _Asked, model: str) -> None:
        """What its calls cost."""
        replies, price = asked.outcome.replies, self._prices[model]
        asked.paid = cost.paid(replies, price)
        asked.estimated = cost.estimated(replies, price)
        self._books.count(lost=books.lost(asked.outcome))

    def _may_ask(self) -> bool:
        """Wait while an answer waits to be stored; False once the run ends."""
        while self._holding() and not self._ending.is_set():
            time.sleep(pace.SLICE)
        return not self._ending.is_set()

    def _holding(self) -> bool:
        return self._books.hold

    def _ask(self, job: Job) -> Came:
        """When it is its turn, and the budget covers it."""
        rows = self._ending.model(job.model.name)
        with self._asking:
            turn = rows.brake.begin(self._ending.is_set)
            if turn is None:
                return Came.OPEN
            try:
                return self._pay(job, rows, turn)
            finally:
                rows.brake.nothing(turn)

    def _pay(self, job: Job, rows: ModelRows, turn: int) -> Came:
        """Set money aside, ask, store, pay."""
        model = job.model.name
        if not self._may_ask():
            return Came.OPEN
        try:
            share = self.purse.reserve(self._ending.is_set, model)
        except Empty as enough:
            if not self._ending.is_set():  # else it only waited no longer
                self._ending.because(enough)
            return Came.OPEN
        asked = _Asked(rows, turn)
        try:
            return self._answer(job, asked)
        finally:
            self._arrived.discard(asked)
            text = asked.outcome.answer is not None
            self.purse.settle(share, asked.paid, asked.calls, model, text=text)

    def _answer(self, job: Job, asked: _Asked) -> Came:
        """Ask and store. What arrived is on record, whatever breaks on the way."""
        log = self._ways.log
        takes = self._takes.of(job.model.name)
        task = job.task(self._settings, takes, keep=log is not None)
        try:
            with self._on_its_way(asked, job, takes):
                outcome = self._ways.answer(task)
            if asked.given_up:
                return Came.OPEN
            asked.outcome = outcome
            self._takes.learn(task.model, asked.outcome.replies)
            if log is not None:
                log.put(asked.outcome.replies, *job.picture.paths)
            self._count(asked, task.model)
            return self._settle(job, asked)
        except ABOUT_ALL:
            raise
        except Exception as error:
            if asked.given_up:
                return Came.OPEN
            problem = books.fault(error)
            self._fail(job, problem, asked, final=asked.outcome.paid)
            self._ending.failed(asked.rows.faults, asked.fault, problem)
            return Came.FAILED

    def _settle(self, job: Job, asked: _Asked) -> Came:
        """Store what became of a task, and see whether the run goes on."""
        outcome, paid = asked.outcome, asked.paid
        if paid is None:
            self._books.count(unpriced=1)
        if outcome.answer is not None:
            self._books.add(job, outcome.answer, outcome, paid, asked.estimated)
            asked.rows.brake.usable(asked.turn)
            return Came.TEXT
        if outcome.stopped:
            return self._cut_short(
                job, "Stopped before the model was asked once more.", asked
            )
        if outcome.remedy is Remedy.STOP:
            self._ending.because(ModelStopped(outcome.said))
            return self._cut_short(job, outcome.problem, asked)
        if outcome.remedy is Remedy.AGAIN:
            self._fail(job, outcome.problem, asked)
            if not outcome.died:
                self._ending.failed(asked.rows.calls, asked.call, outcome.said)
            return Came.FAILED
        return self._in_vain(job, asked)

    def _cut_short(self, job: Job, problem: str, asked: _Asked) -> Came:
        """The run ends. What a first answer cost that was not usable is on record."""
        if not asked.outcome.replies:
            return Came.OPEN
        self._fail(job, problem, asked)
        return Came.FAILED

    def _in_vain(self, job: Job, asked: _Asked) -> Came:
        """The model gave no text for this image. What it answered is never asked again
        by itself."""
        outcome = asked.outcome
        final = outcome.paid or outcome.refused
        self._fail(job, outcome.problem, asked, final=final)
        sent = outcome.reason or books.sent(outcome) or ""
        enough = asked.rows.brake.unusable(asked.turn, outcome.problem, sent)
        if enough is not None:
            self._no_more(job.model.name, enough)
        return Came.NOTHING

    def _no_more(self, model: str, enough: str) -> None:
        """A model that gives no texts ends the run; one that was only asked in its place
        is left out of the rest."""
        if model not in self._first:
            left_out = f"{enough} It was left out of the rest of the run."
            self._books.done.given_up.append(left_out)
            return
        instead = "or with one in its place (--fallback MODEL)"
        if self._settings.fallbacks:
            instead = "or run the same again: its fallback is asked about these first"
        self._ending.because(
            ModelStopped(
                f"{enough} Stopped; what arrived is kept, and none of it is asked again"
                f" unless you say --retry-failed. Go on with another model (-m MODEL),"
                f" {instead}."
            )
        )

    def _fail(
        self, job: Job, problem: str, asked: _Asked, *, final: bool = False
    ) -> None:
        """On record, with what it cost."""
        paid, estimated = asked.paid, asked.estimated
        self._books.fail(job, problem, asked.outcome, paid, estimated, final=final)


class _Asked:
    """One question to a model, on its way."""

    def __init__(self, rows: ModelRows, turn: int) -> None:
        self.rows = rows
        self.turn = turn
        """Of the brake."""
        self.call = rows.calls.begin()
        self.fault = rows.faults.begin()
        self.given_up = False
        """The run's own thread has dealt with it."""
        self.outcome = Outcome(None)
        """Until there is one: nothing is known."""
        self.paid: float | None = None
        """None also where nobody knows whether it was answered."""
        self.estimated: float | None = None
        """What part of it is for answers that were lost."""

    @property
    def calls(self) -> int:
        return len(self.outcome.replies)
