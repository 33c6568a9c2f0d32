"""How long a model is asked that only says that it is asked too fast: by a clock that is
given."""

from __future__ import annotations

import pytest

from altsync.generate.standstill import BRIEF, LONGEST, ROUNDS, Standstill


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> Standstill:
    return Standstill(clock)


def refused(watch: Standstill, *, brief: bool, workers: int = 32) -> list[float | None]:
    """A round: all workers ask, and all are refused."""
    began = [watch.begin() for _ in range(workers)]
    return [watch.limited(at, brief=brief) for at in began]


def test_workers_that_hear_the_same_are_one_round(
    watch: Standstill, clock: Clock
) -> None:
    for _ in range(ROUNDS - 1):
        assert set(refused(watch, brief=True)) == {None}
        clock.now += BRIEF
    assert refused(watch, brief=True)[0] == (ROUNDS - 1) * BRIEF


def test_rounds_that_follow_quickly_are_not_enough(
    watch: Standstill, clock: Clock
) -> None:
    """Most limits count a minute."""
    for _ in range(10 * ROUNDS):
        assert set(refused(watch, brief=True)) == {None}
        clock.now += BRIEF / ROUNDS / 10 - 0.01


def test_who_says_when_is_asked_for_longer(watch: Standstill, clock: Clock) -> None:
    for gone in (0.0, 300.0, LONGEST - 1.0):
        clock.now = 1000.0 + gone
        assert set(refused(watch, brief=False)) == {None}
    clock.now = 1000.0 + LONGEST
    assert refused(watch, brief=False)[0] == LONGEST


def test_an_answer_begins_it_anew(watch: Standstill, clock: Clock) -> None:
    refused(watch, brief=False)
    clock.now += LONGEST
    watch.passed()
    assert set(refused(watch, brief=False)) == {None}


def test_the_end_is_told_once(watch: Standstill, clock: Clock) -> None:
    """Who comes after it, in another run, waits as long again."""
    refused(watch, brief=False)
    clock.now += LONGEST
    assert refused(watch, brief=False, workers=2) == [LONGEST, None]
