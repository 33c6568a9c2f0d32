"""The spreadsheet of a packet: its columns, and CSV as spreadsheets leave it. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from altsync.models.packet import FORMAT
from altsync.packets.cells import Cell, Mangled, written

PACKET, LINE, IMAGE, CANDIDATE = "packet", "line", "image", "candidate"
TITLE, PAGE = "title", "page"
PROPOSED, LONG = "proposed text", "long description"
VERDICT, TEXT, NOTE = "verdict", "your text", "note"
BY, AT, CHECKSUM = "judged by", "checked at", "checksum"
COLUMNS = (
    PACKET,
    LINE,
    IMAGE,
    CANDIDATE,
    TITLE,
    PAGE,
    PROPOSED,
    LONG,
    VERDICT,
    TEXT,
    NOTE,
    BY,
    AT,
    CHECKSUM,
)
NEEDED = (PACKET, LINE, IMAGE, CANDIDATE, PROPOSED, LONG, VERDICT, CHECKSUM)
GIVEN = (VERDICT, TEXT, NOTE)
"""What somebody fills in: a row without any of it says nothing."""
SEPARATORS = ",;\t|"
OLD = "cp1252"
NAMED = 10
"""Strange columns that are told by name."""


class NoTable(ValueError):
    """A file's verdicts cannot be read; the message says why."""


class NoPacket(NoTable):
    """The file is whole, and of something else."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that somebody filled in."""

    where: str
    """Its place in the file, for people."""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    lossy: bool = False
    """The file's encoding lacks most letters: a "?" may stand for one."""
    loose: bool = False
    """Its cells have no types: a text may have become a date, a number or an error."""
    exact: bool = False
    """No spreadsheet had it: every text is what somebody typed."""

    def text(self, column: str) -> str:
        """What the cell says, of a number or a moment too; '' where it says nothing or
        was mangled."""
        found = self.cells.get(column, "")
        return found if isinstance(found, str) else found.value

    @property
    def said(self) -> bool:
        """Somebody filled something in."""
        return any(self.cells.get(column, "") != "" for column in GIVEN)


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The rows of a file that say something, and what was odd about it."""

    rows: tuple[Row, ...]
    empty: int
    """Rows without a verdict."""
    remarks: tuple[str, ...] = ()


def document(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A packet as CSV (RFC 4180, UTF-8 with a BOM, which Excel wants), head first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield "\ufeff"
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(name, "")) for name in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: object) -> object:
    return written(value) if isinstance(value, str) else value


def parse(data: bytes) -> FilledIn:
    """A CSV file, as whatever spreadsheet left it. Raises NoTable."""
    text, encoding = decoded(data)
    start = 1
    if text[:4].lower() == "sep=":
        _, _, text = text.partition("\n")
        start = 2
    try:
        # strict: a quote that is never closed would swallow all rows behind it
        reader = csv.reader(_lines(text), delimiter=_separator(text), strict=True)
        rows = _numbered(reader, start)
        return gathered(rows, lossy=encoding == OLD, loose=True)
    except csv.Error as error:
        raise NoTable(f"it is no whole table: {error}") from None


def _lines(text: str) -> io.StringIO:
    """Whatever ends them: LF, CRLF, or a CR alone."""
    return io.StringIO(text, newline="")


def saved(data: bytes) -> FilledIn:
    """The file that the page of a packet saves. Raises NoTable."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NoTable("it is no whole JSON") from None
    rows = found.get("verdicts") if isinstance(found, dict) else None
    if rows is None or found.get("format") != FORMAT or not isinstance(rows, list):
        raise NoPacket("it is no file that the page of a packet saved")
    for row in rows:
        if not isinstance(row, dict):
            raise NoTable("one of its verdicts is none")
    kept = (
        Row(
            f"verdict {number}",
            {name: _of_json(row.get(name)) for name in COLUMNS},
            exact=True,
        )
        for number, row in enumerate(rows, 1)
    )
    said = tuple(row for row in kept if row.said)
    return FilledIn(said, len(rows) - len(said))


def _of_json(value: object) -> Cell:
    if value is None:
        return ""
    return value if isinstance(value, str) else Mangled("something else")


def _numbered(
    reader: Iterable[Sequence[str]], start: int
) -> Iterator[tuple[str, Sequence[str]]]:
    for number, row in enumerate(reader, start):
        yield f"row {number}", row


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding. Raises NoTable."""
    encoding = _encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError:
        raise NoTable(
            "its encoding is not known: save it as CSV UTF-8, or as XLSX"
        ) from None


def _encoding(data: bytes) -> str:
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return name
    if data[1:2] == b"\0":  # the head is ASCII
        return "utf-16-le"
    if data[:1] == b"\0":
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return OLD
    return "utf-8"


def _separator(text: str) -> str:
    """The one by which the head has the most of our columns."""
    head = next(_lines(text.lstrip("\r\n")), "")

    def found(separator: str) -> int:
        cells = next(csv.reader([head], delimiter=separator), [])
        return len({_name(cell) for cell in cells} & set(COLUMNS))

    return max(SEPARATORS, key=found)


def _name(cell: Cell | None) -> str:
    return " ".join(cell.split()).casefold() if isinstance(cell, str) else ""


def gathered(
    rows: Iterable[tuple[str, Sequence[Cell | None]]],
    lossy: bool = False,
    loose: bool = False,
) -> FilledIn:
    """A table out of rows of cells, in whatever order its columns stand. Raises
    NoTable."""
    filled = ((where, row) for where, row in rows if any(_filled(one) for one in row))
    _, head = next(filled, ("", ()))
    names = [_name(one) for one in head]
    _check(names)
    found, empty = [], 0
    for where, cells in filled:
        row = Row(where, _by_name(names, cells), lossy, loose)
        if row.said:
            found.append(row)
        else:
            empty += 1
    return FilledIn(tuple(found), empty, tuple(_strange(names)))


def _strange(names: Sequence[str]) -> Iterator[str]:
    """Columns that are none of ours; the first few by name."""
    strange = [name for name in names if name and name not in COLUMNS]
    for name in strange[:NAMED]:
        yield f"the column “{name}” is not read"
    if len(strange) > NAMED:
        yield f"{len(strange) - NAMED:,} more columns are not read"


def _filled(cell: Cell | None) -> bool:
    return not isinstance(cell, str | None) or bool((cell or "").strip())


def _check(names: Sequence[str]) -> None:
    lacking = [name for name in NEEDED if name not in names]
    if len(lacking) == len(NEEDED):
        raise NoPacket("it is no table of a packet")
    if lacking:
        raise NoTable(f"its column “{lacking[0]}” is missing")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise NoTable(f"its column “{twice[0]}” stands there twice")


def _by_name(names: Sequence[str], cells: Sequence[Cell | None]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, cell in zip(names, cells, strict=False):
        if name in COLUMNS and cell is not None:
            blank = isinstance(cell, str) and not cell.strip()
            found[name] = "" if blank else cell
    return found
