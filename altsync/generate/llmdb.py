"""The file of llm's own log: made whole or not at all, and out of the way where llm can
no longer use it.

llm commits each step of its migrations (36 of them in llm 0.36), and a process that is
killed between two leaves a file that llm itself can never migrate again: `table
"schemas" already exists`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from altsync import atomic, clock, flock
from altsync.store import refusal
from altsync.store.connecting import write_ahead

WAIT = 3.0
"""Seconds for a lock that somebody else holds; whoever writes comes back."""
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, and what belongs to that very file."""

BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class BrokenLog(Exception):
    """llm cannot use this file any more. `file`: which one it was, by its inode."""

    def __init__(self, file: int) -> None:
        super().__init__()
        self.file = file


def in_the_way(error: BaseException) -> str:
    """Why the log cannot be written now, though it may another time; '' where the error
    says no such thing."""
    if isinstance(error, OSError):
        return error.strerror or "its file cannot be made"
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code & refusal.MASK in BROKEN:
        return ""
    if code & refusal.MASK in refusal.LOCKED:
        return "another program holds its lock"
    if code & refusal.MASK == sqlite3.SQLITE_CANTOPEN:
        return "it is no file that can be opened"
    return refusal.IN_THE_WAY.get(code & refusal.MASK, "")


def is_about_the_file(error: Exception) -> bool:
    """Whether an error says something of the file, and nothing of what was to be
    stored."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    return bool(in_the_way(error)) or code & refusal.MASK in BROKEN


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The log as a sqlite_utils.Database, made where there is none, with llm's tables up
    to date.

    Raises BrokenLog where llm cannot migrate it, and OSError or sqlite3.Error where it
    cannot be written now.
    """
    if not path.exists():
        _make(path)
    db = _connect(path)
    try:
        _migrate(db, path)
        write_ahead(db.conn, WAIT)
        yield db
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        if code & refusal.MASK in BROKEN:
            raise BrokenLog(path.stat().st_ino) from error
        raise
    finally:
        db.close()


@contextlib.contextmanager
def together(db: Any) -> Iterator[None]:
    """One transaction: all or none.

    It takes the lock at once: one that reads first, as `db.atomic` begins, is refused
    without waiting where another process writes meanwhile.
    """
    db.conn.execute("BEGIN IMMEDIATE")
    with db.conn:
        yield


def set_aside(path: Path, file: int) -> Path | None:
    """Move a broken log out of the way, with what SQLite has beside it: where to. None
    where another process did so already."""
    if path.stat().st_ino != file:
        return None
    stamp = f"{clock.now():%Y%m%dT%H%M%S}"
    away = path.with_name(f"{path.name}.broken-{stamp}-{os.getpid()}")
    path.rename(away)
    for end in BESIDE:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{end}").rename(f"{away}{end}")
    return away


def _connect(path: Path) -> Any:
    import sqlite_utils

    return sqlite_utils.Database(sqlite3.connect(path, timeout=WAIT))


def _make(path: Path) -> None:
    """A new log under another name, then under its own. Where somebody else was faster,
    his counts."""
    atomic.make_directory(path.parent)
    with _alone_in(path.parent):
        if not path.exists():
            _make_here(path)


@contextlib.contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """One process at a time: whoever is slower would throw away what the other has just
    written beside his log."""
    with contextlib.ExitStack() as held:
        # a file system without such locks; Windows opens no directory
        with contextlib.suppress(OSError):
            file = os.open(directory, os.O_RDONLY)
            held.callback(os.close, file)
            flock.lock(file)
        yield


def _make_here(path: Path) -> None:
    with atomic.beside(path) as part:
        db = _connect(part)
        try:
            _migrate(db, part)
        finally:
            db.close()
        # What a log that was deleted has left would be read into this one.
        for end in BESIDE:
            Path(f"{path}{end}").unlink(missing_ok=True)
        with contextlib.suppress(FileExistsError):
            _name(part, path)


def _name(part: Path, path: Path) -> None:
    """Give the file its name. Raises FileExistsError where that is taken."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError from None
        part.rename(path)


def _migrate(db: Any, path: Path) -> None:
    """llm's migrations, all or none. Raises BrokenLog."""
    from llm.migrations import migrate

    try:
        with together(db):
            migrate(db)  # type: ignore[no-untyped-call]
    except Exception as error:
        if in_the_way(error):
            raise
        raise BrokenLog(path.stat().st_ino) from error
