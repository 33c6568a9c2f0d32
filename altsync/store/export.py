"""The whole mirror and its provenance as text that diffs well in git.

    DIR/export.json                 format, site, the migrations that the tables had, what each table is split by
    DIR/schema.sql                  the tables, as SQLite has them
    DIR/TABLE/ALBUM.ndjson          one object a line, sorted by key; one small file per album
    DIR/TABLE/TABLE.ndjson          tables that belong to no album (pulls, pushes, prompts, runs, site)

A line holds the columns in the order of the table; a column that is NULL is left out. A column of JSON stands as JSON
where writing it again gives the same bytes, else as a string. Left out: what is derived (`image_heads`, generated
columns), what can be fetched again (`pages`), and `pulled_at`, which moves without any change on the site; `import`
takes it from the newest observation. Everything else is a fact that was recorded once, so a line never changes unless
what it tells about did.
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
from pathlib import Path
from typing import Any

from altsync.atomic import beside
from altsync.errors import OtherSite, UsageError

FORMAT = 1
MANIFEST, SCHEMA = "export.json", "schema.sql"
DERIVED = ("image_heads", "image_risks", "pages")
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


def tables(conn: sqlite3.Connection) -> list[Table]:
    """The tables to export, in the order in which they can be filled again (a row after
    those it refers to)."""
    names = [
        row[0]
        for row in conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE"
            " 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_%' ESCAPE '!' AND sql NOT"
            " LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
        if row[0] not in DERIVED
    ]
    refers = {
        n: {
            r[2] for r in conn.execute("SELECT * FROM pragma_foreign_key_list(?)", (n,))
        }
        for n in names
    }
    ordered: list[str] = []
    while len(ordered) < len(names):
        ready = [
            n
            for n in names
            if n not in ordered and refers[n] - {n} <= set(ordered) | set(DERIVED)
        ]
        ordered.append(ready[0])
    return [_table(conn, name) for name in ordered]


def _table(conn: sqlite3.Connection, name: str) -> Table:
    info = conn.execute(
        "SELECT name, pk, hidden FROM pragma_table_xinfo(?)", (name,)
    ).fetchall()
    columns = tuple(row[0] for row in info if not row[2] and row[0] not in VOLATILE)
    key = tuple(row[0] for row in sorted(info, key=lambda row: row[1]) if row[1])
    album = ""
    if "album" in columns:
        album = "t.album"
    elif "image_id" in columns:
        album = "(SELECT i.album FROM images i WHERE i.id = t.image_id)"
    elif "candidate_id" in columns:
        album = (
            "(SELECT i.album FROM candidates c JOIN images i ON i.id = c.image_id WHERE"
            " c.id = t.candidate_id)"
        )
    return Table(
        name, columns, key, album, tuple(row[0] for row in info if row[0] in VOLATILE)
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
    if (
        directory.exists()
        and any(directory.iterdir())
        and not (directory / MANIFEST).is_file()
    ):
        raise UsageError(
            f"{directory} holds something else than an export; nothing was written."
            " Name another directory."
        )
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
    schema = "".join(
        f"{row[0]};\n\n" for t in found for row in conn.execute(_CREATED, (t.name,))
    )
    done.written += _replace(directory / SCHEMA, [schema.encode()])[1]
    done.written += _replace(directory / MANIFEST, [_manifest(conn, found).encode()])[1]
    return done


_CREATED = (
    "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index')"
    " AND sql IS NOT NULL ORDER BY type DESC, name"
)


def _manifest(conn: sqlite3.Connection, found: Iterable[Table]) -> str:
    site = conn.execute("SELECT url, source FROM site").fetchone()
    about = {
        "format": FORMAT,
        "site": None if site is None else {"url": site[0], "source": site[1]},
        "migrations": [
            r[0]
            for r in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")
        ],
        "tables": {
            t.name: {
                "key": list(t.key),
                "split": "album" if t.album else None,
                "columns": list(t.columns),
            }
            for t in sorted(found, key=lambda t: t.name)
        },
    }
    return json.dumps(about, indent=2, ensure_ascii=False) + "\n"


def _files(
    conn: sqlite3.Connection, table: Table, folder: Path
) -> Iterator[tuple[Path, Iterator[bytes]]]:
    album = table.album or "NULL"
    sql = (
        f"SELECT {album} AS _album, {', '.join(f't.{c}' for c in table.columns)} FROM {table.name} t "  # noqa: S608
        f"ORDER BY _album, {', '.join(f't.{c}' for c in table.key)}"
    )
    for name, rows in itertools.groupby(conn.execute(sql), key=lambda row: row[0]):
        file = file_name(name) if table.album else table.name
        yield folder / f"{file}.ndjson", (line(table.columns, row[1:]) for row in rows)


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
    name = _FILE.sub(
        lambda m: "".join(f"%{byte:02X}" for byte in m.group().encode()), album
    )
    return (
        name
        if len(name) <= 180
        else f"{name[:140]}%{hashlib.sha256(album.encode()).hexdigest()[:32]}"
    )


def _replace(path: Path, lines: Iterable[bytes]) -> tuple[int, bool]:
    """Write lines to a file, unless it has just these bytes. (lines, changed)."""
    path.parent.mkdir(parents=True, exist_ok=True)
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
    same_site(
        str(directory), None if about is None else (about["url"], about["source"]), site
    )


def same_site(
    what: str, found: tuple[str, str] | None, site: tuple[str, str] | None
) -> None:
    """Raise OtherSite where both name a site and not the same one."""
    if found is not None and site is not None and found != site:
        raise OtherSite(
            f"{what} is of {found[0]} ({found[1]}), this database of {site[0]}"
            f" ({site[1]}). Nothing was done."
        )


def rows(directory: Path, table: str) -> Iterator[tuple[Path, int, dict[str, Any]]]:
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
