"""What a pull found out about what it does not see."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from altsync.models import Unseen
from altsync.store.rows import rows, value

_KEEP = """
INSERT INTO unseen (pull_id, kind, what, count, places, at_least)
VALUES (?, ?, ?, ?, ?, ?)
"""


def keep(tx: sqlite3.Connection, pull_id: int, found: Iterable[Unseen] | None) -> None:
    """Record it with the pull. None: it did not ask."""
    if found is None:
        return
    tx.execute("UPDATE pulls SET asked = 1 WHERE id = ?", (pull_id,))
    tx.executemany(
        _KEEP,
        [
            (pull_id, one.kind, one.what, one.count, one.places, one.at_least)
            for one in found
        ],
    )


_ASKED = "SELECT max(id) FROM pulls WHERE asked"
_LAST = """
SELECT kind, what, count, places, at_least
FROM unseen
WHERE pull_id = ?
ORDER BY id
"""


def last(conn: sqlite3.Connection) -> tuple[str | None, tuple[Unseen, ...]]:
    """(when it was asked, the facts) of the last pull that asked; (None, ()) before."""
    number = value(conn, _ASKED)
    if number is None:
        return None, ()
    when = "SELECT coalesce(finished_at, started_at) FROM pulls WHERE id = ?"
    return value(conn, when, (number,)), tuple(rows(conn, Unseen, _LAST, (number,)))
