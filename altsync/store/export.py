"""The whole mirror and its provenance as text that diffs well in git.

    DIR/export.json           format, site, the migrations that the tables had, what each
                              table is split by
    DIR/schema.sql            the tables, as SQLite has them
    DIR/TABLE/ALBUM.ndjson    one object a line, sorted by key; one small file per album
    DIR/TABLE/TABLE.ndjson    tables that belong to no album (pulls, pushes, prompts, runs,
                              site)

A line holds the columns in the order of the table; a column that is NULL is left out. A
column of JSON stands as JSON where writing it again gives the same bytes, else as a
string. Left out: what is derived (`image_heads`, generated columns), what can be fetched
again (`pages`), and `pulled_at`, which moves without any change on the site; `import`
takes it from the newest observation. Everything else is a fact that was recorded once, so
a line never changes unless what it tells about did.
"""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import itertools
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from altsync import addresses
from altsync.atomic import beside, make_directory
from altsync.errors import OtherSite, UsageError
from altsync.store.rows import column, rows

FORMAT = 1
MANIFEST, SCHEMA = "export.json", "schema.sql"
DERIVED = (
    "asked",
    "image_heads",
    "image_numbers",
    "image_risks",
    "met_pages",
    "page_runs",
    "pages",
    "picture_hashes",
    "sequence",
    "strangers",
    "terms_due",
    "terms_stamp",
)
"""Not exported: computed from the rest by triggers; or a cache of what the site can
tell again."""
VOLATILE = ("pulled_at",)
JSON_COLUMNS = frozenset({"raw", "context", "options", "flags", "findings", "patch"})
_FILE = re.compile(r"[^a-z0-9._-]|^\.")


@dataclass(frozen=True, slots=True)
class Table:
    """One exported table."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """The primary key: what lines are sorted by."""
    album: str
    """SQL for the album of a row of `t`, or '' where the table belongs to none."""
    volatile: tuple[str, ...] = ()
    """Columns that are left out."""


@dataclass(slots=True)
class Exported:
    """What an export wrote."""

    rows: dict[str, int] = field(default_factory=dict)
    written: int = 0
    """Files that changed; files with the same bytes as before are not touched."""
    removed: int = 0


_TABLES = """
SELECT name FROM sqlite_master
WHERE type = 'table' AND name IN (
    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table')
  AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_%' ESCAPE '!'
ORDER BY name
"""
_REFERS = 'SELECT "table" FROM pragma_foreign_key_list(?)'


def tables(conn: sqlite3.Connection) -> list[Table]:
    """The tables to export, in the order in which they can be filled again (a row after
    those it refers to)."""
    names = [name for name in column(conn, _TABLES) if name not in DERIVED]
    refers = {name: set(column(conn, _REFERS, (name,))) for name in names}
    ordered: list[str] = []
    while len(ordered) < len(names):
        there = {*ordered, *DERIVED}
        ready = (
            name
            for name in names
            if name not in there and refers[name] <= there | {name}
        )
        ordered.append(next(ready))
    return [_table(conn, name) for name in ordered]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    pk: int
    """Its place in the primary key, from 1; 0: it is in none."""
    hidden: int


_COLUMNS = "SELECT name, pk, hidden FROM pragma_table_xinfo(?)"
_OF_IMAGE = "(SELECT i.album FROM images i WHERE i.id = t.image_id)"
_OF_CANDIDATE = """(
  SELECT i.album FROM candidates c JOIN images i ON i.id = c.image_id
  WHERE c.id = t.candidate_id)"""


def _table(conn: sqlite3.Connection, name: str) -> Table:
    info = list(rows(conn, _Column, _COLUMNS, (name,)))
    in_key = sorted((c for c in info if c.pk), key=lambda c: c.pk)
    columns = [c.name for c in info if not c.hidden and c.name not in VOLATILE]
    album = ""
    if "album" in columns:
        album = "t.album"
    elif "image_id" in columns:
        album = _OF_IMAGE
    elif "candidate_id" in columns:
        album = _OF_CANDIDATE
    return Table(
        name,
        columns=tuple(columns),
        key=tuple(c.name for c in in_key),
        album=album,
        volatile=tuple(c.name for c in info if c.name in VOLATILE),
    )


def write(
    conn: sqlite3.Connection,
    directory: Path,
    step: Callable[[int], object] = lambda _: None,
) -> Exported:
    """Export a snapshot to `directory`; `step` hears of every file's rows. Raises
    UsageError where something else is in it. An unchanged table file is not touched;
    files of albums that are no more are removed.
    """
    _check_room(directory)
    done = Exported()
    found = tables(conn)
    kept: set[Path] = set()
    for table in found:
        done.rows[table.name] = 0
        for path, lines in _files(conn, table, directory / table.name):
            kept.add(path)
            number, changed = _replace(path, lines)
            done.rows[table.name] += number
            done.written += changed
            step(number)
    for table in found:
        for path in sorted((directory / table.name).glob("*.ndjson")):
            if path not in kept:
                path.unlink()
                done.removed += 1
    for name, text in (
        (SCHEMA, _schema(conn, found)),
        (MANIFEST, _manifest(conn, found)),
    ):
        _, changed = _replace(directory / name, [text.encode()])
        done.written += changed
    return done


def _check_room(directory: Path) -> None:
    if not directory.exists() or (directory / MANIFEST).is_file():
        return
    if any(directory.iterdir()):
        raise UsageError(
            f"{directory} holds something else than an export; nothing was written."
            " Name another directory."
        )


_CREATED = """
SELECT sql FROM sqlite_master
WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL
ORDER BY type DESC, name
"""


def _schema(conn: sqlite3.Connection, found: Iterable[Table]) -> str:
    statements = (
        sql for table in found for sql in column(conn, _CREATED, (table.name,))
    )
    return "".join(f"{sql};\n\n" for sql in statements)


def _manifest(conn: sqlite3.Connection, found: Iterable[Table]) -> str:
    about: dict[str, Any] = {"format": FORMAT, "site": None}
    for url, source in conn.execute("SELECT url, source FROM site"):
        about["site"] = {"url": url, "source": source}
    migrations = column(conn, "SELECT name FROM _sqlite_migrations ORDER BY id")
    about["migrations"] = list(migrations)
    about["tables"] = {
        table.name: {
            "key": list(table.key),
            "split": "album" if table.album else None,
            "columns": list(table.columns),
        }
        for table in sorted(found, key=lambda table: table.name)
    }
    return json.dumps(about, indent=2, ensure_ascii=False) + "\n"


def _files(
    conn: sqlite3.Connection, table: Table, folder: Path
) -> Iterator[tuple[Path, Iterator[bytes]]]:
    """(file, its lines): the rows of one album stand together."""
    album = table.album or "NULL"
    columns = ", ".join(f"t.{name}" for name in table.columns)
    key = ", ".join(f"t.{name}" for name in table.key)
    sql = f"SELECT {album} AS _album, {columns} FROM {table.name} t ORDER BY _album, {key}"  # noqa: S608
    for name, found in itertools.groupby(conn.execute(sql), key=itemgetter(0)):
        file = file_name(name) if table.album else table.name
        lines = (line(table.columns, values) for _, *values in found)
        yield folder / f"{file}.ndjson", lines


def line(columns: tuple[str, ...], values: Iterable[Any]) -> bytes:
    """One row as one line."""
    row = {
        name: _opened(value) if name in JSON_COLUMNS else value
        for name, value in zip(columns, values, strict=True)
        if value is not None
    }
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _opened(text: str) -> Any:
    """JSON text as JSON, where that loses nothing: objects and lists that write back to
    the same text."""
    if text[:1] not in ("{", "["):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if closed(value) == text else text


def closed(value: Any) -> Any:
    """The inverse of what a line does to a column of JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def file_name(album: str | None) -> str:
    """A file name for an album: safe on every file system, also on those that do not
    tell A from a."""
    if not album:
        return "%"
    name = _FILE.sub(_escaped, album)
    if len(name) <= 180:
        return name
    return f"{name[:140]}%{hashlib.sha256(album.encode()).hexdigest()[:32]}"


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode())


