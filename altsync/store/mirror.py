"""The mirror: images, observations and the ledger of pulls. Only `pull` and a confirmed
push write images.

Raw `executemany` in place of sqlite-utils here: this is the hot path (libraries.md 3:
upsert_all costs 3 to 6 times as much, and would null the columns that a partial row
leaves out).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence

from altsync.models import (
    Drift,
    DriftKind,
    Flat,
    Label,
    Mirrored,
    Origin,
    SiteImage,
    State,
    is_blank,
    same_text,
)
from altsync.plan import Known, who_wrote
from altsync.store.store import now

FIELDS = (
    "id",
    "album",
    "name",
    "alt",
    "title",
    "caption",
    "label",
    "has_label",
    "language",
    "image_url",
    "page_url",
    "page_title",
    "page_text",
    "width",
    "height",
    "entity",
    "raw",
)
_COLUMNS = ", ".join(FIELDS)
_ALT, _LABEL = FIELDS.index("alt"), FIELDS.index("label")
_VISIBLE = tuple(FIELDS.index(name) for name in ("alt", "title", "caption", "label"))
_INSERT = f"INSERT INTO images ({_COLUMNS}, origin, pulled_at) VALUES ({', '.join('?' * (len(FIELDS) + 2))})"  # noqa: S608
_UPDATE = (
    f"UPDATE images SET {', '.join(f'{name} = ?' for name in FIELDS)}, "  # noqa: S608
    "origin = ?, pulled_at = ?, gone_at = NULL WHERE id = ?"
)
SENT_BY = "iif(p.reverts IS NULL, coalesce(c.origin, 'human'), p.origin)"
"""Whose words a journal row sends: its candidate's, or those that a revert brings back
(NULL: nobody's)."""
_OBSERVE = (
    "INSERT INTO observations (image_id, alt, label, origin, seen_at, pull_id,"
    " push_item_id) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def row_of(image: SiteImage) -> tuple[object, ...]:
    """The mirrored columns, in the order of FIELDS."""
    return (
        image.id,
        image.album,
        image.name,
        image.alt,
        image.title,
        image.caption,
        None if image.label is None else str(image.label),
        int(image.has_label),
        image.language,
        image.image_url,
        image.page_url,
        image.page_title,
        image.page_text,
        image.width,
        image.height,
        image.entity or image.id,
        image.raw,
    )


def image_of(row: Sequence[object]) -> SiteImage:
    """A row in the order of FIELDS -> SiteImage."""
    values = dict(zip(FIELDS, row, strict=True))
    values["label"] = None if values["label"] is None else Label(str(values["label"]))
    values["has_label"] = bool(values["has_label"])
    return SiteImage(**values)  # type: ignore[arg-type]


def begin_pull(tx: sqlite3.Connection, kind: str) -> int:
    """Open the ledger row of a pull and forget which images the last one saw."""
    tx.execute(
        "CREATE TEMP TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID"
    )
    tx.execute("DELETE FROM temp.seen")
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
    return fresh


def see_hidden(tx: sqlite3.Connection, entities: Collection[str]) -> None:
    """Note that these entities exist, though the listing may not show their images."""
    tx.execute(
        "INSERT OR IGNORE INTO temp.seen SELECT id FROM images WHERE entity IN (SELECT"
        " value FROM json_each(?))",
        (json.dumps(sorted(entities)),),
    )


def save(
    tx: sqlite3.Connection, pull_id: int, images: Sequence[SiteImage]
) -> list[Drift]:
    """Bring the mirror up to these images; an image that is unchanged is not written.
    Returns what drifted."""
    rows = [row_of(image) for image in images]
    known = {
        row[0]: row
        for row in tx.execute(
            f"SELECT {_COLUMNS}, origin, gone_at FROM images "  # noqa: S608
            "WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([row[0] for row in rows]),),
        )
    }
    stamp = now()
    inserts, updates, seen = [], [], []
    drift: list[Drift] = []
    for image, row in zip(images, rows, strict=True):
        old = known.get(image.id)
        if old is None:
            origin = who_wrote(image, None)
            inserts.append((*row, origin, stamp))
            seen.append(
                (image.id, image.alt, row[_LABEL], origin, stamp, pull_id, None)
            )
            drift.append(Drift(image.id, DriftKind.NEW, None, image.alt, origin))
            continue
        old_origin, gone = old[-2], old[-1]
        same_row = old[:-2] == row
        if same_row and gone is None:
            continue
        if not same_row and _pushed_since(tx, image.id, pull_id):
            # read before or after the push that ran meanwhile, nobody knows: the next
            # pull reads it again
            continue
        origin = old_origin if same_row else who_wrote(image, _known(tx, image, old))
        updates.append((*row, origin, stamp, image.id))
        if old[_ALT] != image.alt or old[_LABEL] != row[_LABEL] or origin != old_origin:
            seen.append(
                (image.id, image.alt, row[_LABEL], origin, stamp, pull_id, None)
            )
        if gone is not None:
            drift.append(
                Drift(image.id, DriftKind.RETURNED, old[_ALT], image.alt, origin)
            )
        elif any(old[i] != row[i] for i in _VISIBLE):
            drift.append(
                Drift(image.id, DriftKind.CHANGED, old[_ALT], image.alt, origin)
            )
    tx.executemany(_INSERT, inserts)
    tx.executemany(_UPDATE, updates)
    tx.executemany(_OBSERVE, seen)
    return drift


def _pushed_since(tx: sqlite3.Connection, image_id: str, pull_id: int) -> bool:
    """A push confirmed this image after this pull began: what the pull read of it may
    be older than that."""
    row = tx.execute(
        "SELECT 1 FROM observations WHERE image_id = ? AND push_item_id IS NOT NULL "
        "AND seen_at >= (SELECT started_at FROM pulls WHERE id = ?) LIMIT 1",
        (image_id, pull_id),
    ).fetchone()
    return row is not None


def _known(tx: sqlite3.Connection, image: SiteImage, old: Sequence[object]) -> Known:
    """What is on record about an image whose row changed."""
    pushed, ours = False, None
    for status, origin, patch in tx.execute(
        f"SELECT p.status, {SENT_BY}, p.patch FROM push_items p "  # noqa: S608
        "LEFT JOIN candidates c ON c.id = p.candidate_id "
        "WHERE p.image_id = ? ORDER BY p.id",
        (image.id,),
    ):
        pushed = True  # whatever became of it: a lost PATCH may have set the label
        if status != "conflict" and same_text(sent_text(json.loads(patch)), image.alt):
            ours = None if origin is None else Origin(origin)
    label, origin = old[_LABEL], old[-2]
    return Known(
        alt=old[_ALT],  # type: ignore[arg-type]
        label=None if label is None else Label(str(label)),
        origin=None if origin is None else Origin(str(origin)),
        pushed=pushed,
        had_text=_had_text(tx, image.id),
        ours=ours,
    )


def _had_text(tx: sqlite3.Connection, image_id: str) -> bool:
    return any(
        not is_blank(alt)
        for (alt,) in tx.execute(
            "SELECT alt FROM observations WHERE image_id = ?", (image_id,)
        )
    )


def sent_text(patch: Sequence[dict[str, object]]) -> str | None:
    """The alt that a journalled patch sets (or found already there)."""
    value = None
    for op in patch:
        if op["path"] == "/alt":
            value = op["value"]
    return value if isinstance(value, str) else None


def unseen(tx: sqlite3.Connection) -> tuple[int, int]:
    """(images of the mirror that this pull did not see, images that were there before it)."""
    row = tx.execute(
        "SELECT count(*) FILTER (WHERE id NOT IN (SELECT id FROM temp.seen)), count(*)"
        " FROM images WHERE gone_at IS NULL"
    ).fetchone()
    return int(row[0]), int(row[1])


def mark_gone(tx: sqlite3.Connection) -> list[Drift]:
    """Mark what a complete listing did not name. Rows stay: their history is theirs."""
    rows = tx.execute(
        "UPDATE images SET gone_at = ? WHERE gone_at IS NULL AND id NOT IN (SELECT id"
        " FROM temp.seen) RETURNING id, alt",
        (now(),),
    ).fetchall()
    return [Drift(row[0], DriftKind.GONE, row[1]) for row in rows]


def end_pull(
    tx: sqlite3.Connection,
    pull_id: int,
    *,
    complete: bool,
    error: str | None,
    counts: dict[str, int],
) -> None:
    """Close the ledger row. `counts`: listed, new, changed, returned, gone, failed."""
    tx.execute(
        "UPDATE pulls SET finished_at = ?, kind = iif(?, 'full', kind), complete = ?,"
        " error = ?, listed = ?, new = ?, changed = ?, returned = ?, gone = ?, failed ="
        " ? WHERE id = ?",
        (
            now(),
            int(complete),
            int(complete),
            error,
            *(
                counts[k]
                for k in ("listed", "new", "changed", "returned", "gone", "failed")
            ),
            pull_id,
        ),
    )


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


def confirm(
    tx: sqlite3.Connection, image_id: str, site: Flat, origin: Origin | None, item: int
) -> None:
    """A push item is confirmed: the mirror now says what the site says. A document
    without a label leaves it."""
    label = site.get("label")
    if (
        label is not None
        and label != str(Label.AI)
        and (origin is not None or not is_blank(site["alt"]))
    ):
        origin = Origin.HUMAN
    tx.execute(
        "UPDATE images SET alt = ?, label = iif(?, ?, label), origin = ?, pulled_at = ?"
        " WHERE id = ?",
        (site["alt"], "label" in site, label, origin, now(), image_id),
    )
    tx.execute(
        "INSERT INTO observations (image_id, alt, label, origin, seen_at, push_item_id)"
        " SELECT id, alt, label, origin, pulled_at, ? FROM images WHERE id = ?",
        (item, image_id),
    )


def images(
    conn: sqlite3.Connection,
    where: str = "1",
    values: Sequence[object] = (),
    order: str = "",
) -> Iterator[Mirrored]:
    """Rows of the mirror with their state, streamed. `where` and `order` are altsync's
    own SQL on `i` and `s`."""
    columns = ", ".join(f"i.{name}" for name in FIELDS)
    for row in conn.execute(
        f"SELECT {columns}, i.origin, i.pulled_at, i.gone_at, s.state "  # noqa: S608
        f"FROM images i JOIN image_states s ON s.image_id = i.id WHERE {where}"
        f" {order and 'ORDER BY ' + order}",
        values,
    ):
        n = len(FIELDS)
        yield Mirrored(
            image=image_of(row[:n]),
            origin=None if row[n] is None else Origin(row[n]),
            pulled_at=row[n + 1],
            gone_at=row[n + 2],
            state=State(row[n + 3]),
        )


def named(conn: sqlite3.Connection, ids: Sequence[str]) -> list[Mirrored]:
    """The images of these ids, in no order; unknown ids are left out."""
    return list(
        images(
            conn, "i.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
    )


def last_complete_pull(conn: sqlite3.Connection) -> str | None:
    """When the last complete pull began (UTC, ISO 8601)."""
    row = conn.execute(
        "SELECT started_at FROM pulls WHERE complete AND error IS NULL ORDER BY id DESC"
        " LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])


def last_good_pull(conn: sqlite3.Connection) -> str | None:
    """When the last pull that was not cut short and read every image it met began (UTC,
    ISO 8601)."""
    row = conn.execute(
        "SELECT started_at FROM pulls WHERE finished_at IS NOT NULL AND error IS NULL"
        " AND failed = 0 ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])
