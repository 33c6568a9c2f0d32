"""A row of a packet's file against the line that the database keeps: a verdict, or the
reason why it is none. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

import altsync.packets.tables as tables
from altsync.models.packet import (
    WITNESS,
    OnPaper,
    PacketLine,
    Ticked,
)
from altsync.packets.cells import Mangled, is_same, lines_of, may_be_made, own
from altsync.packets.tables import Row
from altsync.reviewers import wrong_name

WORDS = {
    "approve": Ticked.APPROVE,
    "approved": Ticked.APPROVE,
    "reject": Ticked.REJECT,
    "rejected": Ticked.REJECT,
    "own text": Ticked.TEXT,
    "text": Ticked.TEXT,
    "decorative": Ticked.DECORATIVE,
    "unsure": Ticked.UNSURE,
}
"""What may stand in the column of verdicts."""


BEFORE, SHOWN = 20, 60
"""Characters of two texts that are shown: before they differ, and in all."""
UNTIMED = "No time given, so that of reading counts"
UNREADABLE = "A time that cannot be read, so that of reading counts"
AHEAD = "A time that is still to come, so that of reading counts"


class NoVerdict(ValueError):
    """A row is not taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A verdict, and what has to be said about how it was read."""

    verdict: OnPaper
    remarks: tuple[str, ...] = ()


def place_of(row: Row) -> tuple[str, int]:
    """Packet and number of the line that a row is about. Raises NoVerdict."""
    packet = row.text(tables.PACKET).strip()
    number = row.text(tables.LINE).strip().removeprefix("'")
    _storable(packet)
    if not packet:
        raise NoVerdict("its packet is not named")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NoVerdict("the column “line” has no number any more")
    return packet, int(number)


def understand(row: Row, line: PacketLine, given_to: str, now: str) -> Understood:
    """Raises NoVerdict. `now`: the time that counts where the file has none."""
    _untouched(row, line)
    answer, text, marked = _answer(row, line)
    at, remark = _moment(row, now)
    remarks = [remark] if remark else []
    if marked:
        remarks.append("An apostrophe before a text, taken for a spreadsheet's mark")
    verdict = OnPaper(
        packet=line.packet,
        line=line.line,
        image=line.image,
        candidate=line.candidate,
        answer=answer,
        text=text,
        note=_note(row, answer),
        by=_by(row, given_to),
        at=at or now,
        timed=bool(at),
    )
    return Understood(verdict, tuple(remarks))


def _untouched(row: Row, line: PacketLine) -> None:
    """What altsync wrote is as it was."""
    checksum = row.text(tables.CHECKSUM).strip()
    if checksum != line.checksum and checksum[:10] == line.checksum[:10]:
        raise NoVerdict(
            f"letters were lost when the file was saved (its checksum does not end in"
            f" {WITNESS} any more): save it as CSV UTF-8, or as XLSX"
        )
    wanted = {
        tables.IMAGE: line.image,
        tables.CANDIDATE: "" if line.candidate is None else str(line.candidate),
        tables.PROPOSED: line.shown,
        tables.LONG: line.long_description,
        tables.CHECKSUM: line.checksum,
    }
    for column, value in wanted.items():
        cell = row.cells.get(column, "")
        if isinstance(cell, Mangled):
            if column == tables.CANDIDATE and cell.value == value:
                continue  # a number it was
            raise NoVerdict(f"a spreadsheet turned its “{column}” into {cell.what}")
        if not is_same(cell, value):
            raise NoVerdict(_changed(column, cell, value))


def _changed(column: str, cell: str, value: str) -> str:
    if column == tables.CHECKSUM:
        return (
            "its checksum is not that of this line: rows or cells were mixed up, or"
            " “line” or “checksum” was changed"
        )
    given, wanted = lines_of(cell), lines_of(value)
    pairs = zip(given, wanted, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(0, alike - BEFORE)
    return (
        f"the column “{column}” was changed: it says “{_part(given, start)}”, and the"
        f" packet said “{_part(wanted, start)}”"
    )


def _part(text: str, start: int) -> str:
    """What is worth seeing of it from there on; line ends are shown."""
    part = text[start : start + SHOWN].replace("\n", "⏎")
    return "…" * (start > 0) + part + "…" * (len(text) > start + SHOWN)


def _short(text: str) -> str:
    return _part(" ".join(text.split()), 0)


def _answer(row: Row, line: PacketLine) -> tuple[Ticked, str, bool]:
    """What is said; with the reviewer's own text, and whether a mark was taken off it."""
    given = _cell(row, tables.TEXT)
    text, marked = (lines_of(given).strip(), False) if row.exact else own(given)
    word = " ".join(_cell(row, tables.VERDICT).split()).casefold()
    answer = WORDS.get(word)
    if word and answer is None:
        raise NoVerdict(
            f"“{_short(word)}” is no verdict; say approve, reject, own text, decorative"
            " or unsure"
        )
    _storable(text)
    _whole(text, row)
    if text and answer in (None, Ticked.APPROVE, Ticked.TEXT):
        same = line.candidate is not None and text == lines_of(line.shown).strip()
        if same and answer is not Ticked.TEXT:
            return Ticked.APPROVE, "", False
        return Ticked.TEXT, text, marked
    return _without_text(answer, text, line)


