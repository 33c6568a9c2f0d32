"""What a run writes down: its row in the ledger, candidates with their provenance, and
failures. Each is committed the moment it is known."""

from __future__ import annotations

import contextlib
import json
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from altsync.generate import checking, context, cost
from altsync.generate.answer import Answer
from altsync.generate.asking import RECORDED
from altsync.generate.generated import Generated
from altsync.generate.job import Job, as_json
from altsync.generate.settings import Settings
from altsync.generate.task import Outcome
from altsync.models import Decision, Mirrored, NewCandidate, Origin
from altsync.stage import in_the_ledger
from altsync.store import candidates, ledger
from altsync.store.ledger import Answered
from altsync.store.store import Store


class Books:
    """The store, as one run uses it. Threads may share it."""

    def __init__(self, store: Store, settings: Settings, run: int) -> None:
        self.done = Generated(run)
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()

    def known(self, job: Job) -> bool:
        """True where this work was answered before; its answer is then taken for this
        image too, at no cost."""
        image = job.target.image
        with self._store.read() as conn:
            found = ledger.answered(conn, job.key, image.id)
        if found is None:
            return False
        if found.candidate is None:
            self.count(refused=1)
        elif found.image == image.id and found.base == image.alt:
            self.count(known=1)
        else:
            self._reuse(job, found)
        return True

    def add(
        self, job: Job, answer: Answer, outcome: Outcome, paid: float | None
    ) -> None:
        """An answer arrived: it becomes a candidate. `paid`: for all calls it took."""
        last = outcome.replies[-1]
        input_tokens, output_tokens = cost.tokens(outcome.replies)
        self._add(
            job,
            answer,
            resolved_model=last.resolved_model,
            response_id=last.response_id,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=paid,
            duration_ms=sum(reply.duration_ms or 0 for reply in outcome.replies),
            recorded=job.model.recorded and last.resolved_model == RECORDED,
        )
        self.count(made=1)

    def fail(
        self,
        job: Job,
        problem: str,
        outcome: Outcome,
        paid: float | None,
        *,
        final: bool = False,
    ) -> None:
        """A model gave no text. `final`: the same work is not asked again."""
        with self._store.write() as tx:
            candidates.add_prompt(tx, job.asked.system, job.asked.text)
            ledger.fail(
                tx,
                job.target.image.id,
                problem,
                model=job.model.name,
                run=self.done.run,
                key=job.key if final else None,
                prompt=job.asked.id,
                tokens=cost.tokens(outcome.replies),
                cost=paid,
            )
        self._failed(problem)

    def lost(self, target: Mirrored, problem: str) -> None:
        """The picture cannot be had, or cannot be sent: no model was asked."""
        with self._store.write() as tx:
            ledger.fail(tx, target.image.id, problem, model=None, run=self.done.run)
        self._failed(problem)

    def count(self, **more: int) -> None:
        """So many more of these numbers of `done`."""
        with self._lock:
            for name, count in more.items():
                setattr(self.done, name, getattr(self.done, name) + count)

    def _reuse(self, job: Job, found: Answered) -> None:
        answer = Answer(found.alt, Decision(found.decision), json.loads(found.flags))
        self._add(
            job,
            answer,
            resolved_model=found.resolved_model,
            response_id=found.response_id,
            input_tokens=0,
            output_tokens=0,
            cost_usd=0.0,
            recorded=job.model.recorded,
            reused_from=found.candidate,
        )
        self.count(reused=1)

    def _add(self, job: Job, answer: Answer, **provenance: Any) -> None:
        findings = checking.findings(answer, job.evidence, self._settings.rules)
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
            findings=findings,
            work_key=job.key,
            run_id=self.done.run,
            **provenance,
        )
        with self._store.write() as tx:
            candidates.add_prompt(tx, job.asked.system, job.asked.text)
            candidates.add(tx, candidate)

    def _failed(self, problem: str) -> None:
        self.count(failed=1)
        self.done.problem = problem


def fault(error: Exception) -> str:
    """A fault that nobody foresaw, as a sentence for `failures`: its kind and its place
    in the code, never its words, which may hold anything."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "altsync" in frame.filename:
            place = f", {Path(frame.filename).name} line {frame.lineno}"
    return f"altsync failed on this image ({type(error).__name__}{place})."


@contextlib.contextmanager
def opened(store: Store, settings: Settings, estimate: float | None) -> Iterator[Books]:
    """The books of a new run. Its row in the ledger ends with the block, and says why
    where that was by an error. `estimate`: dollars."""
    names = [model.name for model in settings.opened()]
    options = as_json(settings.options)
    store.durable()
    with store.write() as tx:
        run = ledger.begin(tx, json.dumps(names), options, settings.budget, estimate)
    books = Books(store, settings, run)
    try:
        yield books
    except BaseException as error:
        _end(store, run, in_the_ledger(error))
        raise
    _end(store, run, books.done.stopped or None)


def _end(store: Store, run: int, why: str | None) -> None:
    with store.write() as tx:
        ledger.end(tx, run, why)
