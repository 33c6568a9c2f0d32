"""Connections: one that writes, many that read; and how a database is read that cannot
be written here."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from altsync.errors import StoreError, Unwritable
from altsync.store.names import only_name
from altsync.store.refusal import LOCKED, MASK

TIMEOUT = 30.0
"""Seconds to wait for another writer (Datasette, a second command)."""
PAUSE = 0.02
"""Seconds between two attempts where SQLite does not wait by itself."""
LOG, INDEX, JOURNAL = "-wal", "-shm", "-journal"
"""What SQLite keeps beside a database."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a database can be opened here."""

    file: Path
    """Its only name (names.py)."""
    refused: str = ""
    """Why it cannot be written here; '' where it can."""
    immutable: bool = False
    """Read without locks: nobody has it open, and its index cannot be made."""
    copy: tempfile.TemporaryDirectory[str] | None = None
    """Where it is read from instead: it has a log, which can only be read with an index."""
    _state: tuple[int, int] = field(default=(0, 0))

    @property
    def read(self) -> Path:
        """The file to read."""
        return Path(self.copy.name) / self.file.name if self.copy else self.file

    @property
    def address(self) -> str:
        """The same, for SQLite."""
        more = "&immutable=1" if self.immutable else ""
        return f"file:{quote(str(self.read.absolute()))}?mode=ro{more}"

    def writable(self) -> None:
        """Raises Unwritable where it is not."""
        if self.refused:
            raise Unwritable(
                f"The database {self.file} is read-only here: {self.refused}. Nothing"
                " was done. What only reads works; run this where it can be written."
            )

    def close(self) -> None:
        """Raises StoreError where it was not as immutable as it was taken for."""
        if self.copy is not None:
            self.copy.cleanup()
        if self.immutable and _state(self.file) != self._state:
            raise StoreError(
                f"The database {self.file} was written to while it was read, and what"
                " was shown may be wrong. Run this again."
            )


def access(path: Path) -> Access:
    """How the database at `path`, which must be there, can be opened. Raises OSError."""
    file = only_name(path)
    # by the name that was given too: it may lie on a mount that only reads
    refused = _in_the_way(path.resolve()) or _in_the_way(file)
    if not refused:
        return Access(file)
    index, *logs = (file.with_name(file.name + end) for end in (INDEX, LOG, JOURNAL))
    if index.exists() and _readable(Access(file)):
        return Access(file, refused)
    logs = [log for log in logs if log.exists() and log.stat().st_size]
    if not logs:
        return Access(file, refused, immutable=True, _state=_state(file))
    copy = tempfile.TemporaryDirectory(prefix="altsync-")
    for one in (file, *logs):
        shutil.copyfile(one, Path(copy.name) / one.name)
    with contextlib.closing(connect(Path(copy.name) / file.name)) as conn:
        conn.execute("PRAGMA journal_mode=delete")  # the log into the copy
    return Access(file, refused, immutable=True, copy=copy, _state=_state(file))


def _in_the_way(file: Path) -> str:
    """Why it cannot be written; '' where it can, as far as one sees without trying."""
    if _on_read_only_disk(file):
        return "its file system is mounted read-only"
    beside = (file.with_name(file.name + end) for end in (LOG, INDEX))
    for one in (file, *beside):
        if _denied(one):
            return f"you may not write {one.name}"
    if not os.access(file.parent, os.W_OK | os.X_OK):
        return f"you may not write the directory {file.parent}, where its log has to be"
    return ""


