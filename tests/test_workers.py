"""A stream through threads: all of it, bounded, stoppable, and no error lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from altsync.workers import each


@pytest.mark.parametrize("workers", [1, 4, 32])
def test_every_item_is_done_once(workers: int) -> None:
    done = [d.result for d in each(lambda n: n * n, range(500), workers)]
    assert sorted(r for r in done if r is not None) == [n * n for n in range(500)]


def test_nothing_to_do() -> None:
    assert list(each(lambda n: n, [], 4)) == []


def test_an_error_belongs_to_its_item() -> None:
    def work(n: int) -> int:
        if n == 3:
            raise ValueError("three")
        return n

    errors = [
        (d.item, str(d.error)) for d in each(work, range(6), 2) if d.error is not None
    ]
    assert errors == [(3, "three")]


def test_items_are_read_only_a_little_ahead() -> None:
    read = 0

    def items() -> Iterator[int]:
        nonlocal read
        for n in range(1000):
            read += 1
            yield n

    stream = each(lambda n: n, items(), 4)
    for _ in range(10):
        next(stream)
    assert read <= 10 + 2 * 4
    stream.close()  # type: ignore[attr-defined]


def test_results_in_flight_arrive_before_the_iterators_own_error() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise OSError("the list broke off")

    seen: list[int] = []
    with pytest.raises(OSError, match="broke off"):
        for done in each(lambda n: n, items(), 2):
            seen.append(done.item)
    assert sorted(seen) == [0, 1, 2, 3, 4]


def test_stop_starts_nothing_more_and_keeps_what_is_in_flight() -> None:
    stop = threading.Event()
    started: list[int] = []

    def work(n: int) -> int:
        started.append(n)
        if n == 5:
            stop.set()
        time.sleep(0.002)
        return n

    done = [d.item for d in each(work, range(10_000), 3, stop)]
    assert sorted(done) == sorted(started)
    assert len(started) < 40


def test_threads_end_when_the_stream_is_dropped() -> None:
    before = threading.active_count()
    stream = each(lambda n: n, range(1000), 8)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert threading.active_count() <= before


def test_who_leaves_early_waits_for_what_is_in_flight() -> None:
    done: list[int] = []

    def work(n: int) -> None:
        time.sleep(0.05)
        done.append(n)

    def leave() -> None:
        for _ in each(work, range(1000), 4):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        leave()
    count = len(done)
    time.sleep(0.1)
    assert len(done) == count >= 4


def test_a_second_interrupt_does_not_wait() -> None:
    stop = threading.Event()
    release = threading.Event()
    stream = each(lambda n: release.wait(5) if n else None, range(10), 2, stop)
    next(stream)
    stop.set()
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 4
    release.set()
