"""What the site said at a moment: now, when a push began, on a date, in another
database, in an export.

Each moment is a stream of images in the order of (album, id), so that two of them are
compared side by side and memory does not grow with their number. Dates and pushes are
read from `observations`, which remember alt and label.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from altsync.errors import StoreError, UsageError
from altsync.models import IN_NO_TEXT, Flat, Moved, Origin, Tag, WhereInText
from altsync.store import export
from altsync.store.connecting import reading
from altsync.store.rows import rows, value
from altsync.store.standing import IN_NONE, WHERE
from altsync.store.store import Store

_REREAD = """
(
  SELECT count(*) FROM observations r
  WHERE r.image_id = i.id AND r.reread IS NOT NULL AND {until})
"""
"""How often altsync.toml had the image read in another way until then."""
_MODEL = """
(
  SELECT c.model FROM observations s
  JOIN push_items p ON p.id = s.push_item_id JOIN candidates c ON c.id = p.candidate_id
  WHERE s.image_id = i.id AND {text}.origin = 'ai' AND s.alt IS {text}.alt AND {until}
  ORDER BY s.id DESC LIMIT 1)
"""
"""Which model's text it is, where altsync sent it."""
_NOW = """
SELECT i.album, i.id, i.alt, i.title, i.caption, i.label, i.has_label, i.origin,
  i.long_description, {reread} AS reread, {model} AS model, {where}
FROM images i
WHERE i.gone_at IS NULL
ORDER BY i.album, i.id
"""


def _as_of(upto: str, gone: str) -> str:
    """What was last seen of each image by then. `upto` and `gone`: conditions on when a
    value was seen, and when its image went, without the table."""
    return f"""
SELECT i.album, i.id, o.alt, NULL AS title, NULL AS caption, o.label, i.has_label,
  o.origin, NULL AS long_description,
  {_REREAD.format(until=f"r.{upto}")} AS reread,
  {_MODEL.format(text="o", until="s.id <= o.id")} AS model, {WHERE}
FROM images i
JOIN observations o ON o.id = (
  SELECT max(x.id) FROM observations x WHERE x.image_id = i.id AND x.{upto})
WHERE i.gone_at IS NULL OR i.{gone}
ORDER BY i.album, i.id
"""  # noqa: S608


_BEFORE = _as_of("seq < :seq", "gone_seq > :seq")
_THEN = _as_of("seen_at <= :at", "gone_at > :at")


