"""A row of a file against its line: a verdict, or why it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

import altsync.packets.tables as tables
from altsync.models.packet import WITNESS, PacketLine, Ticked
from altsync.packets.cells import Cell, Mangled
from altsync.packets.tables import Row
from altsync.packets.understanding import (
    AHEAD,
    UNREADABLE,
    UNTIMED,
    NoVerdict,
    place_of,
    understand,
)

NOW = "2026-11-29T12:00:00.000000+00:00"
LINE = PacketLine("bcdfghjk", 3, "2024/1", 7, "seen", "=A dog,\nor a cat", "Long.")
BARE = PacketLine("bcdfghjk", 4, "a/2", None, "seen", "")


def row(of: PacketLine = LINE, **cells: Cell) -> Row:
    """As it was written, with these cells (`your_text` for "your text")."""
    return filled(of, cells)


def filled(of: PacketLine, cells: Mapping[str, Cell]) -> Row:
    found: dict[str, Cell] = {
        tables.PACKET: of.packet,
        tables.LINE: str(of.line),
        tables.IMAGE: of.image,
        tables.CANDIDATE: "" if of.candidate is None else str(of.candidate),
        tables.PROPOSED: of.shown,
        tables.LONG: of.long_description,
        tables.CHECKSUM: of.checksum,
        tables.AT: "2026-11-29T11:00:00Z",
    }
    found.update({name.replace("_", " "): cell for name, cell in cells.items()})
    return Row("row 2", found)


def lossy(given: Row) -> Row:
    """The same out of a file in an old encoding."""
    return replace(given, lossy=True)


def refusal(given: Row, line: PacketLine = LINE, given_to: str = "Anna") -> str:
    with pytest.raises(NoVerdict) as refused:
        understand(given, line, given_to, NOW)
    return str(refused.value)


TAKEN: dict[str, tuple[dict[str, Cell], Ticked, str]] = {
    "yes": ({"verdict": "approve"}, Ticked.APPROVE, ""),
    "yes, in other words": ({"verdict": " Approved "}, Ticked.APPROVE, ""),
    "a yes with the text as it is": (
        {"verdict": "approve", "your_text": "=A dog,\r\nor a cat"},
        Ticked.APPROVE,
        "",
    ),
    "a yes to another text": (
        {"verdict": "approve", "your_text": "A dog"},
        Ticked.TEXT,
        "A dog",
    ),
    "the same text, said on purpose": (
        {"verdict": "own text", "your_text": "=A dog,\nor a cat"},
        Ticked.TEXT,
        "=A dog,\nor a cat",
    ),
    "only a text": ({"your_text": "“Dog” 🐕"}, Ticked.TEXT, "“Dog” 🐕"),
    "no": ({"verdict": "reject"}, Ticked.REJECT, ""),
    "no text": ({"verdict": "decorative"}, Ticked.DECORATIVE, ""),
    "a doubt": ({"verdict": "unsure", "note": "who?"}, Ticked.UNSURE, ""),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_said(name: str) -> None:
    cells, answer, text = TAKEN[name]
    found = understand(filled(LINE, cells), LINE, "Anna", NOW)
    said = found.verdict
    assert (said.answer, said.text, said.by) == (answer, text, "Anna")
    assert (said.at, said.timed) == ("2026-11-29T11:00:00.000000+00:00", True)
    assert found.remarks == ()


REFUSED: dict[str, tuple[dict[str, Cell], str]] = {
    "a word": ({"verdict": "yes"}, "“yes” is no verdict; say approve"),
    "a note alone": ({"note": "hm"}, "it has a note and no verdict"),
    "a doubt alone": ({"verdict": "unsure"}, "has to say in a note what is unclear"),
    "no text": ({"verdict": "own text"}, "“your text” is empty"),
    "two things": (
        {"verdict": "reject", "your_text": "A dog"},
        "it says “reject” and has a text of its own: which of the two?",
    ),
    "half a character": ({"your_text": "\ud800"}, "holds half a character"),
    "nul": ({"your_text": "a\0b"}, "holds a NUL"),
    "a date": (
        {"your_text": Mangled("a date")},
        "a spreadsheet turned its “your text” into a date",
    ),
    "a truth": (
        {"verdict": Mangled("a truth value")},
        "turned its “verdict” into a truth value",
    ),
    "the image": ({"image": Mangled("a date")}, "turned its “image” into a date"),
    "another image": ({"image": "01.01.2024"}, "the column “image” was changed"),
    "candidate": ({"candidate": Mangled("a number", "8")}, "turned its “candidate”"),
    "proposed": (
        {"proposed_text": "x" * 90},
        f"was changed: it says “{'x' * 60}…”, and the packet said “=A dog,⏎or a cat”",
    ),
    "proposed, at its end": (
        {"proposed_text": "=A dog,\nor a caté"},
        "it says “=A dog,⏎or a caté”, and the packet said “=A dog,⏎or a cat”",
    ),
    "proposed, far on": (
        {"long_description": "Longer."},
        "it says “Longer.”, and the packet said “Long.”",
    ),
    "long": ({"long_description": ""}, "the column “long description” was changed"),
    "checksum": (
        {"checksum": "bcdfghjkmn" + WITNESS},
        "its checksum is not that of this line",
    ),
    "letters": (
        {"checksum": LINE.checksum[:10] + "Ã±Ã¾"},
        "letters were lost when the file was saved",
    ),
    "by": ({"judged_by": "sample:3"}, "the name of who judged must"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken_and_why(name: str) -> None:
    cells, reason = REFUSED[name]
    given: dict[str, Cell] = {"verdict": "approve"}
    if {"your_text", "note", "verdict"} & set(cells):
        given = {}
    assert reason in refusal(filled(LINE, {**given, **cells}))


def test_numbers_that_are_surely_the_same_are_taken() -> None:
    given = row(
        verdict="approve",
        line=Mangled("a number", "3"),
        candidate=Mangled("a number", "7"),
        proposed_text="'=A dog,\nor a cat",
    )
    assert place_of(given) == ("bcdfghjk", 3)
    assert understand(given, LINE, "Anna", NOW).verdict.answer is Ticked.APPROVE


def test_where_nothing_is_proposed_only_a_text_or_none_can_be_said() -> None:
    for word in ("approve", "reject"):
        assert "nothing is proposed" in refusal(row(BARE, verdict=word), BARE)
    assert "nothing is proposed" in refusal(row(BARE, verdict="unsure", note="?"), BARE)
    found = understand(row(BARE, verdict="approve", your_text="Dog"), BARE, "A", NOW)
    assert found.verdict.answer is Ticked.TEXT
    found = understand(row(BARE, verdict="decorative"), BARE, "A", NOW)
    assert found.verdict.answer is Ticked.DECORATIVE


def test_a_question_mark_of_an_old_encoding_may_be_a_lost_letter() -> None:
    assert "old encoding" in refusal(lossy(row(your_text="Dog ?")))
    found = understand(lossy(row(verdict="reject", note="?")), LINE, "A", NOW)
    assert found.verdict.note == "?"


def test_a_number_alone_in_a_csv_may_have_been_another_text() -> None:
    given = row(your_text="01/02/26")
    assert "may be what a spreadsheet made" in refusal(replace(given, loose=True))
    assert understand(given, LINE, "A", NOW).verdict.text == "01/02/26"


def test_a_mark_before_a_text_is_a_spreadsheets_and_never_the_pages() -> None:
    found = understand(row(your_text="'=Dog"), LINE, "A", NOW)
    assert found.verdict.text == "=Dog"
    assert found.remarks == (
        "An apostrophe before a text, taken for a spreadsheet's mark",
    )
    page = Row("verdict 1", row(your_text="'=Dog").cells, exact=True)
    assert understand(page, LINE, "A", NOW).verdict.text == "'=Dog"


@pytest.mark.parametrize(
    ("at", "moment", "remark"),
    [
        ("2026-11-29 11:00", "2026-11-29T11:00:00.000000+00:00", ""),
        ("2026-11-29T11:00+02:00", "2026-11-29T09:00:00.000000+00:00", ""),
        (
            Mangled("a date", "2026-11-29T11:00:00"),
            "2026-11-29T11:00:00.000000+00:00",
            "",
        ),
        ("", NOW, UNTIMED),
        ("29.11.26", NOW, UNREADABLE),
        (Mangled("a date"), NOW, UNREADABLE),
        ("0001-01-01T00:00+14:00", NOW, UNREADABLE),
        ("2027-01-01", NOW, AHEAD),
    ],
)
def test_when_it_was_given(at: Cell, moment: str, remark: str) -> None:
    found = understand(row(verdict="approve", checked_at=at), LINE, "A", NOW)
    assert found.verdict.at == moment
    assert found.verdict.timed is (remark == "")
    assert found.remarks == ((remark,) if remark else ())


def test_whose_verdict_it_is() -> None:
    given = row(verdict="approve", judged_by=" Zoë  Q ")
    assert understand(given, LINE, "Anna", NOW).verdict.by == "Zoë Q"
    assert "nobody says who judged" in refusal(row(verdict="approve"), given_to="")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"packet": ""}, "its packet is not named"),
        ({"packet": "\ud800"}, "half a character"),
        ({"line": "x"}, "no number any more"),
        ({"line": "²"}, "no number any more"),
        ({"line": "9" * 12}, "no number any more"),
    ],
)
def test_a_row_that_is_about_no_line(cells: dict[str, Cell], reason: str) -> None:
    with pytest.raises(NoVerdict, match=reason):
        place_of(filled(LINE, cells))


def test_of_long_texts_is_shown_where_they_differ() -> None:
    line = PacketLine("bcdfghjk", 5, "a/3", 7, "seen", "a" * 100 + "b")
    reason = refusal(row(line, verdict="reject", proposed_text="a" * 100 + "c"), line)
    assert f"it says “…{'a' * 20}c”, and the packet said “…{'a' * 20}b”" in reason
