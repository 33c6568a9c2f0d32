"""Which pages use an image, and what stands around it there: filled by `altsync context
--pages`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from urllib.parse import unquote, urlsplit

from altsync.models import Use
from altsync.store.rows import column, rows, value
from altsync.store.store import now

_STYLE = re.compile(r"/styles/[^/]+/(?:public|private)/")
_EXTENSION = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|tiff?|bmp|heic)$", re.I)
_SIZE = re.compile(
    r"(?:[-_]\d+(?:w|px)|[-_.]\d+x\d+|@\dx|[-_](?:thumb(?:nail)?|small|medium|large|scaled))+$",
    re.I,
)


def picture_key(url: str | None) -> str | None:
    """Folder and name of a picture, the same for all its derivatives: no host, style,
    size, extension or case.

    `https://x.org/sites/default/files/styles/large/public/trip/pass-1280w.jpg.webp?itok=1`
    -> `trip/pass`.
    """
    if not url:
        return None
    path = _STYLE.sub("/", unquote(urlsplit(url).path))
    while _EXTENSION.search(path):
        path = _EXTENSION.sub("", path)
    path = _SIZE.sub("", path)
    parts = [part for part in path.split("/") if part]
    return "/".join(parts[-2:]).lower() or None


_FILL = """
INSERT INTO picture_keys
SELECT DISTINCT key, id FROM (
  SELECT picture_key(image_url) AS key, id FROM images WHERE gone_at IS NULL
  UNION
  SELECT picture_key('/' || id), id FROM images WHERE gone_at IS NULL)
WHERE key IS NOT NULL
"""


def index(conn: sqlite3.Connection) -> None:
    """Get ready to find images by the addresses of their pictures: a temporary table,
    on disk where it is large."""
    conn.create_function("picture_key", 1, picture_key, deterministic=True)
    conn.execute("DROP TABLE IF EXISTS temp.picture_keys")
    conn.execute(
        "CREATE TEMP TABLE picture_keys (key TEXT NOT NULL, image_id TEXT NOT NULL)"
    )
    conn.execute(_FILL)
    conn.execute("CREATE INDEX temp.picture_keys_by_key ON picture_keys (key)")


def images_of(conn: sqlite3.Connection, url: str) -> list[str]:
    """The images (one file may fill several slots) whose picture has this address.
    After `index`."""
    sql = "SELECT image_id FROM temp.picture_keys WHERE key = ?"
    return list(column(conn, sql, (picture_key(url) or "",)))


def known_page(conn: sqlite3.Connection, url: str) -> str | None:
    """The hash of a page as it was last read."""
    seen: str | None = value(conn, "SELECT sha256 FROM pages WHERE url = ?", (url,))
    return seen


_COLUMNS = (
    "image_id",
    "page_url",
    "place",
    "kind",
    "page_title",
    "language",
    "region",
    "heading",
    "caption",
    "link",
    "link_text",
    "labelled",
    "link_title",
    "to_file",
    "button",
    "hidden",
    "width",
    "height",
    "before",
    "after",
    "alt",
    "same",
    "match",
    "pulled_at",
)
_SAVE = f"""
INSERT OR REPLACE INTO usages ({", ".join(_COLUMNS)})
VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
"""  # noqa: S608


def save_page(
    tx: sqlite3.Connection, url: str, sha256: str, found: Sequence[tuple[str, Use]]
) -> None:
    """Replace what is known of one page."""
    tx.execute("DELETE FROM usages WHERE page_url = ?", (url,))
    at = now()
    tx.executemany(
        _SAVE,
        [asdict(use) | {"image_id": image, "pulled_at": at} for image, use in found],
    )
    tx.execute(
        "INSERT OR REPLACE INTO pages (url, sha256, pulled_at) VALUES (?, ?, ?)",
        (url, sha256, at),
    )


_USES = """
SELECT page_url, coalesce(page_title, '') AS page_title, place, kind,
  coalesce(language, '') AS language, region, coalesce(heading, '') AS heading,
  coalesce(caption, '') AS caption, coalesce(link, '') AS link,
  coalesce(link_text, '') AS link_text, labelled, coalesce(link_title, '') AS link_title,
  to_file, button, hidden, width, height, coalesce(before, '') AS before,
  coalesce(after, '') AS after, alt, coalesce(same, '') AS same, match
FROM usages
WHERE image_id = :image
ORDER BY page_url, place
LIMIT :limit
"""
_OWN_PAGE = """
SELECT page_url, coalesce(page_title, '') AS page_title, 0 AS place, 'img' AS kind,
  '' AS language, 'main' AS region, '' AS heading, '' AS caption, '' AS link,
  '' AS link_text, 0 AS labelled, '' AS link_title, 0 AS to_file, 0 AS button,
  0 AS hidden, NULL AS width, NULL AS height,
  coalesce(page_text, '') AS before, '' AS after, NULL AS alt, '' AS same,
  'page' AS match
FROM images
WHERE id = :image AND page_url IS NOT NULL
"""


def of(conn: sqlite3.Connection, image: str) -> list[Use]:
    """Every place where a page shows an image, in the order of the pages' addresses."""
    return list(rows(conn, Use, _USES, {"image": image, "limit": -1}))


def shown_on(conn: sqlite3.Connection, image: str) -> list[Use]:
    """The places that show an image, at most 5; where none was read, the page that the
    source names."""
    found = list(rows(conn, Use, _USES, {"image": image, "limit": 5}))
    return found or list(rows(conn, Use, _OWN_PAGE, {"image": image}))


def spread(conn: sqlite3.Connection, image: str) -> tuple[int, int]:
    """(uses, pages): at how many places of how many pages an image was read."""
    sql = "SELECT count(*), count(DISTINCT page_url) FROM usages WHERE image_id = ?"
    uses, pages = conn.execute(sql, (image,)).fetchone()
    return uses, pages
