"""What a run writes down: its row in the ledger, candidates with their provenance, and
failures. Each is committed the moment it is known."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from altsync.errors import StoreError
from altsync.generate import checking, cost
from altsync.generate import context as contexts
from altsync.generate.answer import Answer
from altsync.generate.asking import RECORDED
from altsync.generate.ending import Ending
from altsync.generate.generated import Generated
from altsync.generate.job import Job, as_json
from altsync.generate.keeping import Keeper
from altsync.generate.settings import Settings
from altsync.generate.task import Outcome
from altsync.generate.told import with_reason
from altsync.models import (
    Decision,
    Mirrored,
    NewCandidate,
    Origin,
    Quality,
    ReadLine,
    SiteImage,
    is_blank,
)
from altsync.stage import Context, in_the_ledger
from altsync.store import files, handovers, ledger, mirror, picture_notes, vain
from altsync.store.files import SeenFile
from altsync.store.ledger import Answered, NewFailure
from altsync.store.paid import PaidAnswer
from altsync.store.spill import Spill
from altsync.store.store import Store

ABOUT_ALL = (StoreError, sqlite3.OperationalError)
"""Errors of storing that no other image would escape: a disk that is full, a database
that somebody holds."""
LONGEST = 1_000_000
"""Characters that are kept of an answer that was no text."""


class Books:
    """The store, as one run uses it. Threads may share it."""

    def __init__(
        self, store: Store, settings: Settings, run: int, keeper: Keeper
    ) -> None:
        self.done = Generated(run)
        self._store = store
        self._settings = settings
        self._keeper = keeper
        self._lock = threading.Lock()

    @property
    def hold(self) -> bool:
        """An answer waits to be stored: no new call may be started."""
        return self._keeper.holds

    def retry(self, on_the_way: int) -> None:
        """Store what waits, if it can be stored again. For the run's own thread.
        `on_the_way`: calls that may still bring what is paid for."""
        self._keeper.retry(on_the_way)

    def waits(self, job: Job) -> bool:
        """Whether somebody else has this question, or another one about this image to
        this model: it is not asked from here."""
        image, model = job.target.image.id, job.model.name
        with self._store.read() as conn:
            return handovers.waits(conn, image, model, job.key)

    def known(self, job: Job) -> bool | None:
        """Whether this work was answered with a text before, which is then taken for
        this image too, at no cost; None where it is to be asked."""
        image = job.target.image
        with self._store.read() as conn:
            found = ledger.answered(conn, job.key, image.id)
            if found is None:
                found = ledger.proposed(conn, job.former_key, image.id)
        if found is None:
            return None
        if found.candidate is None:
            if self._settings.retry and found.run != self.done.run:
                return None
            self._in_vain_too(job, found)
            return False
        if self._is_there(job, found):
            self.count(known=1)
        else:
            self._reuse(job, found)
        return True

    def _is_there(self, job: Job, found: Answered) -> bool:
        """Nothing would come of it: this answer was proposed for just this, or it stands
        on the site, maybe as the site mangled it."""
        image, reference = job.target.image, self._settings.reference
        if not reference and self._stands(image, found):
            return True
        here = (image.id, image.alt, image.place)
        chosen = found.reference and not reference
        allowed = job.replaces is not None and found.replaces is None
        return (found.image, found.base, found.place) == here and not (
            chosen or allowed
        )

    def _stands(self, image: SiteImage, found: Answered) -> bool:
        """With its long description, where the site has a place for one. What the
        reference said is compared with what is proposed, and is not asked this."""
        lacks = image.long_description is not None and is_blank(image.long_description)
        if found.long_description and lacks:
            return False
        with self._store.read() as conn:
            return mirror.stands(conn, image.id, found.alt, image.alt)

    def add(
        self,
        job: Job,
        answer: Answer,
        outcome: Outcome,
        paid: float | None,
        estimated: float | None = None,
    ) -> None:
        """An answer arrived: it becomes a candidate. `paid`: for all calls it took;
        `estimated`: what part of it is for answers that were lost."""
        last = outcome.replies[-1]
        input_tokens, output_tokens = cost.tokens(outcome.replies)
        candidate = self._candidate(
            job,
            answer,
            options=as_json(job.model.options),
            resolved_model=last.resolved_model,
            response_id=last.response_id,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=paid,
            lost_calls=lost(outcome),
            estimated_usd=estimated,
            duration_ms=sum(reply.duration_ms or 0 for reply in outcome.replies),
            recorded=job.model.recorded and last.resolved_model == RECORDED,
        )
        self._keep(job, candidate)
        self.count(made=1)

    def fail(
        self,
        job: Job,
        problem: str,
        outcome: Outcome,
        paid: float | None,
        estimated: float | None = None,
        *,
        final: bool = False,
    ) -> None:
        """A model gave no text. `final`: the same work is not asked again."""
        input_tokens, output_tokens = cost.tokens(outcome.replies)
        reason = outcome.reason if problem == outcome.problem else ""
        failure = NewFailure(
            job.target.image.id,
            problem,
            model=job.model.name,
            run_id=self.done.run,
            work_key=job.key if final else None,
            prompt_id=job.asked.id,
            question=(job.question or None) if final else None,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=paid,
            lost_calls=lost(outcome),
            estimated_usd=estimated,
            answer=sent(outcome),
            reason=reason or None,
        )
        self._keep(job, failure)
        self.done.problem = with_reason(problem, reason)

    def lost(self, target: Mirrored, problem: str) -> None:
        """The picture cannot be had, or cannot be sent: no model was asked."""
        failure = NewFailure(target.image.id, problem, run_id=self.done.run)
        self._keeper.note(lambda tx: ledger.fail(tx, failure))
        self.count(failed=1)
        self.done.problem = problem

    def looked(self, image: str, file: SeenFile) -> None:
        """What the file of an image is, so that `push` can see whether it still is."""
        with self._store.read() as conn:
            same = files.last(conn, image) == file
        if not same:
            self._keeper.note(lambda tx: files.remember(tx, image, file))

    def has_quality(self, name: str) -> bool:
        """The picture of that name was measured before."""
        with self._store.read() as conn:
            return picture_notes.quality(conn, name) is not None

    def measured(self, image: str, name: str, quality: Quality | None) -> None:
        """How much the picture of an image lets anybody see."""
        if quality is not None:
            self._keeper.note(
                lambda tx: picture_notes.keep_quality(tx, image, name, quality)
            )

    def words(self, name: str, engine: str) -> tuple[ReadLine, ...] | None:
        """What this engine read in the picture of that name; None where it has not."""
        with self._store.read() as conn:
            return picture_notes.words(conn, name, engine)

    def read(
        self, image: str, name: str, engine: str, lines: tuple[ReadLine, ...]
    ) -> None:
        """What an engine read in the picture of an image."""
        self._keeper.note(
            lambda tx: picture_notes.keep_words(tx, image, name, engine, lines)
        )

    def count(self, **more: int) -> None:
        """So many more of these numbers of `done`."""
        with self._lock:
            for name, count in more.items():
                setattr(self.done, name, getattr(self.done, name) + count)

    def _reuse(self, job: Job, found: Answered) -> None:
        answer = Answer(
            found.alt,
            Decision(found.decision),
            json.loads(found.flags),
            found.long_description or "",
        )
        candidate = self._candidate(
            job,
            answer,
            resolved_model=found.resolved_model,
            response_id=found.response_id,
            options=found.options,
            input_tokens=0,
            output_tokens=0,
            cost_usd=0.0,
            recorded=job.model.recorded,
            reused_from=found.candidate,
        )
        self._keeper.note(_answer(job, candidate).store)
        self.count(reused=1)

    def _in_vain_too(self, job: Job, found: Answered) -> None:
        """An image of a question that got no text elsewhere, or before questions were
        kept, has it on record for itself: the next run passes over it."""
        image = job.target.image.id
        with self._store.read() as conn:
            if vain.knows(conn, image, job.question):
                return
        failure = NewFailure(
            image,
            found.problem,
            model=job.model.name,
            run_id=found.run,
            work_key=job.key,
            prompt_id=job.asked.id,
            question=job.question or None,
            cost_usd=0.0,
        )
        self._keeper.note(_answer(job, failure).store)

    def _keep(self, job: Job, row: NewCandidate | NewFailure) -> None:
        self._keeper.keep(_answer(job, row))

    def _candidate(
        self, job: Job, answer: Answer, *, options: str, **provenance: Any
    ) -> NewCandidate:
        findings = checking.findings(answer, job.evidence, self._settings.rules)
        return NewCandidate(
            image_id=job.target.image.id,
            base=job.target.image.alt,
            place=job.target.image.place,
            alt=answer.alt,
            origin=Origin.AI,
            decision=answer.decision,
            model=job.model.name,
            prompt_id=job.asked.id,
            context=contexts.as_json(job.pieces),
            image_sha256=job.picture.sha256,
            options=options,
            flags=as_json(answer.flags),
            findings=findings,
            long_description=answer.long_description or None,
            work_key=job.key,
            run_id=self.done.run,
            replaces=job.replaces,
            reference=self._settings.reference,
            **provenance,
        )


def lost(outcome: Outcome) -> int:
    """How many answers were lost on their way."""
    return sum(reply.lost for reply in outcome.replies)


def sent(outcome: Outcome) -> str | None:
    """What the model sent last, as it is kept with a failure: half a surrogate pair
    written out, and of more than LONGEST characters the first. None for nothing."""
    for reply in reversed(outcome.replies):
        if reply.text:
            text = reply.text[:LONGEST]
            return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return None


def fault(error: Exception) -> str:
    """A fault that nobody foresaw, as a sentence for `failures`: its kind and its place
    in the code, never its words, which may hold anything."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "altsync" in frame.filename:
            place = f", {Path(frame.filename).name} line {frame.lineno}"
    return f"altsync failed on this image ({type(error).__name__}{place})."


