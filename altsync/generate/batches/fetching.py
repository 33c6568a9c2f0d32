"""The answers of batches that have ended, into the database: each as it arrives, by the
code that judges a live one, in one step with its line.

Idempotent: whoever is killed goes on with the next line. What expired, failed or was
cancelled goes on as ordinary work.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from altsync.config import Config
from altsync.errors import Interrupted
from altsync.generate import books, cost, work
from altsync.generate.batches.base import (
    Batches,
    BatchTrouble,
    LineAnswer,
    LineFate,
    Remote,
    RemoteState,
)
from altsync.generate.batches.deleting import Deleting
from altsync.generate.batches.lines import remove_left
from altsync.generate.batches.looking import Opened, Providers
from altsync.generate.ending import Ending
from altsync.generate.handed import (
    ATTEMPTS,
    HandedQuestion,
    HandedQuestions,
    came_of,
    row_of,
)
from altsync.generate.job import as_json
from altsync.generate.keeping import BRIEFLY, Keeper
from altsync.generate.settings import Log
from altsync.generate.task import Task
from altsync.models import BatchSeen, HandedLine, Handover, HandoverState, LineCame
from altsync.models.underway import Paid, Work
from altsync.pictures.cache import Cache, is_across
from altsync.report import Quiet, Report
from altsync.store import handovers, ledger
from altsync.store.ledger import NewFailure
from altsync.store.paid import PaidAnswer, SettledLine
from altsync.store.spill import Spill
from altsync.store.store import Store

CAME = {LineFate.EXPIRED: LineCame.EXPIRED, LineFate.CANCELLED: LineCame.CANCELLED}
"""Lines that were not asked."""


@dataclass(slots=True)
class BatchesFetched:
    """What came of the batches, in lines."""

    made: int = 0
    """New candidates."""
    unusable: int = 0
    """Answers that are no text, and refusals: on record, and paid."""
    failed: int = 0
    """Errors in place of answers: they go on as ordinary work."""
    left: int = 0
    """Expired, cancelled or never sent: they go on as ordinary work."""
    spent: float = 0.0
    unpriced: int = 0
    """Answers whose cost nobody knows."""
    problem: str = ""
    """Of the line that failed last."""
    deleted: int = 0
    """Files and batches that were deleted at providers, since all of it is on record."""
    seen: list[BatchSeen] = field(default_factory=list)
    """Every batch that was not done before, as it is now."""

    @property
    def waiting(self) -> int:
        """Lines that are open still."""
        return sum(one.handover.open for one in self.seen)

    def count(self, row: PaidAnswer, came: LineCame) -> None:
        """One line was settled."""
        self.made += came is LineCame.MADE
        self.unusable += came in (LineCame.UNUSABLE, LineCame.REFUSED)
        self.failed += came is LineCame.FAILED
        if came is LineCame.FAILED and isinstance(row.row, NewFailure):
            self.problem = row.row.error
        self.spent += row.row.cost_usd or 0.0
        self.unpriced += row.row.cost_usd is None


@dataclass(frozen=True, slots=True)
class Fetch:
    """Take the answers of every batch that has ended."""

    config: Config
    store: Store
    report: Report = field(default_factory=Quiet)
    stop: threading.Event = field(default_factory=threading.Event)
    log: Log | None = None

    def run(self) -> BatchesFetched:
        """Once. Raises Interrupted once `stop` is set, StoreError where the database
        cannot be written or another generate is at work: what arrived is kept, and the
        same goes on."""
        done = BatchesFetched()
        with self.store.alone("generate"):
            self.store.durable()
            for sentence in Spill(self.store.path).take_in(self.store).told:
                self.report.say(sentence)
            prices = cost.own_prices(self.config.generate.prices)
            ledger.learn_prices(self.store, prices)
            self._all(done)
            done.deleted = self._delete()
        return done

    def _delete(self) -> int:
        """What providers need not have any more."""
        providers = Providers(self.config, self.store, self.stop)
        keep = self.config.generate.batch_keep

        def batches(handover: Handover) -> Batches:
            return providers.open_(handover).batches

        return Deleting(self.store, batches, self.report, keep=keep).run(self._check)

    def _all(self, done: BatchesFetched) -> None:
        providers = Providers(self.config, self.store, self.stop)
        remove_left(self.store.path)
        for handover in providers.not_done():
            self._check()
            seen, remote = providers.look(handover)
            if remote is not None and remote.state.over:
                problem = self._taken(seen.handover, remote, providers, done)
                now = providers.again(handover)
                seen = replace(seen, handover=now, problem=problem or seen.problem)
            elif seen.handover.state is HandoverState.DONE:
                done.left += seen.handover.lines
            done.seen.append(seen)

    def _taken(
        self,
        handover: Handover,
        remote: Remote,
        providers: Providers,
        done: BatchesFetched,
    ) -> str:
        """Every line of one batch; why not, where its provider does not give them."""
        try:
            self._take(handover, remote, providers, done)
        except BatchTrouble as trouble:
            with self.store.write() as tx:
                handovers.troubled(tx, handover.id, str(trouble))
            return str(trouble)
        return ""

    def _check(self) -> None:
        if self.stop.is_set():
            raise Interrupted(
                "Stopped. What arrived is kept; run the same command again to go on."
            )

    def _take(
        self,
        handover: Handover,
        remote: Remote,
        providers: Providers,
        done: BatchesFetched,
    ) -> None:
        """Every line of one batch."""
        opened = providers.open_(handover)
        ending = Ending(self.stop)
        keeper = Keeper(self.store, ending, self.report.say)
        self.report.start(Work.TAKE_ANSWERS, handover.open)
        try:
            with self.store.snapshot() as conn:
                taking = _TakingBatch(self, conn, handover, opened, keeper, done)
                for answer in _answers(opened.batches, remote, taking.keys):
                    taking.take(answer)
                    _wait(keeper, ending)
                    ending.check()
        finally:
            keeper.finish()
        ending.check()
        with self.store.write() as tx:
            done.left += handovers.give_up(tx, handover.id, _rest(handover, remote))
            handovers.troubled(tx, handover.id, remote.problem or None)
            handovers.fetched(tx, handover.id)
            if handover.run is not None:
                ledger.count(tx, handover.run)


def _answers(
    batches: Batches, remote: Remote, ours: Container[str]
) -> Iterator[LineAnswer]:
    if remote.state is RemoteState.FAILED:
        return iter(())
    return batches.answers(remote, ours)


def _rest(handover: Handover, remote: Remote) -> LineCame:
    """What lines are of which the provider says nothing."""
    if remote.state is RemoteState.FAILED:
        return LineCame.FAILED
    cancelled = handover.cancelled_at is not None
    return LineCame.CANCELLED if cancelled else LineCame.EXPIRED


def _wait(keeper: Keeper, ending: Ending) -> None:
    """While an answer waits to be stored nothing more is read."""
    while keeper.holds and not ending.is_set():
        time.sleep(BRIEFLY)
        keeper.retry()


class _Pictures:
    """The copies of pictures that models saw, where they are kept: for llm's log."""

    def __init__(self, config: Config) -> None:
        self._cache = Cache.beside(config.database)
        self._side = config.generate.side

    def paths(self, name: str) -> list[Path]:
        """One for each part; none where it is gone."""
        whole = self._cache.path(name, self._side)
        if whole.exists():
            return [whole]
        return self._cache.parts(name, self._side)

    def shown(self, task: Task, name: str) -> Task:
        """With the picture in it, and to be logged; as it is where that is gone."""
        paths = self.paths(name)
        try:
            first, *more = [path.read_bytes() for path in paths]
        except (OSError, ValueError):
            return task
        across = is_across(paths[0])
        return replace(task, jpeg=first, more=tuple(more), across=across, keep=True)


