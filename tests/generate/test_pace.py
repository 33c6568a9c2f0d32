"""The pace on a clock of its own, and in threads: who may start when."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from altsync.generate import pace as paces
from altsync.generate.pace import CHANCE, SLICE, Pace, Stopped
from altsync.generate.rate import AT_FIRST


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


def test_nothing_is_paced_before_the_first_refusal() -> None:
    turn, clock = pace()
    for _ in range(1000):
        turn.passed(turn.enter())
    assert clock.now == 100.0
    assert turn.rate is None


def test_a_refused_call_waits_as_long_as_it_was_told() -> None:
    turn, clock = pace()
    turn.limited(turn.enter(), 7.0)
    assert 107.0 <= clock.now <= 107.0 + 7.0 * CHANCE + 0.01
    assert turn.rate is not None


def test_a_run_that_ends_lets_the_waiting_go() -> None:
    turn, clock = pace()
    turn.stopped = lambda: clock.now > 102
    with pytest.raises(Stopped):
        turn.limited(turn.enter(), 100.0)
    assert clock.now < 103
    with pytest.raises(Stopped):
        turn.enter()
    with pytest.raises(Stopped):
        turn.rest(50)


def test_no_call_starts_while_an_answer_waits_to_be_stored() -> None:
    turn, clock = pace()
    turn.held = lambda: clock.now < 103
    turn.enter()
    assert 103 <= clock.now < 103 + 2 * SLICE


def test_whoever_left_the_queue_holds_nobody_up() -> None:
    """One of those who wait is stopped; the others come to their turns."""
    turn, clock = pace()
    for _ in range(AT_FIRST):
        turn.enter()
    stops = iter([False, True])
    turn.stopped = lambda: next(stops)
    with pytest.raises(Stopped):
        turn.enter()
    turn.stopped = lambda: False
    before = clock.now
    turn.enter()
    assert clock.now - before < 1


def test_threads_keep_one_rate_and_nobody_is_forgotten() -> None:
    """A second of real time: whoever waits longest starts first, at the rate that the
    provider told."""
    turn = Pace()
    told = {
        "x-ratelimit-limit-requests": "1",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "25ms",
    }
    turn.passed(turn.enter(), None, told)
    starts: list[float] = []
    begun = threading.Barrier(16)

    def call() -> int:
        begun.wait()
        number = turn.enter()
        starts.append(time.monotonic())
        turn.passed(number, None, told)
        return number

    with ThreadPoolExecutor(16) as pool:
        numbers = [one.result() for one in [pool.submit(call) for _ in range(16)]]
    assert sorted(numbers) == list(range(2, 18))
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) > 0.02
    assert starts[-1] - starts[0] < 1.5


@pytest.mark.parametrize("left", ["held", "stopped"])
def test_what_a_run_holds_or_stopped_stops_nobody_outside_it(left: str) -> None:
    """A run whose answer could not be stored ends, and its pace stays as it is: who asks
    for captions in the same process afterwards would wait for ever."""
    model = f"model of a run ({left})"
    of_the_run = paces.of(model)
    assert paces.outside_a_run(model) is of_the_run
    setattr(of_the_run, left, lambda: True)
    other = paces.outside_a_run(model)
    assert other is paces.of(model) is not of_the_run
    other.broke(other.enter())
