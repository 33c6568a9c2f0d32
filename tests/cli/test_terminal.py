"""Data on a real terminal (a pty): nothing that a site wrote can steer it, and the same
data in a pipe is as it is."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from altsync.cli import _printing
from tests.cli.conftest import Owner
from tests.processes import PATIENT

HOSTILE = "a\x1b]0;owned\x07b\x9b31mc\x7f\u202ed"
STEERS = ("\x1b", "\x07", "\x9b", "\x7f", "\u202e")


@pytest.fixture
def hostile(owner: Owner) -> Owner:
    """A site that writes what steers a terminal into every field that it has."""
    owner.init()
    image = owner.site.ids[0]
    owner.site.edit(image, alt=HOSTILE, title=HOSTILE, caption=HOSTILE)
    owner.run("pull")
    owner.site.edit(image, alt=f"{HOSTILE} again")
    owner.run("pull", "--full")
    return owner


def on_a_terminal(args: list[str], directory: Path) -> str:
    """What the terminal gets: stdout is a pty."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "altsync", *args],
        cwd=directory,
        env={**os.environ, "PAGER": "cat", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=follower,
    )
    os.close(follower)
    got = b""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:  # Linux says so when the last follower has closed
            break
        if not piece:
            break
        got += piece
    os.close(leader)
    assert process.wait(PATIENT) == 0
    return got.decode("utf-8")


DATA = [
    ["diff", "--from", "2000-01-01", "--csv"],
    ["diff", "--from", "2000-01-01", "--json"],
    ["diff", "--from", "2000-01-01", "--markdown"],
    ["diff", "--from", "2000-01-01"],
    ["log", "--json"],
    ["log"],
    ["who", "--csv"],
    ["who", "--jsonld"],
    ["who"],
    ["lint", "--format", "csv"],
    ["lint", "--format", "json"],
    ["lint"],
    ["status", "--json"],
]


@pytest.mark.parametrize("args", DATA, ids=" ".join)
def test_no_data_steers_a_terminal(hostile: Owner, args: list[str]) -> None:
    shown = on_a_terminal(args, hostile.directory)
    assert shown.strip()
    assert not [char for char in STEERS if char in shown]


def test_json_reads_back_as_it_was(hostile: Owner) -> None:
    out = hostile.run("diff", "--from", "2000-01-01", "--json").out
    assert not [char for char in STEERS if char in out]
    texts = [
        part["value"]["alt"]
        for one in json.loads(out)["changes"]
        for part in one["patch"]
        if isinstance(part["value"], dict)
    ]
    assert f"{HOSTILE} again" in texts


def test_csv_in_a_pipe_is_as_the_site_has_it(hostile: Owner) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "altsync", "who", "--csv"],
        cwd=hostile.directory,
        stdout=subprocess.PIPE,
        check=True,
    )
    text = ran.stdout.decode("utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert f"{HOSTILE} again" in cells


def test_half_a_surrogate_pair_is_written_as_its_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _printing.put("a\ud83d\n")
    sys.stdout.flush()
    assert capsys.readouterr().out == "a\\ud83d\n"
