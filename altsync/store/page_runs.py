"""The ledger of runs that read pages (`page_runs`), and how each page stands in one."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from altsync import clock
from altsync.models import PageFile
from altsync.store.rows import column, rows, value
from altsync.store.store import now

RECENT = timedelta(days=1)
"""A run that was interrupted longer ago is not gone on with: it begins anew."""

_OPEN = """
SELECT id, started_at FROM page_runs
WHERE kind = :kind AND sources = :sources AND finished_at IS NULL
  AND id = (SELECT max(id) FROM page_runs WHERE kind = :kind)
  AND (kind <> 'verify' OR seq > (SELECT coalesce(max(seq), 0) FROM observations))
"""
"""What `verify` read before a text changed it reads again: a page would seem to lie."""
_FORGET = """
DELETE FROM met_pages WHERE run_id IN (SELECT id FROM page_runs WHERE kind = ?)
"""


def begin(tx: sqlite3.Connection, kind: str, sources: str) -> tuple[int, bool]:
    """(the number of the run, whether it goes on with one that was interrupted).

    `sources`: what is read, as a text that is the same for the same. Forgets what an
    earlier run of this connection wanted, and what older ones of its kind met.
    """
    tx.execute(
        "CREATE TEMP TABLE IF NOT EXISTS wanted"
        " (number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE)"
    )
    tx.execute("DELETE FROM temp.wanted")
    for number, started in tx.execute(_OPEN, {"kind": kind, "sources": sources}):
        if clock.now() - datetime.fromisoformat(started) < RECENT:
            return int(number), True
    tx.execute(_FORGET, (kind,))
    sql = "INSERT INTO page_runs (kind, sources, started_at) VALUES (?, ?, ?)"
    return int(tx.execute(sql, (kind, sources, now())).lastrowid or 0), False


def met(tx: sqlite3.Connection, run: int, url: str, what: str) -> None:
    """The run is done with a page, whatever it met there: who goes on with the run does
    not ask for it again."""
    tx.execute("INSERT OR REPLACE INTO met_pages VALUES (?, ?, ?)", (run, url, what))


def count_met(tx: sqlite3.Connection, run: int, what: str) -> int:
    """How many pages met this, of a run that has not ended."""
    sql = "SELECT count(*) FROM met_pages WHERE run_id = ? AND met = ?"
    return int(value(tx, sql, (run, what)))


def end(tx: sqlite3.Connection, run: int) -> None:
    """Every page that the run wanted was asked for. Keeps how many met what, over all
    the times that it was gone on with."""
    sql = "SELECT met, count(*) FROM met_pages WHERE run_id = ? GROUP BY met"
    counts = json.dumps(dict(tx.execute(sql, (run,)).fetchall()))
    sql = "UPDATE page_runs SET finished_at = ?, counts = ? WHERE id = ?"
    tx.execute(sql, (now(), counts, run))
    tx.execute("DELETE FROM met_pages WHERE run_id = ?", (run,))


def were_read(conn: sqlite3.Connection) -> bool:
    """`altsync pages` came to its end at least once."""
    sql = "SELECT 1 FROM page_runs WHERE kind = 'pages' AND finished_at IS NOT NULL LIMIT 1"
    return value(conn, sql) is not None


def want(tx: sqlite3.Connection, urls: Iterable[str]) -> int:
    """Put pages on the list, each once; how many were new."""
    sql = "INSERT OR IGNORE INTO temp.wanted (url) VALUES (?)"
    return sum(tx.execute(sql, (url,)).rowcount for url in urls)


def count_all(tx: sqlite3.Connection) -> int:
    """How many pages are on the list, those among them that were read by now."""
    return int(value(tx, "SELECT count(*) FROM temp.wanted"))


def draw(tx: sqlite3.Connection, run: int, size: int) -> None:
    """Leave only so many pages on the list, drawn at random: the same of the same list
    in the same run."""
    every = list(column(tx, "SELECT url FROM temp.wanted ORDER BY url"))
    drawn = random.Random(run).sample(every, min(size, len(every)))
    tx.execute("DELETE FROM temp.wanted")
    want(tx, drawn)


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page on the list, and what is known of it."""

    number: int
    url: str
    etag: str
    modified: str
    sha256: str
    reader: int
    """The version of what reads pages, when it was read; 0 where it never was."""


