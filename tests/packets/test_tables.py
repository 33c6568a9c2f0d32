"""Tables as spreadsheets leave them, in any dialect and encoding."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import altsync.packets.tables as tables
from altsync.models.packet import FORMAT, WITNESS
from altsync.packets.cells import Mangled
from altsync.packets.tables import COLUMNS, FilledIn, NoTable, Row
from tests.packets.desk import saved

ROW = dict.fromkeys(COLUMNS, "") | {
    "packet": "bcdfghjk",
    "line": "1",
    "image": "a/1",
    "proposed text": "A “dog”; a cat, a\nbird",
    "verdict": "approve",
    "checksum": f"bcdfghjkmn{WITNESS}",
}
DIALECTS = [
    (",", "utf-8-sig"),
    (";", "cp1252"),
    ("\t", "utf-16"),
    ("|", "utf-8"),
    (";", "utf-16-le"),
    (",", "utf-16-be"),
]


def cells(table: FilledIn) -> list[dict[str, object]]:
    return [dict(row.cells) for row in table.rows]


@pytest.mark.parametrize(("separator", "encoding"), DIALECTS)
def test_every_dialect_is_read(separator: str, encoding: str) -> None:
    data = saved([ROW, ROW | {"verdict": ""}], separator, encoding)
    table = tables.parse(data)
    assert cells(table) == [ROW]
    assert (table.empty, table.remarks) == (1, ())
    assert table.rows[0].lossy is (encoding == "cp1252")


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_end_of_lines_is_read(end: bytes) -> None:
    row = ROW | {"proposed text": "A dog"}
    data = saved([row, row]).replace(b"\r\n", end)
    assert cells(tables.parse(data)) == [row, row]


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60
)
"""Newlines, quotes, signs, emoji and right-to-left among them."""


@settings(max_examples=60)
@given(TEXT, TEXT, st.sampled_from(DIALECTS))
def test_any_text_comes_back_exactly(
    text: str, proposed: str, dialect: tuple[str, str]
) -> None:
    """As far as the encoding has its letters."""
    separator, encoding = dialect
    row = ROW | {"your text": text, "proposed text": proposed, "verdict": "own text"}
    if encoding == "cp1252":
        kept = (one.encode("cp1252", "ignore").decode("cp1252") for one in row.values())
        row = dict(zip(row, kept, strict=True))
    (found,) = tables.parse(saved([row], separator, encoding)).rows
    for column in ("your text", "proposed text"):
        wanted = row[column] if row[column].strip() else ""
        assert found.cells[column] == wanted


def test_columns_and_rows_in_any_order_blank_lines_and_more_columns() -> None:
    head = ["", *reversed(COLUMNS), "My remarks", ""]
    line = ["", *(ROW[name] for name in reversed(COLUMNS)), "hm", ""]
    quoted = [";".join(f'"{one}"' for one in cells) for cells in (head, line)]
    text = "sep=;\r\n\r\n" + "\r\n;;;\r\n".join(quoted) + "\r\n;;\r\n"
    table = tables.parse(text.encode())
    assert cells(table) == [ROW]
    assert table.rows[0].where == "row 5"
    assert table.remarks == ("the column “my remarks” is not read",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is no table of a packet"),
        (b"a,b\n1,2\n", "it is no table of a packet"),
        (b"\x81\xff,;", "its encoding is not known"),
        (saved([{"packet": "x", "line": "1"}]), "its column “image” is missing"),
        (
            saved([ROW]).replace(b"note", b"line"),
            "its column “line” stands there twice",
        ),
        (saved([ROW | {"note": "x" * 200_000}]), "it is no whole table"),
        (b"x" * 200_000, "it is no whole table"),
        (saved([ROW]) + b'"cut here, and', "it is no whole table"),
    ],
)
def test_what_is_no_table_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(NoTable, match=reason):
        tables.parse(data)


def test_strange_columns_are_named_as_far_as_anybody_reads() -> None:
    row = ROW | {f"c{number}": "x" for number in range(1_000)}
    remarks = tables.parse(saved([row])).remarks
    assert len(remarks) == 11
    assert remarks[-1] == "990 more columns are not read"


def file(change: Callable[[dict[str, Any]], object]) -> bytes:
    """What the page saves, changed."""
    about: dict[str, Any] = {"format": FORMAT, "verdicts": [dict(ROW)]}
    change(about)
    return json.dumps(about).encode()


def test_what_the_page_saves_is_read() -> None:
    table = tables.saved(file(lambda about: about["verdicts"].append({"line": 1})))
    assert cells(table) == [ROW]
    assert (table.rows[0].exact, table.empty) == (True, 1)
    table = tables.saved(file(lambda about: about["verdicts"][0].update(line=1)))
    assert table.rows[0].cells["line"] == Mangled("something else")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "it is no whole JSON"),
        (b"\xff", "it is no whole JSON"),
        (b"[" * 100_000, "it is no whole JSON"),
        (b"[]", "no file that the page"),
        (file(lambda about: about.update(format="x")), "no file that the page"),
        (file(lambda about: about.update(verdicts=1)), "no file that the page"),
        (file(lambda about: about.update(verdicts=[1])), "one of its verdicts is none"),
    ],
)
def test_another_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NoTable, match=reason):
        tables.saved(data)


def test_a_packet_is_written_for_excel() -> None:
    text = "".join(tables.document([ROW | {"line": 7, "image": "=1"}]))
    assert text.startswith('\ufeff"packet","line",')
    table = tables.parse(text.encode())
    assert cells(table) == [ROW | {"line": "7", "image": "'=1"}]
    assert "".join(tables.document([])).endswith("\r\n")


def test_a_cell_tells_its_value_where_that_is_sure() -> None:
    row = Row("row 1", {"line": Mangled("a number", "3"), "image": Mangled("a date")})
    assert (row.text("line"), row.text("image"), row.text("note")) == ("3", "", "")
    assert not row.said
    assert Row("", {"your text": Mangled("a date")}).said
