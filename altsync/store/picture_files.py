"""Which images a file of the site fills: a temporary table, for whoever asks for the
pictures of many pages (`uses.matching`)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from altsync.derivatives import bare, path_of
from altsync.models import Tag, same_text
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
    """Of the entity that the image belongs to (a medium, a node), '' where it has none;
    of an image in a text the one that its tag names: of a file, or of a medium."""
    page_url: str | None
    language: str | None
    alt: str | None
    tag: Tag | None = None
    """Of an image in a text."""
    medium: str = ""
    """The entity that an image in a text embeds."""
    entity: str = ""

    @property
    def item(self) -> str:
        """What has the image, in all its languages."""
        if self.tag is None:
            return self.uuid or self.image
        return _IN_TEXT.sub(r"\1.\3\4", self.image)

    @property
    def equals(self) -> str:
        """What the images have in common that one field shows of one picture."""
        return _IN_TEXT.sub(r"\1.\2.\3", self.image)

    @property
    def nth(self) -> int:
        """Which of these it is, from 0."""
        found = _IN_TEXT.fullmatch(self.image)
        return int(found[4][1:]) if found and found[4] else 0

    @property
    def inherits(self) -> bool:
        """It shows the text of the medium that it embeds."""
        return self.tag is Tag.MEDIA and self.alt is None


_IN_TEXT = re.compile(
    r"(.*/[^./]+)\.([^./]+)\.((?:img|media|src)-[^./]+)(\.[0-9]{1,6})?", re.S
)
"""An id of an image in a text: its entity's number, its language, its picture, and which
of the equal ones it is."""
MOST = 200
"""Images in texts of other pages that one picture is compared with."""


def path_at(url: str) -> str:
    """The path of a page: the same at every host, with and without a slash at its end."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = url
    return unquote(path).rstrip("/")


def _named(image_id: str) -> str:
    """The uuid that the tag of an image in a text names; '' where it names an address."""
    found = _IN_TEXT.fullmatch(image_id)
    kind, _, name = found[3].partition("-") if found else ("", "", "")
    return "" if kind == "src" else name


DATA = "data:"
"""What stands for the address of a picture that is written into its text."""
_INDEX = """
CREATE TEMP TABLE picture_files (
  image_id TEXT NOT NULL, path TEXT NOT NULL, bare TEXT NOT NULL, tail TEXT NOT NULL,
  uuid TEXT NOT NULL, address TEXT NOT NULL, in_text INTEGER NOT NULL, page TEXT
) STRICT
"""
"""`in_text`: 0 for what is no image in a text, 1 for one that says something, 2 for one
that says nothing. `page`: the path of the page that its text is on."""
_FILL = f"""
INSERT INTO temp.picture_files
SELECT id, path, bare_path(path),
  CASE WHEN (SELECT source FROM site) = 'jsonapi' THEN '' ELSE bare_path('/' || id) END,
  CASE WHEN tag IS NOT NULL THEN named_in_text(id)
    WHEN entity = id THEN '' ELSE substr(entity, instr(entity, '/') + 1) END,
  CASE WHEN tag = 'img' THEN coalesce(replace(image_url, ' ', '%20'), '{DATA}')
    ELSE '' END,
  iif(tag IS NULL, 0, 1 + blank),
  iif(tag IS NULL OR page_url IS NULL, NULL, path_at(page_url))
FROM (
  SELECT i.id, i.entity, i.tag, i.blank, i.page_url, i.image_url,
    CASE WHEN i.image_url LIKE '%://%' THEN file_path(i.image_url) ELSE '' END AS path
  FROM images i
  WHERE {SEEN})
"""  # noqa: S608
_BY = ("path", "bare", "tail", "uuid", "address")


def index(conn: sqlite3.Connection) -> None:
    """Get ready to find images by the addresses of their pictures: a temporary table,
    on disk where it is large. Images that are gone, or that no visitor gets as the mirror
    has them, are not in it."""
    for name, work in (
        ("file_path", path_of),
        ("bare_path", bare),
        ("named_in_text", _named),
        ("path_at", path_at),
    ):
        conn.create_function(name, 1, work)
    conn.execute("DROP TABLE IF EXISTS temp.picture_files")
    conn.execute(_INDEX)
    conn.execute(_FILL)
    for name in _BY:
        conn.execute(
            f"CREATE INDEX temp.picture_files_{name}"
            f" ON picture_files ({name}, in_text, page)"
        )
    conn.execute("CREATE INDEX temp.picture_files_image_id ON picture_files (image_id)")


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a picture was met, and with which alt."""

    page: str
    """The page's address."""
    alt: str | None = None


