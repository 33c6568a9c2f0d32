"""Any text, through any file, into a verdict: exactly as it was typed, or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import altsync.packets.tables as tables
from altsync.models.packet import FORMAT, PacketLine
from altsync.packets import xlsx
from altsync.packets.cells import MARK, for_xml, lines_of, may_be_made, written
from altsync.packets.tables import FilledIn
from altsync.packets.understanding import NoVerdict, understand
from tests.lengths import SHARED
from tests.packets.desk import saved
from tests.packets.test_tables import DIALECTS

NOW = "2026-11-29T12:00:00.000000+00:00"
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
ODD = (
    "=1+1",
    "'=1",
    '"a", “b”; c\td',
    "שלום‏ =x",
    "🌉\nzwei\r\ndrei",
    "1/2",
    "?",
    "\x07",
)
FORMS = [*DIALECTS, ("xlsx", ""), ("json", "")]


def back(row: Mapping[str, str], form: tuple[str, str], folder: Path) -> FilledIn:
    """The row, saved in a form and read. A spreadsheet keeps what somebody types; what
    altsync wrote stands there as it was written."""
    separator, encoding = form
    if separator == "xlsx":
        xlsx.write(folder / "one.xlsx", [row])
        return xlsx.parse((folder / "one.xlsx").read_bytes())
    if separator == "json":
        data = json.dumps({"format": FORMAT, "verdicts": [row]})
        return tables.saved(data.encode())
    ours = (tables.IMAGE, tables.PROPOSED)
    kept = {name: written(cell) if name in ours else cell for name, cell in row.items()}
    return tables.parse(saved([kept], separator, encoding))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: " ".join(form))
@settings(max_examples=40, suppress_health_check=SHARED)
@given(ANY, ANY)
@example(ODD[0], ODD[1])
@example(ODD[1], ODD[0])
@example(ODD[2], ODD[3])
@example(ODD[3], ODD[4])
@example(ODD[4], ODD[5])
@example(ODD[5], ODD[6])
@example(ODD[6], ODD[7])
@example(ODD[7], ODD[2])
def test_it_is_exact_or_refused(
    tmp_path: Path, form: tuple[str, str], text: str, proposed: str
) -> None:
    line = PacketLine("bcdfghjk", 1, "2024/1", 7, "seen", proposed)
    row = dict.fromkeys(tables.COLUMNS, "") | {
        tables.PACKET: line.packet,
        tables.LINE: "1",
        tables.IMAGE: line.image,
        tables.CANDIDATE: "7",
        tables.PROPOSED: proposed,
        tables.VERDICT: "own text",
        tables.TEXT: text,
        tables.CHECKSUM: line.checksum,
    }
    (found,) = back(row, form, tmp_path).rows
    try:
        said = understand(found, line, "Anna", NOW)
    except NoVerdict as refused:
        assert str(refused)
        assert _may_be_refused(text, proposed, form), refused
        return
    typed = {lines_of(one).strip() for one in (text, for_xml(text))}
    marked = any("apostrophe" in remark for remark in said.remarks)
    assert f"{MARK * marked}{said.verdict.text}" in typed


def _may_be_refused(text: str, proposed: str, form: tuple[str, str]) -> bool:
    """Nothing was typed, it cannot be stored, or this very form may have changed it."""
    old = form[1] == "cp1252"
    lost = old and "?" in (text + proposed).encode("cp1252", "replace").decode("cp1252")
    nothing = not lines_of(text).strip()
    loose = form[1] != "" and may_be_made(lines_of(text).strip())
    return nothing or "\0" in text or lost or loose
