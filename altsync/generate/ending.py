"""Why a run ends before its last image."""

from __future__ import annotations

import threading

from altsync.errors import AltsyncError, Interrupted, ModelStopped
from altsync.stage import Breaker

IN_A_ROW = 5
"""Images that may fail one after another because nothing answers, before the run stops
and says so."""


class Ending(threading.Event):
    """Set by the owner (Ctrl-C, through `user`) or by the run itself, which then has a
    reason. Threads may share it."""

    def __init__(self, user: threading.Event) -> None:
        super().__init__()
        self._user = user
        self._breaker = Breaker(IN_A_ROW)
        self._lock = threading.Lock()
        self.reason: AltsyncError | None = None

    def is_set(self) -> bool:
        return super().is_set() or self._user.is_set()

    def because(self, reason: AltsyncError) -> None:
        """End the run. The first reason counts."""
        with self._lock:
            self.reason = self.reason or reason
        self.set()

    def answered(self) -> None:
        """Somebody answered, be it with a refusal: the row of failures ends."""
        self._breaker.passed()

    def unanswered(self, error: AltsyncError) -> None:
        """Nobody answered. After several images in a row the rest would fare no better."""
        if not self._breaker.failed():
            return
        self.because(
            ModelStopped(
                f"{IN_A_ROW} images in a row failed, the last one so: {error} Stopped;"
                " what arrived is kept. Run the same `altsync generate` again later to"
                " go on."
            )
        )

    def check(self) -> None:
        """Raises the reason, or Interrupted where the owner stopped it."""
        if self.reason is not None:
            raise self.reason
        if self.is_set():
            raise Interrupted(
                "Stopped. What arrived is kept; run the same `altsync generate` again"
                " to go on."
            )