class _TakingBatch:
    """Takes line after line of one batch."""

    def __init__(
        self,
        fetch: Fetch,
        conn: sqlite3.Connection,
        handover: Handover,
        opened: Opened,
        keeper: Keeper,
        done: BatchesFetched,
    ) -> None:
        self._fetch = fetch
        self._handover = handover
        self._opened = opened
        self._keeper = keeper
        self._done = done
        self._questions = HandedQuestions(fetch.config, conn)
        self._pictures = _Pictures(fetch.config)
        self._options = as_json(opened.model.options)
        lines = handovers.lines(conn, handover.id)
        self.keys = frozenset(line.work_key for line in lines)

    def take(self, answer: LineAnswer) -> None:
        """One line of the results; of one that was taken before, nothing."""
        with self._fetch.store.read() as conn:
            line = handovers.line(conn, self._handover.id, answer.custom_id)
        if line is None or line.came is not None:
            return
        if answer.fate in CAME:
            self._leave(line, CAME[answer.fate])
            return
        try:
            self._settle(line, answer)
        except books.ABOUT_ALL:
            raise
        except Exception as error:
            self._broke(line, answer, books.fault(error))
        paid = Paid(self._done.spent, self._done.unpriced, None)
        self._fetch.report.step(failed=0, paid=paid)

    def _leave(self, line: HandedLine, came: LineCame) -> None:
        """It was not asked: it goes on as ordinary work."""
        named = (line.handover, line.work_key, came)
        self._keeper.note(lambda tx: handovers.settle(tx, *named))
        self._done.left += 1

    def _settle(self, line: HandedLine, answer: LineAnswer) -> None:
        question = self._question(line)
        task, last = question.task, question.last
        outcome = work.taken(task, answer.heard, line.reason, last=last)
        came = came_of(outcome)
        if answer.fate is LineFate.ANSWERED and not came.answered:
            self._broke(line, answer, outcome.said)
            return
        if answer.fate is LineFate.ERRORED and not outcome.replies:
            paid: float | None = 0.0
        else:
            paid = cost.paid(outcome.replies, self._opened.price)
        if self._fetch.log is not None:
            paths = self._pictures.paths(line.image_sha256)
            self._fetch.log.put(outcome.replies, *paths)
        row = row_of(question, outcome, self._options, paid)
        self._keep(row, came)

    def _question(self, line: HandedLine) -> HandedQuestion:
        """With the picture where llm's log is to show it."""
        question = self._questions.of(self._handover, line)
        if self._fetch.log is None:
            return question
        task = self._pictures.shown(question.task, line.image_sha256)
        return replace(question, task=task)

    def _broke(self, line: HandedLine, answer: LineAnswer, problem: str) -> None:
        """What came is no answer that altsync can read. It is on record, whatever it cost;
        one that the provider calls an answer is paid, and not asked for again and again.
        """
        answered = answer.fate is LineFate.ANSWERED
        final = answered and line.attempt >= ATTEMPTS
        came = LineCame.UNUSABLE if answered else LineCame.FAILED
        failure = NewFailure(
            line.image,
            problem,
            model=self._handover.model,
            run_id=self._handover.run,
            work_key=line.work_key if final else None,
            prompt_id=line.prompt,
            question=line.question if final else None,
            cost_usd=None if answered else 0.0,
            answer=answer.body.decode("utf-8", "replace")[: books.LONGEST] or None,
            handover_id=line.handover,
        )
        settled = SettledLine(line.handover, line.work_key, came)
        self._keep(PaidAnswer(failure, line=settled), came)

    def _keep(self, row: PaidAnswer, came: LineCame) -> None:
        self._keeper.keep(row)
        self._done.count(row, came)
