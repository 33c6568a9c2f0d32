"""Rows by name: what becomes of a column, and what is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from altsync.models import Finding, Label, Origin, Severity
from altsync.store.rows import RowError, column, first, rows, value


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    has_label: bool


@dataclass(frozen=True, slots=True)
class Outer:
    number: int
    label: Label | None
    origin: Origin
    sure: bool | None
    findings: tuple[Finding, ...]
    models: tuple[str, ...]
    flags: dict[str, Any]
    inner: Inner
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Only:
    name: str


WHOLE = """
SELECT 'a note' AS note, 1 AS "inner.has_label", 'in' AS "inner.name",
  '{"b": [2]}' AS flags, '["m", "n"]' AS models, 'human' AS origin, 7 AS number,
  '[{"rule": "length", "severity": "warning", "message": "Long.", "more": 1}]'
    AS findings,
  0 AS sure, 'ai' AS label
"""


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    yield made
    made.close()


def test_a_column_finds_its_field_by_name_and_is_read_by_its_type(
    conn: sqlite3.Connection,
) -> None:
    (found,) = rows(conn, Outer, WHOLE)
    assert found == Outer(
        number=7,
        label=Label.AI,
        origin=Origin.HUMAN,
        sure=False,
        findings=(Finding("length", Severity.WARNING, "Long."),),
        models=("m", "n"),
        flags={"b": [2]},
        inner=Inner("in", True),
        note="a note",
    )
    assert type(found.label) is Label
    assert found.sure is False
    assert found.inner.has_label is True
    assert type(found.findings[0].severity) is Severity


def test_a_connection_with_rows_of_its_own_gives_the_same(
    conn: sqlite3.Connection,
) -> None:
    plain = list(rows(conn, Outer, WHOLE))
    conn.row_factory = sqlite3.Row
    assert list(rows(conn, Outer, WHOLE)) == plain
    assert value(conn, "SELECT 1") == 1


def test_null_stays_none_where_the_type_says_so(conn: sqlite3.Connection) -> None:
    sql = WHOLE.replace("'ai'", "NULL").replace("'a note'", "NULL")
    (found,) = rows(conn, Outer, sql.replace("0 AS sure", "NULL AS sure"))
    assert (found.label, found.note, found.sure) == (None, None, None)


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ("'a note' AS note,", "", r"Outer\.note has no column"),
        ("'a note' AS note,", "1 AS more, 2 AS note,", r"no field for \['more'\]"),
        ("7 AS number,", "7 AS number, 8 AS number,", "two columns share a name"),
        ('1 AS "inner.has_label",', "", r"Inner\.has_label has no column"),
        ("'in' AS", "1 AS \"inner.x\", 'in' AS", r"Inner has no field for \['x'\]"),
        ("'human'", "'martian'", r"Outer\.origin cannot be 'martian'"),
        ("'human'", "NULL", r"Outer\.origin cannot be None"),
        ('1 AS "inner', 'NULL AS "inner', r"Inner\.has_label cannot be None"),
        ('1 AS "inner', '2 AS "inner', r"Inner\.has_label cannot be 2"),
        ('\'["m", "n"]\'', "NULL", r"Outer\.models cannot be None"),
        ('\'["m", "n"]\'', "'[oh'", r"Outer\.models cannot be '\[oh'"),
        ('"warning"', '"dire"', r"Outer\.findings cannot be .*dire"),
        ('"rule"', '"rules"', r"Outer\.findings cannot be"),
    ],
)
def test_what_does_not_fit_is_refused(
    conn: sqlite3.Connection, there: str, instead: str, says: str
) -> None:
    assert there in WHOLE
    with pytest.raises(RowError, match=says):
        list(rows(conn, Outer, WHOLE.replace(there, instead)))


def test_rows_are_streamed_and_take_values(conn: sqlite3.Connection) -> None:
    sql = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last)
    SELECT 'n' || i AS name FROM n
    """
    stream = rows(conn, Only, sql, {"last": 1_000_000_000})
    assert next(stream) == Only("n1")
    assert next(stream) == Only("n2")
    assert [one.name for one in rows(conn, Only, sql, {"last": 2})] == ["n1", "n2"]


def test_the_first_row_a_column_a_value(conn: sqlite3.Connection) -> None:
    three = "SELECT value AS name FROM json_each(?)"
    assert first(conn, Only, three, ['["x", "y"]']) == Only("x")
    assert first(conn, Only, three, ["[]"]) is None
    assert list(column(conn, three, ['["x", "y"]'])) == ["x", "y"]
    assert value(conn, three, ['["x", "y"]']) == "x"
    assert value(conn, three, ["[]"]) is None
    assert value(conn, three, ["[null]"]) is None
    with pytest.raises(ValueError, match="too many values"):
        value(conn, "SELECT 1, 2")
