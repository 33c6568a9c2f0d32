"""Names for a shell that completes a line: read only, quick, and nothing is made, not even
SQLite's own files beside the database."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

MOST = 200
"""Names at most: a shell asks before it shows more."""
PATIENCE = 1.0
"""Seconds that somebody waits who pressed Tab."""
_NAMES = {
    "albums": "SELECT album AS name FROM images WHERE gone_at IS NULL",
    "images": (
        "SELECT id AS name FROM images WHERE gone_at IS NULL"
        " AND id >= :begin AND id < :begin || :last"
    ),
    "models": "SELECT model AS name FROM candidates",
    "people": "SELECT reviewer AS name FROM reviews UNION SELECT asked FROM reviews",
    "prompts": "SELECT id AS name FROM prompts",
    "languages": "SELECT language AS name FROM images WHERE gone_at IS NULL",
    "pushes": "SELECT CAST(id AS TEXT) AS name FROM pushes",
    "pulls": "SELECT CAST(id AS TEXT) AS name FROM pulls",
    "samples": "SELECT CAST(id AS TEXT) AS name FROM samples",
    "comparisons": "SELECT CAST(id AS TEXT) AS name FROM comparisons",
}
_QUERY = """
    SELECT DISTINCT name FROM ({names})
    WHERE substr(name, 1, length(:begin)) = :begin
    ORDER BY name LIMIT {most}
"""
KINDS = tuple(_NAMES)


def names(database: Path, kind: str, begin: str) -> list[str]:
    """The names of a kind (of `KINDS`) that begin so, at most `MOST` of them; [] where
    there is no database, or it cannot be read at once."""
    address = _address(database)
    if address is None:
        return []
    until = time.monotonic() + PATIENCE
    query = _QUERY.format(names=_NAMES[kind], most=MOST)
    with (
        contextlib.suppress(sqlite3.Error, OSError),
        contextlib.closing(sqlite3.connect(address, timeout=0.2, uri=True)) as conn,
    ):
        conn.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        rows = conn.execute(query, {"begin": begin, "last": chr(0x10FFFF)})
        return [name for (name,) in rows if name]
    return []


def _address(database: Path) -> str | None:
    """How to open it so that nothing is made: None where that cannot be."""
    file = database.resolve()
    if not file.is_file():
        return None
    log, index = (file.with_name(file.name + end) for end in ("-wal", "-shm"))
    in_use = log.exists() and log.stat().st_size > 0
    if in_use and not index.exists():
        return None  # SQLite would make the index
    how = "mode=ro" if in_use else "mode=ro&immutable=1"
    return f"{file.as_uri()}?{how}"
