"""Questions that are written down for somebody else to answer, and not asked from here."""

from __future__ import annotations

from abc import ABC, abstractmethod

from altsync.errors import ModelStopped
from altsync.generate.alone import Alone
from altsync.generate.books import Books
from altsync.generate.ending import Ending
from altsync.generate.inquiry import Came
from altsync.generate.job import Job
from altsync.generate.purse import Purse
from altsync.generate.settings import Settings
from altsync.generate.task import Outcome
from altsync.generate.trouble import Remedy
from altsync.store import handovers
from altsync.store.store import Store


class WritesDown(ABC):
    """What becomes of each question: a line. Threads share it. See `inquiry.Asks`."""

    purse: Purse | None = None
    """Nothing is paid from here."""

    def __init__(
        self, store: Store, settings: Settings, kept: Books, ending: Ending
    ) -> None:
        self._store = store
        self._settings = settings
        self._books = kept
        self._ending = ending
        self._alone = Alone()

    @property
    def on_the_way(self) -> int:
        """Nothing is asked from here."""
        return 0

    def about(self, job: Job) -> Came:
        """Write the question down, where nobody has answered it and nobody has it."""
        with self._alone.at(job.key):
            if self._ending.is_set():
                return Came.OPEN
            if self._has(job):
                return Came.WAITS
            if not self._settings.again:
                known = self._books.known(job)
                if known is not None:
                    return Came.TEXT if known else Came.DEAD
            return self._write(job)

    def give_up(self) -> int:
        """Nothing is ever on its way."""
        return 0

    @abstractmethod
    def close(self) -> None:
        """Every line is written."""

    @abstractmethod
    def _has(self, job: Job) -> bool:
        """Whether it is written down, or handed over, already: one answer is for every
        image with this question."""

    @abstractmethod
    def _write(self, job: Job) -> Came:
        """A line of it."""

    def _reason(self, job: Job) -> str:
        """Why the last answer to it could not be used, or ''."""
        with self._store.read() as conn:
            return handovers.reason(conn, job.key)

    def _not_written(self, job: Job, outcome: Outcome) -> Came:
        """The model's plugin makes no request of it."""
        if outcome.remedy is Remedy.STOP:
            self._ending.because(ModelStopped(outcome.said))
            return Came.OPEN
        self._books.fail(job, outcome.problem, outcome, 0.0)
        return Came.FAILED
