"""The names that the mirror knows, for whoever typed one that it does not know."""

from __future__ import annotations

import sqlite3

from altsync.near import nearest
from altsync.store.rows import column, value

_ALBUMS = "SELECT DISTINCT album FROM images ORDER BY album"
_MODELS = """
SELECT model FROM candidates WHERE model IS NOT NULL
UNION
SELECT resolved_model FROM candidates WHERE resolved_model IS NOT NULL
ORDER BY 1
"""
_LANGUAGES = """
SELECT DISTINCT language FROM images WHERE language IS NOT NULL ORDER BY language
"""
_PEOPLE = """
SELECT reviewer FROM reviews
UNION
SELECT asked FROM reviews WHERE asked IS NOT NULL
ORDER BY 1
"""
POOL = 5000
"""So many images of an album are looked through for one that was meant."""


def albums(conn: sqlite3.Connection) -> list[str]:
    """Every album, of images that are gone too."""
    return list(column(conn, _ALBUMS))


def models(conn: sqlite3.Connection) -> list[str]:
    """Models that wrote a text, as asked for and as they answered."""
    return list(column(conn, _MODELS))


def languages(conn: sqlite3.Connection) -> list[str]:
    """Languages of images."""
    return list(column(conn, _LANGUAGES))


def people(conn: sqlite3.Connection) -> list[str]:
    """Who gave verdicts, and whom they asked."""
    return list(column(conn, _PEOPLE))


_OF_NAME = "SELECT id FROM images WHERE name = ? ORDER BY id LIMIT ?"
_OF_ALBUM = "SELECT id FROM images WHERE album = ? ORDER BY id LIMIT ?"


def near_image(conn: sqlite3.Connection, image: str) -> str | None:
    """The image that was most likely meant: of that name in another album, or of the
    album that is most like its own."""
    album, _, name = image.rpartition("/")
    of_name = list(column(conn, _OF_NAME, (name, POOL)))
    likely = next(iter(nearest(album, albums(conn))), "") if album else ""
    of_album = list(column(conn, _OF_ALBUM, (likely, POOL)))
    found = nearest(image, [*of_name, *of_album])
    only = of_name if len(of_name) == 1 else []
    return next(iter([*found, *only]), None)


LEDGERS = {"pull": "pulls", "generate": "runs", "push": "pushes"}


def run(conn: sqlite3.Connection, kind: str, number: int) -> tuple[bool, int]:
    """(there is such a run, the number of the last one of its kind; 0: there is none)"""
    table = LEDGERS[kind]
    there = value(conn, f"SELECT 1 FROM {table} WHERE id = ?", (number,))  # noqa: S608
    last = value(conn, f"SELECT max(id) FROM {table}")  # noqa: S608
    return there is not None, int(last or 0)
