"""A command on a real terminal: stdin, stdout and stderr are one pty."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.processes import PATIENT


def on_a_terminal(
    args: Sequence[str],
    directory: Path,
    *,
    answers: Mapping[str, str] | None = None,
    columns: int = 80,
    env: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    """What somebody sees, and the exit code. `answers`: what they type once these words
    stand there."""
    leader, follower = pty.openpty()
    size = struct.pack("HHHH", 24, columns, 0, 0)
    fcntl.ioctl(follower, termios.TIOCSWINSZ, size)
    process = subprocess.Popen(
        [sys.executable, "-m", "altsync", *args],
        cwd=directory,
        env={**os.environ, "PAGER": "cat", "TERM": "xterm", **(env or {})},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    seen, waiting = b"", dict(answers or {})
    while piece := _read(leader):
        seen += piece
        for words in [one for one in waiting if one.encode() in seen]:
            os.write(leader, f"{waiting.pop(words)}\n".encode())
    os.close(leader)
    return seen.decode("utf-8").replace("\r\n", "\n"), process.wait(PATIENT)


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 1 << 16)
    except OSError:  # Linux says so when the last follower has closed
        return b""
