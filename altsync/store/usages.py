"""Which pages use an image, and what stands around it there; the pictures of pages that
are no image of the mirror; and which images a file fills."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from altsync.addresses import shown
from altsync.derivatives import bare, path_of
from altsync.models import PageContent, PageFile, Placed, Use, Whereabouts, telling
from altsync.store.reach import SEEN
from altsync.store.rows import column, rows, value
from altsync.store.store import now


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


LONGEST_ADDRESS = 2000
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


def addresses_of_strangers(conn: sqlite3.Connection) -> Iterator[str]:
    """Where the pictures of pages are that are no image, each once."""
    sql = "SELECT DISTINCT address FROM strangers WHERE address LIKE 'http%'"
    return column(conn, sql)


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


_SAVE_PAGE = """
INSERT OR REPLACE INTO pages
  (url, sha256, etag, modified, title, language, text, caching, reader, run_id, pulled_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SAVE_STRANGER = """
INSERT OR REPLACE INTO strangers
  (page_url, place, address, kind, region, heading, alt, hidden)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def save_page(
    tx: sqlite3.Connection,
    file: PageFile,
    page: PageContent,
    digest: str,
    *,
    found: Sequence[tuple[str, Use]],
    strangers: Sequence[Placed] = (),
    reader: int = 0,
    run: int | None = None,
) -> None:
    """Replace all that is known of one page.

    `digest`: SHA-256 of its bytes in hex; `reader`: the version of what reads pages;
    `run`: the run that read it. `found`: an image and its use on this page, `strangers`:
    the pictures that are no image of the mirror.
    """
    forget_page(tx, page.url)
    at = now()
    tx.execute(
        _SAVE_PAGE,
        (
            *(page.url, digest, file.etag or None, file.modified or None),
            *(page.title, page.language, page.text),
            *(json.dumps(dict(file.caching)), reader, run, at),
        ),
    )
    tx.executemany(
        _SAVE,
        [asdict(use) | {"image_id": image, "pulled_at": at} for image, use in found],
    )
    tx.executemany(_SAVE_STRANGER, map(_stranger, strangers))


def _stranger(placed: Placed) -> tuple[object, ...]:
    use = placed.use
    address = next(iter(placed.addresses), "")
    if address.startswith("data:"):
        address = address.partition(",")[0]
    return (
        *(use.page_url, use.place, shown(address)[:LONGEST_ADDRESS]),
        *(placed.kind, use.region, use.heading, use.alt, use.hidden),
    )


def forget_page(tx: sqlite3.Connection, url: str) -> None:
    """A page that is no more: nothing is shown on it."""
    for table, name in (
        ("usages", "page_url"),
        ("strangers", "page_url"),
        ("pages", "url"),
    ):
        tx.execute(f"DELETE FROM {table} WHERE {name} = ?", (url,))  # noqa: S608


_USES = """
SELECT page_url, coalesce(page_title, '') AS page_title, place, kind,
  coalesce(language, '') AS language, region, coalesce(heading, '') AS heading,
  coalesce(caption, '') AS caption, coalesce(link, '') AS link,
  coalesce(link_text, '') AS link_text, labelled, coalesce(link_title, '') AS link_title,
  to_file, button, hidden, width, height, coalesce(before, '') AS before,
  coalesce(after, '') AS after, alt, coalesce(same, '') AS same, match
FROM usages
WHERE image_id = :image
"""
SHOWN = 5
"""Uses that are shown of an image."""
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


_TITLE = "SELECT title FROM pages WHERE url IN (?, ?, ?, ?) AND title > '' LIMIT 1"


def of(conn: sqlite3.Connection, image: str) -> list[Use]:
    """Every place where a page shows an image, the most telling one first."""
    return sorted(rows(conn, Use, _USES, {"image": image}), key=telling)


def titles(conn: sqlite3.Connection, links: Iterable[str]) -> dict[str, str]:
    """The titles of those pages, among the ones that links lead to, that were read: from
    the site, or from a directory."""
    found = {}
    for link in links:
        page = link.partition("#")[0].rstrip("/")
        file = page.lstrip("/")
        ways = (page, f"{page}/", f"{file}.html", f"{file}/index.html".lstrip("/"))
        if title := value(conn, _TITLE, ways):
            found[link] = str(title)
    return found


def shown_on(conn: sqlite3.Connection, image: str) -> list[Use]:
    """The most telling places that show an image, at most SHOWN; where none was read, the
    page that the source names."""
    every = rows(conn, Use, _USES, {"image": image})
    found = heapq.nsmallest(SHOWN, every, key=telling)
    return found or list(rows(conn, Use, _OWN_PAGE, {"image": image}))


def whereabouts(conn: sqlite3.Connection, image: str) -> Whereabouts:
    """Where an image stands, for people."""
    sql = "SELECT count(*), count(DISTINCT page_url) FROM usages WHERE image_id = ?"
    places, pages = conn.execute(sql, (image,)).fetchone()
    uses = shown_on(conn, image)
    links = (use.link for use in uses if use.link)
    return Whereabouts(tuple(uses), places, pages, titles(conn, links))
