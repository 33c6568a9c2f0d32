"""An export -> the same mirror again: checked whole in a database of its own before
anything is replaced.

It is put into the file that is there, in one transaction: whoever has the database open
goes on with it, readers see the old or the new, and no commit falls between the copy that
is kept and what takes its place.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from altsync.atomic import make_directory, make_file
from altsync.errors import NewerDatabase, StoreError, UsageError
from altsync.store import alone, backup, connecting, export, names, store
from altsync.store.refusal import refusal
from altsync.store.rows import column, rows, value

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
    the export needs a newer altsync, StoreError while a pull, a push, a generate or
    another import is at work on it.
    """
    about = export.manifest(directory)
    export.check_site(directory, site)
    make_directory(path.resolve().parent)
    if path.exists():
        connecting.access(path).writable()
    file = names.only_name(path)
    with _alone(file), contextlib.closing(_unnamed(file)) as fresh:
        number = _fill(fresh, directory, about, step)
        return Imported(number, _put(fresh, file, site))


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Nobody else who works on it for a while: their rows would be torn from those that
    they stand on. Pages and single commands commit before or after."""
    busy = f"A pull, pages, verify or another import is at work on {file}."
    with (
        alone.alone(file, "import", busy),
        alone.alone(file, "push", f"A push is at work on {file}."),
        alone.alone(file, "generate", f"A generate is at work on {file}."),
    ):
        yield


def _unnamed(file: Path) -> sqlite3.Connection:
    """An empty database that is on the disk of `file` and in no directory: a killed
    process leaves nothing."""
    path = backup.put_together(file)
    path.unlink(missing_ok=True)
    make_file(path)
    fresh = sqlite3.connect(path, timeout=connecting.TIMEOUT, isolation_level=None)
    path.unlink(missing_ok=True)
    for pragma in ("journal_mode=off", "synchronous=off", "foreign_keys=off"):
        fresh.execute(f"PRAGMA {pragma}")
    return fresh


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
        full = isinstance(error, sqlite3.Error) and refusal(error, directory)
        if full:
            raise StoreError(
                f"The export cannot be put together beside the database: {error}."
                " Nothing was imported. Make room, then run this again."
            ) from error
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


def _put(fresh: sqlite3.Connection, file: Path, site: tuple[str, str]) -> Path | None:
    """Copy what is there, then put the new in its place, under one write lock."""
    make_file(file)
    hidden = None
    try:
        fresh.execute("ATTACH ? AS there", (str(file),))
        fresh.execute("BEGIN IMMEDIATE")
        try:
            hidden = _set_aside(file, site)
            _replace(fresh)
            fresh.execute("COMMIT")
        except BaseException:
            fresh.rollback()
            if hidden is not None:
                hidden.unlink()
            raise
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"The database {file} cannot be replaced: {error}. Nothing was imported."
        ) from error
    return None if hidden is None else backup.keep(hidden, file)


def _set_aside(file: Path, site: tuple[str, str]) -> Path | None:
    """A copy of what is there, if anything is. The write lock is held elsewhere."""
    with contextlib.closing(
        sqlite3.connect(file, timeout=connecting.TIMEOUT, isolation_level=None)
    ) as reader:
        if not value(reader, "SELECT count(*) FROM sqlite_master"):
            return None
        _same_site(reader, file, site)
        return backup.set_aside(reader, file)


@dataclass(frozen=True, slots=True)
class _Made:
    """A row of `sqlite_master`."""

    type: str
    name: str
    sql: str


_MADE = """
SELECT type, name, sql FROM {schema}.sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
  AND name NOT IN (
    SELECT name FROM pragma_table_list WHERE schema = '{schema}' AND type = 'shadow')
ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%', type = 'view', rowid
"""
"""In an order in which they can be dropped: tables last, and of those the virtual ones
first, which bring and take their shadows themselves."""
_STORED = "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0"


def _replace(conn: sqlite3.Connection) -> None:
    """All that is in `there` gives way to all that is in `main`."""
    for old in list(rows(conn, _Made, _MADE.format(schema="there"))):
        conn.execute(f"DROP {old.type} IF EXISTS there.{_quoted(old.name)}")
    made = list(rows(conn, _Made, _MADE.format(schema="main")))
    for one in (one for one in made if one.type == "table"):
        conn.execute(_elsewhere(one.sql))
        names = ", ".join(map(_quoted, column(conn, _STORED, (one.name,))))
        table = _quoted(one.name)
        conn.execute(
            f"INSERT INTO there.{table} ({names}) SELECT {names} FROM main.{table}"  # noqa: S608
        )
    for one in (one for one in made if one.type != "table"):
        conn.execute(_elsewhere(one.sql))
    schema = value(conn, "PRAGMA main.user_version")
    conn.execute(f"PRAGMA there.user_version = {schema}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _elsewhere(sql: str) -> str:
    """A statement of `sqlite_master`, for the database `there`. SQLite keeps the words
    before the name as it writes them itself."""
    return re.sub(r"^(CREATE (?:UNIQUE |VIRTUAL )?\w+ )", r"\1there.", sql, count=1)


def _same_site(conn: sqlite3.Connection, path: Path, site: tuple[str, str]) -> None:
    if value(conn, "SELECT 1 FROM sqlite_master WHERE name = 'site'"):
        found = conn.execute("SELECT url, source FROM site").fetchone()
        export.same_site(str(path), found, site)
