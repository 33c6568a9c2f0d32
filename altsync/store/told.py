"""What the candidates of an image bring to light about it: what their models were told,
and what they read in the picture."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.models import Decision
from altsync.store.rows import rows


@dataclass(frozen=True, slots=True)
class Told:
    """One candidate, as far as it says something about its image."""

    alt: str
    decision: Decision
    context: str
    """JSON: what the model was told, see `candidates.context`."""
    flags: str
    """JSON: what the model said of its answer, see `candidates.flags`."""
    unread: bool
    """A model's words, and no person approved them one by one."""


_TOLD = """
SELECT alt, decision, context, flags,
       origin = 'ai' AND NOT EXISTS (
         SELECT 1 FROM reviews
         WHERE candidate_id = candidates.id AND verdict = 'approved' AND scope = 'one'
       ) AS unread
FROM candidates
WHERE image_id = :image
ORDER BY id DESC
"""


def of(conn: sqlite3.Connection, image: str) -> list[Told]:
    """Every candidate that the image ever had, the newest first."""
    return list(rows(conn, Told, _TOLD, {"image": image}))
