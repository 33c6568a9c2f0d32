"""No process that a test starts outlives it, and one that was started by a test that
fails has its error output in the report.

tests/conftest.py puts `Started` in the place of `subprocess.Popen`: no test can forget it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from tests.warm import Order, parent

PATIENT = 90.0
"""Seconds for what takes moments, on a machine that is busy: a little less than a test
may take in all. Whoever waits so long waits for something that hangs."""
TOLD = 20_000
"""So many bytes of what a process said are shown."""
PIPES = slice(10, 16)
"""Where they are among what Popen asks for."""
_TESTS = str(Path(__file__).parent)


class Started(subprocess.Popen):  # type: ignore[type-arg]
    """A process. Those that a file of the tests starts are known until it has ended."""

    known: ClassVar[list[Started]] = []

    def __init__(self, *args: Any, **more: Any) -> None:
        self._heard = b""
        super().__init__(*args, **more)
        if sys._getframe(1).f_code.co_filename.startswith(_TESTS):
            Started.known.append(self)

    def _execute_child(self, *asked: Any) -> None:
        order = Order.of(*asked)
        if order is None:
            super()._execute_child(*asked)  # type: ignore[misc]
            return
        self.pid = parent().start(order)
        self._child_created = True
        self._close_pipe_fds(*asked[PIPES])  # type: ignore[attr-defined]

    def communicate(self, *args: Any, **more: Any) -> Any:
        out, err = super().communicate(*args, **more)
        self._heard += (
            err.encode("utf-8", "replace") if isinstance(err, str) else err or b""
        )
        return out, err

    def end(self) -> bool:
        """Kill it where it still runs. Whether there is something to tell."""
        runs = self.poll() is None
        if runs:
            self.kill()
            self.wait(PATIENT)
        self._heard += _left(self.stderr)
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return runs or bool(self._heard)

    def told(self) -> str:
        """How it ended, and what it said on stderr."""
        said = self._heard[-TOLD:].decode("utf-8", "replace")
        return f"{self.args!r} ended with {self.returncode}\n{said}"


def ended(number: int) -> list[str]:
    """End all but the first so many that are known, and forget them. What was said by
    those that said anything, or had to be killed."""
    processes = Started.known[number:]
    del Started.known[number:]
    return [process.told() for process in processes if process.end()]


def until(
    what: Callable[[], object], process: subprocess.Popen[Any] | None = None
) -> None:
    """Wait until it is so. Fails at once where the `process` that should make it so has
    ended."""
    ends = time.monotonic() + PATIENT
    while not what():
        over = process is not None and process.poll() is not None
        assert not over or what(), f"{process} ended"
        assert time.monotonic() < ends, f"waited {PATIENT:.0f} s in vain"
        time.sleep(0.005)


def _left(pipe: Any) -> bytes:
    """What can be read without waiting: a child of the process may hold it open."""
    said = b""
    if pipe is None or pipe.closed:
        return said
    with contextlib.suppress(OSError):
        os.set_blocking(pipe.fileno(), False)
        while piece := os.read(pipe.fileno(), TOLD):
            said += piece
    return said
