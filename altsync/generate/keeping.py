"""The one place through which a run stores anything: in the database, or, where that
cannot be written, in a file beside it, until it can.

A paid answer is on the disk before its thread goes on. Where the database refuses, the
answer goes into the spill file at once, no new call is started, and the run's own
thread tries again: for as long as the owner lets it where another program holds the
lock. A disk that refuses ends the run, once every answer on its way has come and lies
in a file. Where the spill file cannot be written either, answers wait in memory; when
the owner ends the run they go to the temporary directory.
"""

from __future__ import annotations

import shlex
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

from altsync.errors import Locked, StoreError, Unwritable
from altsync.generate.ending import Ending
from altsync.store import spill
from altsync.store.paid import PaidAnswer
from altsync.store.refusal import who
from altsync.store.spill import Spill
from altsync.store.store import Store

PATIENCE = 1.0
"""Seconds that an answer waits for the lock before it goes into the spill file."""
RETRY = 1.0
"""Seconds between two looks whether the database can be written again."""
BRIEFLY = 0.25
"""Seconds that such a look waits for the lock: Ctrl-C is heard in between."""

Note: TypeAlias = Callable[[sqlite3.Connection], object]
"""What is written down without having been paid for: it waits, and is dropped at last."""


class Keeper:
    """Keeps what threads hand to it. `retry` and `finish` belong to the run's own thread,
    and speak through `say`."""

    def __init__(
        self, store: Store, ending: Ending, say: Callable[[str], object]
    ) -> None:
        self._store = store
        self._ending = ending
        self._say = say
        self._spill = Spill(store.path)
        with store.read() as conn:
            self._owner = spill.identity(conn)
        self._turn = threading.Lock()
        self._refusal: StoreError | None = None
        self._spilled = 0
        self._memory: list[PaidAnswer] = []
        self._notes: list[Note] = []
        self._said = ""
        self._next = 0.0

    @property
    def holds(self) -> bool:
        """Something waits to be stored: no new call may be started."""
        return self._refusal is not None

    def keep(self, answer: PaidAnswer) -> None:
        """Keep a paid answer. It is in the database or in a file when this returns; in
        memory only where no file can be written."""
        with self._turn:
            if not self._write(answer.store):
                self._put_aside(answer)

    def note(self, work: Note) -> None:
        """Write down what was not paid for. Where the database refuses, it waits."""
        with self._turn:
            if not self._write(work):
                self._notes.append(work)

    def retry(self, on_the_way: int = 0) -> None:
        """See whether the database can be written again, and say what is in the way.
        Nothing is done where nothing waits, or too soon after the last time.
        `on_the_way`: calls that may still bring what is paid for."""
        with self._turn:
            if self._refusal is None or time.monotonic() < self._next:
                return
            self._try_again()
            self._end_by_disk(on_the_way)
            self._tell()
            self._next = time.monotonic() + RETRY

    def finish(self) -> None:
        """After the last answer: wait until all is in the database; where the owner, or
        the disk, ends it, until nothing paid for is in memory alone."""
        self._next = 0.0
        self.retry()
        while self.holds and not (self._ending.is_set() and self._safe()):
            time.sleep(BRIEFLY)
            self.retry()
        if self._spilled:
            self._say(
                f"{_many(self._spilled)} in {self._spill.path}: the database could not"
                " be written. The next altsync command takes them in."
            )

    def _write(self, work: Note) -> bool:
        """Whether the database took it. Once it has refused, only `retry` asks it again:
        else each answer would wait for the lock in turn."""
        if self._refusal is not None:
            return False
        try:
            with self._store.write(PATIENCE) as tx:
                work(tx)
        except (Locked, Unwritable) as error:
            self._refusal = error
            return False
        return True

    def _put_aside(self, *answers: PaidAnswer) -> None:
        """Into the spill file, or else into memory."""
        try:
            self._spill.append(answers, self._owner)
        except OSError:
            self._memory += answers
        else:
            self._spilled += len(answers)

    def _end_by_disk(self, on_the_way: int) -> None:
        """A disk that refuses ends the run, once nothing paid for is in memory alone,
        nor will be."""
        if not isinstance(self._refusal, Unwritable) or self._memory or on_the_way:
            return
        kept = ""
        if self._spilled:
            kept = (
                f" What was paid for is in {self._spill.path}, is taken in first then,"
                " and is not paid for again."
            )
        self._ending.because(StoreError(f"{self._refusal}{kept}"))

    def _try_again(self) -> None:
        try:
            self._all_in()
        except (Locked, Unwritable) as error:
            self._refusal = error
            waiting, self._memory = self._memory, []
            if waiting:
                self._put_aside(*waiting)
        else:
            self._refusal, self._spilled = None, 0

    def _all_in(self) -> None:
        """Everything that waits, into the database. Raises Locked and Unwritable, and
        then all of it still waits."""
        with self._store.write(BRIEFLY) as tx:
            _, refused = spill.store_all(tx, self._memory, self._store.path)
            for work in self._notes:
                work(tx)
        self._memory, self._notes = [self._memory[at] for at in refused], []
        if self._memory:
            self._set_aside()
        self._spill.take_in(self._store, BRIEFLY)

    def _set_aside(self) -> None:
        """What the database will never take. Raises Unwritable."""
        try:
            self._spill.set_aside(self._memory, self._owner)
        except OSError as error:
            raise Unwritable(f"{self._spill.aside} cannot be written.") from error
        self._memory = []

    def _safe(self) -> bool:
        """The run ends: whether nothing paid for is in memory alone. What was not paid
        for is dropped."""
        with self._turn:
            self._notes = []
            return not self._memory or self._elsewhere()

    def _elsewhere(self) -> bool:
        """The last resort: a file in the temporary directory."""
        answers = _many(len(self._memory))
        try:
            path = self._spill.write_elsewhere(self._memory, self._owner)
        except OSError as error:
            self._once(
                "nowhere",
                f"{answers} in memory alone: no file can be written beside the database,"
                f" nor in the temporary directory ({error.strerror}). Free some space;"
                " Ctrl-C now gives them up.",
            )
            return False
        self._memory = []
        beside = shlex.quote(str(self._spill.path))
        self._say(
            f"{answers} in {path}: nothing beside the database could be written. The next"
            " altsync command on this machine takes them in from there. Where that"
            " directory is emptied before, bring them in yourself: cat"
            f" {shlex.quote(str(path))} >> {beside}"
        )
        return True

    def _tell(self) -> None:
        """What is in the way, once; and that it is gone. A run that ends waits for
        nothing: where answers are then, `finish` says."""
        database = self._store.path
        if self._refusal is None:
            self._once("open", f"The database {database} can be written again.")
        elif self._ending.is_set():
            return
        elif self._memory:
            self._once(
                "memory",
                f"{self._refusal} {_many(len(self._memory))} in memory alone, because"
                f" {self._spill.path} cannot be written either. Nothing new is asked;"
                " free some space, and altsync goes on. Do not kill it: Ctrl-C puts them"
                " into the temporary directory.",
            )
        elif isinstance(self._refusal, Locked):
            safe = ""
            if self._spilled:
                safe = f" {_many(self._spilled)} safe in {self._spill.path}."
            self._once(
                "locked",
                f"The database {database} is locked by {who(database)}. Nothing new is"
                f" asked, and altsync waits as long as you let it.{safe} Ctrl-C ends it;"
                " nothing paid for is lost.",
            )

    def _once(self, kind: str, sentence: str) -> None:
        """Say it, if nothing of this kind was said last."""
        if kind != self._said:
            self._said = kind
            self._say(sentence)


def _many(number: int) -> str:
    """The beginning of a sentence."""
    return f"{number:,} paid answer{'s are' if number != 1 else ' is'}"
