"""What pages that were read show of the images, with what the mirror says and said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from altsync.models import Match, PictureKind, Region, Stranger
from altsync.store.reach import SEEN
from altsync.store.rows import column, first, rows, value
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class VisitedPlace:
    """A picture on a page, with one image that it may be."""

    page_url: str
    page_title: str
    place: int
    kind: PictureKind
    region: Region
    heading: str
    hidden: bool
    alt: str | None
    match: Match
    image: str
    image_url: str
    language: str | None
    """Of the image."""
    own_page: str
    """The image's own page; '' where the source knows none."""
    mirror: str | None
    """What it says there by the mirror: of an embedded medium without an alt of its own
    that of the medium."""
    speaker: str
    """The image whose text that is: mostly itself."""
    caching: dict[str, str]
    modified: str
    """The page's `Last-Modified`."""
    read_at: str
    began: int | None
    """The number, in the order of all that happened, with which the run began that read
    the page; None where no run did."""


_SCOPE = """
iif(:run IS NULL, p.run_id IS NOT NULL AND p.url LIKE 'http%', p.run_id = :run)
"""
"""The pages that a run read; without one every page of the site, as it was last read.
Files of the owner's own are no pages of the site."""
_MEDIUMS = """
(SELECT min(m.id) FROM images m
 WHERE m.entity = i.medium AND m.entity <> m.id AND m.gone_at IS NULL AND {language})
"""
_SPEAKER = f"""
iif(i.tag = 'drupal-media' AND i.alt IS NULL, coalesce(
  {_MEDIUMS.format(language="m.language IS i.language")},
  {_MEDIUMS.format(language="TRUE")}), i.id)
"""
"""Whose text visitors get of an image: an embedded medium without an alt of its own shows
that of the medium, in the language that it has."""
_PLACES = f"""
SELECT u.page_url, coalesce(u.page_title, '') AS page_title, u.place, u.kind, u.region,
  coalesce(u.heading, '') AS heading, u.hidden, u.alt, u.match, i.id AS image,
  coalesce(i.image_url, '') AS image_url, i.language,
  coalesce(i.page_url, '') AS own_page, s.alt AS mirror, s.id AS speaker,
  coalesce(p.caching, '{{}}') AS caching, coalesce(p.modified, '') AS modified,
  p.pulled_at AS read_at, r.seq AS began
FROM pages p
JOIN usages u ON u.page_url = p.url
JOIN images i ON i.id = u.image_id
JOIN images s ON s.id = {_SPEAKER}
LEFT JOIN page_runs r ON r.id = p.run_id
WHERE u.place > 0 AND {SEEN} AND {_SCOPE}
ORDER BY u.page_url, u.place, i.id
"""  # noqa: S608


def places(conn: sqlite3.Connection, run: int | None) -> Iterator[VisitedPlace]:
    """Every place of the pages that a run read (None: of all pages, each as it was last
    read), in the order of the pages. Where a picture may be several images, one after
    the other. Images that no visitor gets as the mirror has them are left out, and embedded
    media without an alt whose medium is no image of the mirror."""
    yield from rows(conn, VisitedPlace, _PLACES, {"run": run})


@dataclass(frozen=True, slots=True)
class Said:
    """A text that an image was seen to have."""

    alt: str | None
    seq: int
    """Its number in the order of all that happened."""
    not_before: str
    """It cannot stand there for longer: the moment of the push that sent it, or the pull
    before the one that saw it. '' where nothing tells."""


_TEXTS = """
SELECT o.alt, o.seq, coalesce(
    iif(o.pull_id IS NULL, o.seen_at, (
      SELECT p.started_at FROM pulls p
      WHERE p.id < o.pull_id AND p.finished_at IS NOT NULL AND p.error IS NULL
      ORDER BY p.id DESC LIMIT 1)),
    '') AS not_before
FROM observations o WHERE o.image_id = ? ORDER BY o.seq
"""


def texts(conn: sqlite3.Connection, image: str) -> list[Said]:
    """Every text that altsync has seen an image have, the oldest first."""
    return list(rows(conn, Said, _TEXTS, (image,)))


@dataclass(frozen=True, slots=True)
class Slotted:
    """An image with the address of its file."""

    image: str
    image_url: str
    language: str | None
    own_page: str
    alt: str | None


_SLOTTED = f"""
SELECT i.id AS image, i.image_url, i.language, coalesce(i.page_url, '') AS own_page, i.alt
FROM images i
WHERE {SEEN} AND i.tag IS NULL AND i.image_url IS NOT NULL ORDER BY i.id
"""  # noqa: S608


