"""Which texts the reference model has not been asked about yet: a query, so that whatever
was interrupted resumes by itself."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from altsync.store.handovers import OPEN_FOR_MODEL
from altsync.store.reach import IN_REACH
from altsync.store.rows import column

_WAITING = f"""
SELECT DISTINCT i.id
FROM open_candidates c
JOIN images i ON i.id = c.image_id
JOIN image_states s ON s.image_id = i.id
WHERE s.state = 'needs-review' AND {IN_REACH}
  AND (i.origin IS NOT 'human' OR :images IS NOT NULL)
  AND c.origin = 'ai' AND NOT c.reference AND c.base IS i.alt AND c.place IS i.place
  AND NOT EXISTS (SELECT 1 FROM candidate_verdicts v WHERE v.candidate_id = c.id)
  AND NOT EXISTS (
    SELECT 1 FROM candidates r
    WHERE r.image_id = i.id AND r.model = :model AND r.base IS i.alt AND r.place IS i.place)
  AND NOT EXISTS (
    SELECT 1 FROM failures f
    WHERE f.image_id = i.id AND f.model = :model AND f.stage = 'generate'
      AND f.work_key IS NOT NULL)
  AND NOT {OPEN_FOR_MODEL.format(image="i.id", model=":model")}
  AND (:album IS NULL OR i.album = :album)
  AND (:run IS NULL OR c.run_id = :run)
  AND (:images IS NULL OR i.id IN (SELECT value FROM json_each(:images)))
ORDER BY i.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Among:
    """Of which images; conditions add up."""

    images: tuple[str, ...] = ()
    """Named one by one; none: any."""
    album: str | None = None
    run: int | None = None
    """Those that this run of generate got a text for."""


def waiting(conn: sqlite3.Connection, model: str, among: Among) -> list[str]:
    """Images whose text by another model waits for a verdict, and about which this one
    was neither asked, nor asked in vain, nor is handed over and open."""
    values = {
        "model": model,
        "album": among.album,
        "run": among.run,
        "images": json.dumps(among.images) if among.images else None,
    }
    return list(column(conn, _WAITING, values))
