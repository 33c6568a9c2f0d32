"""What is known about the file of an image: where the site has it, and what it was when
altsync looked at it last."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.models import FileFacts
from altsync.store.rows import first, value
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class KnownFile:
    """The image file behind one image."""

    url: str | None
    """Where the site has it."""
    seen: str | None
    """SHA-256 of what altsync saw there last, or None where it has not looked."""
    in_text: bool = False
    """The image is a tag of a text."""


SEEN = """
coalesce(
  (SELECT p.sha256 FROM pictures p WHERE p.image_id = i.id),
  (
    SELECT c.image_sha256 FROM candidates c
    WHERE c.image_id = i.id AND c.image_sha256 IS NOT NULL
    ORDER BY c.id DESC LIMIT 1
  )
)
"""
"""The file of the image `i` when altsync looked at it last."""
REPLACED = """
coalesce(
  c.image_sha256 <> (SELECT p.sha256 FROM pictures p WHERE p.image_id = c.image_id), 0
)
"""
"""The candidate `c` was made for another picture than altsync saw there last."""
_KNOWN = f"""
SELECT i.image_url AS url, {SEEN} AS seen, i.tag IS NOT NULL AS in_text
FROM images i
WHERE i.id = ?
"""  # noqa: S608


def known(conn: sqlite3.Connection, image: str) -> KnownFile | None:
    """What is known about an image's file; None for an id that is not in the mirror."""
    return first(conn, KnownFile, _KNOWN, (image,))


def seen(conn: sqlite3.Connection, image: str) -> str | None:
    """SHA-256 of an image's file, where altsync has looked at it."""
    found = known(conn, image)
    return None if found is None else found.seen


@dataclass(frozen=True, slots=True)
class SeenFile:
    """The file of an image when altsync looked at it last."""

    sha256: str
    facts: FileFacts


_LAST = """
SELECT sha256, etag AS "facts.etag", modified AS "facts.modified",
  length AS "facts.length"
FROM pictures
WHERE image_id = ?
"""
_REMEMBER = """
REPLACE INTO pictures (image_id, sha256, etag, modified, length, seen_at)
VALUES (:image, :sha256, :etag, :modified, :length, :at)
"""


def last(conn: sqlite3.Connection, image: str) -> SeenFile | None:
    """What an image's file was when it was looked at last; None where it was not since
    that is remembered."""
    return first(conn, SeenFile, _LAST, (image,))


def remember(tx: sqlite3.Connection, image: str, file: SeenFile) -> None:
    """What an image's file is now."""
    row = {
        "image": image,
        "sha256": file.sha256,
        "etag": file.facts.etag,
        "modified": file.facts.modified,
        "length": file.facts.length,
        "at": now(),
    }
    tx.execute(_REMEMBER, row)


def shown(conn: sqlite3.Connection, candidate: int | None) -> str | None:
    """SHA-256 of the picture that a candidate was made for; None where nobody knows."""
    sql = "SELECT image_sha256 FROM candidates WHERE id = ?"
    found: str | None = value(conn, sql, (candidate,))
    return found
