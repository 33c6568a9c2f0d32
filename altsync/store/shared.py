"""Which images show one picture: those of one file, else of one address."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from altsync.models import Mirrored
from altsync.store import mirror
from altsync.store.reach import SEEN
from altsync.store.rows import column, value

MOST = 500
"""Images of one picture that are looked at: what stands in more is a logo."""

_SEVERAL = f"""
WITH files AS MATERIALIZED (
  SELECT image_url, min(file) AS file FROM images
  WHERE file IS NOT NULL AND image_url IS NOT NULL
  GROUP BY image_url
), shown AS (
  SELECT coalesce(i.file, f.file, i.image_url) AS picture, i.id, i.language,
    (
      SELECT count(*) FROM (SELECT 1 FROM usages u WHERE u.image_id = i.id LIMIT 2)
    ) AS places
  FROM images i
  LEFT JOIN files f ON i.file IS NULL AND f.image_url = i.image_url
  WHERE {SEEN}
), several AS (
  SELECT picture FROM shown
  WHERE picture IS NOT NULL
  GROUP BY picture, language
  HAVING count(*) > 1 OR max(places) > 1
)
SELECT json_group_array(id) FROM (
  SELECT picture, id FROM shown
  WHERE picture IN (SELECT picture FROM several)
  ORDER BY picture, id)
GROUP BY picture
ORDER BY picture
"""  # noqa: S608


def several(conn: sqlite3.Connection) -> Iterator[list[str]]:
    """The images of each picture that has several in one language, or one that pages
    show at several places."""
    for found in column(conn, _SEVERAL):
        ids: list[str] = json.loads(found)
        yield ids


_FILE = """
SELECT coalesce(i.file, (
  SELECT min(x.file) FROM images x WHERE x.image_url = i.image_url))
FROM images i
WHERE i.id = ?
"""
_SAME_FILE = f"""
{SEEN} AND (i.file = :file OR i.file IS NULL AND i.image_url IN (
  SELECT x.image_url FROM images x WHERE x.file = :file))
"""  # noqa: S608
_SAME_ADDRESS = f"""
{SEEN} AND i.image_url = (SELECT x.image_url FROM images x WHERE x.id = :image)
"""  # noqa: S608


def images_of(conn: sqlite3.Connection, image: str) -> list[str]:
    """The ids of the images that show the picture of this one, itself first, then in
    their order."""
    file = value(conn, _FILE, (image,))
    where = _SAME_ADDRESS if file is None else _SAME_FILE
    sql = f"SELECT i.id FROM images i WHERE {where} AND i.id <> :image ORDER BY i.id"  # noqa: S608
    return [image, *column(conn, sql, {"file": file, "image": image})]


def of_file(conn: sqlite3.Connection, file: str, most: int) -> list[Mirrored]:
    """The images of one file, by their ids, at most so many."""
    sql = f"SELECT i.id FROM images i WHERE i.file = ? AND {SEEN} ORDER BY i.id LIMIT ?"  # noqa: S608
    found = mirror.named(conn, list(column(conn, sql, (file, most))))
    return sorted(found, key=lambda one: one.image.id)


_FOLLOWERS = f"""
SELECT count(*) FROM images i
WHERE i.medium = ? AND i.tag = 'drupal-media' AND i.alt IS NULL AND {SEEN}
"""  # noqa: S608


def followers(conn: sqlite3.Connection, entity: str) -> int:
    """How many embeds show the text of this medium."""
    return int(value(conn, _FOLLOWERS, (entity,)))
