"""llm's own log, in a file of its own beside the mirror: `llm logs -d data/llm.db`, and
Datasette serves both.

One thread writes, many responses to a transaction (30 to 40 ms each with a commit of
its own, 6 to 8 without). It is a copy for people: the run never waits for it, never
fails with it, and ends without it. Where the log cannot keep up or cannot be written,
responses are left out and counted; the candidates are what counts.
"""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import Any

from altsync.generate import llmdb
from altsync.generate.asking import attach_by_path
from altsync.generate.llmdb import BrokenLog
from altsync.generate.task import Reply
from altsync.render.text import count

WAITING = 500
"""Responses that may wait to be written."""
BATCH_SECONDS = 2.0
LOOK = 0.1
"""Seconds between two looks whether the run has ended."""
REST = 1.0
"""Seconds before a log that cannot be written now is tried again."""
AT_LAST = 10.0
"""Seconds after the last answer in which what waits is still written."""


class LlmLog:
    """Takes replies and writes them in the background; `close` gives it AT_LAST seconds
    to end, and goes on in any case."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: queue.Queue[Any] = queue.Queue(WAITING)
        self._ending = threading.Event()
        """Nothing more comes. No mark in the queue says so: it could be lost."""
        self._batch: list[Any] = []
        """What the thread has taken and not written."""
        self._strikes = 0
        self._thread = threading.Thread(
            target=self._run, name="altsync-llm-log", daemon=True
        )
        self._started = False
        self._starting = threading.Lock()
        self._taken = 0
        self._broken: Path | None = None
        self.written = 0
        self.error = ""

    @property
    def dropped(self) -> int:
        """Responses that are not in the log."""
        return self._taken - self.written

    @property
    def trouble(self) -> str:
        """What the log lacks, in sentences for the owner; '' where it is whole."""
        said = []
        if self._broken is not None:
            said.append(
                f"llm's log {self._path} was broken (a migration that was cut short,"
                f" or no database): it is kept as {self._broken.name}, and a new one"
                " was begun."
            )
        if self.error:
            said.append(self.error)
        if self.dropped:
            lacking = count(self.dropped, "response")
            why = "" if self.error else "llm's log could not keep up. "
            said.append(f"{why}Left out of it: {lacking}.")
        return " ".join(said)

    def put(self, replies: tuple[Reply, ...], *pictures: Path | None) -> None:
        """Called from many threads. Keeps the paths of the pictures in place of their
        bytes."""
        for reply in replies:
            if reply.response is None:
                continue
            attach_by_path(reply.response, pictures)
            with self._starting:
                self._taken += 1
                if not self._started:
                    self._started = True
                    self._thread.start()
            try:
                self._queue.put_nowait(reply.response)
            except queue.Full:
                continue  # left out, and counted

    def close(self, seconds: float = AT_LAST) -> None:
        """Write what waits, as far as that goes in so many seconds."""
        if not self._started:
            return
        self._ending.set()
        self._thread.join(seconds)
        if self._thread.is_alive() and not self.error:
            self._cannot("it took too long")

    def __enter__(self) -> LlmLog:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        at_once = kind is not None and issubclass(kind, KeyboardInterrupt)
        self.close(0.0 if at_once else AT_LAST)

    def _run(self) -> None:
        """Until the run has ended and nothing waits."""
        while self._batch or not self._ended():
            self._batch = self._batch or self._gather()
            try:
                self._write()
            except Exception as error:
                last = self._ending.is_set()
                if not self._mended(error, last=last):
                    return
                time.sleep(REST)

    def _write(self) -> None:
        """Batch after batch, for as long as that goes well."""
        if not self._batch:
            return
        with llmdb.opened(self._path) as db:
            while self._batch:
                self._transaction(db)
                self.error = ""
                self._batch = self._gather()

    def _transaction(self, db: Any) -> None:
        """All together; where that fails by one of them, each by itself, and what llm
        cannot store is left out."""
        try:
            _log(db, self._batch)
            self.written += len(self._batch)
        except Exception as error:
            if llmdb.is_about_the_file(error):
                raise
            while self._batch:
                self.written += _alone(db, self._batch[0])
                del self._batch[0]

    def _mended(self, error: Exception, *, last: bool) -> bool:
        """Whether to try again. What cannot be written now waits for the rest of the
        run: a lock may go, a disk may be given room."""
        if isinstance(error, BrokenLog):
            return self._renewed(error)
        why = llmdb.in_the_way(error)
        self._cannot(why or type(error).__name__)
        return bool(why) and not last

    def _renewed(self, broken: BrokenLog) -> bool:
        """A new file in place of a broken one: at the second look, since llm itself may
        be at its migrations, and once."""
        self._strikes += 1
        if self._strikes == 1:
            return True
        self._cannot("llm cannot use it")
        if self._strikes > 2:
            return False
        try:
            self._broken = llmdb.set_aside(self._path, broken.file)
        except OSError:
            return False
        return True

    def _gather(self) -> list[Any]:
        """What comes within BATCH_SECONDS of the first; nothing once the run has ended
        and all was taken. Short transactions would sync the disk for each response."""
        batch: list[Any] = []
        until = float("inf")
        while len(batch) < WAITING and time.monotonic() < until:
            try:
                batch.append(self._queue.get(timeout=LOOK))
            except queue.Empty:
                if self._ending.is_set():
                    break
            if batch and until == float("inf"):
                until = time.monotonic() + BATCH_SECONDS
        return batch

    def _ended(self) -> bool:
        return self._ending.is_set() and self._queue.empty()

    def _cannot(self, why: str) -> None:
        self.error = f"llm's log {self._path} could not be written: {why}."


def _log(db: Any, responses: list[Any]) -> None:
    with llmdb.together(db):
        for response in responses:
            response.log_to_db(db)


def _alone(db: Any, response: Any) -> int:
    """How many were written: 1, or 0 where llm cannot store this response."""
    try:
        _log(db, [response])
    except Exception as error:
        if llmdb.is_about_the_file(error):
            raise
        return 0
    return 1
