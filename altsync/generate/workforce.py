"""Which workers of a cluster may be given work: those that have said that they can do it.

A worker that joins in the midst of a run is asked as those were that were there before it.
One that cannot do the work is named once, and is given none; the run goes on with the
others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

Introduces = Callable[[Sequence[str]], Mapping[str, str]]
"""Asks workers, by their addresses, whether they can do the work: why not, of those that
cannot."""


class Workforce:
    """Threads may share it."""

    def __init__(
        self,
        fit: Iterable[str],
        introduces: Introduces,
        tell: Callable[[str], object],
    ) -> None:
        """`fit`: those that have been asked already. `tell` is given a sentence."""
        self._fit = frozenset(fit)
        self._unfit: set[str] = set()
        self._asked: set[str] = set()
        self._introduces = introduces
        self._tell = tell
        self._ended = False
        self._lock = threading.Lock()

    @property
    def fit(self) -> frozenset[str]:
        """Those that are there and can do the work."""
        return self._fit

    def seen(self, there: Iterable[str]) -> None:
        """Workers that are there now. Who has gone is a stranger when it comes again.
        Strangers are asked by a thread of its own: that may take a while."""
        now = frozenset(there)
        with self._lock:
            self._fit &= now
            self._unfit &= now
            strangers = sorted(now - self._fit - self._unfit - self._asked)
            self._asked.update(strangers)
        if strangers:
            threading.Thread(
                target=self._ask,
                args=(strangers,),
                daemon=True,
                name="altsync-workforce",
            ).start()

    def end(self) -> None:
        """Nobody is asked or told of any more."""
        self._ended = True

    def _ask(self, strangers: Sequence[str]) -> None:
        unfit = self._introduces(strangers)
        with self._lock:
            self._asked.difference_update(strangers)
            if self._ended:
                return
            self._unfit.update(unfit)
            self._fit |= frozenset(strangers) - frozenset(unfit)
        for worker, why in sorted(unfit.items()):
            self._tell(
                f"The worker {worker} joined and is left out of this run, since it cannot"
                f" do the work: {why}"
            )
