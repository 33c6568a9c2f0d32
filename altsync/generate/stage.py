"""The generate stage: targets -> candidates in the store, each committed the moment its
answer arrives.

One code path for one image and for a million: look (pixels, picture, context), see
whether this work was paid for before, set money aside, ask, store. Only targets that
nobody's words stand in are asked about.
"""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from altsync import workers
from altsync.errors import (
    AltsyncError,
    Interrupted,
    ModelStopped,
    PictureError,
    SourceError,
    UsageError,
)
from altsync.generate import checking, context, cost, prompt
from altsync.generate import estimate as estimating
from altsync.generate.answer import Answer
from altsync.generate.asking import RECORDED, Model, Reply, open_model
from altsync.generate.context import Piece
from altsync.generate.job import Alone, Ending, Job, Log, Settings, Ways, as_json
from altsync.generate.trouble import Remedy
from altsync.generate.work import Outcome, Task, gate, work
from altsync.models import Decision, Mirrored, NewCandidate, Origin, SiteImage
from altsync.pictures.prepare import Picture, prepare
from altsync.report import Report
from altsync.store import candidates, ledger
from altsync.store.store import Store

__all__ = ["Generated", "Settings", "generate"]

IN_A_ROW = 5
"""Images that may fail one after another because nothing answers, before the run stops
and says so."""

LOOKING = 4 * (os.cpu_count() or 1)
"""Original files in memory at a time: they have megabytes each, and only a few can be
decoded at once."""


@dataclass(slots=True)
class Generated:
    """What a run did."""

    run: int
    made: int = 0
    reused: int = 0
    """Candidates that took an answer which had been paid for already."""
    known: int = 0
    """Left alone: this very question was answered for this very image before."""
    refused: int = 0
    """Left alone: the model's answer to this very question could not be used before."""
    failed: int = 0
    spent: float = 0.0
    unpriced: int = 0
    """Answers whose cost nobody knows."""
    problem: str = ""
    """Of the image that failed last, in a sentence; '' where none did."""
    stopped: str = ""
    """Why the run ended early, in a sentence; '' where it did not."""


def generate(
    targets: Iterable[Mirrored],
    pixels: Callable[[SiteImage], bytes],
    store: Store,
    settings: Settings,
    report: Report,
    *,
    describe: Callable[[Mirrored], Sequence[Piece]] = lambda target: context.from_site(
        target.image
    ),
    inspect: Callable[[bytes], Sequence[Piece]] = lambda data: (),
    answer: Callable[[Task], Outcome] = work,
    log: Log | None = None,
    stop: threading.Event | None = None,
    estimate: float | None = None,
) -> Generated:
    """Ask every model about every target; store each answer as it arrives. See Generated.

    A person's words are never a target unless `settings.suggest`. An image that fails
    is recorded in `failures` and the rest goes on. Raises ModelStopped before anything
    is asked where a model cannot be used at all, and after what is in flight where it
    stops answering; SourceError likewise for the site. Raises Interrupted once `stop`
    is set. `describe` is called in the calling thread, `inspect` (with the file's
    bytes) in the workers'; `answer` may run a task elsewhere (Dask). `estimate` is for
    the ledger, dollars. Raises StoreError while another process generates into the same
    database: both would pay for the same images.
    """
    with store.alone("generate"):
        return _generate(
            targets,
            pixels,
            store,
            settings,
            report,
            describe,
            Ways(inspect, answer, log),
            stop,
            estimate,
        )


