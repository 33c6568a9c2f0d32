"""Grades add up: wins, ties, intervals."""

from __future__ import annotations

import pytest

from altsync.models import Finding, Severity
from altsync.store.comparisons import Choice
from altsync.verdicts.comparing import results, wilson


def choice(
    place: int,
    model: str,
    grade: str | None = None,
    picked: bool | None = None,
    *flags: Finding,
) -> Choice:
    return Choice(
        place * 10, place, 1, "a/b", "Text.", model, 0.001, 2000, flags, grade, picked
    )


@pytest.mark.parametrize(
    ("wins", "of", "low", "high"),
    # Wilson score interval without continuity correction (Newcombe 1998, table I: 81 of
    # 263, 15 of 148, 0 of 20)
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(wins: float, of: int, low: float, high: float) -> None:
    assert wilson(wins, of) == pytest.approx((low, high), abs=1e-4)


def test_the_best_grade_wins_and_equal_ones_share() -> None:
    found = {
        r.model: r
        for r in results(
            [
                choice(1, "a", "A"),
                choice(1, "b", "B"),
                choice(2, "a", "C"),
                choice(2, "b", "C"),
            ]
        )
    }
    assert (found["a"].wins, found["b"].wins) == (1.5, 0.5)
    assert (found["a"].judged, found["a"].win_rate) == (2, 0.75)
    assert found["a"].grades["A"] == found["a"].grades["C"] == 1


def test_a_pick_outranks_grades() -> None:
    found = {
        r.model: r.wins
        for r in results([choice(1, "a", "A", False), choice(1, "b", "F", True)])
    }
    assert found == {"a": 0, "b": 1}


def test_what_is_half_graded_is_not_judged() -> None:
    found = {r.model: r for r in results([choice(1, "a", "A"), choice(1, "b")])}
    assert found["a"].judged == 0
    assert found["a"].win_rate is None
    assert found["a"].average == 4.0


def test_findings_count_what_is_graver_than_info() -> None:
    flags = (Finding("x", Severity.WARNING, "m"), Finding("y", Severity.INFO, "m"))
    [result] = results([choice(1, "a", "A", None, *flags)])
    assert result.findings == 1.0