@dataclass(frozen=True, slots=True)
class Image:
    """One image at a moment."""

    album: str
    id: str
    flat: Flat
    origin: Origin | None
    where: WhereInText = IN_NO_TEXT
    reread: int | None = field(default=None, compare=False)
    """How often altsync.toml had it read in another way until then; None: not known."""
    model: str | None = None
    """Whose text it is, where altsync sent it; an export does not say."""

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in a stream."""
        return self.album, self.id


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
        yield _now("now", conn)
    elif name.isdecimal():
        sql = "SELECT seq FROM pushes WHERE id = ?"
        began = value(conn, sql, (int(name),))
        if began is None:
            last = value(conn, "SELECT max(id) FROM pushes")
            others = f"The last is {last}." if last else "Nothing was pushed yet."
            raise UsageError(f"There is no push {name}. {others}")
        yield _before(f"push {name}", conn, began)
    elif Path(name).is_dir():
        export.check_site(Path(name), store.site())
        yield Moment(name, lambda: _exported(Path(name)))
    elif Path(name).is_file():
        with _other(Path(name), store) as other:
            yield _now(name, other)
    else:
        yield _then(name, conn, time_of(name))


def _now(name: str, conn: sqlite3.Connection) -> Moment:
    """All that the mirror has; a copy from before there were images in texts has none."""
    texts = value(conn, "SELECT 1 FROM pragma_table_info('images') WHERE name = 'tag'")
    counted = value(
        conn, "SELECT 1 FROM pragma_table_info('observations') WHERE name = 'reread'"
    )
    sql = _NOW.format(
        where=WHERE if texts else IN_NONE,
        reread=_REREAD.format(until="1") if counted else "0",
        model=_MODEL.format(text="i", until="1"),
    )
    return Moment(name, lambda: map(_whole, rows(conn, _Row, sql)))


def _before(name: str, conn: sqlite3.Connection, seq: int) -> Moment:
    """What was seen before a row was written, whatever the clock said: alt and label."""
    return Moment(name, lambda: map(_seen, rows(conn, _Row, _BEFORE, {"seq": seq})))


def _then(name: str, conn: sqlite3.Connection, at: str) -> Moment:
    """What was seen up to a time, as the clock said it: alt and label."""
    return Moment(name, lambda: map(_seen, rows(conn, _Row, _THEN, {"at": at})))


def compare(before: Iterator[Image], after: Iterator[Image]) -> Iterator[Moved]:
    """What differs between two streams, in their order. Only fields that both know are
    compared."""
    a, b = next(before, None), next(after, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a.place < b.place):
            assert a is not None
            yield Moved(a.id, a.album, a.flat, None, a.origin, where=a.where)
            a = next(before, None)
        elif a is None or b.place < a.place:
            yield Moved(b.id, b.album, None, b.flat, b.origin, b.model, b.where)
            b = next(after, None)
        else:
            moved = _moved(a, b)
            if moved is not None:
                yield moved
            a, b = next(before, None), next(after, None)


def _moved(a: Image, b: Image) -> Moved | None:
    """One image at two moments; None where it is the same."""
    both = a.flat.keys() & b.flat.keys()
    if None not in (a.reread, b.reread) and a.reread != b.reread:
        both -= {"label", "caption", "long_description"}
    was = {key: value for key, value in a.flat.items() if key in both}
    now = {key: value for key, value in b.flat.items() if key in both}
    if was == now:
        return None
    return Moved(
        a.id,
        a.album,
        cast("Flat", was),
        cast("Flat", now),
        b.origin,
        b.model,
        b.where,
    )


def time_of(name: str) -> str:
    """A date (its first moment) or a time as altsync stores it: UTC, ISO 8601. Raises
    UsageError."""
    try:
        found = datetime.fromisoformat(name)
    except ValueError:
        raise UsageError(
            f"{name} is no push number, date (2026-11-22 or 2026-11-22T10:00, UTC),"
            " export directory or database."
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class _Row:
    album: str
    id: str
    alt: str | None
    title: str | None
    caption: str | None
    label: str | None
    has_label: bool
    origin: Origin | None
    long_description: str | None
    reread: int
    model: str | None
    where: WhereInText


def _whole(row: _Row) -> Image:
    flat: Flat = {"alt": row.alt, "title": row.title, "caption": row.caption}
    if row.long_description is not None:
        flat["long_description"] = row.long_description
    return _image(row, flat)


def _seen(row: _Row) -> Image:
    return _image(row, {"alt": row.alt})


def _image(row: _Row, flat: Flat) -> Image:
    if row.has_label:
        flat["label"] = row.label
    return Image(row.album, row.id, flat, row.origin, row.where, row.reread, row.model)


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
        if row.get("long_description") is not None:
            flat["long_description"] = row["long_description"]
        origin = row.get("origin")
        by = None if origin is None else Origin(origin)
        yield Image(row["album"], row["id"], flat, by, _standing(row))


def _standing(row: dict[str, Any]) -> WhereInText:
    tag = row.get("tag")
    if tag is None:
        return IN_NO_TEXT
    names = ("place", "before", "after", "heading", "link", "link_text")
    texts = {name: row.get(name) for name in names}
    return WhereInText(Tag(tag), row.get("page_title"), **texts)


@contextlib.contextmanager
def _other(path: Path, store: Store) -> Iterator[sqlite3.Connection]:
    try:
        with reading(path) as conn:
            site = conn.execute("SELECT url, source FROM site").fetchone()
            export.same_site(str(path), site, store.site())
            yield conn
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} is no database of altsync: {error}. Name a file that `altsync"
            " pull` made."
        ) from error
