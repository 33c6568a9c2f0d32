"""Whether a cluster is there, and has anybody who can do the work."""

from __future__ import annotations

import threading
import time
from typing import Any

from altsync.generate.workforce import Workforce

TICK = 1.0
"""Seconds between two looks of a thread that waits whether the cluster is still there."""
WORKERS = 30.0
"""Seconds without any worker until the run ends: a nanny has a new one after some."""
LOST_WITH_IT = (
    "what the workers were asking is lost with it, on record at an estimated cost."
)
AGAIN = "What arrived is kept; run the same `altsync generate` again to go on."


class Watch:
    """Whether anybody is there to work. A thread of its own asks the scheduler."""

    def __init__(self, client: Any, address: str, workforce: Workforce) -> None:
        self._client = client
        self._address = address
        self._workforce = workforce
        self._ended = threading.Event()
        self._seen = time.monotonic()
        """When there was a worker last."""
        self.reason = ""
        """Why no more work is done; '' while it is."""
        self.lost_scheduler = False

    @property
    def why(self) -> str:
        """The reason, of whoever met it before the watch did."""
        if not self.reason:
            self._lose()
        return self.reason

    def look(self) -> None:
        """Once."""
        if self._client.status != "running":
            self._lose()
            return
        try:
            there = self._client.nthreads()
        except Exception:
            return  # its status tells, at the next look
        self._workforce.seen(there)
        now = time.monotonic()
        if self._workforce.fit:
            self._seen = now
        elif now - self._seen > WORKERS:
            which = " that can do the work" if there else ""
            self.reason = (
                f"The cluster {self._address} has had no worker{which} for"
                f" {WORKERS:.0f} seconds. {AGAIN}"
            )

    def _lose(self) -> None:
        self.lost_scheduler = True
        self.reason = (
            f"The scheduler {self._address} has gone, or the way to it: {LOST_WITH_IT}"
            f" {AGAIN}"
        )

    def run(self) -> None:
        """Until the end, or until there is a reason to end."""
        while not self.reason and not self._ended.wait(TICK):
            self.look()

    def end(self) -> None:
        self._ended.set()
        self._workforce.end()
