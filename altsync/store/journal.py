"""The journal: what a plan is made of, and one row per PATCH, written before it is sent
and settled after it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from altsync.models import (
    Change,
    Converged,
    OpenPatch,
    Origin,
    PlanRow,
    PushStatus,
    same_text,
)
from altsync.store.files import REPLACED
from altsync.store.handovers import IN_WORDS
from altsync.store.mirror import SENT_BY
from altsync.store.namesakes import OTHERS
from altsync.store.reach import IN_REACH
from altsync.store.rows import column, rows, value
from altsync.store.standing import TITLE, WHERE
from altsync.store.store import now

SENT_DESCRIPTION = """
SELECT json_extract(j.value, '$.value')
FROM push_items p, json_each(p.patch) j
WHERE p.image_id = i.id AND p.status = 'applied'
  AND json_extract(j.value, '$.op') = 'replace'
  AND json_extract(j.value, '$.path') = '/long_description'
ORDER BY p.id DESC LIMIT 1
"""
"""The long description that altsync left on the site of `i` last."""
_PLAN = f"""
SELECT i.id AS image, i.entity, i.language, i.album, i.alt AS site, i.label, i.has_label,
  i.origin AS site_origin,
  c.id AS candidate, c.base, c.alt AS new, c.origin, c.decision, c.model,
  v.reviewer, v.scope, c.findings,
  {TITLE} AS title, {WHERE},
  {OTHERS} AS namesakes, {REPLACED} AS replaced,
  c.long_description AS description, i.long_description AS site_description,
  iif(i.long_description <> '', ({SENT_DESCRIPTION}), NULL) AS sent_description,
  i.tag IS NOT NULL AS in_text, i.place, c.place AS proposed_place, c.replaces,
  {IN_WORDS.format(candidate="c")} AS handed
FROM image_heads h
JOIN images i ON i.id = h.image_id
JOIN candidates c ON c.id = h.candidate_id
JOIN candidate_verdicts v ON v.candidate_id = c.id
WHERE h.state IN ('approved', 'conflict', 'converged') AND {IN_REACH}
ORDER BY i.entity, i.language, i.id
"""  # noqa: S608


def plan_rows(conn: sqlite3.Connection) -> Iterator[PlanRow]:
    """Every image with an approved, unspent candidate, ordered so that what one PATCH
    changes stands together."""
    return rows(conn, PlanRow, _PLAN)


@dataclass(frozen=True, slots=True)
class Intent:
    """A journal row that was never settled: the PATCH may or may not have been done."""

    id: int
    image: str
    candidate: int | None
    patch: list[dict[str, Any]]
    origin: Origin | None
    reverts: int | None = None
    push: int = 0


def begin_push(
    tx: sqlite3.Connection, checksum: str, planned: int, by: str | None = None
) -> int:
    """Open the ledger row of a push; `by` is who started it."""
    cursor = tx.execute(
        "INSERT INTO pushes (checksum, planned, started_at, started_by)"
        " VALUES (?, ?, ?, ?)",
        (checksum, planned, now(), by),
    )
    return int(cursor.lastrowid or 0)


def end_push(
    tx: sqlite3.Connection,
    push: int,
    applied: int,
    conflicts: int,
    failed: int,
    error: str | None,
) -> None:
    """Close the ledger row of a push."""
    tx.execute(
        "UPDATE pushes"
        " SET finished_at = ?, applied = ?, conflicts = ?, failed = ?, error = ?"
        " WHERE id = ?",
        (now(), applied, conflicts, failed, error, push),
    )


def still_planned(tx: sqlite3.Connection, change: Change) -> bool:
    """Nothing of ours has overtaken the plan while the push ran.

    A candidate is still the approved, unspent one of its image; what a revert takes
    back still stands in the mirror.
    """
    if change.reverts is not None:
        return _still_stands(tx, change)
    return still_approved(tx, change.image, change.candidate)


def _still_stands(tx: sqlite3.Connection, change: Change) -> bool:
    """The mirror has what the change would replace."""
    was, _ = change.described or (None, None)
    sql = """
    SELECT 1 FROM images
    WHERE id = ? AND alt IS ? AND long_description IS coalesce(?, long_description)
    """
    return value(tx, sql, (change.image, change.base, was)) is not None


def still_approved(tx: sqlite3.Connection, image: str, candidate: int | None) -> bool:
    """The candidate is still the approved, unspent one of its image: nobody took it
    back while the push ran."""
    sql = """
    SELECT 1 FROM image_heads
    WHERE image_id = ? AND candidate_id = ? AND state <> 'decorative'
    """
    return value(tx, sql, (image, candidate)) is not None


_INTEND = """
INSERT INTO push_items
  (push_id, candidate_id, image_id, patch, status, created_at, reverts, origin, was)
