"""The ledger of pulls: what a listing named, what it missed, and how it ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from altsync.models import Drift, DriftKind, OutOfReach
from altsync.store import namesakes
from altsync.store.rows import column, rows, value
from altsync.store.store import now


def begin(tx: sqlite3.Connection, kind: str, reading: str | None = None) -> int:
    """Open the ledger row of a pull and forget which images the last one saw.
    `reading`: how the source was told to read (`sources.kinds.reading`)."""
    tx.execute(
        "CREATE TEMP TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID"
    )
    tx.execute("DELETE FROM temp.seen")
    namesakes.begin(tx)
    cursor = tx.execute(
        "INSERT INTO pulls (kind, started_at, reading) VALUES (?, ?, ?)",
        (kind, now(), reading),
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


_OF_PLACES = """
SELECT i.id FROM json_each(?) p
JOIN images i ON i.entity = p.value ->> 0 AND i.language IS p.value ->> 1
WHERE i.gone_at IS NULL AND i.out_of_reach IS NOT 'left-out'
  AND i.id NOT IN (SELECT id FROM temp.seen)
"""


def hide(
    tx: sqlite3.Connection, places: Collection[tuple[str, str | None]]
) -> list[Drift]:
    """What this pull did not see of these entities and languages is there, hidden from
    the login."""
    wanted = json.dumps(list(places))
    hidden = list(column(tx, _OF_PLACES, (wanted,)))
    see(tx, hidden)
    return put_out_of_reach(tx, hidden, OutOfReach.HIDDEN)


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


_PUT = """
UPDATE images SET out_of_reach = :why
WHERE id IN (SELECT value FROM json_each(:ids)) AND gone_at IS NULL
  AND out_of_reach IS NOT :why
RETURNING id, alt
"""


def put_out_of_reach(
    tx: sqlite3.Connection, ids: Collection[str], why: OutOfReach
) -> list[Drift]:
    """Note why altsync may not change these, but for those that are gone; a pull that
    sees them again takes it back. Returns those that are newly hidden."""
    put = {"why": why.value, "ids": json.dumps(list(ids))}
    moved = tx.execute(_PUT, put).fetchall()
    if why is not OutOfReach.HIDDEN:
        return []
    return [Drift(image, DriftKind.HIDDEN, alt) for image, alt in moved]


_PLACES = """
SELECT DISTINCT album, language, tag IS NOT NULL FROM images WHERE gone_at IS NULL
"""
_LEAVE_OUT = """
UPDATE images SET out_of_reach = 'left-out'
WHERE gone_at IS NULL AND out_of_reach IS NOT 'unused' AND out_of_reach IS NOT 'inline'
  AND (album, coalesce(language, '')) IN (
  SELECT value ->> 0, coalesce(value ->> 1, '') FROM json_each(:left_out))
"""
_TAKE_IN = """
UPDATE images SET out_of_reach = NULL
WHERE out_of_reach = 'left-out' AND (album, coalesce(language, '')) NOT IN (
  SELECT value ->> 0, coalesce(value ->> 1, '') FROM json_each(:left_out))
"""


def leave_out(
    tx: sqlite3.Connection,
    leaves_out: Callable[[str, str | None, bool], bool],
    *,
    inventory: bool,
) -> None:
    """Mark what altsync.toml does not name any more, by its album and language; what it
    names again is free, but where an `inventory` leaves out images one by one. What may
    not be written anyway keeps its reason: it would be free too soon."""
    left_out = {"left_out": json.dumps(to_leave_out(tx, leaves_out))}
    tx.execute(_LEAVE_OUT, left_out)
    if not inventory:
        tx.execute(_TAKE_IN, left_out)


def to_leave_out(
    conn: sqlite3.Connection,
    leaves_out: Callable[[str, str | None, bool], bool],
    *,
    new: bool = False,
) -> list[tuple[str, str | None]]:
    """The albums and languages that are left out, or only those that are `new`: not
    marked yet."""
    marked = "('left-out', 'unused', 'inline')"
    sql = (
        f"{_PLACES} AND coalesce(out_of_reach, '') NOT IN {marked}" if new else _PLACES
    )
    return [one[:2] for one in conn.execute(sql).fetchall() if leaves_out(*one)]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Images of one entity, language and album that a pull did not see."""

    entity: str
    language: str | None
    album: str
    out_of_reach: OutOfReach | None
    in_text: bool
    ids: list[str]


