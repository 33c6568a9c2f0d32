"""How long a model is asked that answers nothing but that it is asked too fast: one watch
per model and process, that all workers share.

Each of thirty-two workers hears the same refusal; a round is one of all of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST = 900.0
"""Seconds without an answer, while the provider says when to come again, or that it is
overloaded."""
BRIEF = 90.0
"""Seconds without an answer where it does not say when: such a limit may never end. Longer
than a minute, which is what most limits count."""
ROUNDS = 8
"""That are asked at least in that time."""


class Standstill:
    """`begin` before a call, then `passed` or `limited`. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._round = 0
        self._rounds = 0
        """Since the last answer."""
        self._since = 0.0
        """When the first of them was refused."""

    def begin(self) -> int:
        """The round of a call that starts now."""
        with self._lock:
            return self._round

    def passed(self) -> None:
        """A call was answered, or a run begins."""
        with self._lock:
            self._rounds = 0

    def limited(self, began: int, *, brief: bool) -> float | None:
        """A call of that round was refused. The seconds for which nothing was answered,
        once it is enough. `brief`: nobody said when it ends."""
        with self._lock:
            now = self._clock()
            if self._rounds == 0:
                self._since = now
            if began == self._round:
                self._round += 1
                self._rounds += 1
            gone = now - self._since
            enough = gone >= LONGEST
            if brief:
                enough = gone >= BRIEF and self._rounds >= ROUNDS
            if not enough:
                return None
            self._rounds = 0
            return gone


_all: dict[str, Standstill] = {}
_making = threading.Lock()


def of(model: str) -> Standstill:
    """Whether a model stands still, in this process."""
    with _making:
        return _all.setdefault(model, Standstill())