def _answer(job: Job, row: NewCandidate | NewFailure) -> PaidAnswer:
    return PaidAnswer(row, job.asked.system, job.asked.text)


@contextlib.contextmanager
def opened(
    context: Context, settings: Settings, estimate: float | None, ending: Ending
) -> Iterator[Books]:
    """The books of a new run. Its row in the ledger ends with the block, and says why
    where that was by an error. `estimate`: dollars.

    What an earlier run could not store is taken in first: none of it is asked for
    again. Raises Locked and Unwritable where that, or the run's own row, cannot be
    written: nothing was asked. At the end it waits until all is stored, or `ending`
    is set, and then raises its reason.
    """
    store = context.store
    names = [model.name for model in settings.opened()]
    options = as_json(settings.options)
    store.durable()
    for sentence in Spill(store.path).take_in(store).told:
        context.report.say(sentence)
    ledger.learn_prices(store, cost.own_prices(settings.prices))
    with store.write() as tx:
        run = ledger.begin(tx, json.dumps(names), options, settings.budget, estimate)
    keeper = Keeper(store, ending, context.report.say)
    books = Books(store, settings, run, keeper)
    why: str | None = None
    try:
        yield books
        why = books.done.stopped or None
    except BaseException as error:
        why = in_the_ledger(error)
        raise
    finally:
        keeper.note(lambda tx: ledger.end(tx, run, why))
        keeper.finish()
    if keeper.holds:  # ended while it waited
        ending.check()