def _generate(
    targets: Iterable[Mirrored],
    pixels: Callable[[SiteImage], bytes],
    store: Store,
    settings: Settings,
    report: Report,
    describe: Callable[[Mirrored], Sequence[Piece]],
    ways: Ways,
    stop: threading.Event | None,
    estimate: float | None,
) -> Generated:
    models = [
        open_model(name, settings.options, settings.timeout) for name in settings.models
    ]
    run = _Run(models, pixels, store, settings, report, ways, stop, estimate)
    error: BaseException | None = None
    try:
        described = ((target, tuple(describe(target))) for target in targets)
        for done in workers.each(
            run.image,
            described,
            settings.workers + max(2, settings.workers // 4),
            run.ending,
        ):
            if done.error is not None:
                raise done.error
            report.step(note=f"${run.purse.spent:.2f}" if run.purse.spent else "")
        run.finish()
    except BaseException as caught:
        error = caught
        raise
    finally:
        run.close(error)
    return run.done


class _Run:
    """The state of one run. `image` is called from many threads."""

    def __init__(
        self,
        models: Sequence[Model],
        pixels: Callable[[SiteImage], bytes],
        store: Store,
        settings: Settings,
        report: Report,
        ways: Ways,
        stop: threading.Event | None,
        estimate: float | None,
    ) -> None:
        self.models = models
        self.settings = settings
        self._prices = {
            model.name: (
                cost.FREE
                if model.recorded
                else cost.price(model.name, settings.prices, model.options)
            )
            for model in models
        }
        for name, price in self._prices.items():
            if price is None and settings.budget is not None:
                raise UsageError(
                    f"Nobody here knows the price of {name}, so a budget cannot be"
                    " kept. Name it in altsync.toml:"
                    f' [generate.prices] "{name}" = {{ input = 0.4, output = 1.6 }}'
                    " (dollars per million tokens)."
                )
        self._pixels = pixels
        self._store = store
        self._report = report
        self._ways = ways
        self.ending = Ending(stop)
        self._halt: AltsyncError | None = None
        self._asking = threading.BoundedSemaphore(settings.workers)
        self._looking = threading.BoundedSemaphore(LOOKING)
        self._lock = threading.Lock()
        self._flying: dict[str, threading.Event] = {}
        self._row = 0
        self._prompt = functools.cache(self._build)
        for model in models:
            gate(model.name).stopped = self.ending.is_set
        store.durable()
        with store.write() as tx:
            self.purse = cost.Purse(
                settings.budget,
                {
                    line.model: line.call or 0.0
                    for line in estimating.estimate(tx, models, 1, settings.prices)
                },
            )
            number = ledger.begin(
                tx,
                json.dumps([model.name for model in models]),
                as_json(settings.options),
                settings.budget,
                estimate,
            )
        self.done = Generated(number)

    def finish(self) -> None:
        """After the last image: say why it was the last, if not because all are done."""
        if isinstance(self._halt, _BudgetSpent):
            self.done.stopped = str(self._halt)
        elif self._halt is not None:
            raise self._halt
        elif self.ending.is_set():
            raise Interrupted(
                "Stopped. What arrived is kept; run the same `altsync generate` again"
                " to go on."
            )

    def close(self, error: BaseException | None) -> None:
        """End the ledger row."""
        self.done.spent = self.purse.spent
        sentence = (
            str(error)
            if isinstance(error, AltsyncError)
            else error and type(error).__name__
        )
        with self._store.write() as tx:
            ledger.end(tx, self.done.run, sentence or self.done.stopped or None)

    def image(self, work_item: tuple[Mirrored, tuple[Piece, ...]]) -> None:
        """Everything that is done for one image. Raises only what is a fault of altsync's own."""
        target, pieces = work_item
        if self.ending.is_set() or (
            target.origin is Origin.HUMAN and not self.settings.suggest
        ):
            return
        try:
            with self._looking:
                data = self._pixels(target.image)
                picture = prepare(data, self.settings.side, self.settings.cache)
                pieces = (*pieces, *self._ways.inspect(data))
                del data
        except Interrupted:
            return  # it waited for the site; nothing was asked, and others are still being answered
        except (PictureError, SourceError) as error:
            self._lost(target, error)
            return
        fitted = context.fit(pieces, self.settings.context_budget)
        for model in self.models:
            if not self.ending.is_set():
                self._one(target, picture, fitted, model)

    def _lost(self, target: Mirrored, error: PictureError | SourceError) -> None:
        """The picture cannot be had, or cannot be sent."""
        if error.stops_run:
            self._stop(error)
            return
        self._fail(target, str(error))
        self._unreachable(isinstance(error, SourceError), error)

    def _one(
        self,
        target: Mirrored,
        picture: Picture,
        pieces: tuple[Piece, ...],
        model: Model,
    ) -> None:
        asked = self._prompt(
            target.image.language or self.settings.wishes.language, model.schema
        )
        job = Job(target, picture, asked, pieces, model, self.settings.side)
        with Alone(job.key, self._flying, self._lock):
            if self.settings.again or not self._known(job):
                self._ask(job)

    def _ask(self, job: Job) -> None:
        with self._asking:
            try:
                reserved = self.purse.reserve(self.ending.is_set, job.model.name)
            except cost.Empty:
                self._stop(
                    _BudgetSpent(
                        f"The budget of ${self.settings.budget:.2f} does not cover"
                        " another image."
                    )
                )
                return
            spent: float | None = 0.0
            calls = 0
            try:
                outcome = self._ways.answer(
                    job.task(self.settings, keep=self._ways.log is not None)
                )
                calls = len(outcome.replies)
                if self._ways.log:
                    self._ways.log.put(outcome.replies, job.picture.path)
                spent = self._cost(job.model, outcome.replies)
                self._settle(job, outcome, spent)
            finally:
                self.purse.settle(reserved, spent, calls, job.model.name)

    def _settle(self, job: Job, outcome: Outcome, spent: float | None) -> None:
        """Store what became of a task."""
        tokens = cost.tokens(outcome.replies)
        if spent is None:
            self._count(unpriced=1)
        if outcome.answer is not None:
            last = outcome.replies[-1]
            self._add(
                job,
                outcome.answer,
                resolved_model=last.resolved_model,
                response_id=last.response_id,
                input_tokens=tokens[0],
                output_tokens=tokens[1],
                cost_usd=spent,
                duration_ms=sum(reply.duration_ms or 0 for reply in outcome.replies),
                recorded=job.model.recorded and last.resolved_model == RECORDED,
            )
            self._count(made=1)
            self._unreachable(False, None)
            return
        error = ModelStopped(outcome.problem)
        if outcome.remedy is Remedy.STOP:
            self._stop(error)
        elif outcome.remedy is not None:
            # Only what the model answered is never asked again; what did not get
            # through may be.
            self._fail(
                job.target,
                outcome.problem,
                job,
                tokens,
                spent,
                final=outcome.paid and outcome.remedy is Remedy.IMAGE,
            )
            self._unreachable(outcome.remedy is Remedy.AGAIN, error)
        elif outcome.replies:
            self._fail(
                job.target,
                "Stopped before the model was asked once more.",
                job,
                tokens,
                spent,
            )

    def _known(self, job: Job) -> bool:
        """True where this work was answered before; its answer is then taken for this
        image too, at no cost."""
        image = job.target.image
        with self._store.write() as tx:
            found = ledger.answered(tx, job.key, image.id)
        if found is None:
            return False
        if found.candidate is None:
            self._count(refused=1)
        elif found.image == image.id and found.base == image.alt:
            self._count(known=1)
        else:
            self._add(
                job,
                Answer(found.alt, Decision(found.decision), json.loads(found.flags)),
                resolved_model=found.resolved_model,
                response_id=found.response_id,
                input_tokens=0,
                output_tokens=0,
                cost_usd=0.0,
                recorded=job.model.recorded,
                reused_from=found.candidate,
            )
            self._count(reused=1)
        return True

    def _add(self, job: Job, answer: Answer, **provenance: Any) -> None:
        candidate = NewCandidate(
            image_id=job.target.image.id,
            base=job.target.image.alt,
            alt=answer.alt,
            origin=Origin.AI,
            decision=answer.decision,
            model=job.model.name,
            prompt_id=job.asked.id,
            context=context.as_json(job.pieces),
            image_sha256=job.picture.sha256,
            options=as_json(job.model.options),
            flags=as_json(answer.flags),
            findings=checking.findings(
                answer,
                job.pieces,
                job.language,
                self.settings.rules,
                self.settings.wishes.glossary,
            ),
            work_key=job.key,
            run_id=self.done.run,
            **provenance,
        )
        with self._store.write() as tx:
            candidates.add_prompt(tx, job.asked.system, job.asked.text)
            candidates.add(tx, candidate)

    def _fail(
        self,
        target: Mirrored,
        problem: str,
        job: Job | None = None,
        tokens: tuple[int | None, int | None] = (None, None),
        spent: float | None = None,
        *,
        final: bool = False,
    ) -> None:
        """Record it. `final`: the same work is not asked again."""
        with self._store.write() as tx:
            if job:
                candidates.add_prompt(tx, job.asked.system, job.asked.text)
            ledger.fail(
                tx,
                target.image.id,
                problem,
                model=job.model.name if job else None,
                run=self.done.run,
                key=job.key if job and final else None,
                prompt=job.asked.id if job else None,
                tokens=tokens,
                cost=spent,
            )
        self._count(failed=1)
        self.done.problem = problem

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, count in more.items():
                setattr(self.done, name, getattr(self.done, name) + count)

    def _stop(self, error: AltsyncError) -> None:
        with self._lock:
            self._halt = self._halt or error
            self.ending.set()

    def _unreachable(self, failed: bool, error: AltsyncError | None) -> None:
        """Nothing answers for several images in a row: the rest would fare no better."""
        with self._lock:
            self._row = self._row + 1 if failed else 0
            if self._row < IN_A_ROW or self._halt is not None:
                return
            self._halt = ModelStopped(
                f"{IN_A_ROW} images in a row failed, the last one so: {error} Stopped;"
                " what arrived is kept. Run the same `altsync generate` again later to"
                " go on."
            )
            self.ending.set()

    def _cost(self, model: Model, replies: tuple[Reply, ...]) -> float | None:
        if model.recorded or not replies:
            return 0.0
        price = self._prices[model.name]
        return price.of(*cost.tokens(replies)) if price else None

    def _build(self, language: str, schema: bool) -> prompt.Prompt:
        return prompt.build(replace(self.settings.wishes, language=language), schema)


class _BudgetSpent(AltsyncError):
    """Not an error: the run ends as the owner asked."""
