"""Rows by name: the columns of a query into the fields of a frozen dataclass.

A column is called like its field (`SELECT i.id AS image`); in a field that is itself a
dataclass it is called `field.column`. The field's type says how a value is read:

    enum                     from its value
    bool                     from 0 and 1
    tuple[X, ...], dict      from JSON; an X that is a dataclass from an object
    X | None                 NULL stays None
    str, int, float, Any     as SQLite has it
"""

from __future__ import annotations

import functools
import json
import sqlite3
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from operator import itemgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Values = Sequence[object] | Mapping[str, object]
Convert = Callable[[Any], Any]

_BOOL = {0: False, 1: True}


class RowError(TypeError):
    """A query and the dataclass that it is read into do not fit: a mistake in altsync."""


def rows(
    conn: sqlite3.Connection, kind: type[T], sql: str, values: Values = ()
) -> Iterator[T]:
    """One `kind` a row, streamed.

    Raises RowError where a field has no column, a column no field, or a value does not
    fit its field: a default stands in for nothing.
    """
    cursor = conn.execute(sql, values)
    cursor.row_factory = None  # Datasette's connections make objects of their own
    columns = tuple(column[0] for column in cursor.description)
    make = _maker(kind, columns)  # type: ignore[arg-type]
    return map(make, cursor)


def first(
    conn: sqlite3.Connection, kind: type[T], sql: str, values: Values = ()
) -> T | None:
    """The first row, as `rows` reads it; None where there is none."""
    return next(rows(conn, kind, sql, values), None)


def column(conn: sqlite3.Connection, sql: str, values: Values = ()) -> Iterator[Any]:
    """The values of a query of one column, streamed."""
    for (found,) in conn.execute(sql, values):
        yield found


def value(conn: sqlite3.Connection, sql: str, values: Values = ()) -> Any:
    """The value of a query of one column, from its first row; None where there is no
    row."""
    return next(column(conn, sql, values), None)


@functools.cache
def _maker(kind: Any, columns: tuple[str, ...]) -> Callable[[tuple[Any, ...]], Any]:
    """A row with these columns -> a `kind`. Worked out once per type and query."""
    at = {name: place for place, name in enumerate(columns)}
    if len(at) < len(columns):
        raise RowError(f"{kind.__name__}: two columns share a name: {columns}.")
    return _make(kind, at)


def _make(kind: Any, at: dict[str, int]) -> Callable[[tuple[Any, ...]], Any]:
    """`at`: the place in the row of each column."""
    names = [field.name for field in fields(kind)]
    hints = get_type_hints(kind)
    left = dict(at)
    taken: list[int] = []
    inner: list[tuple[int, Convert]] = []
    converts: list[tuple[int, Convert]] = []
    for place, name in enumerate(names):
        hint = hints[name]
        if is_dataclass(hint):
            mine = {c: left.pop(c) for c in at if c.startswith(f"{name}.")}
            within = {c.removeprefix(f"{name}."): at[c] for c in mine}
            inner.append((place, _make(hint, within)))
            taken.append(0)
            continue
        if name not in left:
            raise RowError(f"{kind.__name__}.{name} has no column: {sorted(at)}.")
        taken.append(left.pop(name))
        convert = _convert(hint)
        if convert is not None:
            converts.append((place, convert))
    if left:
        raise RowError(f"{kind.__name__} has no field for {sorted(left)}.")
    pick = _pick(taken)

    def make(row: tuple[Any, ...]) -> Any:
        values = list(pick(row))
        for place, build in inner:
            values[place] = build(row)
        for place, convert in converts:
            try:
                values[place] = convert(values[place])
            except (LookupError, ValueError, TypeError) as error:
                raise RowError(
                    f"{kind.__name__}.{names[place]} cannot be {values[place]!r}."
                ) from error
        return kind(*values)

    return make


def _pick(taken: Sequence[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    if len(taken) == 1:
        only = taken[0]
        return lambda row: (row[only],)
    return itemgetter(*taken)


def _convert(hint: Any) -> Convert | None:
    """How a value from SQLite becomes one of this type; None: it is one already."""
    if get_origin(hint) in (Union, types.UnionType):
        return _optional(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if hint is bool:
        return _BOOL.__getitem__
    if get_origin(hint) is tuple:
        return _tuple(_from_json(get_args(hint)[0]))
    if get_origin(hint) in (dict, list):
        return json.loads
    return None


def _optional(hint: Any) -> Convert | None:
    (some,) = (part for part in get_args(hint) if part is not type(None))
    convert = _convert(some)
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _tuple(convert: Convert | None) -> Convert:
    def read(text: str) -> tuple[Any, ...]:
        if text == "[]":
            return ()
        found = json.loads(text)
        return tuple(found) if convert is None else tuple(map(convert, found))

    return read


def _from_json(hint: Any) -> Convert | None:
    """How a member of a JSON list becomes one of this type."""
    if not is_dataclass(hint):
        return _convert(hint)
    names = [field.name for field in fields(hint)]
    make = _maker(hint, tuple(names))  # type: ignore[arg-type]
    return lambda found: make(tuple(found[name] for name in names))