def _on_read_only_disk(file: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False  # Windows: what cannot be written shows when it is tried
    return bool(os.statvfs(file).f_flag & os.ST_RDONLY)


def _denied(file: Path) -> bool:
    """Whether it is there and may not be written.

    A log comes and goes with those that begin and end meanwhile, and what is not there
    is refused as well: only of one that was there before and after does that say
    anything.
    """
    while (before := _number(file)) is not None:
        if os.access(file, os.W_OK):
            return False
        if _number(file) == before:
            return True
    return False


def _number(file: Path) -> tuple[int, int] | None:
    """Which file it is; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_ctime_ns


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _readable(found: Access) -> bool:
    """Whether SQLite reads it as it lies there, with the index that others keep."""
    conn = read_only(found)
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        conn.close()
    return True


def connect(file: Path, timeout: float = TIMEOUT) -> sqlite3.Connection:
    """A connection that writes."""
    conn = sqlite3.connect(file, timeout=timeout, check_same_thread=False)
    # transactions are ours: sqlite3's implicit ones would be deferred
    conn.isolation_level = None
    write_ahead(conn, timeout)
    for pragma in (
        "synchronous=normal",
        "foreign_keys=on",
        "recursive_triggers=off",
    ):
        conn.execute(f"PRAGMA {pragma}")
    return conn


def write_ahead(conn: sqlite3.Connection, timeout: float) -> None:
    """Keep a log beside the database, from now on.

    SQLite does not wait with the change, whatever its timeout: two that change it at
    once would wait for each other for good, so it says "locked" at once. Here it is
    waited.
    """
    until = time.monotonic() + timeout
    while True:
        try:
            conn.execute("PRAGMA journal_mode=wal")
            return
        except sqlite3.OperationalError as error:
            locked = error.sqlite_errorcode & MASK in LOCKED
            if not locked or time.monotonic() > until:
                raise
        time.sleep(PAUSE)


C = TypeVar("C", bound=sqlite3.Connection)


def read_only(found: Access) -> sqlite3.Connection:
    """A connection that only reads."""
    return _read_only(found, sqlite3.Connection)


def _read_only(found: Access, kind: type[C]) -> C:
    conn = sqlite3.connect(
        found.address,
        uri=True,
        timeout=TIMEOUT,
        check_same_thread=False,
        factory=kind,
    )
    conn.isolation_level = None
    return conn


@contextlib.contextmanager
def held(found: Access) -> Iterator[sqlite3.Connection]:
    """A reading connection that sees one moment."""
    conn = read_only(found)
    try:
        conn.execute("BEGIN")
        # a deferred BEGIN takes its snapshot at the first read
        conn.execute("SELECT 1 FROM site").fetchone()
        yield conn
    finally:
        conn.rollback()
        conn.close()


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Any database of altsync, read-only and held still."""
    found = access(path)
    try:
        with held(found) as conn:
            yield conn
    finally:
        found.close()


class _Reader(sqlite3.Connection):
    """A connection that knows its cursors. An unfinished one would hold the moment that
    it began in, and the next reader of this connection would see that one too."""

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(path, **options)
        self._cursors: list[weakref.ref[sqlite3.Cursor]] = []

    def execute(self, *args: Any) -> sqlite3.Cursor:
        cursor = super().execute(*args)
        self._cursors.append(weakref.ref(cursor))
        return cursor

    def let_go(self) -> None:
        """End the transaction and whatever still reads in it."""
        for cursor in self._cursors:
            unfinished = cursor()
            if unfinished is not None:
                unfinished.close()
        self._cursors.clear()
        self.rollback()


class Readers:
    """Reading connections, each lent to one thread at a time: a new one reads the whole
    schema first, which takes as long as thirty reads of an image."""

    def __init__(self, found: Access) -> None:
        self._access = found
        self._idle: deque[_Reader] = deque()
        self._closed = False

    @contextlib.contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """Lend one out for a moment."""
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot read from a closed database.")
        try:
            conn = self._idle.pop()
        except IndexError:
            conn = _read_only(self._access, _Reader)
        try:
            conn.execute("BEGIN")
            yield conn
        finally:
            conn.let_go()
            self._idle.append(conn)
            self._tidy()

    def close(self) -> None:
        """Close all; those that are lent out when they come back."""
        self._closed = True
        self._tidy()

    def _tidy(self) -> None:
        while self._closed and self._idle:
            with contextlib.suppress(IndexError):  # another thread was faster
                self._idle.pop().close()
