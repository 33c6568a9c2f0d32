"""How a command talks while its stage works: a report on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import click

EVERY = 30.0
"""Seconds between two lines that say how far it is, where there is no bar."""


class Talk:
    """A report on stderr: a progress bar on a terminal, a line now and then elsewhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bar: Any = None
        self._task: Any = None
        self._what = ""
        self._total: int | None = None
        self._done = 0
        self._next = 0.0

    def start(self, what: str, total: int | None = None) -> None:
        """A bar, where somebody watches."""
        self._what, self._total, self._done = what, total, 0
        self._next = self._clock() + EVERY
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb" or total == 0:
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self.finish()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(what, total=total, note="")

    def step(self, count: int = 1, note: str = "") -> None:
        """`count` more are done."""
        self._done += count
        if self._bar is not None:
            self._bar.update(self._task, advance=count, note=note)
        elif self._what and self._clock() >= self._next:
            self._next = self._clock() + EVERY
            self.say(self._line(note))

    def _line(self, note: str) -> str:
        """How far it is, where no bar says it."""
        of = f" of {self._total:,}" if self._total is not None else ""
        beside = f"; {note}" if note else ""
        return f"{self._what}: {self._done:,}{of}{beside}."

    def say(self, sentence: str) -> None:
        """One line, above the bar."""
        from altsync.render.text import plain

        if self._bar is not None:
            self._bar.console.print(plain(sentence), markup=False, highlight=False)
        else:
            click.echo(plain(sentence), err=True)

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextlib.contextmanager
def talking() -> Iterator[Talk]:
    """A report that is always put away."""
    talk = Talk()
    try:
        yield talk
    finally:
        talk.finish()
