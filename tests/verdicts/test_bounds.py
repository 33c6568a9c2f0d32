"""The bounds against other ways to the same number: every way to lie counted one by one,
Clopper-Pearson where the frame has no end, and samples drawn by the hundred thousand."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from altsync.verdicts import bounds
from altsync.verdicts.bounds import Stop


def ended(stops: Sequence[Stop], places: Sequence[int]) -> tuple[int, int]:
    """(stop, wrong ones found) where reading ends with wrong texts at these places."""
    for number, stop in enumerate(stops):
        found = sum(place < stop.read for place in places)
        if found <= stop.wrong or number == len(stops) - 1:
            return number, found
    raise AssertionError


def size_for(
    population: int, bound: float, confidence: float, tolerated: int = 0
) -> int:
    """So many texts are read where nothing ends it early."""
    (stop,) = bounds.planned(population, bound, confidence, tolerated)
    return stop.read


PLANS = [
    (9, [Stop(4, 0)]),
    (9, [Stop(9, 0)]),
    (10, [Stop(3, 0), Stop(6, 1)]),
    (11, [Stop(2, 0), Stop(5, 1), Stop(8, 2)]),
    (8, [Stop(4, 1), Stop(8, 2)]),
]


@pytest.mark.parametrize(("population", "stops"), PLANS)
@pytest.mark.parametrize("confidence", [0.95, 0.8, 0.5])
def test_the_bound_is_that_of_every_way_to_lie(
    population: int, stops: list[Stop], confidence: float
) -> None:
    """For each number of wrong texts, all places that they can have: where they end."""
    ends = {
        wrong: Counter(
            ended(stops, places)
            for places in itertools.combinations(range(population), wrong)
        )
        for wrong in range(population + 1)
    }
    for outcome in {one for found in ends.values() for one in found}:
        possible = [
            wrong
            for wrong, found in ends.items()
            if sum(count for one, count in found.items() if one <= outcome)
            * round(1 / (1 - confidence))
            > math.comb(population, wrong)
            and found[outcome]
        ]
        assert bounds.most_wrong(population, stops, *outcome, confidence) == max(
            possible
        )


def test_who_reads_all_of_a_small_frame_reads_less_than_of_an_endless_one() -> None:
    assert size_for(300, 0.02, 0.95) == 104
    assert size_for(10**6, 0.02, 0.95) == 149
    assert bounds.most_wrong(300, [Stop(104, 0)], 0, 0, 0.95) == 6
    assert bounds.most_wrong(300, [Stop(103, 0)], 0, 0, 0.95) == 7


def test_a_full_census_knows() -> None:
    assert bounds.most_wrong(100, [Stop(100, 0)], 0, 0, 0.95) == 0
    assert bounds.most_wrong(100, [Stop(100, 0)], 0, 3, 0.95) == 3
    assert bounds.planned(30, 0.01, 0.99) == (Stop(30, 0),)
    assert bounds.planned(30, 0.01, 0.95) == (Stop(29, 0),)
    assert bounds.planned(35, 0.2, 0.95, 9, early=True)[-1] == Stop(35, 7)


@pytest.mark.parametrize(
    ("wrong", "size"), [(0, 149), (0, 30), (1, 60), (5, 100), (40, 100)]
)
def test_without_an_end_it_is_clopper_pearsons(wrong: int, size: int) -> None:
    endless = 3_000_000
    most = bounds.most_wrong(endless, [Stop(size, 0)], 0, wrong, 0.95)
    assert most / endless == pytest.approx(bounds.upper(wrong, size, 0.95), abs=2e-5)


@pytest.mark.parametrize(
    ("wrong", "size", "known"),
    [
        # one-sided Clopper-Pearson: R's binom.test(k, n, alternative = "less",
        # conf.level = 0.95)$conf.int[2]
        (0, 250, 1 - 0.05 ** (1 / 250)),
        (0, 1000, 1 - 0.05 ** (1 / 1000)),
        (0, 1, 0.95),
        (1, 10, 0.394163),
        (5, 100, 0.102253),
        (10, 10, 1.0),
    ],
)
def test_the_share_is_clopper_pearsons(wrong: int, size: int, known: float) -> None:
    assert bounds.upper(wrong, size, 0.95) == pytest.approx(known, abs=1e-5)
    assert bounds.lower(size - wrong, size, 0.95) == pytest.approx(1 - known, abs=1e-5)


def test_both_sides_share_the_error() -> None:
    low, high = bounds.interval(9, 10, 0.95)
    assert (round(low, 2), round(high, 2)) == (0.55, 1.00)


@pytest.mark.parametrize(("share", "tail"), [(0, 1.0), (-1, 1.0), (1, 0.0), (2, 0.0)])
def test_the_tail_ends_at_certainty(share: float, tail: float) -> None:
    assert bounds.tail(1, 3, share) == tail
    assert bounds.tail(3, 3, share) == 1.0


@pytest.mark.parametrize("tolerated", [0, 1, 3])
@pytest.mark.parametrize("population", [200, 2000])
def test_the_size_is_the_smallest_that_proves_the_bound(
    population: int, tolerated: int
) -> None:
    size = size_for(population, 0.03, 0.95, tolerated)
    allowed = bounds.tolerable(population, 0.03)

    def most(read: int) -> int:
        stops = [Stop(read, tolerated)]
        return bounds.most_wrong(population, stops, 0, tolerated, 0.95)

    assert most(size) <= allowed < most(size - 1)


@pytest.mark.parametrize("population", [50, 300, 9000])
@pytest.mark.parametrize("tolerated", [1, 2, 5])
def test_who_may_end_early_proves_the_bound_wherever_it_ends(
    population: int, tolerated: int
) -> None:
    stops = bounds.planned(population, 0.04, 0.9, tolerated, early=True)
    allowed = bounds.tolerable(population, 0.04)
    assert [stop.read for stop in stops] == sorted({stop.read for stop in stops})
    assert stops[0].read < size_for(population, 0.04, 0.9, tolerated)
    for at, stop in enumerate(stops):
        assert bounds.most_wrong(population, stops, at, stop.wrong, 0.9) <= allowed
    over = stops[-1].wrong + 1
    assert bounds.most_wrong(population, stops, len(stops) - 1, over, 0.9) > allowed


@pytest.mark.parametrize(
    ("wrong", "read", "confidence"),
    [(-1, 5, 0.95), (6, 5, 0.95), (0, 5, 0.0), (0, 5, 1.0), (0, 11, 0.9)],
)
def test_nonsense_has_no_bound(wrong: int, read: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="no bound"):
        bounds.most_wrong(10, [Stop(read, 0)], 0, wrong, confidence)
    if read <= 10:
        with pytest.raises(ValueError, match="no bound"):
            bounds.upper(wrong, read, confidence)


def test_a_reader_who_finds_all_misses_nothing_and_one_who_finds_none_proves_nothing() -> (
    None
):
    stops = bounds.planned(500, 0.04, 0.9, 1, early=True)
    for at, wrong in ((0, 0), (1, 1), (1, 4)):
        most = bounds.most_wrong(500, stops, at, wrong, 0.9)
        seen = [
            bounds.most_wrong_missed(500, stops, at, wrong, 0.9, caught)
            for caught in (1.0, 0.999999, 0.8, 0.5, 0.1, 0.0)
        ]
        assert seen[0] == most
        assert seen == sorted(seen)
        assert seen[-1] == 500


def test_a_reader_who_finds_half_allows_about_twice_as_many() -> None:
    """Where the frame has no end, by the binomial distribution."""
    most = bounds.most_wrong_missed(10**4, [Stop(149, 0)], 0, 0, 0.95, 0.5)
    assert most / 10**4 == pytest.approx(2 * bounds.upper(0, 149, 0.95), abs=5e-4)


@pytest.mark.parametrize("tolerated", [0, 1, 7, 30, 100])
def test_a_plan_for_many_wrong_ones_has_few_stops_and_holds_at_each(
    tolerated: int,
) -> None:
    """Each step halves the error that is left: with a hundred of them none was left to
    spend, and the plan took minutes to draw."""
    stops = bounds.planned(9000, 0.02, 0.95, tolerated, early=True)
    assert len(stops) == min(tolerated + 1, bounds.LOOKS)
    assert (stops[0].wrong, stops[-1].wrong) == (0, tolerated)
    for at, stop in enumerate(stops):
        assert bounds.most_wrong(9000, stops, at, stop.wrong, 0.95) <= 180


SAMPLES = 100_000


def over_the_bound(
    population: int, wrong: int, most: Callable[[list[int]], int], samples: int
) -> float:
    """In which share of so many samples the true number of wrong texts was over the
    bound that the sample stated."""
    chance = random.Random(wrong)
    missed = sum(
        most(chance.sample(range(population), wrong)) < wrong for _ in range(samples)
    )
    return missed / samples


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "samples"), [(13, SAMPLES), (12, 5_000), (16, 5_000), (30, 3_000)]
)
def test_a_plan_that_may_end_early_keeps_its_confidence(
    wrong: int, samples: int
) -> None:
    """A frame of 300 texts and a bound of 4 %: 13 wrong ones are the first number over
    it. What is drawn are the places of the wrong texts, nothing else is known."""
    stops = bounds.planned(300, 0.04, 0.9, 2, early=True)
    known: dict[tuple[int, int], int] = {}

    def most(places: list[int]) -> int:
        outcome = ended(stops, places)
        if outcome not in known:
            known[outcome] = bounds.most_wrong(300, stops, *outcome, 0.9)
        return known[outcome]

    assert over_the_bound(300, wrong, most, samples) <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize("caught", [0.9, 0.5])
@pytest.mark.parametrize("wrong", [13, 40])
def test_the_bound_of_a_reader_who_misses_some_keeps_its_confidence(
    wrong: int, caught: float
) -> None:
    """A frame of 300 texts; ten known-bad ones tell how many errors the reader catches.
    Each is caught or missed by chance, and the bound knows only how many were."""
    stops = bounds.planned(300, 0.04, 0.9, 1, early=True)
    chance = random.Random(7)
    known: dict[tuple[int, int, int], int] = {}

    def most(places: list[int]) -> int:
        at = ended(stops, [one for one in places if chance.random() < caught])
        found = sum(chance.random() < caught for _ in range(10))
        if (*at, found) not in known:
            low = bounds.lower(found, 10, 0.95)
            missed = bounds.most_wrong_missed(300, stops, *at, 0.95, low)
            known[*at, found] = missed
        return known[*at, found]

    assert over_the_bound(300, wrong, most, 3_000) <= 0.1