_UNLISTED = """
SELECT entity, language, album, out_of_reach, tag IS NOT NULL AS in_text,
  json_group_array(id) AS ids
FROM images
WHERE gone_at IS NULL AND id NOT IN (SELECT id FROM temp.seen) {there}
GROUP BY entity, language, album, out_of_reach, tag IS NOT NULL
"""
_THERE = """
AND entity <> id AND entity IN (SELECT value ->> 0 FROM json_each(:places))
AND (entity, coalesce(language, '')) IN (
  SELECT value ->> 0, coalesce(value ->> 1, '') FROM json_each(:places))
"""


def unlisted(
    tx: sqlite3.Connection, places: Collection[tuple[str, str | None]] | None = None
) -> list[Unlisted]:
    """What the mirror holds and this pull did not see; of these entities and languages
    alone, where they are given."""
    if places is None:
        return list(rows(tx, Unlisted, _UNLISTED.format(there="")))
    wanted = {"places": json.dumps(list(places))}
    return list(rows(tx, Unlisted, _UNLISTED.format(there=_THERE), wanted))


def there(tx: sqlite3.Connection) -> int:
    """How many images the mirror holds that are neither gone nor left out."""
    sql = """
    SELECT count(*) FROM images
    WHERE gone_at IS NULL AND out_of_reach IS NOT 'left-out'
    """
    return int(value(tx, sql))


_MARK_GONE = """
UPDATE images SET gone_at = ?
WHERE gone_at IS NULL AND id IN (SELECT value FROM json_each(?))
RETURNING id, alt
"""


def mark_gone(tx: sqlite3.Connection, ids: Sequence[str]) -> list[Drift]:
    """Mark what the site does not have any more. Rows stay: their history is theirs."""
    marked = tx.execute(_MARK_GONE, (now(), json.dumps(list(ids)))).fetchall()
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


_PASSED = """
UPDATE failures SET passed_seq = (SELECT last FROM sequence)
WHERE stage = 'pull' AND passed_seq IS NULL AND {which}
"""


def passed(tx: sqlite3.Connection, images: Sequence[str]) -> None:
    """These were read: what failed of them in an earlier pull does not any more."""
    which = "image_id IN (SELECT value FROM json_each(?))"
    tx.execute(_PASSED.format(which=which), (json.dumps(list(images)),))


def passed_by(tx: sqlite3.Connection) -> None:
    """A complete listing does not name these any more: nobody misses them."""
    tx.execute(_PASSED.format(which="image_id NOT IN (SELECT id FROM temp.seen)"))


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


def readings(conn: sqlite3.Connection) -> list[str]:
    """How the last pull that came to its end was told to read, and those that began
    since and may have read some images; none where they do not say."""
    sql = """
    SELECT DISTINCT reading FROM pulls
    WHERE reading IS NOT NULL AND id >= coalesce((
      SELECT max(id) FROM pulls WHERE finished_at IS NOT NULL AND error IS NULL
    ), 0)
    """
    return list(column(conn, sql))


_UNTOLD = """
SELECT EXISTS (
  SELECT 1 FROM pulls
  WHERE reading IS NULL AND id >= coalesce((
    SELECT max(id) FROM pulls WHERE finished_at IS NOT NULL AND error IS NULL
  ), 0))
"""


def is_untold(conn: sqlite3.Connection) -> bool:
    """Of some pull that `readings` is about nobody knows how it was told to read: it ran
    before the ledger kept that."""
    return bool(value(conn, _UNTOLD))


def is_described(conn: sqlite3.Connection) -> bool:
    """The mirror knows of some image that the site has a field for its long description."""
    sql = "SELECT 1 FROM images WHERE long_description IS NOT NULL LIMIT 1"
    return value(conn, sql) is not None
