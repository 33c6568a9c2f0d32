"""What was measured in pictures and read in them, by the name under which each is kept
(`pictures.cache`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict

from altsync.models import Quality, ReadLine
from altsync.store.files import SEEN
from altsync.store.rows import first, value
from altsync.store.store import now

_QUALITY = """
SELECT width, height, sharpness, brightness, contrast FROM picture_qualities
WHERE name = ?
"""
_KEEP = """
INSERT OR REPLACE INTO picture_qualities
  (name, width, height, sharpness, brightness, contrast)
VALUES (:name, :width, :height, :sharpness, :brightness, :contrast)
"""
_READ_IN = f"""
SELECT w.words
FROM images i
JOIN picture_words w ON w.name = {SEEN}
WHERE i.id = ?
ORDER BY w.id DESC
"""  # noqa: S608
_KEEP_WORDS = """
INSERT OR REPLACE INTO picture_words (name, engine, words, read_at) VALUES (?, ?, ?, ?)
"""
_DUE = "UPDATE image_risks SET scored_to = 0 WHERE image_id = ?"


def quality(conn: sqlite3.Connection, name: str | None) -> Quality | None:
    """How much a picture lets anybody see; None where that was not measured."""
    return first(conn, Quality, _QUALITY, (name,))


def keep_quality(
    tx: sqlite3.Connection, image: str, name: str, measured: Quality
) -> None:
    """What was measured in the picture of an image; its risk is to be worked out anew."""
    tx.execute(_KEEP, {"name": name, **asdict(measured)})
    tx.execute(_DUE, (image,))


def words(
    conn: sqlite3.Connection, name: str | None, engine: str | None = None
) -> tuple[ReadLine, ...] | None:
    """The lines that were read in a picture by this engine, else by the last one that
    read it. () where there are none; None where nobody has read it."""
    by = "" if engine is None else "AND engine = ?"
    sql = f"SELECT words FROM picture_words WHERE name = ? {by} ORDER BY id DESC"  # noqa: S608
    given = [name] if engine is None else [name, engine]
    found = value(conn, sql, given)
    if found is None:
        return None
    return _lines(found)


def _lines(kept: str) -> tuple[ReadLine, ...]:
    return tuple(ReadLine(**line) for line in json.loads(kept))


def read_in(conn: sqlite3.Connection, image: str) -> tuple[ReadLine, ...]:
    """The lines that were read in the picture of an image, by the last engine that read
    it; () also where nobody has."""
    found = value(conn, _READ_IN, (image,))
    return () if found is None else _lines(found)


def keep_words(
    tx: sqlite3.Connection,
    image: str,
    name: str,
    engine: str,
    lines: Sequence[ReadLine],
) -> None:
    """What an engine read in the picture of an image; its risk is to be worked out anew."""
    said = json.dumps([asdict(line) for line in lines], ensure_ascii=False)
    tx.execute(_KEEP_WORDS, (name, engine, said, now()))
    tx.execute(_DUE, (image,))
