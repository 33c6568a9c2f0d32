"""stderr is talk. Where nobody can hear it any more (a pipe without a reader, a terminal
that was closed, a full disk) it falls silent, and the work goes on: an error from a
sentence would end a command, and with it what was paid for and is on its way.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Talked(io.FileIO):
    """A file that is written as long as it takes it; never an OSError."""

    def write(self, piece: Buffer, /) -> int:
        try:
            return super().write(piece)
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(piece).nbytes


def like(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """The same stream, written in the same way."""
    return io.TextIOWrapper(
        io.BufferedWriter(Talked(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        newline=None if stream.isatty() else "\n",
        line_buffering=True,
    )
