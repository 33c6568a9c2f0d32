"""What a command opens, and how it is stopped."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING

import click
import pytest

from altsync.cli import _session

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Interrupting(io.RawIOBase):
    """A terminal whose owner ends the command while its first sentence is written."""

    def __init__(self) -> None:
        self.heard = b""

    def writable(self) -> bool:
        return True

    def write(self, piece: Buffer, /) -> int:
        if not self.heard:
            os.kill(os.getpid(), signal.SIGTERM)
        self.heard += bytes(piece)
        return len(bytes(piece))


def test_a_signal_in_the_midst_of_a_sentence_ends_no_command_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was one: what is written cannot be written into, from a signal's handler."""
    raw = Interrupting()
    talk = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", line_buffering=True)
    monkeypatch.setattr(sys, "stderr", talk)
    with _session.stoppable() as stop:
        click.echo("8 paid answers are in memory alone.", err=True)
        assert stop.is_set()
    heard = raw.heard.decode()
    assert heard.startswith("8 paid answers are in memory alone.\n")
    assert _session.STOPPING in heard
