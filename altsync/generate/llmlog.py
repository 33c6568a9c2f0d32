"""llm's own log, in a file of its own beside the mirror: `llm logs -d data/llm.db`, and
Datasette serves both.

One thread writes, many responses to a transaction (30 to 40 ms each with a commit of
its own, 6 to 8 without). The run never waits for it: where the log cannot keep up,
responses are left out and counted; the candidates are what counts.
"""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import Any

from altsync.generate.asking import attach_by_path
from altsync.generate.task import Reply

WAITING = 500
"""Responses that may wait to be written."""
BATCH_SECONDS = 2.0


class LlmLog:
    """Takes replies and writes them in the background; `close` waits until all are written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: queue.Queue[tuple[Any, Path | None] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(
            target=self._run, name="altsync-llm-log", daemon=True
        )
        self._started = False
        self._starting = threading.Lock()
        self.dropped = 0
        self.written = 0
        self.error = ""

    @property
    def trouble(self) -> str:
        """What the log lacks, in a sentence for the owner; '' where it is whole."""
        if self.error or not self.dropped:
            return self.error
        return f"llm's log could not keep up: {self.dropped:,} responses are not in it."

    def put(self, replies: tuple[Reply, ...], picture: Path | None) -> None:
        """Called from many threads. Keeps the path of the picture in place of its bytes."""
        for reply in replies:
            if reply.response is None:
                continue
            try:
                self._queue.put_nowait((reply.response, picture))
            except queue.Full:
                self.dropped += 1
        with self._starting:
            if not self._started:
                self._started = True
                self._thread.start()

    def close(self) -> None:
        """Write what waits."""
        if self._started:
            self._queue.put(None)
            self._thread.join()

    def __enter__(self) -> LlmLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        import sqlite_utils

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite_utils.Database(self._path)
            db.enable_wal()
            try:
                while self._batch(db):
                    pass
            finally:
                db.close()
        except Exception as error:
            # A log that cannot be written (a full disk, a locked file) must not cost
            # the run an answer.
            self.error = (
                f"llm's log {self._path} could not be written ({type(error).__name__})."
            )
            while self._queue.get() is not None:
                self.dropped += 1

    def _batch(self, db: Any) -> bool:
        """One transaction; False after the last. Short ones would sync the disk for
        each response."""
        waiting, more = self._gather()
        if not waiting:
            return False
        if not self.written:
            from llm.migrations import migrate

            migrate(db)  # type: ignore[no-untyped-call]
        with db.atomic():
            for response, picture in waiting:
                attach_by_path(response, picture)
                response.log_to_db(db)
        self.written += len(waiting)
        return more

    def _gather(self) -> tuple[list[tuple[Any, Path | None]], bool]:
        """What came within BATCH_SECONDS of the first, and whether more may come."""
        waiting: list[tuple[Any, Path | None]] = []
        left: float | None = None
        until = 0.0
        while len(waiting) < WAITING and (left is None or left > 0):
            try:
                item = self._queue.get(timeout=left)
            except queue.Empty:
                break
            if item is None:
                return waiting, False
            if not waiting:
                until = time.monotonic() + BATCH_SECONDS
            waiting.append(item)
            left = until - time.monotonic()
        return waiting, True
