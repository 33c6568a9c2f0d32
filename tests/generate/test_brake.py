"""A model without usable texts is asked no more: in whatever order its answers come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.errors import ModelStopped
from altsync.generate.brake import FIRST, LAST, Brake
from altsync.report import Quiet
from tests.doubles.providers.openai import Act, Double, decided
from tests.generate.conftest import CALL, Bench

Filled = Callable[[int], Bench]
WHY = "m gave no usable text, twice. It was no object."


def waits() -> bool:
    """The run has ended, for whoever would wait: so `begin` shows that it would."""
    return True


class Course:
    """Images that are begun one after another, and end in any order."""

    def __init__(self, workers: int, order: Random) -> None:
        self.brake = Brake("m")
        self.begun = 0
        self.stopped: str | None = None
        self._workers = workers
        self._order = order
        self._working: list[tuple[int, bool | None]] = []

    def run(self, truth: Sequence[bool | None]) -> None:
        """`truth`: what comes of each; None: the model does not answer."""
        while self.stopped is None and (self.begun < len(truth) or self._working):
            if not self._begins(truth):
                self._ends()

    def _begins(self, truth: Sequence[bool | None]) -> bool:
        if self.begun == len(truth) or len(self._working) == self._workers:
            return False
        turn = self.brake.begin(waits)
        if turn is None:
            return False
        self._working.append((turn, truth[self.begun]))
        self.begun += 1
        return True

    def _ends(self) -> None:
        at = self._order.randrange(len(self._working))
        turn, usable = self._working.pop(at)
        if usable:
            self.brake.usable(turn)
        elif usable is None:
            self.brake.nothing(turn)
        else:
            self.stopped = self.brake.unusable(turn, WHY, "")


def is_no_good(truth: Sequence[bool | None]) -> bool:
    """By the words of docs/how-to/generate.md, where all has been answered."""
    answers = [usable for usable in truth if usable is not None]
    windows = [answers[at : at + LAST] for at in range(max(1, len(answers) - LAST + 1))]
    first = len(answers) >= FIRST and not any(answers[:FIRST])
    return first or any(one.count(False) >= LAST // 2 for one in windows)


answers = st.lists(
    st.one_of(
        st.lists(st.booleans(), max_size=60),
        st.integers(0, 60).map(lambda count: [True] * count),
        st.integers(0, 30).map(lambda count: [False] * count),
    ),
    max_size=4,
).map(lambda parts: [one for part in parts for one in part])
workers = st.sampled_from([1, 2, 8, 32, 256])


@given(answers, workers, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    truth: list[bool], workers: int, order: Random
) -> None:
    """It stops where half of the last forty, or the first ten, got no text: then, and
    never else."""
    course = Course(workers, order)
    course.run(truth)
    assert (course.stopped is not None) == is_no_good(truth)


@given(
    st.lists(st.sampled_from([False, None]), max_size=80),
    workers,
    st.randoms(use_true_random=False),
)
def test_without_a_text_ten_are_paid_whatever_else_fails(
    truth: list[bool | None], workers: int, order: Random
) -> None:
    course = Course(workers, order)
    course.run(truth)
    asked = truth[: course.begun]
    assert asked.count(False) <= FIRST
    assert (course.stopped is not None) == (truth.count(False) >= FIRST)


@given(workers, st.randoms(use_true_random=False))
def test_what_is_not_answered_neither_helps_nor_harms(
    workers: int, order: Random
) -> None:
    truth: list[bool | None] = [True, None, False] * 18 + [None] * 50
    course = Course(workers, order)
    course.run(truth + [True] * 40)
    assert course.stopped is None or is_no_good(truth)


def test_one_slow_answer_lets_nobody_pay_for_more_than_half_of_forty() -> None:
    brake = Brake("m")
    brake.usable(brake.begin(waits) or 0)
    slow = brake.begin(waits)
    stopped = None
    paid = 0
    while stopped is None:
        turn = brake.begin(waits)
        assert turn is not None
        stopped = brake.unusable(turn, WHY, "")
        paid += 1
    assert (slow, paid) == (1, LAST // 2)
    assert "for 20 of the last 22 images" in str(stopped)


def test_what_ends_late_is_judged_by_all_that_were_begun_with_it() -> None:
    brake = Brake("m")

    def ends(usable: bool, times: int) -> None:
        for _ in range(times):
            turn = brake.begin(waits)
            assert turn is not None
            if usable:
                brake.usable(turn)
            else:
                assert brake.unusable(turn, WHY, "") is None

    ends(usable=True, times=60)
    ends(usable=False, times=10)
    ends(usable=True, times=15)
    late = brake.begin(waits)
    ends(usable=False, times=9)
    assert late is not None
    assert "for 20 of the last 40 images" in (brake.unusable(late, WHY, "") or "")
    assert brake.begin(lambda: False) is None, "it is asked no more"


def test_it_says_what_the_answers_looked_like() -> None:
    brake = Brake("m")
    stopped = None
    for number in range(FIRST):
        turn = brake.begin(waits) or 0
        why = "m refused this image." if number % 5 == 1 else WHY
        stopped = brake.unusable(turn, why, "\x1b[2J" + "Here is a cat. " * 90)
    told = str(stopped)
    assert "first 10 images" in told
    assert "8 x: It was no object. 2 x: m refused this image. One" in told
    assert '"[2JHere is a cat. Here is' in told
    assert told.isprintable()
    assert len(told) < 800


@pytest.mark.parametrize("threads", [1, 32])
def test_forty_images_without_a_text_cost_ten(
    filled: Filled, double: Double, threads: int
) -> None:
    """And the same command pays for none of them again."""
    bench = filled(40)
    report = Quiet()
    double.acts = [Act("I see a cat.")]
    double.latency = 0.02
    with pytest.raises(ModelStopped, match=r'10 x: .*One of the answers: "I see a cat'):
        bench.run(threads=threads, report=report)
    assert report.said == [f"0 candidates stored; cost ${double.paid * CALL:.4g}."]
    paid = bench.rows("SELECT count(*), sum(cost_usd) FROM failures")
    assert paid == [(FIRST, pytest.approx(double.paid * CALL))]
    asked = bench.rows("SELECT image_id FROM failures")
    double.acts = [Act(decided("A cat on a mat by the window."))]
    assert bench.run(threads=threads).made == 30
    assert bench.rows(
        "SELECT count(*) FROM candidates WHERE image_id IN (SELECT image_id FROM"
        " failures)"
    ) == [(0,)]
    assert len(asked) == FIRST
    assert double.paid == 2 * FIRST + 30


def test_it_says_so_once() -> None:
    """What was out by then fails too, where there are many workers."""
    brake = Brake("m")
    turns = [brake.begin(waits) or 0 for _ in range(2)]
    brake.usable(turns[0])
    turns = [turns[1], *(brake.begin(waits) or 0 for _ in range(LAST))]
    said = [brake.unusable(turn, WHY, "") for turn in turns]
    assert sum(one is not None for one in said) == 1