_OPEN_PAGE = """
p.run_id IS NOT :run AND (
  p.run_id > :run
  OR NOT EXISTS (SELECT 1 FROM met_pages m WHERE m.run_id = :run AND m.url = w.url)
)
"""
"""What another run has read since says no more what this one saw: `verify` would leave
it out of what it tells."""
_WANTED = f"""
SELECT w.number, w.url, coalesce(p.etag, '') AS etag, coalesce(p.modified, '') AS modified,
  coalesce(p.sha256, '') AS sha256, coalesce(p.reader, 0) AS reader
FROM temp.wanted w LEFT JOIN pages p ON p.url = w.url
WHERE w.number > :after AND {_OPEN_PAGE}
ORDER BY w.number LIMIT :limit
"""  # noqa: S608
_COUNT = f"""
SELECT count(*) FROM temp.wanted w LEFT JOIN pages p ON p.url = w.url
WHERE {_OPEN_PAGE}
"""  # noqa: S608


def wanted(
    tx: sqlite3.Connection, run: int, after: int, limit: int
) -> list[WantedPage]:
    """The next pages of the list that this run is not done with."""
    asked = {"run": run, "after": after, "limit": limit}
    return list(rows(tx, WantedPage, _WANTED, asked))


def count_wanted(tx: sqlite3.Connection, run: int) -> int:
    """How many there are of them."""
    return int(value(tx, _COUNT, {"run": run}))


def run_of(conn: sqlite3.Connection, url: str) -> int | None:
    """The run in which a page was read last."""
    found: int | None = value(conn, "SELECT run_id FROM pages WHERE url = ?", (url,))
    return found


_KNOWN = """
SELECT 0 AS number, w.url, coalesce(p.etag, '') AS etag,
  coalesce(p.modified, '') AS modified, coalesce(p.sha256, '') AS sha256,
  coalesce(p.reader, 0) AS reader
FROM (SELECT ? AS url) w LEFT JOIN pages p ON p.url = w.url
"""


def known(conn: sqlite3.Connection, url: str) -> WantedPage:
    """What is known of a page that is on no list."""
    return next(rows(conn, WantedPage, _KNOWN, (url,)))


def strangers_of(conn: sqlite3.Connection, url: str) -> list[str]:
    """The addresses of a page's pictures that were no image when it was read."""
    sql = "SELECT address FROM strangers WHERE page_url = ? AND address <> ''"
    return list(column(conn, sql, (url,)))


_SAME = """
UPDATE pages SET run_id = :run, pulled_at = :now, caching = :caching,
  etag = coalesce(nullif(:etag, ''), etag),
  modified = coalesce(nullif(:modified, ''), modified)
WHERE url = :url
"""


def same(tx: sqlite3.Connection, run: int, page: PageFile) -> None:
    """The page was asked for and says what it said."""
    told = {
        "run": run,
        "now": now(),
        "url": page.url,
        "caching": json.dumps(dict(page.caching)),
        "etag": page.etag,
        "modified": page.modified,
    }
    tx.execute(_SAME, told)


_OF_IMAGES = """
SELECT DISTINCT page_url FROM images
WHERE page_url IS NOT NULL AND gone_at IS NULL ORDER BY page_url
"""
_READ = """
SELECT url FROM pages WHERE url LIKE 'http%'
UNION
SELECT page_url FROM usages WHERE page_url LIKE 'http%'
ORDER BY 1
"""
"""An import has the uses of pages without what was read of them."""


def want_own(tx: sqlite3.Connection, home: str) -> int:
    """Want the pages on the origin `home` that the mirror's images name, and those that
    were read before; how many were new."""
    below = f"{home}/"
    known = [
        url
        for sql in (_OF_IMAGES, _READ)
        for (url,) in tx.execute(sql)
        if url.startswith(below)
    ]
    return want(tx, (url.partition("#")[0] for url in known))


@dataclass(frozen=True, slots=True)
class Reached:
    """How much of the mirror the pages show."""

    shown: int
    """Images that at least one page shows."""
    not_shown: int
    strangers: int
    """Pictures on pages that are no image of the mirror."""


_REACHED = """
WITH there AS (
  SELECT id FROM images WHERE gone_at IS NULL AND out_of_reach IS NOT 'left-out'
), shown AS (SELECT DISTINCT image_id FROM usages WHERE place > 0)
SELECT (SELECT count(*) FROM there WHERE id IN (SELECT image_id FROM shown)) AS shown,
  (SELECT count(*) FROM there WHERE id NOT IN (SELECT image_id FROM shown)) AS not_shown,
  (SELECT count(*) FROM strangers) AS strangers
"""


def reached(conn: sqlite3.Connection) -> Reached:
    """Over all pages that were ever read."""
    return next(rows(conn, Reached, _REACHED))