VALUES (:push, :candidate, :image, :patch, :status, :at, :reverts, :origin, :was)
"""


def intend(
    tx: sqlite3.Connection,
    push: int,
    entry: Change | Converged,
    patch: Sequence[dict[str, Any]],
    was: str | None = None,
) -> int:
    """Write the journal row of a PATCH that is about to be sent (or, with tests only,
    of what is already there). `was`: how the text that it replaces is written.

    A row that takes another one back says which, and whose words come back: no
    candidate can say it. Returns its id.
    """
    reverts = entry.reverts if isinstance(entry, Change) else None
    origin = entry.origin if reverts is not None else None
    row = {
        "push": push,
        "candidate": entry.candidate,
        "image": entry.image,
        "patch": json.dumps(patch, ensure_ascii=False),
        "status": PushStatus.INTENDED,
        "at": now(),
        "reverts": reverts,
        "origin": origin,
        "was": was,
    }
    return int(tx.execute(_INTEND, row).lastrowid or 0)


def spelled(tx: sqlite3.Connection, change: Change) -> str | None:
    """How the text was written that a revert brings back; None where nobody knows, or
    where the change is no revert."""
    sql = "SELECT was FROM push_items WHERE id = ?"
    found: str | None = value(tx, sql, (change.reverts,))
    return found


def settle(
    tx: sqlite3.Connection,
    item: int,
    status: PushStatus,
    *,
    http_status: int | None = None,
    error: str | None = None,
) -> None:
    """Say what became of a journal row. Once; a trigger refuses a second time."""
    tx.execute(
        "UPDATE push_items"
        " SET status = ?, http_status = ?, error = ?, settled_at = ?"
        " WHERE id = ?",
        (str(status), http_status, error, now(), item),
    )


_OPEN = f"""
SELECT p.id, p.image_id AS image, p.candidate_id AS candidate, p.patch,
  {SENT_BY} AS origin, p.reverts, p.push_id AS push
FROM push_items p
LEFT JOIN candidates c ON c.id = p.candidate_id
WHERE p.status = 'intended'
ORDER BY p.id
"""  # noqa: S608


def open_intents(conn: sqlite3.Connection) -> list[Intent]:
    """What a crash left open, oldest first. Never many: at most one per worker and crash."""
    return list(rows(conn, Intent, _OPEN))


_SEEN_SINCE = """
SELECT alt FROM observations
WHERE image_id = ? AND pull_id IS NOT NULL
  AND seq > (SELECT seq FROM push_items WHERE id = ?)
"""


def seen_since(
    conn: sqlite3.Connection, image: str, alt: str | None, item: int
) -> bool:
    """A pull saw this text on the site after the journal row `item` was written, in
    whatever Unicode form and white space the site gives it: so its PATCH was done."""
    seen = column(conn, _SEEN_SINCE, (image, item))
    return any(same_text(one, alt) for one in seen)


def seen_mangled(conn: sqlite3.Connection, item: int) -> bool:
    """A pull saw the text of this open row on the site, as the site mangles it."""
    sql = "SELECT 1 FROM observations WHERE push_item_id = ? LIMIT 1"
    return value(conn, sql, (item,)) is not None


def applied(conn: sqlite3.Connection, push: int) -> set[str]:
    """The images to which a push sent something that the site confirmed."""
    sql = "SELECT image_id FROM push_items WHERE push_id = ? AND status = 'applied'"
    return set(column(conn, sql, (push,)))


@dataclass(frozen=True, slots=True)
class NotApplied:
    """An image that a push was to change and did not."""

    image: str
    push: int
    status: PushStatus
    """CONFLICT or FAILED."""
    error: str | None


_NOT_APPLIED = """
SELECT image_id AS image, push_id AS push, status, error
FROM push_items
WHERE push_id = ? AND status IN ('conflict', 'failed')
ORDER BY id
"""


def not_applied(conn: sqlite3.Connection, push: int) -> list[NotApplied]:
    """Conflicts and failures of a push, one by one."""
    return list(rows(conn, NotApplied, _NOT_APPLIED, (push,)))


_PATCHES = """
SELECT p.id AS item, p.push_id AS push, p.image_id AS image, p.created_at AS at, p.patch
FROM push_items p
WHERE p.status = 'intended'
ORDER BY p.id
"""


def open_patches(conn: sqlite3.Connection) -> tuple[OpenPatch, ...]:
    """The same rows as `open_intents`, as people are told of them."""
    return tuple(rows(conn, OpenPatch, _PATCHES))


_BROUGHT_BACK = """
WITH RECURSIVE back (item) AS (
  SELECT :item
  UNION
  SELECT taken.reverts
  FROM back
  JOIN push_items x ON x.id = back.item
  JOIN push_items taken ON taken.id = x.reverts
  WHERE taken.candidate_id IS NULL
)
SELECT taken.candidate_id
FROM back
JOIN push_items x ON x.id = back.item
JOIN push_items taken ON taken.id = x.reverts
WHERE taken.candidate_id IS NOT NULL
"""


def brought_back(conn: sqlite3.Connection, item: int) -> int | None:
    """Whose text comes back where the journal row `item` is taken back: the candidate's
    that it had taken away, through reverts of reverts. None where it is the site's own."""
    found: int | None = value(conn, _BROUGHT_BACK, {"item": item})
    return found


_PAGE_OF = "SELECT iif(entity = id, NULL, raw ->> '$.page') FROM images WHERE id = ?"


def page_of(conn: sqlite3.Connection, image: str) -> str | None:
    """The entity of the page that lists the image's paragraph; None where it stands in
    none."""
    found: str | None = value(conn, _PAGE_OF, (image,))
    return found


def unsettled(conn: sqlite3.Connection) -> bool:
    """A crash left something open: the next push settles it by reading."""
    sql = "SELECT 1 FROM push_items WHERE status = 'intended' LIMIT 1"
    return value(conn, sql) is not None
