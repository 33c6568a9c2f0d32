"""XLSX: every cell is text, and what a spreadsheet made of one is seen."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

from altsync.packets import xlsx
from altsync.packets.cells import Mangled, is_same
from altsync.packets.tables import COLUMNS, NoTable
from tests.lengths import SHARED
from tests.packets.test_tables import ROW, TEXT


def changed(path: Path, cells: dict[str, Any]) -> bytes:
    """The file with these cells in its first row, as somebody types them."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for name, value in cells.items():
        sheet.cell(2, COLUMNS.index(name) + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "packet.xlsx"
    assert xlsx.write(file, [ROW | {"line": 1, "image": "=1+1"}])
    return file


def test_a_packet_is_text_alone_with_verdicts_to_choose_from(path: Path) -> None:
    (row,) = xlsx.parse(path.read_bytes()).rows
    said = {name: cell for name, cell in row.cells.items() if cell}
    assert said == {name: cell for name, cell in ROW.items() if cell} | {
        "image": "=1+1"
    }
    sheet = load_workbook(path).worksheets[0]
    assert {cell.number_format for cell in sheet[2]} == {"@"}
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"approve,reject,own text,decorative,unsure"'
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("=1+1", Mangled("a formula")),
        ("#N/A", Mangled("an error")),
        (True, Mangled("a truth value")),
        (datetime(2026, 1, 2, 3, 4), Mangled("a date", "2026-01-02T03:04:00")),
        (date(2026, 1, 2), Mangled("a date", "2026-01-02T00:00:00")),
        (time(1, 2), Mangled("a date")),
        (3, Mangled("a number", "3")),
        (3.0, Mangled("a number", "3")),
        (0.5, Mangled("a number")),
        (" “as it is” ", " “as it is” "),
    ],
)
def test_what_a_spreadsheet_made_of_a_cell(path: Path, value: Any, found: Any) -> None:
    (row,) = xlsx.parse(changed(path, {"your text": value})).rows
    assert row.cells["your text"] == found


@settings(max_examples=40, suppress_health_check=SHARED)
@given(TEXT, TEXT)
def test_any_text_comes_back_exactly(path: Path, text: str, proposed: str) -> None:
    """What XML can hold; of ours the rest is known by its code."""
    row = ROW | {"your text": text, "verdict": "own text", "proposed text": proposed}
    xlsx.write(path, [row])
    (found,) = xlsx.parse(path.read_bytes()).rows
    assert is_same(str(found.cells.get("proposed text", "")), proposed)
    assert is_same(str(found.cells.get("your text", "")), text)


def test_without_openpyxl_there_is_none_and_none_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = path.read_bytes()
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    assert not xlsx.write(path.with_name("other.xlsx"), [ROW])
    assert not path.with_name("other.xlsx").exists()
    with pytest.raises(NoTable, match=r"pip install 'altsync\[xlsx\]'"):
        xlsx.parse(data)


def resized(
    data: bytes, change: Callable[[str], str], named: str = "sheet1.xml"
) -> bytes:
    """The file with a part's XML changed, its first sheet's if no other is named."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(named):
                part = change(part.decode()).encode()
            new.writestr(name, part)
    return out.getvalue()


def test_what_openpyxl_would_warn_of_is_no_matter_of_verdicts(path: Path) -> None:
    """Other programs write no styles of their own."""

    def bare(text: str) -> str:
        start, end = text.index("<cellStyles"), text.index("</cellStyles>")
        return text[:start] + text[end + len("</cellStyles>") :]

    data = resized(path.read_bytes(), bare, "styles.xml")
    assert len(xlsx.parse(data).rows) == 1


@pytest.mark.parametrize("size", ["A1", "A1:N2", "A1:XFD1048576"])
def test_no_row_is_lost_by_a_size_that_is_not_true(path: Path, size: str) -> None:
    xlsx.write(path, [ROW, ROW, ROW])
    data = resized(path.read_bytes(), lambda text: text.replace("A1:N4", size))
    assert len(xlsx.parse(data).rows) == 3


@pytest.mark.parametrize(
    ("row", "reason"), [(101, "larger than any"), (0, "it is no whole XLSX")]
)
def test_rows_that_no_spreadsheet_has_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, row: int, reason: str
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 100)
    far = f'<row r="{row}"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    if not row:
        far = "<row>"

    def change(text: str) -> str:
        return text.replace("</sheetData>", far)

    with pytest.raises(NoTable, match=reason):
        xlsx.parse(resized(path.read_bytes(), change))


def test_all_sheets_that_are_packets_are_read_and_the_others_named(path: Path) -> None:
    book = load_workbook(path)
    book.create_sheet("Notes", 0).append(["Dear Olga"])
    one = book["packet"]
    out = io.BytesIO()
    book.save(out)
    table = xlsx.parse(out.getvalue())
    assert [row.where for row in table.rows] == ["row 2"]
    assert table.remarks == (
        "the sheet “Notes” is not read: it is no table of a packet",
    )
    first = one.cell(1, 1)
    first.value = "cut"
    book.save(out)
    with pytest.raises(NoTable, match="its column “packet” is missing"):
        xlsx.parse(out.getvalue())
    first.value = "packet"
    book.copy_worksheet(one).title = "Ben"
    book.save(out)
    assert [row.where for row in xlsx.parse(out.getvalue()).rows] == [
        "sheet “packet”, row 2",
        "sheet “Ben”, row 2",
    ]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (xlsx.LARGEST + 1))
    return out.getvalue()


def hollow() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "no workbook")
    return out.getvalue()


def other() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def cut() -> bytes:
    return b"PK"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (cut, "it is no whole XLSX file"),
        (hollow, "it is no whole XLSX file"),
        (bomb, "it is larger than any packet"),
        (other, "it is no table of a packet"),
    ],
)
def test_what_is_no_packet_says_why(made: Callable[[], bytes], reason: str) -> None:
    data = made()
    with pytest.raises(NoTable, match=reason):
        xlsx.parse(data)
