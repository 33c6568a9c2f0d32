"""Copies of the database, made by SQLite itself while others may read and write: before
a migration, before an import.

Such a copy is made while the write lock is held, so that it has every commit that is
about to be changed, and stands under a hidden name until the change is committed. The
name has the number of the schema that it was made of: so whoever comes after a kill
knows whether the change came to pass, and the copy is worth keeping.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path

from altsync import clock
from altsync.atomic import make_file
from altsync.store.rows import value

_VERSION = "PRAGMA schema_version"
"""SQLite counts it up with every change of the schema."""


def copy(conn: sqlite3.Connection, path: Path) -> Path:
    """Copy the database that `conn` is open on to a new file beside `path`; return its
    name.

    `altsync.db` becomes `altsync.2026-11-22T101500Z.backup.db`; an existing file is
    never overwritten.
    """
    return keep(set_aside(conn, path), path)


def set_aside(conn: sqlite3.Connection, path: Path) -> Path:
    """The first half of `copy`: whole, under a hidden name. `conn` is a reading
    connection, or one that is in no transaction; whoever is about to change the
    database holds its write lock on another one.
    """
    version = value(conn, _VERSION)
    hidden = path.with_name(f"{_hidden(path)}{version}")
    part = hidden.with_name(f"{hidden.name}.part")
    _remove(part)
    make_file(part)
    try:
        with closing(sqlite3.connect(part)) as other:
            conn.backup(other)
            other.execute("PRAGMA journal_mode=delete")  # one file, complete by itself
        part.replace(hidden)
    except BaseException:
        _remove(part)
        raise
    return hidden


def keep(hidden: Path, path: Path) -> Path:
    """The second half: the copy under the name by which its owner finds it."""
    stamp = clock.now().strftime("%Y-%m-%dT%H%M%SZ")
    target = path.with_name(f"{path.stem}.{stamp}.backup.db")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.stem}.{stamp}-{number}.backup.db")
    hidden.replace(target)
    return target


def tidy(conn: sqlite3.Connection, path: Path) -> None:
    """What killed processes left: a copy of what was changed is kept, one of what was
    not, or a half one, is deleted. `conn` holds the write lock: nobody makes one now."""
    version = str(value(conn, _VERSION))
    for file in left(path):
        if file.is_dir():
            _remove(file / _OLD)
            with contextlib.suppress(OSError):  # something else is in it
                file.rmdir()
        elif _whole(file, path) and not file.name.endswith(f".{version}"):
            keep(file, path)
        else:
            file.unlink(missing_ok=True)


def left(path: Path) -> list[Path]:
    """The copies that stand under their hidden name, what belongs to half ones, and what
    imports were putting together."""
    hidden, mine = _hidden(path), put_together(path).name
    return [
        one
        for one in path.parent.iterdir()
        if one.name.startswith(hidden)
        or one.name == mine
        or (one.name.startswith(_ROOM) and (one / _OLD).is_file())
    ]


def put_together(path: Path) -> Path:
    """Where an import is put together, for the moment until that is in no directory."""
    return path.with_name(f"{_ROOM}{path.name}")


_ROOM, _OLD = ".import-", "altsync.db"
"""Up to 0.1 it was put together in a directory of this kind, in this file."""


def _whole(file: Path, path: Path) -> bool:
    return file.name.removeprefix(_hidden(path)).isdecimal()


def _hidden(path: Path) -> str:
    return f".{path.name}.copy."


def _remove(part: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + end).unlink(missing_ok=True)
