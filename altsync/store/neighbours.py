"""The images that stand beside one in its album: what a reviewer sees of a series."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.store.reach import IN_REACH
from altsync.store.rows import rows

EACH_WAY = 4
"""Neighbours before an image, and after it."""
NEAR = 400
"""Ids that are looked at each way. Nothing leads from an album to its images but a look
at all of them; a series stands together, since its ids begin alike."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An image of the same album."""

    id: str
    name: str
    title: str | None
    language: str | None
    text: str
    """What says something of it: its text on the site, else the newest candidate that
    nobody rejected; '' for neither."""


_BESIDE = f"""
SELECT i.id, i.name, i.title, i.language,
  iif(
    i.blank,
    coalesce(
      (
        SELECT c.alt FROM candidates c
        LEFT JOIN candidate_verdicts v ON v.candidate_id = c.id
        WHERE c.image_id = i.id AND v.verdict IS NOT 'rejected'
        ORDER BY c.id DESC LIMIT 1
      ),
      ''
    ),
    i.alt
  ) AS text
FROM (SELECT id FROM images WHERE id {{side}} :image ORDER BY id {{way}} LIMIT :near) n
CROSS JOIN images i ON i.id = n.id
WHERE i.album = :album AND {IN_REACH}
ORDER BY n.id {{way}}
LIMIT :each
"""  # noqa: S608
_BEFORE = _BESIDE.format(side="<", way="DESC")
_AFTER = _BESIDE.format(side=">", way="ASC")
_ITSELF = _BESIDE.format(side="=", way="ASC")


def around(conn: sqlite3.Connection, image: str, album: str) -> list[Neighbour]:
    """The image itself between its neighbours, in the order of their ids; those that
    are gone or out of reach are left out. Empty for an image without neighbours."""
    asked = {"image": image, "album": album, "near": NEAR, "each": EACH_WAY}

    def beside(sql: str) -> list[Neighbour]:
        return list(rows(conn, Neighbour, sql, asked))

    before, after = beside(_BEFORE), beside(_AFTER)
    if not before and not after:
        return []
    return [*reversed(before), *beside(_ITSELF), *after]
