"""A run whose pictures are looked at and whose calls are made by the workers of a Dask
cluster. Everything else stays here, in one process: which image is next, the pace, the
tries, the money, and what is written down.

A picture stays on the worker that prepared it, as the result of a task: the call that
needs it runs there, and where that worker dies Dask has it prepared again. What is left
of it here is what pages show (the cache), as after every run. A call is made once
(`tickets`). What was on its way on a worker that died is lost: on record at an estimate,
and asked again as often as any answer that is lost (`work.LOST`).
"""

from __future__ import annotations

import concurrent.futures
import threading
import time
from asyncio import CancelledError
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from altsync.errors import (
    AltsyncError,
    ClusterGone,
    Interrupted,
    PictureError,
)
from altsync.generate import station
from altsync.generate.asking import Model
from altsync.generate.eyes import Sight
from altsync.generate.once import OneCall, lost
from altsync.generate.revived import revived
from altsync.generate.station import CallOfAWorker, NotAsked, Orders
from altsync.generate.task import Task
from altsync.generate.tickets import Ticket
from altsync.generate.trouble import Remedy, Trouble
from altsync.generate.watch import AGAIN, TICK, Watch
from altsync.generate.workforce import Workforce
from altsync.lint import Evidence
from altsync.models import ReadLine, SiteImage
from altsync.pictures.cache import Cache
from altsync.pictures.prepare import Picture, taken

