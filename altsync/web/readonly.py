"""Datasette only reads a mirror: what is written to it, altsync writes.

Datasette 1.0 has addresses that insert, change and delete rows, drop tables and run any
SQL, and its alphas give new ones. Whatever they are, and whoever is let to them: they
write through the connections of `Database.connect`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any


def only_reads(database: Any) -> None:
    """Every connection of this database is a reading one from now on, also what Datasette
    asks for writing; and none attaches another file."""
    connect: Callable[[], sqlite3.Connection] = database.connect

    def reading(write: bool = False) -> sqlite3.Connection:
        conn = connect()  # mode=ro
        conn.execute("PRAGMA query_only=1")
        conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        return conn

    database.connect = reading


async def shield(datasette: Any) -> None:
    """Each mirror is only read, and given whole, where somebody else started Datasette."""
    from altsync.web.context import is_mirror, started_with
    from altsync.web.whole import gives_all

    if started_with(datasette) is not None:
        return  # all were, from the beginning
    for database in list(datasette.databases.values()):
        if not database.path or not await is_mirror(database):
            continue
        gives_all(database)
        if database.is_mutable:
            only_reads(database)
