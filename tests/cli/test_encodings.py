"""What is printed is UTF-8 whatever the machine's code page says, and nothing in a text
stops a command: in real processes, into pipes and files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Owner, Typed
from tests.processes import PATIENT

WORDS = 'Kąt – “x” 山 😀, =SUM(1)\u202e "q"'
"""What no code page has as a whole."""
PLACES: dict[str, dict[str, str]] = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
PRINTED = (
    "status",
    "diff",
    "diff --csv",
    "diff --markdown",
    "diff --patch",
    "diff --json",
    "diff --stat",
    "lint",
    "lint --format csv",
    "lint --format markdown",
    "lint --format sarif",
    "log",
    "log --json",
    "who",
    "who --csv",
    "who --jsonld",
    "uses --all",
    "coverage",
    "cost",
    "context at-home/chelsea",
    "rules",
    "rules cut",
    "models",
    "export",
    "help variables",
)


LOOP = """
import json, sys
from altsync.__main__ import start
for args in json.loads(sys.argv.pop()):
    sys.argv[1:] = args
    try:
        start()
    except SystemExit as end:
        assert not end.code, (args, end.code)
"""
"""Every command as its process would run it, in one process."""


def _run(
    args: list[str], place: Mapping[str, str], *before: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *(before or ("-m", "altsync")), *args],
        capture_output=True,
        env={**os.environ, **place},
        timeout=100,
    )


@pytest.mark.parametrize("place", PLACES)
def test_every_output_is_utf8_whatever_the_code_page(
    approved: Owner, place: str
) -> None:
    approved.site.edit("at-home/chelsea", title=WORDS, caption=WORDS)
    approved.site.edit("in-the-mountains/high-path", alt=WORDS)
    approved.run("pull")
    wanted = json.dumps([line.split() for line in PRINTED])
    ran = _run([wanted], PLACES[place], "-c", LOOP)
    assert ran.returncode == 0, ran.stderr.decode()
    assert "山 😀" in ran.stdout.decode("utf-8")
    assert "…" in ran.stderr.decode("utf-8")
    assert not (approved.directory / "altsync-error.log").exists()


@pytest.mark.parametrize("place", PLACES)
def test_an_error_is_utf8_whatever_the_code_page(typed: Typed, place: str) -> None:
    (typed.directory / "ü….toml").write_text("[site]\nurl = 'ftp://山'\n", "utf-8")
    ran = _run(["status", "--config", "ü….toml"], PLACES[place])
    assert ran.returncode == 2
    assert "must be an http" in ran.stderr.decode("utf-8")


def test_words_of_the_command_line_that_are_no_utf8_are_a_usage_error(
    mirrored: Owner,
) -> None:
    wrong = os.fsdecode(b"caf\xe9")
    for args in (
        ("lint", "--album", wrong),
        ("generate", "--album", wrong),
        ("approve", "at-home/chelsea", "--note", wrong),
        ("packet", "out", "--words", wrong),
        ("who", wrong),
    ):
        said = mirrored.run(*args, code=2).err
        assert r"“caf\udce9” is no UTF-8." in said, args


def test_a_file_may_have_any_name(mirrored: Owner) -> None:
    wrong = os.fsdecode(b"caf\xe9")
    if sys.platform in ("darwin", "win32"):
        pytest.skip("files have names in Unicode here")
    assert _run(["packet", wrong, "--state", "missing"], {}).returncode == 0
    assert (mirrored.directory / wrong / "packet.csv").exists()


TABLES = (
    ("diff",),
    ("diff", "--csv"),
    ("who",),
    ("who", "--csv"),
    ("lint",),
    ("lint", "--format", "csv"),
    ("lint", "--fix-list"),
)


@pytest.mark.parametrize("args", TABLES)
def test_excel_gets_its_mark_once_and_cells_that_are_no_formulas(
    approved: Owner, args: tuple[str, ...]
) -> None:
    out = approved.run(*args, "--excel").out
    assert out.startswith("\ufeff")
    assert out.count("\ufeff") == 1
    assert "\r\n" in out
    assert "\r\r\n" not in out
    rows = list(csv.reader(io.StringIO(out[1:], newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_without_excel_there_is_no_mark(approved: Owner) -> None:
    assert approved.run("diff", "--csv").out.startswith('"kind"')


def test_excel_is_for_tables(mirrored: Owner) -> None:
    for args in (("diff", "--json"), ("who", "--jsonld"), ("lint", "--json")):
        said = mirrored.run(*args, "--excel", code=2).err
        assert "--excel is for CSV" in said


def test_lines_end_as_they_were_written_where_python_would_change_them(
    tmp_path: Path,
) -> None:
    """As on Windows, where text streams write CRLF for every line end."""
    code = (
        "import sys; sys.stdout.reconfigure(newline='\\r\\n');"
        "from altsync import __main__ as m; m._speak_utf8();"
        "sys.stdout.write('a\\r\\nb\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=PATIENT
    )
    assert ran.stdout == b"a\r\nb\n"
