"""The guard of the tests guards."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.conftest import Blocked, long_first, pytest_itemcollected


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
