"""A stream of work through threads: bounded, stoppable, results in the calling thread.

In no order, but for items of one key: those are done one after the other, as they came.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
TICK = 0.25
"""Seconds that the calling thread waits for a result before it looks up."""


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
    key: Callable[[T], Hashable] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Generator[Done[T, R]]:
    """Run `work` on every item in `workers` threads; yield each as it is done.

    No two items of one `key` are worked on at once, in whatever order they come: an
    item waits until the one before it is done and taken. `items` is read as results are
    taken, never more than twice the workers ahead, those that wait included: memory
    stays flat. Once `stop` is set no further item is started; those in flight still
    arrive. Items are read in the calling thread, so an error of the iterator reaches
    the caller (after the results in flight). Whoever leaves the stream early, by an
    error of his own, waits for what is in flight: it may hold a PATCH, or an answer
    that was paid for. The stream is to be closed (`contextlib.closing`): one that an
    error's traceback holds is left by the garbage collector, at any time and in any
    thread. Only a second Ctrl-C does not wait (`stop` is set, and still the
    stream is left). `meanwhile` is called in the calling thread, between results and
    some times a second while none comes.
    """
    halt = threading.Event() if stop is None else stop
    crew = _Crew(work, workers, key)
    supply = _Supply(items)
    finished = False
    try:
        while True:
            while supply.more and crew.has_room and not halt.is_set():
                supply.give(crew)
            if halt.is_set():
                supply.more = False
                crew.forget()
            if not crew.flying:
                finished = True
                break
            yield crew.result(meanwhile)
    finally:
        crew.leave(wait=finished or not halt.is_set())
    if supply.error is not None:
        raise supply.error


class _Supply(Generic[T]):
    """The items, until they end. An error of theirs ends them too, and is kept."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)
        self.more = True
        self.error: Exception | None = None

    def give(self, crew: _Crew[T, R]) -> None:
        try:
            item = next(self._items)
        except StopIteration:
            self.more = False
        except Exception as error:
            self.more, self.error = False, error
        else:
            crew.take(item)


class _Crew(Generic[T, R]):
    """Threads, what they have to do, and what has to wait for its turn."""

    def __init__(
        self,
        work: Callable[[T], R],
        workers: int,
        key: Callable[[T], Hashable] | None,
    ) -> None:
        self._work = work
        self._workers = workers
        self._key = key
        self._waiting: dict[Hashable, deque[T]] = {}
        """Of each key that is in work: the items that come after."""
        self._todo: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done[T, R]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.flying = 0
        """Items that were taken and whose results were not."""

    @property
    def has_room(self) -> bool:
        """Whether one more item may be taken."""
        return self.flying < 2 * self._workers

    def take(self, item: T) -> None:
        """Start an item, or let it wait for the one of its key."""
        self.flying += 1
        if self._key is None:
            self._start(item)
            return
        key = self._key(item)
        if key in self._waiting:
            self._waiting[key].append(item)
        else:
            self._waiting[key] = deque()
            self._start(item)

    def result(self, meanwhile: Callable[[], object] | None) -> Done[T, R]:
        """The next that is done; what waited for it starts."""
        done = self._wait(meanwhile)
        self.flying -= 1
        if self._key is not None:
            self._next_of(self._key(done.item))
        return done

    def _wait(self, meanwhile: Callable[[], object] | None) -> Done[T, R]:
        if meanwhile is None:
            return self._done.get()
        while True:
            meanwhile()
            try:
                return self._done.get(timeout=TICK)
            except queue.Empty:
                continue

    def forget(self) -> None:
        """Give up what no thread has started yet."""
        self.flying -= self._unstarted()
        for waiting in self._waiting.values():
            self.flying -= len(waiting)
            waiting.clear()

    def leave(self, *, wait: bool) -> None:
        """Send the threads home."""
        self._unstarted()
        for _ in self._threads:
            self._todo.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _start(self, item: T) -> None:
        self._todo.put(item)
        if len(self._threads) < min(self._workers, self.flying):
            thread = threading.Thread(
                target=self._run, daemon=True, name="altsync-worker"
            )
            self._threads.append(thread)
            thread.start()

    def _next_of(self, key: Hashable) -> None:
        waiting = self._waiting[key]
        if waiting:
            self._start(waiting.popleft())
        else:
            del self._waiting[key]

    def _unstarted(self) -> int:
        """Take back what lies in the queue; how many that were."""
        count = 0
        while True:
            try:
                if self._todo.get_nowait() is not None:
                    count += 1
            except queue.Empty:
                return count

    def _run(self) -> None:
        while (item := self._todo.get()) is not None:
            try:
                self._done.put(Done(item, self._work(item), None))
            # handed to the caller: a thread that died in silence would hang it
            except BaseException as error:
                self._done.put(Done(item, None, error))
