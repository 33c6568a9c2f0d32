"""The search for a rate, in simulated minutes: providers with limits of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.providers.limits import Limit
from tests.generate.fleet import Fleet

TOKENS = (700.0, 1050.0, 1400.0)
"""That three calls take."""


def changing(bucket: float) -> Limit:
    return Limit(10, bucket, then=((5, 3), (15, 20)))


def tokens(**more: Any) -> Limit:
    """Ten calls a second, and the bucket holds twenty."""
    return Limit(10_500, 21_000, takes=TOKENS, **more)


@pytest.mark.parametrize(
    ("limit", "ideal", "most"),
    [
        (lambda: Limit(10, 1), 20.0, 1.25),
        (lambda: Limit(10, 10), 19.0, 1.1),
        (lambda: Limit(10, 10, empty=True), 20.0, 1.1),
        (lambda: Limit(10, 1, retry_after=None), 20.0, 1.25),
        (lambda: Limit(10, 10, retry_after=None), 19.0, 1.1),
        (lambda: Limit(10, 10, retry_after=0.01), 19.0, 1.1),
        (tokens, 18.0, 1.1),
        (lambda: tokens(retry_after=None), 18.0, 1.1),
        (lambda: tokens(shown="tokens"), 18.0, 1.1),
        (lambda: Limit(10, 1, shown="requests"), 20.0, 1.1),
        (lambda: changing(1), 21.0, 1.4),
        (lambda: changing(10), 20.5, 1.3),
    ],
)
def test_a_limit_is_found_in_seconds(
    limit: Callable[[], Limit], ideal: float, most: float
) -> None:
    """Two hundred images, thirty-two workers, 0.2 s an answer."""
    for seed in range(3):
        fleet = Fleet(limit(), seed=seed).run()
        assert fleet.done == 200
        assert fleet.ended < ideal * most
        assert fleet.refused < 0.15