def slotted(conn: sqlite3.Connection) -> Iterator[Slotted]:
    """Every image that visitors get and that has a file of its own: not those in texts,
    which say something of their own place alone."""
    yield from rows(conn, Slotted, _SLOTTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the site said of an image when verify asked it."""

    mirror: str | None
    """What the mirror said then."""
    alt: str | None
    gone: bool


_ASKED = """
SELECT mirror, alt, gone FROM asked WHERE image_id = ? ORDER BY run_id DESC LIMIT 1
"""


def last_asked(conn: sqlite3.Connection, image: str) -> Asked | None:
    """What the site said of the image when it was last asked."""
    return first(conn, Asked, _ASKED, (image,))


def keep_asked(
    tx: sqlite3.Connection,
    run: int,
    image: str,
    *,
    mirror: str | None,
    alt: str | None,
    gone: bool = False,
) -> None:
    """Record what the site says of an image now."""
    tx.execute(
        "INSERT OR REPLACE INTO asked (run_id, image_id, mirror, alt, gone, asked_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (run, image, mirror, alt, gone, now()),
    )


_STRANGERS = f"""
SELECT s.address, s.kind, s.alt, s.hidden, count(DISTINCT s.page_url) AS pages,
  min(s.page_url) AS page_url, coalesce(p.title, '') AS page_title, s.region,
  coalesce(s.heading, '') AS heading, '' AS why
FROM pages p JOIN strangers s ON s.page_url = p.url
WHERE {_SCOPE}
GROUP BY s.address, s.kind, s.alt, s.hidden
ORDER BY pages DESC, s.address, s.alt
"""  # noqa: S608


def strangers(conn: sqlite3.Connection, run: int | None) -> Iterator[Stranger]:
    """The pictures on those pages that are no image of the mirror: each with one of its
    pages, the most frequent first."""
    yield from rows(conn, Stranger, _STRANGERS, {"run": run})


def page_count(conn: sqlite3.Connection, run: int | None) -> int:
    """How many pages were read."""
    sql = f"SELECT count(*) FROM pages p WHERE {_SCOPE}"  # noqa: S608
    return int(value(conn, sql, {"run": run}))


_IMAGES = f"SELECT count(*) FROM images i WHERE {SEEN}"  # noqa: S608
_SHOWN = f"""
SELECT count(DISTINCT u.image_id)
FROM pages p JOIN usages u ON u.page_url = p.url JOIN images i ON i.id = u.image_id
WHERE u.place > 0 AND {SEEN} AND {_SCOPE}
"""  # noqa: S608


def reach(conn: sqlite3.Connection, run: int | None) -> tuple[int, int]:
    """(images of the mirror, those that the pages show)."""
    shown = value(conn, _SHOWN, {"run": run})
    return int(value(conn, _IMAGES)), int(shown)


_NOT_COMPARED = f"""
SELECT count(*) FROM (
  SELECT page_url, place FROM (
    SELECT u.page_url, u.place, {SEEN} AND {_SPEAKER} IS NOT NULL AS told
    FROM pages p JOIN usages u ON u.page_url = p.url JOIN images i ON i.id = u.image_id
    WHERE u.place > 0 AND i.gone_at IS NULL AND {_SCOPE})
  GROUP BY page_url, place HAVING NOT max(told))
"""  # noqa: S608


def not_compared(conn: sqlite3.Connection, run: int | None) -> int:
    """Places that show only images which no visitor gets as the mirror has them, or of
    which it does not know what they say."""
    return int(value(conn, _NOT_COMPARED, {"run": run}))


def addresses(conn: sqlite3.Connection, run: int) -> list[str]:
    """The pages that a run read."""
    sql = "SELECT url FROM pages WHERE run_id = ? ORDER BY url"
    return list(column(conn, sql, (run,)))


_OF_PUSH = """
SELECT page_url FROM (
  SELECT page_url FROM usages WHERE image_id IN (SELECT id FROM pushed)
  UNION
  SELECT page_url FROM images WHERE id IN (SELECT id FROM pushed)
  UNION
  SELECT i.page_url FROM images m JOIN images i ON i.medium = m.entity
  WHERE m.id IN (SELECT id FROM pushed) AND i.alt IS NULL AND i.gone_at IS NULL)
WHERE page_url LIKE 'http%'
ORDER BY page_url
"""
_PUSHED = """
WITH pushed AS (
  SELECT DISTINCT image_id AS id FROM push_items
  WHERE push_id = :push AND status = 'applied')
"""


def pages_of_push(conn: sqlite3.Connection, push: int) -> list[str]:
    """The pages that are known to show images of a push, the images' own pages, and those
    whose texts embed a medium of it and show its text."""
    return list(column(conn, _PUSHED + _OF_PUSH, {"push": push}))


def is_push(conn: sqlite3.Connection, push: int) -> bool:
    """There was such a push."""
    return value(conn, "SELECT 1 FROM pushes WHERE id = ?", (push,)) is not None


@dataclass(frozen=True, slots=True)
class SentText:
    """What a push sent of an image, and how the mirror stands to it."""

    image: str
    alt: str | None
    mirror: str | None
    seq: int
    """When it was confirmed, in the order of all that happened."""
    page_url: str
    """The image's own page; '' where the source knows none."""


_SENT = """
SELECT p.image_id AS image, i.alt AS mirror, max(p.settled_seq) AS seq,
  coalesce(i.page_url, '') AS page_url,
  coalesce(o.alt, (
    SELECT json_extract(j.value, '$.value') FROM json_each(p.patch) j
    WHERE json_extract(j.value, '$.path') = '/alt'
    ORDER BY j.id DESC LIMIT 1)) AS alt
FROM push_items p
JOIN images i ON i.id = p.image_id
LEFT JOIN observations o ON o.push_item_id = p.id AND o.image_id = p.image_id
WHERE p.push_id = :push AND p.status = 'applied'
GROUP BY p.image_id
ORDER BY p.image_id
"""


def sent(conn: sqlite3.Connection, push: int) -> Iterator[SentText]:
    """What a push sent and the site confirmed, by image."""
    yield from rows(conn, SentText, _SENT, {"push": push})


_READ_SINCE = """
SELECT 1 FROM pages p JOIN page_runs r ON r.id = p.run_id
WHERE p.url = :url AND r.seq > :seq
"""


def read_since(conn: sqlite3.Connection, url: str, seq: int) -> bool:
    """A page was read by a run that began after that."""
    return value(conn, _READ_SINCE, {"url": url, "seq": seq}) is not None
