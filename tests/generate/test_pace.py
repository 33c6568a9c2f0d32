"""The pace on a clock of its own: a simulated provider that admits so many calls a
second."""

from __future__ import annotations

import heapq

import pytest

from altsync.generate.pace import CUT_EVERY, Pace, Stopped


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 1e-6)


def pace() -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(clock, clock.sleep), clock


def test_nothing_is_paced_before_the_first_429() -> None:
    turn, clock = pace()
    for _ in range(1000):
        turn.enter()
        turn.passed()
    assert clock.now == 100.0
    assert turn.rate is None


def test_everybody_waits_as_long_as_the_provider_asked() -> None:
    turn, clock = pace()
    turn.enter()
    turn.limited(7.0)
    turn.enter()
    assert clock.now >= 107.0


def test_the_rate_becomes_what_was_admitted() -> None:
    turn, clock = pace()
    for _ in range(32):
        turn.enter()
    for _ in range(22):
        turn.limited(1.0)
    turn.enter()
    assert turn.rate == pytest.approx(10.0)
    begin = clock.now
    for _ in range(20):
        turn.enter()
    assert clock.now - begin == pytest.approx(2.0, abs=0.15)


def test_one_cut_for_many_429s() -> None:
    turn, clock = pace()
    for _ in range(40):
        turn.enter()
    turn.limited(1.0)
    turn.enter()
    rate = turn.rate
    assert rate is not None
    clock.sleep(CUT_EVERY)
    for _ in range(32):
        turn.limited(1.0)
    assert turn.rate == pytest.approx(rate * 0.85)


def test_a_limit_that_was_used_up_before_the_run_is_felt_for() -> None:
    turn, clock = pace()
    turn.enter()
    turn.limited(1.0)
    begin = clock.now
    for _ in range(30):
        turn.enter()
        turn.passed()
    assert clock.now - begin < 10


def test_a_run_that_ends_lets_the_waiting_go() -> None:
    turn, clock = pace()
    turn.enter()
    turn.limited(100.0)
    turn.stopped = lambda: clock.now > 102
    with pytest.raises(Stopped):
        turn.enter()
    assert clock.now < 103
    with pytest.raises(Stopped):
        turn.rest(50)


@pytest.mark.parametrize(
    ("admits", "retry_after"), [(10.0, 1.0), (10.0, None), (3.0, 1.0), (40.0, 0.5)]
)
def test_a_simulated_provider_is_used_well(
    admits: float, retry_after: float | None
) -> None:
    """Thirty-two workers, one after another on the simulated clock: every call is
    admitted in the end, in good time."""
    turn, clock = pace()
    level, filled, admitted, refused = admits, clock.now, 0, 0
    begin = clock.now
    ends: list[float] = []
    while admitted < 20 * admits:
        turn.enter()
        while ends and ends[0] <= clock.now:
            heapq.heappop(ends)
            turn.passed()
        level, filled = min(admits, level + (clock.now - filled) * admits), clock.now
        if level >= 1:
            level -= 1
            admitted += 1
            heapq.heappush(ends, clock.now + 0.3)
        else:
            refused += 1
            turn.limited(retry_after)
    assert clock.now - begin < 20 * 1.35
    assert refused < admitted / 3
