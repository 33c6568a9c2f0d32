"""How far a reviewer has come, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from altsync.render.progress import in_words, pace

MORNING = datetime(2026, 11, 29, 8, tzinfo=UTC)


def at(*seconds: float) -> list[datetime]:
    return [MORNING + timedelta(seconds=one) for one in seconds]


@pytest.mark.parametrize(
    ("seconds", "each"),
    [
        pytest.param([], None, id="none"),
        pytest.param([0, 5, 10, 15], None, id="too-few"),
        pytest.param([0, 5, 10, 15, 20], 5, id="steady"),
        pytest.param([20, 15, 10, 5, 0], 5, id="newest-first"),
        pytest.param([0, 4, 8, 12, 112], 4, id="one-that-took-long"),
        pytest.param([0, 6, 306, 312, 318], 6, id="a-pause"),
        pytest.param([0, 300, 600, 900, 1200], None, id="only-pauses"),
    ],
)
def test_the_pace_is_that_of_who_works(
    seconds: Sequence[float], each: float | None
) -> None:
    assert pace(at(*seconds)) == each


SLOWLY = at(0, 60, 120, 180, 240)


@pytest.mark.parametrize(
    ("judged", "left", "times", "said"),
    [
        (0, 107, SLOWLY, ""),
        (42, 0, SLOWLY, "42 judged today"),
        (4, 1_107, [], "4 of 1,111 today"),
        (42, 107, at(0, 7, 14, 21, 28), "42 of 149 today, about 12 minutes left"),
        (5, 1, SLOWLY, "5 of 6 today, about 1 minute left"),
        (5, 59, SLOWLY, "5 of 64 today, about 59 minutes left"),
        (5, 60, SLOWLY, "5 of 65 today, about 1 hour left"),
        (5, 6_000, SLOWLY, "5 of 6,005 today, about 100 hours left"),
        (5, 2, at(0, 1, 2, 3, 4), "5 of 7 today, less than a minute left"),
    ],
)
def test_in_words(judged: int, left: int, times: list[datetime], said: str) -> None:
    assert in_words(judged, left, times) == said
