"""When SQLite cannot write: what is in the way, who may hold the lock, and what to do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from altsync.errors import Locked, StoreError, Unwritable

LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Another connection holds the lock: it passes."""
IN_THE_WAY = {
    sqlite3.SQLITE_FULL: "its disk is full",
    sqlite3.SQLITE_READONLY: "the file, or its file system, is read-only",
    sqlite3.SQLITE_IOERR: "its disk gave an error, or became read-only",
    sqlite3.SQLITE_CANTOPEN: "a file beside it could not be opened",
    sqlite3.SQLITE_PERM: "you may not write it",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is damaged",
}
"""Primary result codes that say that nothing can be stored until somebody mends it."""
MASK = 0xFF
"""Of an extended result code: the primary one (sqlite.org/rescode.html)."""
WRITE_LOCK = 120
"""The byte of the `-shm` file that the one writer of a WAL database locks
(sqlite.org/walformat.html, "WAL locks")."""


def refusal(error: sqlite3.Error, path: Path) -> StoreError | None:
    """The sentence for an error of SQLite's that says that the database at `path`
    cannot be written now; None for any other error."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code & MASK in LOCKED:
        return Locked(
            f"The database {path} is locked: {who(path)} is writing to it and did not"
            " end in time. What was committed is kept. Let it end, or stop it; then run"
            " this again."
        )
    if code & MASK in IN_THE_WAY:
        return Unwritable(
            f"The database {path} cannot be written: {IN_THE_WAY[code & MASK]}"
            f" ({error}). What was committed is kept. Mend that, then run this again."
        )
    return None


def who(path: Path) -> str:
    """Who holds the write lock: the process, where the system tells (Linux), else who
    it may be."""
    number = _holder(path)
    if number is None:
        return (
            "another program (another altsync command, Datasette, an sqlite3 shell or a"
            " backup)"
        )
    return f"process {number} ({_name(number)})"


def _holder(path: Path) -> int | None:
    """The process that holds the lock, read off the system's list: to open a file of the
    database here and close it again would let go of SQLite's own locks (POSIX)."""
    files = set()
    for file in (path.with_name(f"{path.name}-shm"), path):
        try:
            found = file.stat()
        except OSError:
            continue
        dev = found.st_dev
        files.add(f"{os.major(dev):02x}:{os.minor(dev):02x}:{found.st_ino}")
    try:
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return None
    for line in lines:
        # 3: POSIX  ADVISORY  WRITE 4711 00:1f:98765 120 120
        parts = line.split()
        if len(parts) != 8 or parts[3] != "WRITE" or parts[5] not in files:
            continue
        number, first = int(parts[4]), int(parts[6])
        if number not in (os.getpid(), 0, -1) and first >= WRITE_LOCK:
            return number
    return None


def _name(process: int) -> str:
    """The program that it runs, never its arguments: those may hold a secret."""
    try:
        return Path(f"/proc/{process}/comm").read_text("utf-8").strip()
    except (OSError, ValueError):
        return "its name is not known"