def _replace(path: Path, lines: Iterable[bytes]) -> tuple[int, bool]:
    """Write lines to a file, unless it has just these bytes. (lines, changed)."""
    make_directory(path.parent)
    number = 0
    with beside(path) as part:
        with part.open("wb", buffering=1 << 20) as file:
            for one in lines:
                file.write(one)
                number += 1
        changed = not (path.is_file() and _same(path, part))
        if changed:
            part.replace(path)
    return number, changed


def _same(a: Path, b: Path) -> bool:
    if a.stat().st_size != b.stat().st_size:
        return False
    with a.open("rb") as x, b.open("rb") as y:
        while chunk := x.read(1 << 20):
            if chunk != y.read(1 << 20):
                return False
    return True


def manifest(directory: Path) -> dict[str, Any]:
    """What an export says of itself. Raises UsageError where there is none, or one of a
    newer format."""
    path = directory / MANIFEST
    try:
        found = json.loads(path.read_bytes())
        number = found["format"]
    except FileNotFoundError:
        raise UsageError(
            f"{directory} is no export of altsync: it has no {MANIFEST}."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from None
    if number != FORMAT:
        raise UsageError(
            f"{directory} has format {number}, and this altsync reads format {FORMAT}."
            " Update altsync."
        )
    return dict(found)


def check_site(directory: Path, site: tuple[str, str] | None) -> None:
    """Raise OtherSite where the export is of another site."""
    about = manifest(directory).get("site")
    found = None if about is None else (about["url"], about["source"])
    same_site(str(directory), found, site)


def same_site(
    what: str, found: tuple[str, str] | None, site: tuple[str, str] | None
) -> None:
    """Raise OtherSite where both name a site and not the same one."""
    if found is not None and site is not None and not addresses.same_site(found, site):
        raise OtherSite(
            f"{what} is of {found[0]} ({found[1]}), this database of {site[0]}"
            f" ({site[1]}). Nothing was done."
        )


def lines(directory: Path, table: str) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    """(file, line number, row) of every row of a table, file by file. Raises UsageError
    on a line that is no object."""
    for path in sorted((directory / table).glob("*.ndjson")):
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                try:
                    row = json.loads(text)
                except ValueError as error:
                    raise UsageError(
                        f"{path}, line {number}: {error}. Nothing was imported."
                    ) from None
                if not isinstance(row, dict):
                    raise UsageError(
                        f"{path}, line {number}: not an object. Nothing was imported."
                    )
                yield path, number, row


def images(directory: Path) -> Iterator[dict[str, Any]]:
    """The exported images in the order of (album, id): a file holds one album, sorted."""
    manifest(directory)
    firsts: list[tuple[str, Path]] = []
    for path in (directory / "images").glob("*.ndjson"):
        with path.open("rb") as file:
            head = file.readline()
        if head:
            heapq.heappush(firsts, (json.loads(head)["album"], path))
    while firsts:
        _, path = heapq.heappop(firsts)
        with contextlib.closing(path.open("rb")) as file:
            for text in file:
                yield json.loads(text)
