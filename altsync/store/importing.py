"""An export -> the same mirror again: checked whole in a database of its own before
anything is replaced."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from altsync.errors import NewerDatabase, StoreError, UsageError
from altsync.store import backup, export, store
from altsync.store.rows import value

STEP = 5000
"""So many rows between two words about how far it is."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `backup` is the copy of what was there before, if anything was."""

    rows: int
    backup: Path | None


def load(
    directory: Path,
    path: Path,
    site: tuple[str, str],
    step: Callable[[int], object] = lambda _: None,
) -> Imported:
    """Replace the database at `path` by what `directory` says, or change nothing at all.

    Raises UsageError on a line that does not fit (naming file and line), OtherSite
    where the export or the database is of another site than `site`, NewerDatabase where
    the export needs a newer altsync.
    """
    about = export.manifest(directory)
    export.check_site(directory, site)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".import-") as room:
        fresh = sqlite3.connect(Path(room) / "altsync.db", isolation_level=None)
        with contextlib.closing(fresh):
            for pragma in ("journal_mode=off", "synchronous=off", "foreign_keys=off"):
                fresh.execute(f"PRAGMA {pragma}")
            number = _fill(fresh, directory, about, step)
            return Imported(number, _put(fresh, path, site))


def _fill(
    conn: sqlite3.Connection,
    directory: Path,
    about: dict[str, Any],
    step: Callable[[int], object],
) -> int:
    """Tables as they were when the export was written, their rows, then every migration
    since, then the views."""
    import sqlite_utils

    from altsync.store import migrations

    db = sqlite_utils.Database(conn)
    had = list(about["migrations"])
    known = [m.name for m in migrations.altsync.pending(db)]
    newer = [name for name in had if name not in known]
    if newer:
        raise NewerDatabase(
            f"{directory} was written by a newer altsync (it has {', '.join(newer)})."
            " Nothing was changed. Update altsync and run again."
        )
    later = [name for name in known if name not in had]
    migrations.altsync.apply(db, stop_before=later[:1] or None)
    conn.execute("BEGIN")
    number = 0
    tables = {table.name: table for table in export.tables(conn)}
    strange = [name for name in about["tables"] if name not in tables]
    if strange:
        raise UsageError(
            f"{directory} holds tables that its migrations do not make:"
            f" {', '.join(strange)}."
        )
    for table in tables.values():
        number += _rows(conn, directory, table, step)
    _pulled(conn, tables.values())
    conn.execute("COMMIT")
    migrations.altsync.apply(db)
    store.make_views(conn)
    _check(conn, directory)
    return number


def _rows(
    conn: sqlite3.Connection,
    directory: Path,
    table: export.Table,
    step: Callable[[int], object],
) -> int:
    columns = (*table.columns, *table.volatile)
    places = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    file, at = directory / table.name, 0
    number = 0

    def values() -> Iterator[list[Any]]:
        nonlocal file, at, number
        known = frozenset(table.columns)
        later = [""] * len(table.volatile)
        for file, at, row in export.lines(directory, table.name):
            if strange := row.keys() - known:
                raise UsageError(
                    f"{file}, line {at}: unknown column {min(strange)}. Nothing was"
                    " imported."
                )
            number += 1
            if number % STEP == 0:
                step(STEP)
            yield [_value(name, row.get(name)) for name in table.columns] + later

    try:
        conn.executemany(sql, values())
    except (sqlite3.Error, OverflowError) as error:
        raise UsageError(f"{file}, line {at}: {error}. Nothing was imported.") from None
    step(number % STEP)
    return number


def _value(name: str, given: Any) -> Any:
    if given is None or name not in export.JSON_COLUMNS:
        return given
    return export.closed(given)


_SEEN = """
UPDATE images
SET pulled_at = coalesce((
  SELECT o.seen_at FROM observations o
  WHERE o.image_id = images.id
  ORDER BY o.id DESC LIMIT 1), ?)
"""


def _pulled(conn: sqlite3.Connection, tables: Iterable[export.Table]) -> None:
    """`pulled_at` is not exported: an image's is when it was last seen to change,
    another row's that of the last pull."""
    last = value(conn, "SELECT started_at FROM pulls ORDER BY id DESC LIMIT 1") or ""
    for table in tables:
        if table.name == "images":
            conn.execute(_SEEN, (last,))
        elif table.volatile:
            conn.execute(f"UPDATE {table.name} SET pulled_at = ?", (last,))  # noqa: S608


def _check(conn: sqlite3.Connection, directory: Path) -> None:
    for table, _, other, _ in conn.execute("PRAGMA foreign_key_check"):
        raise UsageError(
            f"{directory}: a row of {table} refers to a row of {other} that is not in"
            " the export. Nothing was imported."
        )


def _put(conn: sqlite3.Connection, path: Path, site: tuple[str, str]) -> Path | None:
    """Copy what is there, then replace it in one step, so that whoever reads it
    meanwhile sees the old or the new."""
    kept = None
    opened = sqlite3.connect(path, timeout=store.TIMEOUT, isolation_level=None)
    try:
        with contextlib.closing(opened) as target:
            if value(target, "SELECT count(*) FROM sqlite_master"):
                _same_site(target, path, site)
                kept = backup.copy(target, path)
            conn.backup(target)
            target.execute("PRAGMA journal_mode=wal")
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"The database {path} cannot be replaced: {error}. Nothing was imported."
        ) from error
    return kept


def _same_site(conn: sqlite3.Connection, path: Path, site: tuple[str, str]) -> None:
    if value(conn, "SELECT 1 FROM sqlite_master WHERE name = 'site'"):
        found = conn.execute("SELECT url, source FROM site").fetchone()
        export.same_site(str(path), found, site)
