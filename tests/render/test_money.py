"""Money as people read it: nothing is $0.00, and what is not known never is."""

from __future__ import annotations

import pytest

from altsync.render.money import about, money, total


@pytest.mark.parametrize(
    ("value", "unknown", "said"),
    [
        (0.0, 0, "$0.00"),
        (0.00001, 0, "less than $0.0001"),
        (0.0015, 0, "$0.0015"),
        (0.05, 0, "$0.05"),
        (1234.5, 0, "$1,234.50"),
        (None, 0, "unknown"),
        (None, 2, "unknown"),
        (0.0, 1, "unknown"),
        (0.00001, 1, "unknown"),
        (0.5, 1, "at least $0.50"),
    ],
)
def test_an_amount(value: float | None, unknown: int, said: str) -> None:
    assert money(value, unknown) == said


@pytest.mark.parametrize(
    ("amounts", "found"),
    [([], 0.0), ([1.0, None, 2.0], 3.0), ([None], None), ([0.0, None], 0.0)],
)
def test_a_sum_of_what_is_known(
    amounts: list[float | None], found: float | None
) -> None:
    assert total(amounts) == found


def test_what_it_will_cost_is_told_though_nobody_may_know() -> None:
    assert about(0.5) == "about $0.50"
    assert about(None) == "at a price that nobody here knows"