NOWHERE = Sighting("")

_SLOTS = """
SELECT i.id AS image, f.path, f.uuid, i.page_url, i.language, i.alt, i.tag,
  coalesce(i.medium, '') AS medium, i.entity
FROM temp.picture_files f JOIN images i ON i.id = f.image_id
WHERE {by} = :key AND {by} <> ''
"""
_OF_FIELDS = f"{_SLOTS} AND f.in_text = 0 ORDER BY i.id"
_HERE = f"{_SLOTS} AND f.in_text IN (1, 2) AND f.page = :page ORDER BY i.id"
_SAYING = f"""
{_SLOTS} AND f.in_text = 1 AND f.page IS NOT :page AND i.alt = :alt LIMIT {MOST}
"""
_ANYWHERE = f"""
{_SLOTS} AND f.in_text IN (1, 2) AND f.page IS NOT :page LIMIT {MOST}
"""


def of_path(conn: sqlite3.Connection, path: str, met: Sighting) -> list[FileSlot]:
    """The images that this very file fills. After `index`, as the others.

    Of the images in texts those of this page; those of other texts that have the very
    alt, where nothing here has it; any, where there is nothing else (at most MOST)."""
    return _found(conn, "path", path, met)


def of_name(conn: sqlite3.Connection, name: str, met: Sighting) -> list[FileSlot]:
    """The images whose files are in the same folder and have the same name, but for what
    derivatives add (`derivatives.bare`); as `of_path`."""
    return _found(conn, "bare", name, met)


def of_uuid(conn: sqlite3.Connection, uuid: str, met: Sighting) -> list[FileSlot]:
    """The images of this entity (a medium, a node), and those in texts whose tags name
    it, or this file; as `of_path`."""
    return _found(conn, "uuid", uuid, met)


def of_address(conn: sqlite3.Connection, address: str, met: Sighting) -> list[FileSlot]:
    """The images in texts of which this is the address, at whatever host; as `of_path`."""
    return _found(conn, "address", address, met)


def of_tail(conn: sqlite3.Connection, tail: str) -> list[FileSlot]:
    """The images whose album and name end a path so (`/trip/pass`)."""
    return _slots(conn, f"{_SLOTS} ORDER BY i.id", "tail", tail)


def of_image(conn: sqlite3.Connection, image: str) -> list[FileSlot]:
    """This one image, where visitors may get it."""
    return _slots(conn, _SLOTS, "image_id", image)


def _found(
    conn: sqlite3.Connection, by: str, key: str, met: Sighting
) -> list[FileSlot]:
    found = _slots(conn, _OF_FIELDS, by, key) + _slots(conn, _HERE, by, key, met)
    if not any(same_text(slot.alt, met.alt) for slot in found):
        found += _slots(conn, _SAYING, by, key, met)
    return found or _slots(conn, _ANYWHERE, by, key, met)


def _slots(
    conn: sqlite3.Connection,
    sql: str,
    by: str,
    key: str,
    met: Sighting = NOWHERE,
) -> list[FileSlot]:
    wanted = {"key": key, "page": path_at(met.page), "alt": met.alt}
    return list(rows(conn, FileSlot, sql.format(by=f"f.{by}"), wanted))


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
), files AS (
  SELECT own.path, max(fresh.seq) AS seq
  FROM fresh JOIN temp.picture_files own ON own.image_id = fresh.image_id
  WHERE own.path <> '' GROUP BY own.path
)
SELECT DISTINCT reads.url
FROM files
JOIN temp.picture_files other ON other.path = files.path
JOIN usages u ON u.image_id = other.image_id AND u.place > 0
JOIN reads ON reads.url = u.page_url AND reads.seq < files.seq
UNION
SELECT page_url FROM usages
WHERE place > 0 AND image_id NOT IN (SELECT image_id FROM temp.picture_files)
"""


def hosts(conn: sqlite3.Connection) -> Iterator[str]:
    """The addresses of the pictures of the mirror, one for each host, and the site's own.
    Texts show pictures of anybody."""
    yield from column(conn, _HOSTS)


_HOSTS = """
SELECT url FROM site
UNION ALL
SELECT min(image_url) FROM images
WHERE gone_at IS NULL AND tag IS NULL AND image_url LIKE '%://%'
GROUP BY substr(image_url, 1,
  instr(image_url, '://') + 2 + instr(substr(image_url, instr(image_url, '://') + 3) || '/', '/'))
"""
