"""Who has which image open at this moment, so that two colleagues do not judge the same one.

A hint, no lock, in the memory of one process: what decides is what a verdict finds when it
is written.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence

LONG = 120.0
"""Seconds after which an image counts as left."""


class OpenNow:
    """The image that each reviewer was shown last, or typed on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, tuple[str, float]] = {}

    def show(self, reviewer: str, image: str) -> None:
        """It is open in this reviewer's browser now, and what was before is not."""
        with self._lock:
            self._open[reviewer] = (image, self._clock())

    def others(self, reviewer: str) -> dict[str, str]:
        """Images that somebody else has open, with the name."""
        with self._lock:
            return self._others(reviewer)

    def _others(self, reviewer: str) -> dict[str, str]:
        since = self._clock() - LONG
        return {
            image: name
            for name, (image, at) in self._open.items()
            if name != reviewer and at > since
        }

    def take(self, reviewer: str, first: Callable[[int], Sequence[str]]) -> str:
        """The next image for this reviewer, who has it open from now on; '' where there
        is none. `first` gives so many from the queue, in its order.

        One that nobody else has open; where all are, the first of them. Whoever asks at
        the same moment gets another.
        """
        with self._lock:
            taken = self._others(reviewer)
            image = next(iter(free(first(len(taken) + 1), taken)), "")
            if image:
                self._open[reviewer] = (image, self._clock())
            return image


def free(images: Sequence[str], taken: Collection[str]) -> Sequence[str]:
    """Those that nobody else has open; all, where that would be none."""
    return [image for image in images if image not in taken] or images
