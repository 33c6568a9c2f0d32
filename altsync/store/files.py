"""What is known about the file of an image: where the site has it, and what it is, as
far as a model has looked at it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.store.rows import first


@dataclass(frozen=True, slots=True)
class KnownFile:
    """The image file behind one image."""

    url: str | None
    """Where the site has it."""
    seen: str | None
    """SHA-256 of what a model saw there last, or None where none has looked."""


_KNOWN = """
SELECT
  i.image_url AS url,
  (
    SELECT c.image_sha256 FROM candidates c
    WHERE c.image_id = i.id AND c.image_sha256 IS NOT NULL
    ORDER BY c.id DESC LIMIT 1
  ) AS seen
FROM images i
WHERE i.id = ?
"""


def known(conn: sqlite3.Connection, image: str) -> KnownFile | None:
    """What is known about an image's file; None for an id that is not in the mirror."""
    return first(conn, KnownFile, _KNOWN, (image,))


def seen(conn: sqlite3.Connection, image: str) -> str | None:
    """SHA-256 of an image's file, where a model has looked at it."""
    found = known(conn, image)
    return None if found is None else found.seen
