"""The file of a batch's lines, beside the database until the provider has it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from altsync import atomic
from altsync.generate.batches.base import Batches

NAME = "{}.batch-{}.jsonl"
"""By the name of the database and the handover's token."""


class LineFile:
    """Lines, one after the other: the owner's alone (0600), and never in memory."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        atomic.make_file(path)
        self.path = path
        self._file = path.open("ab")
        self.count = 0
        self.size = 0

    @classmethod
    def beside(cls, database: Path, token: str) -> LineFile:
        """A new one. Raises OSError."""
        return cls(database.with_name(NAME.format(database.name, token)))

    def has_room(self, data: bytes, batches: Batches) -> bool:
        """Whether a batch of this provider may have this line too."""
        fits = self.size + len(data) <= batches.most_bytes
        return fits and self.count < batches.most_lines

    def add(self, data: bytes) -> None:
        """One line, with its end. Raises OSError."""
        self._file.write(data)
        self.count += 1
        self.size += len(data)

    def sync(self) -> None:
        """All of it is on the disk. Raises OSError."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """No line comes any more."""
        self._file.close()

    def remove(self) -> None:
        """Twice is fine."""
        with contextlib.suppress(OSError):  # a full disk: what failed before says more
            self._file.close()
        self.path.unlink(missing_ok=True)


def remove_left(database: Path) -> None:
    """Files that a killed process left: what was on record of them is found again, or
    goes on as ordinary work. For who holds the lock of `generate`."""
    for left in database.parent.glob(NAME.format(database.name, "*")):
        left.unlink(missing_ok=True)
