"""How fast a provider may be asked, found out by asking: arithmetic on the times that it
is given.

Before the first refusal there is no rate: a few calls go out, and soon twice and four
times as many. The first refusal begins a search, in which the rate doubles within half a
second. Every later one shows where the limit is, and the rate goes a little below it.
From there it grows slowly near the limit, and faster the further away it is, on both
sides: so it recovers as fast as it was cut, and finds a limit that was raised. What a
provider tells of its limit in headers is taken for what it is.

What a refused call is told to wait says nothing of the rate: it is the pause of that
one call. Only where refusals follow one another, and nothing between them was admitted,
nobody asks until that pause is over.

The figures were tried on simulated providers (tests/generate/fleet.py): limits of one to
a hundred calls a second, and what comes between.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from altsync.generate.allowance import Allowance

AT_FIRST = 4
"""Calls that may be out at once before anything is known."""
DOUBLED = 0.4
"""Seconds in which they become twice as many: 32 after 1.2 s."""
SEARCH = 3.0
"""Calls a second: the slowest that a search begins with."""
SEARCHING = 1.4
"""By how much a search grows in a second, as a share: twice in half a second."""
UNSEEN = 0.15
"""By how much it grows at most until a refusal would show that it is too fast."""
SHORTEST = 0.01
"""Seconds that a refusal takes at least."""
CREEP = 0.015
"""By how much the rate grows in a second right at the limit."""
UP = 2.0
"""That grows in a second by so much of the distance from the limit, above it."""
STEP = 0.3
"""The most that it grows from one call to the next."""
SURE = 0.03
"""Of that, what each call that went well since the last cut allows: a slow provider is
asked a few times before it is asked much faster."""
CUT = 0.05
"""What a refusal takes off the rate, as a share."""
OVERSHOT = 1.0
"""And so many of the last steps, which went too far."""
LEAST = 0.3
"""What one cut leaves of the rate at least."""
SOON = 8
"""Calls. A refusal that comes sooner after a cut tells that it was not enough: what was
admitted since is the rate."""
BELOW = 0.97
"""Of the limit: where the rate goes when that is known."""
NEARLY = 0.93
"""Of the rate: no single refusal shows that the limit is further below it."""
FEW = 4
"""Calls: fewer that were admitted measure nothing."""
SLOWEST = 1.0 / 60
"""Calls a second."""
PROBES = 10.0
"""A refusal keeps one caller waiting. The rate does not grow until those who are left
have made up for that wait so many times."""
ROW = 6
"""Refusals one after another that mean: nothing is admitted now."""
LONG = 5.0
"""Seconds. Who is told to wait longer than a second or two has most likely used up what
there is for this minute, and so have all."""
ROW_OF_LONG = 2
"""As ROW, where they are told so."""
REST = 1.0
"""Seconds that a refused call waits where the provider does not say how long. All wait
twice as long after each row, up to LONGEST_REST."""
LONGEST_REST = 30.0
SCARCE = 8
"""Calls. Where a provider says that fewer are left, its rate holds."""


@dataclass(slots=True)
class _Mark:
    """A moment from which calls are counted."""

    at: float = 0.0
    after: int = 0
    """The call before the first that counts."""
    refused: int = 0
    """Of those that count."""


class Rate:
    """Of one model, for one process. Every time is in seconds on the caller's clock,
    every call is a number that `start` gave. Not safe for threads: see `pace`."""

    def __init__(self) -> None:
        self.per_second: float | None = None
        """None before anything is known."""
        self._limit: float | None = None
        """Calls a second: where it was last seen, or told."""
        self._began: float | None = None
        self._last = float("-inf")
        """When the last call started."""
        self._paused = float("-inf")
        """Until when nobody starts."""
        self._paused_at = 0
        """The last call before that pause."""
        self._held = float("-inf")
        """Until when the rate does not grow."""
        self._delay = SHORTEST
        """Seconds that a refusal took: until then the rate is not known to be too high."""
        self._calls = 0
        self._flying: dict[int, float] = {}
        """When each call that is out was started."""
        self._answered = 0
        """The latest call that was."""
        self._cut_at = 0
        """The last call before the last cut: a refusal of an earlier one is no news."""
        self._mark = _Mark()
        self._rest = REST

    @property
    def flying(self) -> int:
        """Calls that are out."""
        return len(self._flying)

    @property
    def gap(self) -> float:
        """Seconds between two calls."""
        return 0.0 if self.per_second is None else 1.0 / self.per_second

    def ready(self, now: float) -> float:
        """When the next call may start."""
        if self.per_second is None:
            return max(self._paused, self._opening(now))
        return max(self._paused, self._last + self.gap)

    def start(self, now: float) -> int:
        """A call starts: its number. It has to be ended by `passed`, `limited` or
        `broke`."""
        if self._began is None:
            self._began = now
        self._grow(now)
        self._calls += 1
        self._flying[self._calls] = self._last = now
        return self._calls

    def passed(self, call: int) -> None:
        """It was answered."""
        self._flying.pop(call, None)
        self._answered = max(self._answered, call)
        self._rest = REST

    def broke(self, call: int) -> None:
        """It ended in a way that says nothing of the rate."""
        self._flying.pop(call, None)

    def limited(self, call: int, wait: float | None, now: float, callers: int) -> float:
        """It was refused: how long this call has to wait. `wait` is what the provider
        told; `callers`, those who share the rate here, this one included."""
        started = self._flying.pop(call)
        if call > self._mark.after:
            self._mark.refused += 1
        rest = REST if wait is None else wait
        if call <= self._cut_at:
            return rest
        self._slow_down(call, started)
        row = ROW if wait is None or wait < LONG else ROW_OF_LONG
        if call - self._admitted_before(call) >= row:
            self._pause(call, wait, now)
        self._cut_at = self._calls
        self._delay = max(SHORTEST, now - started)
        self._held = now + self._delay
        if self._limit is not None:
            self._held += PROBES * min(rest, LONGEST_REST) / callers
        return rest

    def told(self, allowance: Allowance) -> None:
        """The provider says how fast its limit is renewed, and what is left of it."""
        scarce = max(SCARCE, 2 * self.flying)
        if allowance.calls > scarce:
            return
        rate = max(SLOWEST, BELOW * allowance.per_second)
        slower = self.per_second is not None and self.per_second <= rate
        if self._limit is None or not slower:
            self.per_second = rate
            self._limit = allowance.per_second

    def _opening(self, now: float) -> float:
        """When one more call may be out, before anything is known."""
        out = self.flying + 1
        if self._began is None or out <= AT_FIRST:
            return now
        return self._began + DOUBLED * math.log2(out / AT_FIRST)

    def _grow(self, now: float) -> None:
        """By what the time since the last call allows; not where callers are fewer
        than the rate allows: that would prove nothing."""
        if self.per_second is None or now < self._held:
            return
        since = now - self._last
        if since <= 2 * self.gap:
            self.per_second *= 1 + min(self._step, since * self._growth)

    @property
    def _growth(self) -> float:
        """In a second, as a share of the rate."""
        most = min(SEARCHING, UNSEEN / self._delay)
        if self.per_second is None or self._limit is None:
            return most
        far = math.log(self.per_second / self._limit)
        # Fast providers are felt for in shorter steps of time, but not so much shorter
        # that of two who share a limit the faster one wins.
        scale = math.sqrt(self.per_second / 10)
        return min(most, CREEP * scale + (far * UP if far > 0 else -far * scale))

    @property
    def _step(self) -> float:
        """The most that the rate may grow at this call, as a share."""
        if self._limit is None:
            return STEP
        return min(STEP, SURE * (self._calls - self._cut_at))

    def _slow_down(self, call: int, started: float) -> None:
        """A refusal that is news."""
        if self.per_second is None:
            admitted = self._admitted_since(call)
            seconds = max(1.0, started - (self._began or started))
            self.per_second = max(SEARCH, admitted / seconds)
            self._mark = _Mark(started, self._calls)
        elif self._admitted_before(call) <= self._cut_at:
            self._feel_for()
        else:
            self._cut(call, started)

    def _feel_for(self) -> None:
        """Nothing was admitted since the last cut: much too fast, or it is no matter of
        the rate at all. So the rate falls, but not for ever."""
        assert self.per_second is not None
        self.per_second = max(min(self.per_second, SEARCH), LEAST * self.per_second)
        self._limit = self._limit or self.per_second

    def _cut(self, call: int, started: float) -> None:
        rate = self.per_second
        assert rate is not None
        step = min(self._step, self._growth / rate)
        cut = rate * (1 - CUT - OVERSHOT * step)
        measured = rate
        admitted = self._admitted_since(call)
        if admitted >= FEW:
            measured = (admitted + 0.5) / max(started - self._mark.at, 1e-6)
        soon = self._limit is not None and call - self._cut_at < SOON
        limit = rate * (1 - step)
        lowest = LEAST * rate if soon else NEARLY * limit
        self._limit = max(SLOWEST, lowest, min(limit, measured))
        self.per_second = max(SLOWEST, LEAST * rate, min(cut, BELOW * self._limit))
        if not soon:
            self._mark = _Mark(started, call)

    def _pause(self, call: int, wait: float | None, now: float) -> None:
        """Nobody asks for that long. What follows on a pause in which nothing came
        back says nothing of the rate; where something did, it was too high."""
        if wait is None:
            wait = self._rest
            self._rest = min(LONGEST_REST, 2 * wait)
        self._paused = max(self._paused, now + wait)
        if self._admitted_before(call) <= self._paused_at:
            self._mark = _Mark(self._paused, self._calls)
        elif self.per_second is not None:
            self.per_second = max(SLOWEST, self.per_second / 2)
        self._paused_at = self._calls

    def _admitted_since(self, call: int) -> int:
        """Calls since the mark, up to this one, that were not refused."""
        return call - self._mark.after - self._mark.refused

    def _admitted_before(self, call: int) -> int:
        """The last call up to this one that was answered, or is still out: refusals
        come sooner than answers. This one, where a later one was answered."""
        out = max((one for one in self._flying if one < call), default=0)
        return max(out, min(call, self._answered))
