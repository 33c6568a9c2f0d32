"""The generate stage: targets -> candidates in the store, each committed the moment its
answer arrives.

One code path for one image and for a million: look (pixels, picture, context), see
whether this work was paid for before, set money aside, ask, store. Only targets that
nobody's words stand in are asked about.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from typing import TypeAlias

from altsync import workers
from altsync.errors import (
    Interrupted,
    ModelStopped,
    PictureError,
    SourceError,
    StoreError,
)
from altsync.generate import books, checking, context, cost, estimate, pace
from altsync.generate.alone import Alone
from altsync.generate.asking import Model
from altsync.generate.books import Books
from altsync.generate.context import Piece
from altsync.generate.ending import Ending, ModelRows
from altsync.generate.estimate import Estimate
from altsync.generate.generated import Generated
from altsync.generate.job import Job
from altsync.generate.purse import Empty, Purse
from altsync.generate.settings import Settings, Ways
from altsync.generate.task import Outcome
from altsync.generate.trouble import Remedy
from altsync.lint import Evidence
from altsync.models import Mirrored, Origin
from altsync.pictures.prepare import Picture, prepare
from altsync.stage import Context
from altsync.store.files import SeenFile
from altsync.workers import Done

__all__ = ["Generate", "Generated", "Settings", "Ways"]

Described: TypeAlias = tuple[Mirrored, tuple[Piece, ...], Evidence]
"""A target with what its models are told and what the lint knows of it, without its
file."""

ABOUT_ALL = (StoreError, sqlite3.OperationalError)
"""Errors of storing that no other image would escape: a disk that is full, a database
that somebody holds."""

LOOKING = 4 * (os.cpu_count() or 1)
"""Original files in memory at a time: they have megabytes each, and only a few can be
decoded at once."""


@dataclass(frozen=True, slots=True)
class Generate:
    """Ask every model about every target; store each answer as it arrives."""

    context: Context
    """`threads`: calls at a time."""
    settings: Settings
    targets: Iterable[Mirrored]
    """A person's words are never asked about, whatever stands here, unless
    `settings.suggest`. See `choosing.Targets`."""
    ways: Ways = field(default_factory=Ways)

    def run(self) -> Generated:
        """Once. An image that fails is recorded in `failures` and the rest goes on.

        Raises ModelStopped before anything is asked where a model cannot be used at
        all, and after what is in flight where it stops answering; SourceError likewise
        for the site; UsageError for a budget and a price that nobody knows. Raises
        Interrupted once `context.stop` is set. Raises StoreError while another process
        generates into the same database: both would pay for the same images.
        """
        store, report, settings = self.context.store, self.context.report, self.settings
        number = len(self.targets) if isinstance(self.targets, Sized) else None
        with store.alone("generate"):
            with store.read() as conn:
                expected = estimate.estimate(conn, settings, number)
            estimate.check_budget(expected, settings.budget)
            ending = Ending(self.context.stop)
            total = estimate.total(expected)
            with books.opened(self.context, settings, total, ending) as kept:
                desk = _Desk(self, expected, kept, ending)
                report.start("Generating", number)
                stream = desk.work_through(self._described())
                with contextlib.closing(stream):  # an error waits for what is in flight
                    for done in stream:
                        if done.error is not None:
                            raise done.error
                        report.step(note=desk.spent)
                desk.close()
        return kept.done

    def _described(self) -> Iterator[Described]:
        for target in self.targets:
            pieces = tuple(self.ways.describe(target))
            yield target, pieces, self.ways.known(target)


class _Desk:
    """Where the images of a run are dealt with, each from a thread of its own."""

    def __init__(
        self,
        stage: Generate,
        expected: Sequence[Estimate],
        kept: Books,
        ending: Ending,
    ) -> None:
        threads = stage.context.threads
        settings = stage.settings
        calls = {line.model: line.call or 0.0 for line in expected}
        self._source = stage.context.source
        self._threads = threads
        self._settings = settings
        self._ways = stage.ways
        self._books = kept
        self._models = settings.opened()
        self._prices = {line.model: line.price for line in expected}
        self._expected = {line.model: line.tokens for line in expected}
        self._purse = Purse(settings.budget, calls)
        self._ending = ending
        self._looking = threading.BoundedSemaphore(LOOKING)
        self._asking = threading.BoundedSemaphore(threads)
        self._alone = Alone()
        self._prompt = functools.cache(settings.prompt_for)
        for model in self._models:
            turn = pace.of(model.name)
            turn.stopped, turn.held = ending.is_set, self._holding

    @property
    def spent(self) -> str:
        """What it has cost so far, for the bar; '' while that is nothing."""
        return f"${self._purse.spent:.2f}" if self._purse.spent else ""

    def work_through(
        self, described: Iterable[Described]
    ) -> Generator[Done[Described, None]]:
        """Every image, in no order. Some threads more than calls: while one looks at a
        picture, another asks."""
        more = max(2, self._threads // 4)
        return workers.each(
            self._image,
            described,
            self._threads + more,
            self._ending,
            meanwhile=self._books.retry,
        )

    def close(self) -> None:
        """After the last image: say why it was the last, if not because all are done."""
        done = self._books.done
        done.spent = self._purse.spent
        try:
            self._ending.check()
        except Empty as enough:
            done.stopped = str(enough)

    def _image(self, described: Described) -> None:
        """Everything that is done for one image. Raises only what concerns them all: a
        database that cannot be written. A fault that nobody foresaw is a failure of
        this image alone."""
        target = described[0]
        theirs = target.origin is Origin.HUMAN and not self._settings.suggest
        if theirs or self._ending.is_set():
            return
        turn = self._ending.faults.begin()
        try:
            self._describe(described)
        except ABOUT_ALL:
            raise
        except Exception as error:
            problem = books.fault(error)
            self._books.lost(target, problem)
            self._ending.failed(self._ending.faults, turn, problem)

    def _describe(self, described: Described) -> None:
        """Look at it, and let each model say what it sees."""
        target, told, known = described
        seen = self._look(target)
        if seen is None:
            return
        picture, in_file = seen
        pieces = context.fit((*told, *in_file), self._settings.context_budget)
        evidence = checking.beside(known, pieces, self._settings.wishes)
        for model in self._models:
            if not self._ending.is_set():
                self._one(target, picture, pieces, evidence, model)

    def _look(self, target: Mirrored) -> tuple[Picture, Sequence[Piece]] | None:
        """The picture, and what its file says; None where it cannot be had."""
        settings = self._settings
        turn = self._ending.site.begin()
        try:
            with self._looking:
                file = self._source.file(target.image)
                picture = prepare(file.data, settings.side, settings.cache)
                in_file = self._ways.inspect(file.data)
        except Interrupted:
            # It waited for the site; nothing was asked, and others are still being
            # answered.
            return None
        except (PictureError, SourceError) as error:
            self._lost(target, turn, error)
            return None
        self._books.looked(target.image.id, SeenFile(picture.sha256, file.facts))
        return picture, in_file

    def _lost(
        self, target: Mirrored, turn: int, error: PictureError | SourceError
    ) -> None:
        """The picture cannot be had, or cannot be sent."""
        if error.stops_run:
            self._ending.because(error)
            return
        self._books.lost(target, str(error))
        if isinstance(error, SourceError):
            self._ending.failed(self._ending.site, turn, str(error))

    def _one(
        self,
        target: Mirrored,
        picture: Picture,
        pieces: tuple[Piece, ...],
        evidence: Evidence,
        model: Model,
    ) -> None:
        """One image for one model: not asked where the answer is there."""
        asked = self._prompt(target.image.language, model)
        side = self._settings.side
        job = Job(target, picture, asked, pieces, model, side, evidence)
        with self._alone.at(job.key):
            # first: what waits to be stored may be this very answer
            if not self._may_ask():
                return
            if self._settings.again or not self._books.known(job):
                self._ask(job)

    def _may_ask(self) -> bool:
        """Wait while an answer waits to be stored; False once the run ends."""
        while self._holding() and not self._ending.is_set():
            time.sleep(pace.SLICE)
        return not self._ending.is_set()

    def _holding(self) -> bool:
        return self._books.hold

    def _ask(self, job: Job) -> None:
        """Set money aside, ask, store, pay."""
        model = job.model.name
        with self._asking:
            if not self._may_ask():
                return
            try:
                share = self._purse.reserve(self._ending.is_set, model)
            except Empty as enough:
                if not self._ending.is_set():  # else it only waited no longer
                    self._ending.because(enough)
                return
            asked = _Asked(self._ending.model(model))
            try:
                self._answer(job, asked)
            finally:
                self._purse.settle(share, asked.paid, asked.calls, model)

    def _answer(self, job: Job, asked: _Asked) -> None:
        """Ask and store. What arrived is on record, whatever breaks on the way."""
        log = self._ways.log
        expected = self._expected[job.model.name]
        task = job.task(self._settings, expected, keep=log is not None)
        try:
            asked.outcome = self._ways.answer(task)
            if log is not None:
                log.put(asked.outcome.replies, job.picture.path)
            price = self._prices[task.model]
            asked.paid = cost.paid(asked.outcome.replies, price)
            asked.estimated = cost.estimated(asked.outcome.replies, price)
            self._books.count(lost=books.lost(asked.outcome))
            self._settle(job, asked)
        except ABOUT_ALL:
            raise
        except Exception as error:
            problem = books.fault(error)
            self._fail(job, problem, asked, final=asked.outcome.paid)
            self._ending.failed(asked.rows.faults, asked.fault, problem)

    def _settle(self, job: Job, asked: _Asked) -> None:
        """Store what became of a task, and see whether the run goes on."""
        outcome, paid = asked.outcome, asked.paid
        if paid is None:
            self._books.count(unpriced=1)
        if outcome.answer is not None:
            self._books.add(job, outcome.answer, outcome, paid, asked.estimated)
        elif outcome.stopped:
            if outcome.replies:
                cut_short = "Stopped before the model was asked once more."
                self._fail(job, cut_short, asked)
        elif outcome.remedy is Remedy.STOP:
            if outcome.replies:
                # an unusable first answer: what it cost is on record
                self._fail(job, outcome.problem, asked)
            self._ending.because(ModelStopped(outcome.problem))
        else:
            self._refused(job, asked)

    def _refused(self, job: Job, asked: _Asked) -> None:
        """The model gave no text for this image. Only what it answered is never asked
        again; what did not get through may be."""
        outcome = asked.outcome
        unreached = outcome.remedy is Remedy.AGAIN
        final = outcome.paid and not unreached
        self._fail(job, outcome.problem, asked, final=final)
        if unreached:
            self._ending.failed(asked.rows.calls, asked.call, outcome.problem)
        elif outcome.replies:
            self._ending.failed(asked.rows.texts, asked.text, outcome.problem)

    def _fail(
        self, job: Job, problem: str, asked: _Asked, *, final: bool = False
    ) -> None:
        """On record, with what it cost."""
        paid, estimated = asked.paid, asked.estimated
        self._books.fail(job, problem, asked.outcome, paid, estimated, final=final)


class _Asked:
    """One question to a model, on its way."""

    def __init__(self, rows: ModelRows) -> None:
        self.rows = rows
        self.call = rows.calls.begin()
        self.text = rows.texts.begin()
        self.fault = rows.faults.begin()
        self.outcome = Outcome(None)
        """Until there is one: nothing is known."""
        self.paid: float | None = None
        """None also where nobody knows whether it was answered."""
        self.estimated: float | None = None
        """What part of it is for answers that were lost."""

    @property
    def calls(self) -> int:
        return len(self.outcome.replies)
