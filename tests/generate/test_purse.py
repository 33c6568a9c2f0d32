"""A purse that is never overdrawn."""

from __future__ import annotations

import random
import threading

import pytest

from altsync.generate.purse import Empty, Purse


def test_a_purse_is_never_overdrawn() -> None:
    """Calls of different prices, each perhaps made twice, from many threads."""
    for seed in range(20):
        chance = random.Random(seed)
        purse = Purse(1.0)
        made: list[float] = []

        def spend(
            purse: Purse = purse,
            chance: random.Random = chance,
            made: list[float] = made,
        ) -> None:
            while True:
                try:
                    share = purse.reserve()
                except Empty:
                    return
                calls = chance.choice((1, 1, 1, 2))
                cost = calls * chance.uniform(0.0095, 0.01)
                made.append(cost)
                purse.settle(share, cost, calls)

        threads = [threading.Thread(target=spend) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(made) <= 1.0
        assert purse.spent == pytest.approx(sum(made))
        assert sum(made) > 0.9


def test_a_first_call_that_is_dearer_than_the_budget_is_not_made() -> None:
    with pytest.raises(Empty):
        Purse(0.01, {"dear": 0.02}).reserve(model="dear")


def test_until_a_first_call_shows_the_price_a_model_is_asked_about_one_image() -> None:
    purse = Purse(1.0, {"m": 0.001})
    share = purse.reserve(model="m")
    with pytest.raises(Empty):  # an estimate is no price: it waits for the first
        purse.reserve(lambda: True, "m")
    purse.settle(share, 0.002, 1, "m")
    share = purse.reserve(model="m")
    assert share == pytest.approx(0.0044)
    with pytest.raises(Empty):  # the first may have been the cheapest of all
        purse.reserve(lambda: True, "m")
    purse.settle(share, 0.002, 1, "m")
    assert purse.reserve(model="m") == purse.reserve(model="m") == pytest.approx(0.0044)


@pytest.mark.parametrize(
    ("cost", "text", "then"),
    [
        (0.0, False, 0.22),
        (0.0001, False, 0.22),
        (0.0, True, 0.11),
        (0.0001, True, 0.11),
    ],
)
def test_what_cost_next_to_nothing_shows_no_price(
    cost: float, text: bool, then: float
) -> None:
    """A refusal before a first text, or an answer that its provider took little for."""
    purse = Purse(1.0, {"m": 0.1})
    purse.settle(purse.reserve(model="m"), cost, 1, "m", text=text)
    assert purse.reserve(model="m") == pytest.approx(then)


def test_a_dear_model_is_measured_though_a_cheap_one_was() -> None:
    purse = Purse(1.0, {"cheap": 0.001, "dear": 0.3})
    purse.settle(purse.reserve(model="cheap"), 0.001, 1, "cheap")
    share = purse.reserve(model="dear")
    assert share == pytest.approx(0.66)
    with pytest.raises(Empty):  # not beside the first, whose price nobody has seen
        purse.reserve(lambda: True, "dear")
    purse.settle(share, 0.2, 1, "dear")
    assert purse.reserve(model="dear") == pytest.approx(0.44)


def test_without_a_budget_nothing_waits() -> None:
    purse = Purse(None)
    shares = [purse.reserve() for _ in range(50)]
    for share in shares:
        purse.settle(share, 0.5, 1)
    assert purse.spent == 25.0


def test_an_answer_of_unknown_cost_counts_as_its_share() -> None:
    """For the budget; what was spent is what is known."""
    purse = Purse(0.5)
    purse.settle(purse.reserve(), 0.1, 1)
    purse.settle(purse.reserve(), None, 1)
    assert purse.spent == pytest.approx(0.1)
    with pytest.raises(Empty):  # 0.1 + 0.22 + 0.22
        purse.reserve()
