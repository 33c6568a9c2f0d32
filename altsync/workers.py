"""A stream of work through threads: bounded, in no order, stoppable, results in the
calling thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Done(Generic[T, R]):
    """One finished piece of work: `result`, or the `error` that the function raised."""

    __slots__ = ("error", "item", "result")

    def __init__(self, item: T, result: R | None, error: BaseException | None) -> None:
        self.item = item
        self.result = result
        self.error = error


def each(
    work: Callable[[T], R],
    items: Iterable[T],
    workers: int,
    stop: threading.Event | None = None,
) -> Iterator[Done[T, R]]:
    """Run `work` on every item in `workers` threads; yield each as it is done.

    `items` is read as results are taken, never more than twice the workers ahead:
    memory stays flat. Once `stop` is set no further item is started; those in flight
    still arrive. Items are read in the calling thread, so an error of the iterator
    reaches the caller (after the results in flight). Whoever leaves the stream early,
    by an error of his own, waits for what is in flight: it may hold a PATCH, or an
    answer that was paid for. Only a second Ctrl-C does not wait (`stop` is set, and
    still the stream is left).
    """
    todo: queue.SimpleQueue[T | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[Done[T, R]] = queue.SimpleQueue()

    def run() -> None:
        while (item := todo.get()) is not None:
            try:
                done.put(Done(item, work(item), None))
            # handed to the caller: a thread that died in silence would hang it
            except BaseException as error:
                done.put(Done(item, None, error))

    threads: list[threading.Thread] = []
    source = iter(items)
    flying = 0
    more = True
    failed: Exception | None = None
    finished = False
    try:
        while True:
            while more and flying < 2 * workers:
                if stop is not None and stop.is_set():
                    more = False
                    break
                try:
                    todo.put(next(source))
                except StopIteration:
                    more = False
                    break
                except Exception as error:
                    more, failed = False, error
                    break
                flying += 1
                if len(threads) < min(workers, flying):
                    threads.append(
                        threading.Thread(target=run, daemon=True, name="altsync-worker")
                    )
                    threads[-1].start()
            if stop is not None and stop.is_set():
                flying -= _unstarted(todo)
            if not flying:
                finished = True
                break
            yield done.get()
            flying -= 1
    finally:
        _unstarted(todo)
        for _ in threads:
            todo.put(None)
        if finished or stop is None or not stop.is_set():
            for thread in threads:
                thread.join()
    if failed is not None:
        raise failed


def _unstarted(todo: queue.SimpleQueue[T | None]) -> int:
    """Take back what no thread has started yet."""
    count = 0
    while True:
        try:
            if todo.get_nowait() is not None:
                count += 1
        except queue.Empty:
            return count
