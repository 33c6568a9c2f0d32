"""A host that was asked and has not been heard at all yet: said once, while it is waited
for, to whoever listens to `LOG`."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

LOG = logging.getLogger("altsync.waiting")
"""Sentences for whoever waits, of level INFO."""
AFTER = 4.0
"""Seconds until it is said: later than a host is given up that takes no connection."""


class Silence:
    """Until `met` is set."""

    def __init__(self, met: threading.Event) -> None:
        self._met = met
        self._told = False

    @contextlib.contextmanager
    def heeded(self, host: str, seconds: float) -> Iterator[None]:
        """Around one request, which is waited for up to so many seconds."""
        if self._told or self._met.is_set() or not LOG.isEnabledFor(logging.INFO):
            yield
            return

        def tell() -> None:
            if not self._told:
                self._told = True
                LOG.info(
                    "%s has not answered yet. Each request is waited for up to %.0f s;"
                    " Ctrl-C stops.",
                    host,
                    seconds,
                )

        timer = threading.Timer(AFTER, tell)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
