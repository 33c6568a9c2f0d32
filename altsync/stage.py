"""What the stages share: one shape, `Stage(context, …).run() -> outcome`.

pull, generate and push are built alike: the context says with what they work, their own
fields say what is asked of them, and `run` does it once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from altsync.errors import AltsyncError
from altsync.report import Quiet, Report
from altsync.sources.base import Source
from altsync.store.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """With what a stage works. The caller opens and closes source and store."""

    source: Source
    store: Store
    report: Report = field(default_factory=Quiet)
    threads: int = 8
    """How many workers may be busy at a time."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Once it is set nothing new is begun; what is in flight is settled and kept."""

    def say_remarks(self) -> None:
        """Tell the owner what the source remarked on the way."""
        for sentence in getattr(self.source, "remarks", ()):
            self.report.say(sentence)


class Breaker:
    """Counts failures in a row, from any thread: after `most` of them the rest would
    fare no better."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._row = 0
        self._lock = threading.Lock()

    def passed(self) -> None:
        """Something went well: the row ends."""
        with self._lock:
            self._row = 0

    def failed(self) -> bool:
        """One more failure. True once the row is long enough to stop."""
        with self._lock:
            self._row += 1
            return self._row >= self.most


def in_the_ledger(error: BaseException) -> str:
    """Why a run ended, as its ledger row keeps it: the owner's sentence, or at least
    what kind of error it was. Never the words of an error that is not altsync's own."""
    if isinstance(error, AltsyncError) and str(error):
        return str(error)
    return type(error).__name__