FETCHING = 30.0
"""Seconds for what a task gave to come here: 0.1 MB, as a rule."""
LATE = 60.0
"""Seconds beyond the time of a call until its worker is given up."""
FIRST = 10
"""Priority of calls: pictures that are prepared are asked about before others are."""
GONE = (CancelledError, concurrent.futures.CancelledError)
"""What Dask says of every task once its scheduler has gone."""
DIED = "The worker that was asking died, and its answer with it."
DEATHS = 5
"""Times that workers may die while no call is answered, before the run stops: the next
would fare no better, and take answers along that are paid for."""
OTHER_BY_NOW = "The worker that had the picture died, and the site has another one now."
TOO_LATE = "No worker of the cluster came back with an answer in time."
DYING = (
    f"Workers of the cluster died {DEATHS} times in a row while they were asking, and"
    " nothing was answered in between: their logs say why (too little memory, perhaps)."
    f" {AGAIN}"
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A task, and who was given it."""

    task: Any
    """Dask's future of it."""
    workers: frozenset[str]
    """Any of these does it, and nobody else."""


@dataclass(slots=True)
class Holding:
    """A picture that a worker keeps, for as long as somebody here has this."""

    name: str
    given: Submitted
    image: SiteImage


class Cluster:
    """The cluster, as one run uses it: its eyes, and its calls. Threads may share it."""

    def __init__(
        self,
        client: Any,
        orders: Orders,
        cache: Cache | None,
        watch: Watch,
        workforce: Workforce,
    ) -> None:
        """`cache`: where pictures are kept here."""
        self._client = client
        self._told = orders
        self._orders = orders.packed()
        self._cache = cache
        self._watch = watch
        self._workforce = workforce
        self._deaths = Deaths()

    @property
    def most(self) -> int:
        """As many requests as the site gets from one machine; each is a picture."""
        return self._told.config.site.workers

    @property
    def engine(self) -> str | None:
        """Of the words in pictures, on every worker."""
        reader = self._told.reader
        return None if reader is None else reader.engine

    def see(
        self,
        image: SiteImage,
        is_measured: Callable[[str], bool],
        stopped: Callable[[], bool],
    ) -> Sight:
        """By a worker, which keeps the picture. Raises ClusterGone too."""
        given, came = self._seen(image, stopped)
        if isinstance(came, AltsyncError):
            raise came
        picture = taken(came.name, came.drawn, self._told.side, self._cache)
        kept = replace(picture, held=Holding(came.name, given, image))
        return Sight(kept, came.in_file, came.facts, picture.quality)

    def _seen(
        self, image: SiteImage, stopped: Callable[[], bool] | None
    ) -> tuple[Submitted, Any]:
        """What a worker gave. Raises PictureError, ClusterGone and Interrupted."""
        while True:
            given = self._submit(station.look, image, stopped=stopped)
            try:
                return given, self._result(given, stopped)
            except _Stranded:
                continue
            except _Unanswered as error:
                raise PictureError(str(error), kind="damaged") from None

    def lines(self, picture: Picture) -> Sequence[ReadLine]:
        """By a worker. Raises ClusterGone too."""
        held: Holding = picture.held
        try:
            came = self._read(held)
        except _Unanswered as error:
            raise PictureError(str(error)) from None
        if isinstance(came, AltsyncError):
            raise came
        lines: Sequence[ReadLine] = came
        return lines

    def _read(self, held: Holding) -> Any:
        while True:
            given = self._submit(station.read, held.given.task)
            try:
                return self._result(given, held=held)
            except _Stranded:
                held.given, came = self._seen(held.image, None)
                if getattr(came, "name", held.name) != held.name:
                    raise _Unanswered(OTHER_BY_NOW) from None

    def call(self, model: Model, task: Task, question: str) -> OneCall:
        """By the worker that has the picture; as `once.Call` wants it."""
        came = self._asked(task, question, task.held)
        while isinstance(came, NotAsked):
            came = self._asked(task, question, None)
        if isinstance(came, OneCall):
            return came
        assert isinstance(came, CallOfAWorker)
        self._deaths.answered()
        reply, response = came.came.reply, came.response
        if reply is None or response is None:
            return came.came
        whole = replace(reply, response=revived(model, task, question, response))
        return replace(came.came, reply=whole)

    def _asked(
        self, task: Task, question: str, held: Holding | None
    ) -> CallOfAWorker | NotAsked | OneCall:
        """`held` None: the picture goes along."""
        sent = replace(task, pieces=(), evidence=Evidence(), rules=None, held=None)
        if held is not None:
            sent = replace(sent, jpeg=b"", more=(), held=held.name)
        try:
            ticket = Ticket.new(self._client)
        except Exception:  # Dask raises what it likes where its scheduler has gone
            return OneCall(None, Trouble(Remedy.STOP, self._watch.why))
        began = time.monotonic()
        until = began + task.timeout + LATE
        looked = None if held is None else held.given.task
        try:
            asked = (looked, sent, question, ticket.name)
            given = self._submit(station.ask, *asked, priority=FIRST)
            came: CallOfAWorker | NotAsked
            came = self._result(given, until=until, held=held, ticket=ticket)
        except _Stranded as stranded:
            if stranded.unasked or ticket.take():
                return NotAsked.STRANDED
            return OneCall(lost(task), self._deaths.took(began))
        except ClusterGone as error:
            return self._unanswered(task, ticket, Trouble(Remedy.STOP, str(error)))
        except _Unanswered as error:
            return self._unanswered(task, ticket, Trouble(Remedy.AGAIN, str(error)))
        given.task.release()  # before the ticket: Dask does not run the task again
        ticket.done()
        if came is NotAsked.TAKEN:
            return OneCall(lost(task), self._deaths.took(began))
        return came

    def _unanswered(self, task: Task, ticket: Ticket, trouble: Trouble) -> OneCall:
        """What a call comes to of which nobody hears any more. A ticket that is taken
        here is never given back: a worker that comes late finds it taken."""
        if not self._watch.lost_scheduler and ticket.take():
            return OneCall(None, trouble)
        return OneCall(lost(task), replace(trouble, lost=True))

    def _submit(
        self,
        function: Callable[..., Any],
        *args: Any,
        priority: int = 0,
        stopped: Callable[[], bool] | None = None,
    ) -> Submitted:
        """A task of Dask's, for workers that can do it. Raises ClusterGone, and
        Interrupted once `stopped` says so."""
        workers = self._workers(stopped)
        try:
            task = self._client.submit(
                function,
                self._orders,
                *args,
                pure=False,
                retries=0,
                priority=priority,
                workers=sorted(workers),
            )
        except Exception:
            raise ClusterGone(self._watch.why) from None
        return Submitted(task, workers)

    def _workers(self, stopped: Callable[[], bool] | None) -> frozenset[str]:
        """Those that can do the work; where there are none, they are waited for."""
        while not (found := self._workforce.fit):
            if self._watch.reason:
                raise ClusterGone(self._watch.reason)
            if stopped is not None and stopped():
                raise Interrupted
            time.sleep(TICK)
        return found

    def _see_who_is_left(
        self, given: Submitted, held: Holding | None, ticket: Ticket | None
    ) -> None:
        """Raises _Stranded where all have gone that may do it, or that may have the
        picture. Who has the picture from one of these, and asks by now, is waited for."""
        fit = self._workforce.fit
        if fit.isdisjoint(given.workers):
            raise _Stranded
        if held is None or not fit.isdisjoint(held.given.workers):
            return
        if ticket is None or ticket.take():
            raise _Stranded(unasked=True)

    def _result(
        self,
        given: Submitted,
        stopped: Callable[[], bool] | None = None,
        until: float | None = None,
        held: Holding | None = None,
        ticket: Ticket | None = None,
    ) -> Any:
        """What a task gave. `until`: on the clock of time.monotonic; `held`: what it
        needs; `ticket`: of a call. Raises ClusterGone, Interrupted once `stopped` says
        so, _Unanswered, and _Stranded."""
        future = given.task
        done = threading.Event()
        # Waited for here, and fetched only then: Dask fetches for all threads at once,
        # and who waits no longer ends that for all.
        future.add_done_callback(lambda _: done.set())
        while True:
            if done.wait(TICK):
                try:
                    return future.result(timeout=FETCHING)
                except GONE:
                    raise ClusterGone(self._watch.why) from None
                except Exception as error:
                    if future.status == "error":
                        raise _unanswered(error) from None
                    time.sleep(TICK)  # only the way here broke: Dask mends it
            if self._watch.reason:
                raise ClusterGone(self._watch.reason)
            try:
                self._see_who_is_left(given, held, ticket)
            except _Stranded:
                future.cancel()
                raise
            if stopped is not None and stopped():
                future.cancel()
                raise Interrupted
            if until is not None and time.monotonic() > until:
                future.cancel()
                raise _Unanswered(TOO_LATE)


class Deaths:
    """Of workers that were asking, one after another. Threads may share it."""

    def __init__(self) -> None:
        self._count = 0
        self._last = 0.0
        """When one was heard of."""
        self._lock = threading.Lock()

    def answered(self) -> None:
        """A call: whoever dies now is an accident again."""
        with self._lock:
            self._count = 0

    def took(self, began: float) -> Trouble:
        """What a call comes to that went with a worker. All that began before a death
        was heard of went with that one. `began`: on the clock of time.monotonic."""
        with self._lock:
            if began > self._last:
                self._count += 1
                self._last = time.monotonic()
            count = self._count
        if count < DEATHS:
            return Trouble(Remedy.AGAIN, DIED, lost=True, died=True)
        return Trouble(Remedy.STOP, DYING, lost=True, died=True)


class _Stranded(Exception):
    """All workers that had a task to do have gone, and others can do it."""

    def __init__(self, *, unasked: bool = False) -> None:
        """`unasked`: nobody asked, and nobody will."""
        super().__init__()
        self.unasked = unasked


class _Unanswered(Exception):
    """A task gave nothing, and others may."""


def _unanswered(error: Exception) -> _Unanswered | ClusterGone:
    """What an error of a task comes to. Who cannot do it at all would fail at all the
    rest, and fast: such a worker ends the run."""
    if type(error).__name__ == "KilledWorker":
        return _Unanswered("Every worker that had this to do died of it.")
    return ClusterGone(f"{failed(error)} {AGAIN}")


def failed(error: Exception) -> str:
    """Without the words of the error, which may hold anything."""
    return (
        f"A worker of the cluster cannot do the work ({type(error).__name__}): is the same"
        " altsync installed there, with the same plugins of llm?"
    )