def _without_text(
    answer: Ticked | None, text: str, line: PacketLine
) -> tuple[Ticked, str, bool]:
    if answer is None:
        raise NoVerdict("it has a note and no verdict (unsure, if you are)")
    if text:
        raise NoVerdict(
            f"it says “{answer}” and has a text of its own: which of the two?"
        )
    if answer is Ticked.TEXT:
        raise NoVerdict("it says “own text”, and “your text” is empty")
    if line.candidate is None and answer is not Ticked.DECORATIVE:
        raise NoVerdict("nothing is proposed there: write a text, or say decorative")
    return answer, "", False


def _cell(row: Row, column: str) -> str:
    cell = row.cells.get(column, "")
    if isinstance(cell, Mangled):
        raise NoVerdict(
            f"a spreadsheet turned its “{column}” into {cell.what}: format the cell as"
            " text and write it again"
        )
    return cell


def _whole(text: str, row: Row) -> None:
    if row.lossy and "?" in text:
        raise NoVerdict(
            "the file is in an old encoding, where a “?” may stand for a letter that it"
            " lacks: save it as CSV UTF-8, or as XLSX"
        )
    if row.loose and may_be_made(text):
        raise NoVerdict(
            f"“{_short(text)}” may be what a spreadsheet made of another text: say it on"
            " the page, or in the XLSX"
        )


def _storable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoVerdict(
            "its text holds half a character and cannot be stored"
        ) from None
    if "\0" in text:
        raise NoVerdict("its text holds a NUL and cannot be stored")


def _note(row: Row, answer: Ticked) -> str:
    note = lines_of(_cell(row, tables.NOTE)).strip()
    _storable(note)
    if answer is Ticked.UNSURE and not note:
        raise NoVerdict("who is unsure has to say in a note what is unclear")
    return note


def _by(row: Row, given_to: str) -> str:
    name = " ".join(_cell(row, tables.BY).split()) or given_to
    _storable(name)
    if not name:
        raise NoVerdict("nobody says who judged (the column “judged by”)")
    if wrong := wrong_name(name):
        raise NoVerdict(f"the name of who judged must {wrong}")
    return name


def _moment(row: Row, now: str) -> tuple[str, str]:
    """When the verdict was given, '' where that is not known; and what to say then."""
    if row.cells.get(tables.AT, "") == "":
        return "", UNTIMED
    said = row.text(tables.AT).strip().removeprefix("'")
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return "", UNREADABLE
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        moment = found.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:
        return "", UNREADABLE
    if moment > now:
        return "", AHEAD
    return moment, ""
