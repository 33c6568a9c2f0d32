"""How fast a model is asked: one pace per model and process, that all workers keep
before each call.

There is no limit until the provider names one by answering 429. Then the rate becomes
what the provider was seen to admit, everybody waits as long as it asked for
(Retry-After), and the rate creeps up again with each success. One cut at most per
CUT_EVERY: thirty-two workers hear the same 429 thirty-two times, and cutting at each
collapses the rate.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

CUT_EVERY = 1.5
"""Seconds between two cuts."""
CUT = 0.85
"""A cut that comes after the first one multiplies the rate by this."""
FIRST = 1.0
"""Calls a second: the slowest start after the first pause."""
SLOWEST = 0.1
"""Calls a second: cuts end here."""
UNMET = float("inf")
"""The ceiling where none was met."""
SLICE = 0.25
"""Seconds that a wait goes on at most after the run was stopped."""


class Stopped(Exception):
    """The run is ending; this call was not started."""


class Pace:
    """`enter` before a call, then `passed` or `limited`. Whoever waits leaves with
    Stopped once `stopped` says so."""

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
        self._rate: float | None = None
        self._ceiling = UNMET
        """The rate at the last cut: up to there it grows quickly."""
        self._measure = False
        """The first pause is on: what was admitted before it will be the rate."""
        self._next = 0.0
        """When the next call may start."""
        self._pause = 0.0
        """Until when nobody starts."""
        self._cut_at = float("-inf")
        self._since = clock()
        self._started = 0
        self._refused = 0
        self._row = 0
        """Cuts one after another, without a success between them."""

    @property
    def rate(self) -> float | None:
        """Calls a second, or None where no limit was met."""
        return self._rate

    def enter(self) -> None:
        """Wait for this call's turn. Raises Stopped."""
        start = 0.0
        pause: float | None = None
        while True:
            if self.stopped():
                raise Stopped
            if self.held():
                self._sleep(SLICE)
                continue
            with self._lock:
                now = self._clock()
                if self._measure and now >= self._pause:
                    self._settle(now)
                if pause != self._pause:
                    # A pause that began meanwhile gives everybody a new turn.
                    start, pause = self._turn(now), self._pause
                if start <= now:
                    self._started += 1
                    return
            self._sleep(min(start - now, SLICE))

    def _turn(self, now: float) -> float:
        """When a call that comes now may start."""
        start = max(now, self._pause, self._next)
        if self._rate is not None:
            self._next = start + 1.0 / self._rate
        return start

    def _settle(self, now: float) -> None:
        """After the first pause: what was admitted since the beginning is the rate to
        go on with.

        Nothing admitted (the limit was used up before this run) says nothing about the
        rate: feel the way up.
        """
        admitted = self._started - self._refused
        self._rate = max(FIRST, admitted / max(1.0, now - self._since))
        self._ceiling = self._rate if admitted else UNMET
        self._measure = False
        self._next = now

    def passed(self) -> None:
        """A call was answered: faster, quickly up to where the last cut was, then carefully."""
        with self._lock:
            self._row = 0
            if self._rate is None:
                return
            if self._ceiling == UNMET:
                self._rate += 0.5
            elif self._rate < self._ceiling * 0.95:
                self._rate += 0.1
            else:
                self._rate += 0.02

    def limited(self, wait: float | None) -> None:
        """A call was refused for its rate; `wait` is the provider's Retry-After in
        seconds, if it gave one."""
        with self._lock:
            now = self._clock()
            self._refused += 1
            first = now - self._cut_at >= CUT_EVERY
            if first:
                self._cut(now)
            if wait is None:
                wait = min(30.0, 2.0 ** min(self._row - 1, 5))
            until = now + wait
            if first or until > self._pause + 0.5:
                self._rest_until(until)

    def _cut(self, now: float) -> None:
        """Slower, or at the first time: see what was admitted so far."""
        self._cut_at = now
        self._row += 1
        if self._rate is None:
            self._measure = True
        else:
            self._ceiling = self._rate
            self._rate = max(SLOWEST, self._rate * CUT)

    def _rest_until(self, until: float) -> None:
        """Nobody starts before that."""
        self._pause = max(self._pause, until)
        if self._rate is None:
            self._next = max(self._next, self._pause)
        else:
            self._next = max(0.0, self._pause)

    def rest(self, seconds: float) -> None:
        """Wait before a call that broke is tried again. Raises Stopped."""
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


def forget() -> None:
    """Start from new paces."""
    with _making:
        _paces.clear()
