"""The ledger of pulls: what a listing named, what it missed, and how it ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from altsync.models import Drift, DriftKind
from altsync.store import namesakes
from altsync.store.rows import value
from altsync.store.store import now


def begin(tx: sqlite3.Connection, kind: str) -> int:
    """Open the ledger row of a pull and forget which images the last one saw."""
    tx.execute(
        "CREATE TEMP TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID"
    )
    tx.execute("DELETE FROM temp.seen")
    namesakes.begin(tx)
    cursor = tx.execute(
        "INSERT INTO pulls (kind, started_at) VALUES (?, ?)", (kind, now())
    )
    return int(cursor.lastrowid or 0)


def see(tx: sqlite3.Connection, ids: Sequence[str]) -> list[str]:
    """Note that the listing named these; return those it names for the first time in
    this pull."""
    fresh = []
    for image_id in ids:
        if tx.execute(
            "INSERT OR IGNORE INTO temp.seen VALUES (?)", (image_id,)
        ).rowcount:
            fresh.append(image_id)
    namesakes.note(tx, fresh)
    return fresh


def see_hidden(tx: sqlite3.Connection, entities: Collection[str]) -> None:
    """Note that these entities exist, though the listing may not show their images."""
    tx.execute(
        "INSERT OR IGNORE INTO temp.seen SELECT id FROM images"
        " WHERE entity IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(entities)),),
    )


_UNSEEN = """
SELECT count(*) FILTER (WHERE id NOT IN (SELECT id FROM temp.seen)), count(*)
FROM images
WHERE gone_at IS NULL
"""


def unseen(tx: sqlite3.Connection) -> tuple[int, int]:
    """(images of the mirror that this pull did not see, images that were there before it)."""
    missed, there = tx.execute(_UNSEEN).fetchone()
    return missed, there


_MARK_READ_ONLY = """
UPDATE images SET out_of_reach = 'read-only'
WHERE out_of_reach IS NULL AND album IN (SELECT value FROM json_each(?))
"""
_MARK_WRITABLE = """
UPDATE images SET out_of_reach = NULL
WHERE out_of_reach = 'read-only' AND album NOT IN (SELECT value FROM json_each(?))
"""


def mark_read_only(tx: sqlite3.Connection, albums: Collection[str]) -> None:
    """Just these albums are never written: what was pulled before altsync.toml said so
    is marked too, and what it does not say any more is free again."""
    named = (json.dumps(sorted(albums)),)
    tx.execute(_MARK_READ_ONLY, named)
    tx.execute(_MARK_WRITABLE, named)


_MARK_GONE = """
UPDATE images SET gone_at = ?
WHERE gone_at IS NULL AND id NOT IN (SELECT id FROM temp.seen)
RETURNING id, alt
"""


def mark_gone(tx: sqlite3.Connection) -> list[Drift]:
    """Mark what a complete listing did not name. Rows stay: their history is theirs."""
    marked = tx.execute(_MARK_GONE, (now(),)).fetchall()
    return [Drift(image, DriftKind.GONE, alt) for image, alt in marked]


_END_PULL = """
UPDATE pulls
SET finished_at = :at, kind = iif(:complete, 'full', kind), complete = :complete,
  error = :error, listed = :listed, new = :new, changed = :changed,
  returned = :returned, gone = :gone, hidden = :hidden, failed = :failed
WHERE id = :pull
"""


def end(
    tx: sqlite3.Connection,
    pull_id: int,
    *,
    complete: bool,
    error: str | None,
    counts: dict[str, int],
) -> None:
    """Close the ledger row. `counts`: listed, new, changed, returned, gone, hidden,
    failed; one that is not there is 0."""
    ended = {"at": now(), "complete": complete, "error": error, "pull": pull_id}
    tx.execute(_END_PULL, {"hidden": 0} | counts | ended)


def fail(
    tx: sqlite3.Connection,
    image_id: str | None,
    stage: str,
    error: str,
    attempt: int = 1,
    model: str | None = None,
) -> None:
    """Record that one image failed in one stage."""
    tx.execute(
        "INSERT INTO failures (image_id, stage, error, attempt, model, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (image_id, stage, error, attempt, model, now()),
    )


def last_complete(conn: sqlite3.Connection) -> str | None:
    """When the last complete pull began (UTC, ISO 8601)."""
    sql = """
    SELECT started_at FROM pulls
    WHERE complete AND error IS NULL
    ORDER BY id DESC LIMIT 1
    """
    began: str | None = value(conn, sql)
    return began


def last_good(conn: sqlite3.Connection) -> str | None:
    """When the last pull that was not cut short and read every image it met began (UTC,
    ISO 8601)."""
    sql = """
    SELECT started_at FROM pulls
    WHERE finished_at IS NOT NULL AND error IS NULL AND failed = 0
    ORDER BY id DESC LIMIT 1
    """
    began: str | None = value(conn, sql)
    return began
