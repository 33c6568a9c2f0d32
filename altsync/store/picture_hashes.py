"""What pictures look like, as hashes that stand near each other where the pictures do:
`pages --by-picture`. Those of the mirror by the name under which they are kept, worked out
once; those of pages by their address, as they were when they were fetched last."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from altsync.store.files import SEEN as LOOKED_AT
from altsync.store.reach import SEEN
from altsync.store.rows import column, rows


@dataclass(frozen=True, slots=True)
class PictureOf:
    """An image that visitors may get, and by what its picture is named."""

    image: str
    url: str | None
    seen: str | None
    """SHA-256 of its file, where altsync has looked at it."""
    in_text: bool = False


_OF_IMAGES = f"""
SELECT i.id AS image, i.image_url AS url, {LOOKED_AT} AS seen,
  i.tag IS NOT NULL AS in_text
FROM images i
WHERE {SEEN} AND i.tag IS NOT 'drupal-media'
ORDER BY i.id
"""  # noqa: S608


def of_images(conn: sqlite3.Connection) -> Iterator[PictureOf]:
    """Every image that may stand on a page; of embedded media the medium's own."""
    return rows(conn, PictureOf, _OF_IMAGES)


def known(conn: sqlite3.Connection, name: str) -> str | None:
    """The hash of the picture of that name or address; '' where it is none to be told by its look;
    None where it was not worked out."""
    sql = "SELECT hash FROM picture_hashes WHERE name = ?"
    return next(column(conn, sql, (name,)), None)


def of_pages(conn: sqlite3.Connection) -> bool:
    """Pictures of pages were looked at."""
    sql = "SELECT 1 FROM picture_hashes WHERE name LIKE 'http%' LIMIT 1"
    return next(column(conn, sql), None) is not None


def keep(tx: sqlite3.Connection, found: Iterable[tuple[str, str]]) -> None:
    """Record the hashes of pictures, by name or address."""
    tx.executemany("INSERT OR REPLACE INTO picture_hashes VALUES (?, ?)", found)
