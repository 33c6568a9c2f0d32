"""Which pages use an image, and what stands around it there; and the pictures of pages
that are no image of the mirror."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from altsync.addresses import shown
from altsync.models import PageContent, PageFile, Placed, Use, Whereabouts, telling
from altsync.store.rows import column, rows, value
from altsync.store.store import now

LONGEST_ADDRESS = 2000


def addresses_of_strangers(conn: sqlite3.Connection) -> Iterator[str]:
    """Where the pictures of pages are that are no image, each once."""
    sql = "SELECT DISTINCT address FROM strangers WHERE address LIKE 'http%'"
    return column(conn, sql)


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


_TITLE = "SELECT title FROM pages WHERE url IN (?, ?, ?, ?, ?) AND title > '' LIMIT 1"


def of(conn: sqlite3.Connection, image: str) -> list[Use]:
    """Every place where a page shows an image, the most telling one first."""
    return sorted(rows(conn, Use, _USES, {"image": image}), key=telling)


def titles(conn: sqlite3.Connection, links: Iterable[str]) -> dict[str, str]:
    """The titles of those pages, among the ones that links lead to, that were read: from
    the site, or from a directory, whose pages may name the site in their links."""
    site = str(value(conn, "SELECT url FROM site") or "").rstrip("/")
    found = {}
    for link in links:
        page = link.partition("#")[0].rstrip("/")
        file = page.removeprefix(site).lstrip("/")
        index = f"{file}/index.html".lstrip("/")
        ways = (page, f"{page}/", file, f"{file}.html", index)
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
