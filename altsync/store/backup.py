"""Copies of the database, made by SQLite itself while others may read and write: before
a migration, before an import."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from altsync import clock


def copy(conn: sqlite3.Connection, path: Path) -> Path:
    """Copy the database that `conn` is open on to a new file beside `path`; return its
    name.

    `altsync.db` becomes `altsync.2026-11-22T101500Z.backup.db`; an existing file is
    never overwritten.
    """
    stamp = clock.now().strftime("%Y-%m-%dT%H%M%SZ")
    target = path.with_name(f"{path.stem}.{stamp}.backup.db")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}.{stamp}-{number}.backup.db")
    with closing(sqlite3.connect(target)) as other:
        conn.backup(other)
        other.execute("PRAGMA journal_mode=delete")  # one file, complete by itself
    return target
