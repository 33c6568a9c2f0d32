"""How a command says how far it is: in words, in JSON lines, as a bar."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.cli import _command, _talk
from altsync.cli._talk import (
    EVERY,
    OFTEN,
    SOON,
    Bar,
    Events,
    Notes,
    Sentences,
    Silent,
    Talk,
)
from altsync.models.underway import Paid, Work
from tests.cli.conftest import Owner
from tests.cli.printed import document
from tests.processes import PATIENT


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_line_soon_and_then_one_a_minute(
    capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    talk = Talk(Sentences(clock=clock), clock)
    talk.step()
    talk.start(Work.GENERATE, 9000)
    for _ in range(1200):
        clock.now += (SOON + EVERY) / 1199
        talk.step(paid=Paid(0.2))
    clock.now += EVERY + 1
    talk.tick()
    talk.finish()
    clock.now += EVERY + 1
    talk.tick()
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" of ")[0] for line in lines] == [
        "Generating: 172",
        "Generating: 1,200",
        "Generating: 1,200",
    ]
    assert lines[0].endswith("about 9 minutes left; paid $0.20.")
    assert lines[2].endswith("; paid $0.20; nothing new for 1 minute.")


def test_who_hears_it_is_told_what_begins(
    capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    talk = Talk(Sentences(heard=True, clock=clock), clock)
    talk.start(Work.FIND_PAGES)
    talk.start(Work.READ_PAGES, 12)
    talk.start(Work.PUSH, 0)
    talk.finish()
    assert capsys.readouterr().err == "Finding pages …\nReading pages: 12 to do.\n"


def test_a_stage_that_waits_is_talked_about_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The beat comes from a thread: a site that does not answer calls no `step`."""
    told = threading.Event()

    class Watched(Silent):
        def moved(self) -> None:
            told.set()

    monkeypatch.setattr(_talk, "BEAT", 0.001)
    monkeypatch.setattr(_talk, "face", Watched)
    with _talk.talking() as talk:
        talk.start(Work.PULL)
        assert told.wait(PATIENT)


def events(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_events_begin_go_on_and_end(clock: Clock) -> None:
    out = io.StringIO()
    talk = Talk(Events(out, clock), clock)
    talk.start(Work.PUSH, 3)
    for failed in (0, 1, 0):
        clock.now += OFTEN / 2
        talk.step(failed=failed)
    talk.say("a\x1b]0;owned\x07b é")
    talk.finish()
    talk.finish()
    found = events(out)
    assert [one["event"] for one in found] == [
        "started",
        "progress",
        "note",
        "finished",
    ]
    assert [one.get("done") for one in found] == [0, 2, None, 3]
    assert found[-1]["failed"] == 1
    assert found[2]["text"] == "a\\u001b]0;owned\\u0007b é"
    assert out.getvalue().isascii()


def test_whatever_is_said_is_a_note_for_a_program() -> None:
    out = io.StringIO()
    notes = Notes(Events(out))
    notes.write("One")
    notes.write(" line.\n\nAnother.\nNo end")
    notes.close()
    assert [one["text"] for one in events(out)] == ["One line.", "Another.", "No end"]


def test_all_that_a_command_says_is_json_where_that_is_asked_for(
    mirrored: Owner,
) -> None:
    ran = mirrored.run("generate", "--progress", "json")
    said = [document("progress", line) for line in ran.err.splitlines()]
    kinds = [one["event"] for one in said]
    assert {"started", "finished", "note"} <= set(kinds)
    (finished,) = (one for one in said if one["event"] == "finished")
    assert finished["stage"] == "generate"
    assert finished["done"] == finished["total"] > 0
    refused = mirrored.run("--progress", "json", "approve", "a/b", code=2)
    (line,) = refused.err.splitlines()
    assert "no image a/b" in document("progress", line)["text"]
    assert "no image a/b" in mirrored.run("approve", "a/b", code=2).err


@pytest.mark.parametrize(
    ("asked", "environment", "watched", "expected"),
    [
        ({}, {}, True, Bar),
        ({}, {}, False, Sentences),
        ({}, {"TERM": "dumb"}, True, Sentences),
        ({}, {"ACCESSIBLE": "1"}, True, Sentences),
        ({}, {"ACCESSIBLE": "0"}, True, Bar),
        ({"progress": "words"}, {}, True, Sentences),
        ({"quiet": True}, {}, True, Silent),
    ],
)
def test_the_way_is_chosen_by_what_was_asked_and_by_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, Any],
    environment: dict[str, str],
    expected: type,
    *,
    watched: bool,
) -> None:
    monkeypatch.setattr(_command, "asked", lambda: _command.AskedFor(**asked))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    for name in ("TERM", "ACCESSIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert type(_talk.face()) is expected


@pytest.mark.parametrize(("name", "value"), [("ACCESSIBLE", "1"), ("TERM", "dumb")])
def test_the_funnel_is_words_alone_for_who_hears_it(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "coverage [######---" in mirrored.run("status").out
    monkeypatch.setenv(name, value)
    said = mirrored.run("status").out
    assert "coverage 23.0% of the 13 that this login sees" in said
    assert "#" not in said


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_an_stderr_that_takes_nothing_stops_nothing(
    mirrored: Owner, where: str
) -> None:
    line = f'exec "$0" -m altsync pull --progress json {where}'
    said = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable], capture_output=True, check=True
    )
    assert b"13 images listed; nothing changed" in said.stdout


