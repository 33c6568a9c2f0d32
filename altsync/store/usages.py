"""Which pages use an image, and what stands around it there; and the pictures of pages
that are no image of the mirror."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from altsync.addresses import shown
from altsync.models import PageContent, PageFile, Placed, Use, telling
from altsync.store.reach import SEEN
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
TEXTS = 200
"""Texts that embed one medium, of which the uses are told."""
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


def own_page(conn: sqlite3.Connection, image: str) -> list[Use]:
    """The page that the source names for an image, which nobody has read; none where it
    names none."""
    return list(rows(conn, Use, _OWN_PAGE, {"image": image}))


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A tag of a text that shows an image, as the mirror has it; '' for what is not
    known."""

    site: str
    page_url: str
    """Of the page that the text is on."""
    page_title: str
    language: str
    before: str
    after: str
    heading: str
    caption: str
    link: str
    """As written in the text."""
    link_text: str
    image_url: str


_TEXT_COLUMNS = ", ".join(
    f"coalesce(i.{name}, '') AS {name}"
    for name in (
        *("page_url", "page_title", "language", "before", "after", "heading"),
        *("caption", "link", "link_text", "image_url"),
    )
)
_TEXT_PLACES = f"""
SELECT coalesce((SELECT url FROM site), '') AS site, {_TEXT_COLUMNS}
FROM images i
WHERE i.id = :image AND i.tag IS NOT NULL
UNION ALL
SELECT * FROM (
  SELECT coalesce((SELECT url FROM site), '') AS site, {_TEXT_COLUMNS}
  FROM images m
  JOIN images i ON i.medium = m.entity AND i.tag = 'drupal-media' AND i.alt IS NULL
  WHERE m.id = :image AND m.tag IS NULL AND {SEEN}
    AND (m.language IS i.language OR NOT EXISTS (
      SELECT 1 FROM images other
      WHERE other.entity = m.entity AND other.entity <> other.id
        AND other.language IS i.language))
  ORDER BY i.id LIMIT {TEXTS})
"""  # noqa: S608


def text_places(conn: sqlite3.Connection, image: str) -> Iterator[TextPlace]:
    """The tags of texts that show an image: itself, where it is one; of a medium's image
    those that embed the medium and show its text, in its language or in one that the
    medium lacks."""
    yield from rows(conn, TextPlace, _TEXT_PLACES, {"image": image})


_MEDIUM = """
SELECT DISTINCT m.alt FROM images i JOIN images m ON m.entity = i.medium
WHERE i.id = ? AND i.tag = 'drupal-media' AND m.entity <> m.id AND m.gone_at IS NULL
  AND NOT m.blank AND (m.language IS i.language OR NOT EXISTS (
    SELECT 1 FROM images other
    WHERE other.entity = i.medium AND other.entity <> other.id
      AND other.language IS i.language))
ORDER BY m.id
"""


def medium_texts(conn: sqlite3.Connection, image: str) -> Iterator[str]:
    """What the medium says that an image of a text embeds: in the image's language, else
    in each that the medium has."""
    return column(conn, _MEDIUM, (image,))
