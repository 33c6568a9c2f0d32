"""Why a run ends before its last image."""

from __future__ import annotations

import itertools
import threading

from altsync.errors import AltsyncError, Interrupted, ModelStopped, SourceError
from altsync.generate.brake import Brake

IN_A_ROW = 5
"""Images that may fail one after another for the same cause, before the run stops and
says so."""


class FailuresInARow:
    """Counts failures in the order in which the work was begun, not in which it ended:
    what fails at once overtakes what takes its time to succeed. Threads may share it.

    What is still in work, or went well, ends the row.
    """

    def __init__(self, most: int, kind: type[AltsyncError]) -> None:
        """`kind`: of the error that stops the run."""
        self._most = most
        self._kind = kind
        self._turns = itertools.count()
        self._failed: set[int] = set()
        self._lock = threading.Lock()

    def begin(self) -> int:
        """One more piece of work: its turn."""
        return next(self._turns)

    def failed(self, turn: int, problem: str) -> AltsyncError | None:
        """The work of that turn failed. The reason to stop, once it stands in a row
        that is long enough."""
        with self._lock:
            self._failed.add(turn)
            row = self._beside(turn, -1) + 1 + self._beside(turn, +1)
        if row < self._most:
            return None
        return self._kind(
            f"{self._most} images in a row failed, the last one so: {problem}"
            " Stopped; what arrived is kept. Run the same command again later to go on."
        )

    def _beside(self, turn: int, step: int) -> int:
        """How many failed next to it, in that direction."""
        count = 0
        while count < self._most and turn + step * (count + 1) in self._failed:
            count += 1
        return count


class ModelRows:
    """What is counted of one model."""

    def __init__(self, model: str) -> None:
        self.calls = FailuresInARow(IN_A_ROW, ModelStopped)
        """Questions that nobody answered."""
        self.brake = Brake(model)
        """Answers without a usable text."""
        self.faults = FailuresInARow(IN_A_ROW, AltsyncError)
        """Answers that altsync itself failed on."""


class Ending(threading.Event):
    """Set by the owner (Ctrl-C, through `user`) or by the run itself, which then has a
    reason. Threads may share it.

    The site and each model are counted for themselves: a model that answers says
    nothing of pictures that do not come.
    """

    def __init__(self, user: threading.Event) -> None:
        super().__init__()
        self._user = user
        self._lock = threading.Lock()
        self.site = FailuresInARow(IN_A_ROW, SourceError)
        """Pictures that the site did not give."""
        self.faults = FailuresInARow(IN_A_ROW, AltsyncError)
        """Images that altsync itself failed on, before a model was asked."""
        self._models: dict[str, ModelRows] = {}
        self.reason: AltsyncError | None = None

    def is_set(self) -> bool:
        return super().is_set() or self._user.is_set()

    def because(self, reason: AltsyncError) -> None:
        """End the run. The first reason counts."""
        with self._lock:
            self.reason = self.reason or reason
        self.set()

    def model(self, name: str) -> ModelRows:
        """What is counted of this model."""
        with self._lock:
            return self._models.setdefault(name, ModelRows(name))

    def failed(self, row: FailuresInARow, turn: int, problem: str) -> None:
        """One more failure of a row. After several the rest would fare no better."""
        reason = row.failed(turn, problem)
        if reason is not None:
            self.because(reason)

    def check(self) -> None:
        """Raises the reason, or Interrupted where the owner stopped it."""
        if self.reason is not None:
            raise self.reason
        if self.is_set():
            raise Interrupted(
                "Stopped. What arrived is kept; run the same `altsync generate` again"
                " to go on."
            )
