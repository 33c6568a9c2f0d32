"""When each call of a model may start: one pace per model and process, that all workers
keep. How fast that is, `rate` finds out.

Callers stand in a queue, so that nobody waits for ever. A call that was refused waits as
long as it was told, and stands in the queue again; the others go on.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from altsync.generate import allowance
from altsync.generate.rate import Rate

SLICE = 0.25
"""Seconds that a wait goes on at most after the run was stopped."""
SHORTEST = 0.001
"""Seconds between two looks of a caller whose turn is about to come."""
CHANCE = 0.1
"""A pause is longer by up to this share of it: callers do not come back all at once,
nor two processes for ever at the same moments."""
RECENT = 0.2
"""The weight of the last answer in what a call takes on average."""


class Stopped(Exception):
    """The run is ending; this call was not started."""


class Pace:
    """`enter` before a call, and one of `passed`, `limited` and `broke` after it, with
    the number that `enter` gave. Whoever waits leaves with Stopped once `stopped` says
    so. Threads share it."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self.stopped: Callable[[], bool] = lambda: False
        """Asked every quarter of a second while waiting."""
        self.held: Callable[[], bool] = lambda: False
        """While it says so no call starts: an answer waits to be stored."""
        self._rate = Rate()
        self._queue: deque[object] = deque()
        self._resting = 0
        self._tokens: float | None = None
        """That a call takes, on average."""

    @property
    def rate(self) -> float | None:
        """Calls a second, or None where no limit was met."""
        return self._rate.per_second

    @property
    def waiting(self) -> int:
        """Callers whose turn has not come."""
        with self._lock:
            return len(self._queue) + self._resting

    def enter(self) -> int:
        """Wait for this call's turn: its number. Raises Stopped."""
        caller = object()
        with self._lock:
            self._queue.append(caller)
        try:
            while True:
                if self.stopped():
                    raise Stopped
                call, wait = self._look(caller)
                if call is not None:
                    return call
                self._sleep(wait)
        finally:
            with self._lock:
                self._queue.remove(caller)

    def _look(self, caller: object) -> tuple[int | None, float]:
        """Whether it is this caller's turn: the number of the call, or how long to
        wait before the next look."""
        if self.held():
            return None, SLICE
        with self._lock:
            now = self._clock()
            ahead = self._queue.index(caller)
            due = self._rate.ready(now) + ahead * self._rate.gap
            if ahead == 0 and due <= now:
                return self._rate.start(now), 0.0
        return None, min(SLICE, max(SHORTEST, due - now))

    def passed(
        self,
        call: int,
        tokens: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A call was answered. `tokens`: that it took; `headers`: of the answer."""
        with self._lock:
            self._rate.passed(call)
            if tokens:
                before = self._tokens or tokens
                self._tokens = before + RECENT * (tokens - before)
            self._hear(headers)

    def limited(
        self, call: int, wait: float | None, headers: Mapping[str, str] | None = None
    ) -> None:
        """A call was refused for its rate; `wait` is the provider's Retry-After in
        seconds, if it gave one. Waits as long. Raises Stopped."""
        with self._lock:
            callers = len(self._queue) + self._rate.flying + self._resting
            rest = self._rate.limited(call, wait, self._clock(), callers)
            self._hear(headers)
            self._resting += 1
        try:
            self.rest(rest * random.uniform(1.0, 1.0 + CHANCE))
        finally:
            with self._lock:
                self._resting -= 1

    def broke(self, call: int) -> None:
        """A call ended in a way that says nothing of the rate."""
        with self._lock:
            self._rate.broke(call)

    def _hear(self, headers: Mapping[str, str] | None) -> None:
        told = allowance.told(headers or {}, self._tokens)
        if told is not None:
            self._rate.told(told)

    def rest(self, seconds: float) -> None:
        """Wait before a call is tried again. Raises Stopped."""
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0:
            if self.stopped():
                raise Stopped
            self._sleep(min(left, SLICE))


_paces: dict[str, Pace] = {}
_making = threading.Lock()


def of(model: str) -> Pace:
    """The pace of a model in this process."""
    with _making:
        return _paces.setdefault(model, Pace())


def outside_a_run(model: str) -> Pace:
    """The pace of a model for who asks outside any run. One that a run has stopped, or
    holds while it cannot store an answer, is left to that run, also after its end."""
    with _making:
        known = _paces.get(model)
        if known is not None and (known.stopped() or known.held()):
            del _paces[model]
    return of(model)


def forget() -> None:
    """Start from new paces."""
    with _making:
        _paces.clear()