WORKING = """
import sys
from altsync.cli._talk import talking
from altsync.models.underway import Paid, Work
with talking() as talk:
    talk.start(Work.ASK_UNLISTED, 9000)
    for _ in sys.stdin:
        talk.step(300, failed=1, paid=Paid(0.5, limit=2.0))
        talk.say("x" * 30)
        talk.tick()
        print("data", flush=True)
"""


class Terminal:
    """A pseudo-terminal that a stage works on: stderr, and stdout too where asked."""

    def __init__(self, columns: int, **environment: str) -> None:
        self._leader, follower = pty.openpty()
        self.resize(columns)
        known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKING],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=follower,
            env={**known, "TERM": "xterm", **environment},
        )
        os.close(follower)
        self.shown = ""

    def resize(self, columns: int) -> None:
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(self._leader, termios.TIOCSWINSZ, size)

    def step(self) -> str:
        """One step; what stdout got."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().decode()

    def read_until(self, pattern: str) -> str:
        """What is shown from here to a match."""
        begun = len(self.shown)
        while not re.search(pattern, self.shown[begun:]):
            self.shown += os.read(self._leader, 1 << 16).decode()
        return self.shown[begun:]

    def end(self) -> str:
        """All that was shown."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        while True:
            try:
                piece = os.read(self._leader, 1 << 16)
            except OSError:  # Linux says so when the last follower has closed
                break
            self.shown += piece.decode()
        os.close(self._leader)
        self.process.stdout.close()
        assert self.process.wait(PATIENT) == 0
        return self.shown


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(Path(_talk.__file__).parents[2])
    yield


CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def widths(shown: str) -> set[int]:
    return {len(CONTROL.sub("", line)) for line in re.split(r"[\r\n]+", shown)}


@pytest.mark.usefixtures("here")
def test_a_bar_follows_the_width_of_the_terminal() -> None:
    terminal = Terminal(100)
    wide = terminal.read_until(r"0 of 9,000 \(0%\)")
    assert "Asking for what the site did not list" in wide
    assert "━" in wide
    terminal.resize(30)
    assert terminal.step() == "data\n"
    narrow = terminal.read_until(r"300 of 9,000 \(3%\)")
    lines = re.split(r"[\r\n]+", narrow)
    last = CONTROL.sub("", lines[-1])
    assert len(last) <= 30
    assert "Asking" not in last
    shown = terminal.end()
    assert max(widths(shown)) <= 100
    assert "x" * 30 in shown
    assert "data" not in shown
    assert "\x1b[?25h" in shown, "the cursor is back"


@pytest.mark.usefixtures("here")
def test_no_color_leaves_the_bar_without_colours() -> None:
    colours = re.compile(r"\x1b\[[0-9;]*[39][0-9][0-9;]*m")
    coloured = Terminal(100)
    coloured.read_until(r"0 of 9,000")
    assert colours.search(coloured.end())
    plain = Terminal(100, NO_COLOR="1")
    plain.read_until(r"0 of 9,000")
    assert not colours.search(plain.end())


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}])
@pytest.mark.usefixtures("here")
def test_words_alone_draw_nothing(environment: dict[str, str]) -> None:
    terminal = Terminal(80, **environment)
    terminal.step()
    shown = terminal.end()
    assert shown == (
        "Asking for what the site did not list: 9,000 to do.\r\n" + "x" * 30 + "\r\n"
    )
