"""The guard of the tests guards."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.conftest import (
    Blocked,
    long_first,
    own_part,
    pytest_itemcollected,
    said_twice,
)


def test_another_computer_is_out_of_reach() -> None:
    with socket.socket() as sock, pytest.raises(Blocked):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(Blocked):
        socket.create_connection(("example.org", 80))
    with pytest.raises(Blocked):
        socket.getaddrinfo("example.org", 80)


def test_loopback_is_in_reach() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_home_is_empty() -> None:
    assert not list(Path.home().iterdir())
    assert os.environ["LLM_USER_PATH"].startswith(str(Path.home()))


class Collected:
    """As much of a collected test as its marks go by."""

    def __init__(self, function: Callable[[], None]) -> None:
        self.function = function
        self.marks: list[str] = []

    def add_marker(self, name: str) -> None:
        self.marks.append(name)


def _draws() -> None:
    run_state_machine_as_test(RuleBasedStateMachine)


def test_who_runs_a_machine_draws() -> None:
    drawing, plain = Collected(_draws), Collected(test_home_is_empty)
    pytest_itemcollected(drawing)
    pytest_itemcollected(plain)
    assert (drawing.marks, plain.marks) == (["hypothesis", "machine"], [])


def test_each_worker_imports_another_part_of_the_modules_first() -> None:
    here = Path(__file__).parent
    parts = [
        own_part([str(here / "cli"), str(here / "lint")], one, 3) for one in range(3)
    ]
    every = [module for part in parts for module in part]
    assert "tests.cli.test_keys" in every
    assert len(every) == len(set(every)) > 50
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert own_part([f"{__file__}::{Marked.__name__}", "no/such"], 0, 1) == []


class Marked:
    """As much of a collected test as its order goes by."""

    def __init__(self, name: str, *marks: str) -> None:
        self.nodeid = f"{name[0]}.py::{name}"
        self._marks = marks

    def get_closest_marker(self, name: str) -> bool:
        return name in self._marks


def test_what_takes_long_begins_first_in_the_part_of_every_worker() -> None:
    tests = [Marked(name) for name in ("a1", "a2", "b1", "b2", "c1")]
    tests += [Marked("d1", "slow"), Marked("e1", "browser"), Marked("d2", "slow")]
    ordered = [one.nodeid[-2:] for one in long_first(tests, 2)]
    assert ordered == ["d1", "d2", "a1", "a2", "e1", "b1", "b2", "c1"]


def test_a_short_machine_is_left_to_the_long_one_where_both_run() -> None:
    short, plain = Marked("a1", "machine"), Marked("b1")
    long = [Marked("a1_for_long", "machine", "slow"), Marked("b1_for_long", "slow")]
    assert said_twice([short, plain, *long]) == [short]
    assert said_twice([short, plain]) == []


FAILS = """
import subprocess, sys

def test_it():
    code = "import sys; print('no such file', file=sys.stderr); print(); input()"
    made = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    made.stdout.readline()
    assert made.pid == 0

def test_the_next(): ...
"""


def test_a_process_of_a_test_that_fails_is_ended_and_says_why(tmp_path: Path) -> None:
    """And fails no other."""
    room = tmp_path / "tests"
    room.mkdir()
    (room / "test_it.py").write_text(FAILS)
    here = Path(__file__).parent
    (room / "conftest.py").write_text(
        f"from tests import processes\nprocesses._TESTS = {str(room)!r}\n"
        "from tests.conftest import *\n"
        "from tests.conftest import _processes_end\n"
    )
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-W",
            "error",
            room,
        ],
        env={**os.environ, "PYTHONPATH": str(here.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "1 failed, 1 passed" in ran.stdout
    assert f"ended with {-signal.SIGKILL}\nno such file" in ran.stdout
    pid = re.findall(r"assert (\d+) == 0", ran.stdout)[0]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
