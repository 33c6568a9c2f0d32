"""The same work is not paid for by two threads at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Alone:
    """While one thread is at a piece of work, another with the same key waits, and then
    finds it answered.

    `workers.each` keeps keys apart that are known before the work; this one is known
    only once the picture has been read.
    """

    def __init__(self) -> None:
        self._busy: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def at(self, key: str) -> Iterator[None]:
        """Wait for whoever is at `key`, then be the one."""
        mine = threading.Event()
        while (other := self._claim(key, mine)) is not mine:
            other.wait()
        try:
            yield
        finally:
            with self._lock:
                del self._busy[key]
            mine.set()

    def _claim(self, key: str, mine: threading.Event) -> threading.Event:
        with self._lock:
            return self._busy.setdefault(key, mine)
