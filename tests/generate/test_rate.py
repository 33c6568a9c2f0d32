"""The search for a rate, in simulated minutes: providers with limits of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync.generate.allowance import Allowance
from altsync.generate.rate import AT_FIRST, ROW, Rate
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
        (lambda: Limit(10, 1, shown="requests"), 20.0, 1.25),
        (lambda: Limit(10, 20, shown="requests"), 18.0, 1.1),
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


def test_two_processes_that_share_a_limit_both_end() -> None:
    for seed in range(4):
        fleet = Fleet(Limit(10, 10), images=100, parties=2, seed=seed).run()
        assert fleet.done == 200
        assert fleet.ended < 19 * 1.5
        assert fleet.refused < 0.15


def test_a_limit_for_each_minute_is_waited_for() -> None:
    """Fifteen a minute, as free tiers have it; whoever comes too early is told how long
    the minute lasts."""
    fleet = Fleet(Limit(1, 15, window=60), images=60).run()
    assert fleet.done == 60
    assert fleet.ended < 180 + 10
    assert fleet.refused < 0.15


@pytest.mark.parametrize("told", [20.0, None])
def test_who_is_not_admitted_at_all_does_not_hammer(told: float | None) -> None:
    """A minute in which nothing is admitted. Told to wait 20 s, few ask in each of
    them; told nothing, all wait longer and longer. Afterwards the rate is what it was.
    """
    fleet = Fleet(Limit(10, 10), images=300, closed=(5, 65, told), seed=2).run()
    times = [at for at, _ in fleet.seen if 5 <= at < 65]
    assert len(times) < 25
    assert all(
        len([at for at in times if at // 1 == second]) <= 12 for second in range(65)
    )
    assert fleet.done == 300
    assert fleet.ended < 30 + 60 + 30


def test_a_provider_without_a_limit_is_asked_by_all_at_once_within_a_second() -> None:
    fleet = Fleet(Limit(1e9, 1e9), images=640, latency=0.8).run()
    assert fleet.ended < 16 * 1.12
    assert not fleet.refused


def test_a_call_that_was_told_to_wait_holds_nobody_else_up() -> None:
    rate = Rate()
    calls = [rate.start(0.0) for _ in range(AT_FIRST)]
    for call in calls[:-1]:
        rate.passed(call)
    assert rate.limited(calls[-1], 30.0, 0.1, 8) == 30.0
    assert rate.ready(0.1) < 1.0


def test_all_wait_where_one_after_another_is_refused() -> None:
    rate = Rate()
    now = 0.0
    for _ in range(ROW):
        now = max(now, rate.ready(now))
        rate.limited(rate.start(now), 2.0, now, 8)
    assert rate.ready(now) == now + 2.0


def test_what_headers_tell_is_kept_to_from_the_first_answer() -> None:
    rate = Rate()
    rate.passed(rate.start(0.0))
    rate.told(Allowance(calls=0.0, per_second=4.0))
    assert rate.per_second == pytest.approx(4.0, rel=0.05)
    faster = Rate()
    faster.passed(faster.start(0.0))
    faster.told(Allowance(calls=500.0, per_second=4.0))
    assert faster.per_second is None


@given(data=st.data())
@settings(max_examples=40)
def test_whatever_the_limit_a_run_ends_in_good_time(data: st.DataObject) -> None:
    """Rates, buckets, latencies, workers and what is told of the pause, right or wrong.

    The ideal: what the provider takes, and what the callers take. Allowed beyond a third
    more: the search at the beginning, the last call's pause, and the pauses that are
    told, shared by the callers who are there to keep them. Of one to three callers, who
    rarely meet a small limit and so find it late, twice and a half is asked (the worst of
    9,500 such runs took 2.1 times).
    """
    rate = data.draw(st.floats(1, 100))
    bucket = data.draw(st.floats(1, rate))
    latency = data.draw(st.floats(0.05, 2))
    workers = data.draw(st.integers(1, 64))
    told = data.draw(st.sampled_from([None, 1.0, 0.01, 4.0]))
    images = max(100, min(400, int(20 * rate)))
    fleet = Fleet(
        Limit(rate, bucket, retry_after=told),
        images,
        workers,
        latency,
        moment=0.02 / rate,
        seed=data.draw(st.integers(0, 1000)),
    ).run()
    refused = sum(not admitted for _, admitted in fleet.seen)
    pause = 1.1 * (1.0 if told is None else told)
    ideal = (images - bucket) / rate + images * latency / workers + latency
    pauses = pause * (1 + refused / workers)
    assert fleet.done == images
    more = 1.35 if workers > 3 else 2.5
    assert fleet.ended < more * ideal + 5 + 10 / rate + pauses
    assert refused < 20 + 0.15 * len(fleet.seen)
    assert max(party.most for party in fleet.all) < 10


def test_a_refusal_that_comes_late_is_no_row() -> None:
    """Later calls were answered before it came back."""
    rate = Rate()
    slow = rate.start(0.0)
    for number in range(1, 20):
        rate.passed(rate.start(number * 0.1))
    rate.limited(slow, 2.0, 2.0, 8)
    assert rate.ready(2.0) < 3.0
