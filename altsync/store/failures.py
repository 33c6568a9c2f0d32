"""What failed and still fails (the view `failures_now`), streamed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from altsync.models import StillFailing
from altsync.store.rows import rows, value

_NOW = """
SELECT image_id AS image, stage, model, error, reason, attempt, in_vain,
  push_id AS push, created_at AS at
FROM failures_now
WHERE :stage IS NULL OR stage = :stage
ORDER BY CASE stage WHEN 'pull' THEN 0 WHEN 'generate' THEN 1 ELSE 2 END, seq DESC
"""


def now(conn: sqlite3.Connection, stage: str | None = None) -> Iterator[StillFailing]:
    """By stage, in the order of the work, the newest first; of one stage alone where it
    is named."""
    return rows(conn, StillFailing, _NOW, {"stage": stage})


_COUNT = """
SELECT count(DISTINCT image_id) FROM failures_now
WHERE :stage IS NULL OR stage = :stage
"""


def count(conn: sqlite3.Connection, stage: str | None = None) -> int:
    """How many images fail in some stage, or in this one."""
    return int(value(conn, _COUNT, {"stage": stage}))


_UNREAD = """
SELECT count(*) FROM failures_now f
WHERE f.stage = 'pull' AND NOT EXISTS (SELECT 1 FROM images i WHERE i.id = f.image_id)
"""


def never_read(conn: sqlite3.Connection) -> int:
    """How many images the site lists, of which nothing is known: no pull has read them."""
    return int(value(conn, _UNREAD))
