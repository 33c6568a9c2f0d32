"""What the site said at a moment: now, when a push began, on a date, in another
database, in an export.

Each moment is a stream of images in the order of (album, id), so that two of them are
compared side by side and memory does not grow with their number. Dates and pushes are
read from `observations`, which remember alt and label.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from altsync.errors import StoreError, UsageError
from altsync.models import Flat, Moved, Origin
from altsync.store import export
from altsync.store.store import Store, reading

_NOW = """
SELECT i.album, i.id, i.alt, i.title, i.caption, i.label, i.has_label, i.origin
FROM images i WHERE i.gone_at IS NULL ORDER BY i.album, i.id
"""
_THEN = """
SELECT i.album, i.id, o.alt, NULL, NULL, o.label, i.has_label, o.origin
FROM images i JOIN observations o ON o.id = (
  SELECT max(x.id) FROM observations x WHERE x.image_id = i.id AND x.seen_at <= :at)
WHERE i.gone_at IS NULL OR i.gone_at > :at ORDER BY i.album, i.id
"""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Image:
    """One image at a moment."""

    album: str
    id: str
    flat: Flat
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A named moment; `images` streams what the site said then, each time it is called."""

    name: str
    images: Callable[[], Iterator[Image]]


@contextlib.contextmanager
def moment(
    store: Store, conn: sqlite3.Connection, name: str | None
) -> Iterator[Moment]:
    """The moment that `name` names: None (the mirror now), a push number (when it
    began), a date or time (UTC), the path of an export or of a database. Raises
    UsageError where it names nothing, OtherSite for another site's.
    """
    if name is None:
        yield Moment("now", lambda: _rows(conn, _NOW, {}, True))
    elif name.isdecimal():
        row = conn.execute(
            "SELECT started_at FROM pushes WHERE id = ?", (int(name),)
        ).fetchone()
        if row is None:
            raise UsageError(f"There is no push {name}. `altsync log` lists them.")
        yield Moment(f"push {name}", lambda: _rows(conn, _THEN, {"at": row[0]}, False))
    elif Path(name).is_dir():
        export.check_site(Path(name), store.site())
        yield Moment(name, lambda: _exported(Path(name)))
    elif Path(name).is_file():
        with _other(Path(name), store) as other:
            yield Moment(name, lambda: _rows(other, _NOW, {}, True))
    else:
        at = _time(name)
        yield Moment(name, lambda: _rows(conn, _THEN, {"at": at}, False))


def compare(before: Iterator[Image], after: Iterator[Image]) -> Iterator[Moved]:
    """What differs between two streams, in their order. Only fields that both know are
    compared."""
    a, b = next(before, None), next(after, None)
    while a is not None or b is not None:
        if b is None or (a is not None and (a.album, a.id) < (b.album, b.id)):
            assert a is not None
            yield Moved(a.id, a.album, a.flat, None, a.origin)
            a = next(before, None)
        elif a is None or (b.album, b.id) < (a.album, a.id):
            yield Moved(b.id, b.album, None, b.flat, b.origin)
            b = next(after, None)
        else:
            both = [k for k in a.flat if k in b.flat]
            was = {k: cast("dict[str, Any]", a.flat)[k] for k in both}
            now = {k: cast("dict[str, Any]", b.flat)[k] for k in both}
            if was != now:
                yield Moved(
                    a.id, a.album, cast("Flat", was), cast("Flat", now), b.origin
                )
            a, b = next(before, None), next(after, None)


def time_of(name: str) -> str:
    """A date (its first moment) or a time as altsync stores it: UTC, ISO 8601. Raises
    UsageError."""
    return _time(name)


def _time(name: str) -> str:
    try:
        found = datetime.fromisoformat(name)
    except ValueError:
        raise UsageError(
            f"{name} is no push number, date (2026-11-22 or 2026-11-22T10:00, UTC),"
            " export directory or database."
        ) from None
    return (
        (found if found.tzinfo else found.replace(tzinfo=UTC))
        .astimezone(UTC)
        .isoformat(timespec="microseconds")
    )


def _rows(
    conn: sqlite3.Connection, sql: str, values: dict[str, str], whole: bool
) -> Iterator[Image]:
    for r in conn.execute(sql, values):
        flat: Flat = {"alt": r[2]}
        if whole:
            flat["title"], flat["caption"] = r[3], r[4]
        if r[6]:
            flat["label"] = r[5]
        yield Image(r[0], r[1], flat, None if r[7] is None else Origin(r[7]))


def _exported(directory: Path) -> Iterator[Image]:
    for row in export.images(directory):
        if row.get("gone_at") is not None:
            continue
        flat: Flat = {
            "alt": row.get("alt"),
            "title": row.get("title"),
            "caption": row.get("caption"),
        }
        if row.get("has_label"):
            flat["label"] = row.get("label")
        origin = row.get("origin")
        yield Image(
            row["album"], row["id"], flat, None if origin is None else Origin(origin)
        )


@contextlib.contextmanager
def _other(path: Path, store: Store) -> Iterator[sqlite3.Connection]:
    try:
        with reading(path) as conn:
            site = conn.execute("SELECT url, source FROM site").fetchone()
            export.same_site(
                str(path), None if site is None else (site[0], site[1]), store.site()
            )
            yield conn
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} is no database of altsync: {error}. Name a file that `altsync"
            " pull` made."
        ) from error
