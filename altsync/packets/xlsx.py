"""The spreadsheet of a packet as XLSX, by openpyxl (the extra altsync[xlsx]). Every cell
is text, so that no spreadsheet turns it into anything else."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from altsync.atomic import replacing
from altsync.installation import extra
from altsync.models.packet import Ticked
from altsync.packets import tables
from altsync.packets.cells import Cell, Mangled, for_xml
from altsync.packets.tables import COLUMNS, FilledIn, NoPacket, NoTable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 200_000_000
"""Bytes of a file, unpacked, that are read: a small one can hold terabytes."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 200
"""Of a sheet: spreadsheets have no more rows, and no packet has more columns."""
_WIDTHS = {
    tables.IMAGE: 26,
    tables.TITLE: 26,
    tables.PAGE: 30,
    tables.PROPOSED: 60,
    tables.LONG: 40,
    tables.VERDICT: 14,
    tables.TEXT: 60,
    tables.NOTE: 30,
    tables.BY: 18,
    tables.AT: 20,
    tables.CHECKSUM: 18,
}


def is_there() -> bool:
    """Whether openpyxl is."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        return False
    return True


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> bool:
    """Write a packet. False, and no file, where openpyxl is missing."""
    if not is_there():
        return False
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:  # pragma: no cover - a new workbook has a sheet
        return False
    sheet.title = "packet"
    _fill(sheet, rows)
    _dress(sheet)
    with replacing(path) as part:
        book.save(str(part))
    return True


def _fill(sheet: Worksheet, rows: Iterable[Mapping[str, object]]) -> None:
    for at, name in enumerate(COLUMNS, 1):
        sheet.cell(1, at).value = name
    for number, row in enumerate(rows, 2):
        for at, name in enumerate(COLUMNS, 1):
            cell = sheet.cell(number, at)
            text = for_xml(str(row.get(name, "")))
            if text:
                cell.value = text
                cell.data_type = "s"  # openpyxl takes a "=" for a formula
            cell.number_format = "@"


def _dress(sheet: Worksheet) -> None:
    """Widths, wrapped lines, a head that stays, and the verdicts to choose from."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    for at, name in enumerate(COLUMNS, 1):
        sheet.cell(1, at).font = Font(bold=True)
        width = _WIDTHS.get(name, 11)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    verdicts = ",".join(Ticked)
    choice = DataValidation(type="list", formula1=f'"{verdicts}"', allow_blank=True)
    sheet.add_data_validation(choice)
    column = get_column_letter(COLUMNS.index(tables.VERDICT) + 1)
    choice.add(f"{column}2:{column}{max(2, sheet.max_row)}")


def parse(data: bytes) -> FilledIn:
    """An XLSX file, as whatever spreadsheet left it. Raises NoTable."""
    if not is_there():
        raise NoTable(f"XLSX needs an extra: {extra('xlsx')}, or save it as CSV")
    from openpyxl import load_workbook

    _check_size(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and such, which nobody reads
            book = load_workbook(io.BytesIO(data), read_only=True)
            return _joined([(sheet.title, _table(sheet)) for sheet in book.worksheets])
    except NoTable:
        raise
    except Exception as error:  # whatever openpyxl makes of a broken file
        reason = str(error).partition("\n")[0]
        raise NoTable(f"it is no whole XLSX file: {reason}") from None


def _table(sheet: Any) -> FilledIn | NoTable:
    """What one sheet holds, or why it is no table of a packet."""
    sheet.reset_dimensions()  # what a file says of its size need not be true
    try:
        return tables.gathered(_numbered(sheet.iter_rows()))
    except NoTable as error:
        return error


def _joined(sheets: Sequence[tuple[str, FilledIn | NoTable]]) -> FilledIn:
    """All sheets that are tables of packets. Raises NoTable where none is."""
    found = [(title, one) for title, one in sheets if isinstance(one, FilledIn)]
    others = [(title, one) for title, one in sheets if isinstance(one, NoTable)]
    if not found:
        whys = [why for _, why in others] or [NoPacket("it has no sheet")]
        broken = [why for why in whys if not isinstance(why, NoPacket)]
        raise (broken or whys)[0]
    rows = [
        replace(row, where=f"sheet “{title}”, {row.where}") if len(found) > 1 else row
        for title, table in found
        for row in table.rows
    ]
    remarks = [remark for _, table in found for remark in table.remarks]
    remarks += [f"the sheet “{title}” is not read: {why}" for title, why in others]
    return FilledIn(tuple(rows), sum(one.empty for _, one in found), tuple(remarks))


def _numbered(
    rows: Iterable[Sequence[Any]],
) -> Iterator[tuple[str, Sequence[Cell | None]]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise NoTable("it is larger than any packet")
        yield f"row {number}", [_cell(one) for one in row[:MOST_COLUMNS]]


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NoTable(f"it is no whole XLSX file: {error}") from None
    if size > LARGEST:
        raise NoTable("it is larger than any packet")


def _cell(cell: Any) -> Cell | None:
    """What a cell says; Mangled where a spreadsheet made something else of it."""
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Mangled("a formula")
    if cell.data_type == "e":
        return Mangled("an error")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return Mangled("a truth value")
    if isinstance(value, datetime):
        return Mangled("a date", value.isoformat())
    if isinstance(value, date | time | timedelta):
        return Mangled("a date")
    return _number(value)


def _number(value: Any) -> Cell:
    """A whole number stays itself where one is wanted (line, candidate)."""
    if value == int(value):
        return Mangled("a number", str(int(value)))
    return Mangled("a number")
