"""A stream through threads: all of it, bounded, stoppable, and no error lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    stream.close()


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
    stream.close()
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
    stream = each(lambda n: release.wait(60) if n else None, range(10), 2, stop)
    next(stream)
    stop.set()
    began = time.monotonic()
    stream.close()
    assert time.monotonic() - began < 30
    release.set()


class Watched:
    """Work that notes which keys were in work at once, and in which order items came."""

    def __init__(self, slow: float = 0.002) -> None:
        self.slow = slow
        self.busy: set[str] = set()
        self.clashes: list[str] = []
        self.order: list[tuple[str, int]] = []
        self.most = 0
        self._lock = threading.Lock()

    def __call__(self, item: tuple[str, int]) -> None:
        key, _ = item
        with self._lock:
            if key in self.busy:
                self.clashes.append(key)
            self.busy.add(key)
            self.most = max(self.most, len(self.busy))
            self.order.append(item)
        time.sleep(self.slow)
        with self._lock:
            self.busy.discard(key)


def first(item: tuple[str, int]) -> str:
    return item[0]


@given(
    st.lists(st.sampled_from("abcd"), max_size=30),
    st.integers(min_value=2, max_value=6),
)
@settings(max_examples=60, deadline=None)
def test_no_two_of_one_key_are_in_work_at_once(keys: list[str], workers: int) -> None:
    items = [(key, number) for number, key in enumerate(keys)]
    work = Watched(0.0005)
    done = [one.item for one in each(work, items, workers, key=first)]
    assert work.clashes == []
    assert sorted(done) == sorted(items), "all of them, once"
    for key in set(keys):
        of_key = [item for item in work.order if item[0] == key]
        assert of_key == [item for item in items if item[0] == key], "as they came"


def test_other_keys_are_worked_on_while_one_is_busy() -> None:
    work = Watched(0.02)
    items = [("a", 1), ("a", 2), ("b", 3), ("c", 4)]
    assert len(list(each(work, items, 4, key=first))) == 4
    assert work.most == 3


def test_what_waits_for_its_key_is_read_no_further_ahead_and_is_forgotten_on_stop() -> (
    None
):
    read = 0
    stop = threading.Event()

    def items() -> Iterator[tuple[str, int]]:
        nonlocal read
        for read in range(1000):
            yield ("a", read)

    done = 0
    for one in each(Watched(), items(), 3, stop, key=first):
        done += 1
        if one.item[1] == 4:
            stop.set()
    assert read <= 4 + 2 * 3
    assert done <= 6, "what waited was not started any more"


def test_an_error_lets_the_next_of_its_key_start() -> None:
    def work(item: tuple[str, int]) -> None:
        raise ValueError(item[1])

    done = list(each(work, [("a", 1), ("a", 2), ("a", 3)], 2, key=first))
    assert [str(one.error) for one in done] == ["1", "2", "3"]
