"""Which images a file of the site fills: a temporary table, for whoever asks for the
pictures of many pages (`uses.matching`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from altsync.derivatives import bare, path_of
from altsync.store.reach import SEEN
from altsync.store.rows import column, rows


@dataclass(frozen=True, slots=True)
class FileSlot:
    """An image, by the file that fills it."""

    image: str
    path: str
    """Of the file, as `derivatives.path_of` has it; '' where the mirror knows no address
    of it."""
    uuid: str
    """Of the entity that the image belongs to (a medium, a node), '' where it has none."""
    page_url: str | None
    language: str | None
    alt: str | None

    @property
    def item(self) -> str:
        """What has the image, in all its languages."""
        return self.uuid or self.image


_INDEX = """
CREATE TEMP TABLE picture_files (
  image_id TEXT NOT NULL, path TEXT NOT NULL, bare TEXT NOT NULL, tail TEXT NOT NULL,
  uuid TEXT NOT NULL
) STRICT
"""
_FILL = f"""
INSERT INTO temp.picture_files
SELECT id, path, bare_path(path),
  CASE WHEN (SELECT source FROM site) = 'jsonapi' THEN '' ELSE bare_path('/' || id) END,
  CASE WHEN entity = id THEN '' ELSE substr(entity, instr(entity, '/') + 1) END
FROM (
  SELECT i.id, i.entity,
    CASE WHEN i.image_url LIKE '%://%' THEN file_path(i.image_url) ELSE '' END AS path
  FROM images i
  WHERE {SEEN})
"""  # noqa: S608
_BY = ("path", "bare", "tail", "uuid", "image_id")


def index(conn: sqlite3.Connection) -> None:
    """Get ready to find images by the addresses of their pictures: a temporary table,
    on disk where it is large. Images that are gone, or that no visitor gets as the mirror
    has them, are not in it."""
    conn.create_function("file_path", 1, path_of)
    conn.create_function("bare_path", 1, bare)
    conn.execute("DROP TABLE IF EXISTS temp.picture_files")
    conn.execute(_INDEX)
    conn.execute(_FILL)
    for name in _BY:
        conn.execute(
            f"CREATE INDEX temp.picture_files_{name} ON picture_files ({name})"
        )


_SLOTS = """
SELECT i.id AS image, f.path, f.uuid, i.page_url, i.language, i.alt
FROM temp.picture_files f JOIN images i ON i.id = f.image_id
WHERE {by} = ? AND {by} <> ''
ORDER BY i.id
"""


def of_path(conn: sqlite3.Connection, path: str) -> list[FileSlot]:
    """The images that this very file fills. After `index`, as the others."""
    return _slots(conn, "path", path)


def of_name(conn: sqlite3.Connection, name: str) -> list[FileSlot]:
    """The images whose files are in the same folder and have the same name, but for what
    derivatives add (`derivatives.bare`)."""
    return _slots(conn, "bare", name)


def of_tail(conn: sqlite3.Connection, tail: str) -> list[FileSlot]:
    """The images whose album and name end a path so (`/trip/pass`)."""
    return _slots(conn, "tail", tail)


def of_uuid(conn: sqlite3.Connection, uuid: str) -> list[FileSlot]:
    """The images of this entity (a medium, a node)."""
    return _slots(conn, "uuid", uuid)


def of_image(conn: sqlite3.Connection, image: str) -> list[FileSlot]:
    """This one image, where visitors may get it."""
    return _slots(conn, "image_id", image)


def _slots(conn: sqlite3.Connection, by: str, key: str) -> list[FileSlot]:
    return list(rows(conn, FileSlot, _SLOTS.format(by=f"f.{by}"), (key,)))


def outdated_pages(conn: sqlite3.Connection) -> set[str]:
    """The pages that show an image which is not there any more, and those that were read
    before another one of the same file was known: it may be the one that they show.
    After `index`."""
    return set(column(conn, _OUTDATED))


_OUTDATED = """
WITH reads AS (
  SELECT p.url, r.seq FROM pages p JOIN page_runs r ON r.id = p.run_id
), fresh AS (
  SELECT image_id, min(seq) AS seq FROM observations GROUP BY image_id
  HAVING min(seq) > (SELECT min(seq) FROM reads)
)
SELECT DISTINCT reads.url
FROM fresh
JOIN temp.picture_files own ON own.image_id = fresh.image_id AND own.path <> ''
JOIN temp.picture_files other ON other.path = own.path
JOIN usages u ON u.image_id = other.image_id AND u.place > 0
JOIN reads ON reads.url = u.page_url AND reads.seq < fresh.seq
UNION
SELECT page_url FROM usages
WHERE place > 0 AND image_id NOT IN (SELECT image_id FROM temp.picture_files)
"""


def hosts(conn: sqlite3.Connection) -> Iterator[str]:
    """The addresses of the pictures of the mirror, one for each host, and the site's own."""
    yield from column(conn, _HOSTS)


_HOSTS = """
SELECT url FROM site
UNION ALL
SELECT min(image_url) FROM images
WHERE gone_at IS NULL AND image_url LIKE '%://%'
GROUP BY substr(image_url, 1,
  instr(image_url, '://') + 2 + instr(substr(image_url, instr(image_url, '://') + 3) || '/', '/'))
"""
