"""The guard of the tests guards."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.conftest import Blocked


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
