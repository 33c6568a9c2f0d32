"""The lines of an export on their way to the journal, in a file without a name: they go on
record all at once, and a million of them fit into no memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from altsync.store.handovers import NewLine


class NotedLines:
    """Added one after the other, then read in the same order. It goes with the process."""

    def __init__(self, directory: Path) -> None:
        """Raises OSError."""
        self._file = tempfile.TemporaryFile(  # noqa: SIM115
            "w+", encoding="utf-8", dir=directory
        )
        self._prompts: list[tuple[str | None, str]] = []
        """The words of prompts, of which many lines have one."""
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, line: NewLine) -> None:
        """Raises OSError."""
        words = (line.system, line.prompt)
        if words not in self._prompts:
            self._prompts.append(words)
        number = self._prompts.index(words)
        bare = asdict(replace(line, system=None, prompt=""))
        self._file.write(f"{json.dumps([number, bare])}\n")
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[NewLine]:
        self._file.seek(0)
        for line in self._file:
            number, bare = json.loads(line)
            system, prompt = self._prompts[number]
            yield replace(NewLine(**bare), system=system, prompt=prompt)
