"""How a command talks while its stage works: a report on stderr, in one of four ways.

A bar where somebody watches a terminal; words, a line a minute, for a log, a dumb
terminal, or who hears instead of sees (ACCESSIBLE); JSON lines for a program that runs
altsync; only what is said, for --quiet.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import click

from altsync.cli import _command, _printing

if TYPE_CHECKING:
    from altsync.documents.underway import NoteEvent, StageEvent, StageWord
    from altsync.models.underway import Paid, Underway, Work

    Look = Callable[[], Underway]

SOON = 10.0
"""Seconds until words say for the first time how far it is."""
EVERY = 60.0
"""Seconds between two such lines."""
OFTEN = 1.0
"""Seconds between two events of progress."""
BEAT = 1.0
"""Seconds between two looks at a stage that says nothing."""


class Face(Protocol):
    """One way to show how far it is."""

    def begin(self, look: Look) -> None:
        """Work begins; `look` tells how far it is at any moment."""

    def moved(self) -> None:
        """More is done, or time has passed."""

    def say(self, sentence: str) -> None:
        """One line."""

    def end(self) -> None:
        """The work is over."""


class Talk:
    """A report on stderr."""

    def __init__(self, face: Face, clock: Callable[[], float] = time.monotonic) -> None:
        self._face = face
        self._clock = clock
        self._course: Any = None
        self._lock = threading.RLock()

    def start(
        self, work: Work, total: int | None = None, *, about: bool = False
    ) -> None:
        """Show it from now on."""
        from altsync.render.underway import Course

        self.finish()
        with self._lock:
            self._course = course = Course(work, total, self._clock(), about=about)
            self._face.begin(lambda: course.at(self._clock()))

    def step(
        self, count: int = 1, *, failed: int = 0, paid: Paid | None = None
    ) -> None:
        """`count` more are done."""
        with self._lock:
            if self._course is not None:
                self._course.add(count, self._clock(), failed, paid)
                self._face.moved()

    def tick(self) -> None:
        """Time has passed; from any thread."""
        with self._lock:
            if self._course is not None:
                self._face.moved()

    def say(self, sentence: str) -> None:
        """One line, above the bar."""
        from altsync.render.text import plain

        with self._lock:
            self._face.say(plain(sentence))

    def finish(self) -> None:
        """The work is over; nothing of it stays on the screen."""
        with self._lock:
            if self._course is not None:
                self._course = None
                self._face.end()


class Silent:
    """Nothing but what is said."""

    def begin(self, look: Look) -> None:
        """Nothing to show."""

    def moved(self) -> None:
        """Nothing to show."""

    def say(self, sentence: str) -> None:
        click.echo(sentence, err=True)

    def end(self) -> None:
        """Nothing to show."""


class Held(Silent):
    """What is said is kept, until it is known whether anybody has to hear it."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def say(self, sentence: str) -> None:
        self._kept.append(sentence)

    def release(self) -> None:
        """It has to be heard."""
        for sentence in self._kept:
            super().say(sentence)
        self._kept.clear()


class Sentences(Silent):
    """A line now and then. `heard`: by somebody who sees no bar, and is told when work
    begins."""

    def __init__(
        self, *, heard: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._heard = heard
        self._clock = clock
        self._next = 0.0
        self._look: Look | None = None

    def begin(self, look: Look) -> None:
        from altsync.render.underway import beginning

        self._look = look
        self._next = self._clock() + SOON
        if self._heard and look().total != 0:
            self.say(beginning(look()))

    def moved(self) -> None:
        from altsync.render.underway import sentence

        now = self._clock()
        if self._look is not None and now >= self._next:
            self._next = now + EVERY
            self.say(sentence(self._look()))


class Bar(Silent):
    """A bar on the last line of a terminal, as wide as that is by now."""

    def __init__(self) -> None:
        self._live: Any = None

    def begin(self, look: Look) -> None:
        if look().total == 0:
            return
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            _Line(look),
            console=Console(stderr=True),
            refresh_per_second=4,
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
        )
        self._live.start()

    def say(self, sentence: str) -> None:
        if self._live is None:
            super().say(sentence)
            return
        self._live.console.print(
            sentence, markup=False, highlight=False, soft_wrap=True
        )

    def end(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


class _Line:
    """What stands there at a moment: what is done, a bar where there is room, how far."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        from altsync.render.underway import layout

        now = self._look()
        parts = layout(now, options.max_width)
        grid = Table.grid(padding=(0, 1))
        row: list[Any] = [Text(parts.label)] if parts.label else []
        if parts.bar:
            total = now.total and float(now.total)
            row.append(ProgressBar(total, now.done, parts.bar))
        row.append(Text(parts.words))
        for _ in row:
            grid.add_column(no_wrap=True)
        grid.add_row(*row)
        yield grid


class Events(Silent):
    """One JSON object a line: the events started, progress, note and finished."""

    def __init__(
        self, out: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._out = out
        self._clock = clock
        self._next = 0.0
        self._look: Look | None = None

    def begin(self, look: Look) -> None:
        self._look = look
        self._next = self._clock() + OFTEN
        self._tell("started")

    def moved(self) -> None:
        now = self._clock()
        if now >= self._next:
            self._next = now + OFTEN
            self._tell("progress")

    def say(self, sentence: str) -> None:
        from altsync import clock
        from altsync.render.underway import note

        self._write(note(sentence, clock.now()))

    def end(self) -> None:
        self._tell("finished")
        self._look = None

    def _tell(self, event: StageWord) -> None:
        from altsync import clock
        from altsync.render.underway import as_event

        if self._look is not None:
            self._write(as_event(event, self._look(), clock.now()))

    def _write(self, event: StageEvent | NoteEvent) -> None:
        import json

        self._out.write(json.dumps(event) + "\n")
        self._out.flush()


class Notes(io.TextIOBase):
    """stderr for a program: whatever is written there in words is the event `note`."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, lines: Events) -> None:
        self.lines = lines
        self._begun = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Whole lines are told, without those that are empty."""
        *whole, self._begun = (self._begun + text).split("\n")
        for line in whole:
            if line.strip():
                self.lines.say(line)
        return len(text)

    def close(self) -> None:
        """What is left of a line is told too."""
        if self._begun:
            self.write("\n")
        super().close()


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Around a whole command: whatever becomes of stderr in it is put back."""
    before = sys.stderr
    try:
        yield
    finally:
        ours, sys.stderr = sys.stderr, before
        if isinstance(ours, Notes):
            ours.close()


def in_json() -> None:
    """From now on stderr is JSON lines alone."""
    if not isinstance(sys.stderr, Notes):
        sys.stderr = Notes(Events(sys.stderr))


def face() -> Face:
    """The way that was asked for, and that suits this stderr."""
    asked = _command.asked()
    if isinstance(sys.stderr, Notes):
        return sys.stderr.lines
    if asked.quiet:
        return Silent()
    watched = sys.stderr.isatty()
    if asked.progress == "words" or not watched or not sees():
        return Sentences(heard=watched)
    return Bar()


def sees() -> bool:
    """The terminal can draw, and its owner wants to see that, not to hear it."""
    return os.environ.get("TERM") != "dumb" and not _printing.hears()


@contextlib.contextmanager
def in_need() -> Iterator[Face]:
    """The same way, but where --quiet was said: then all that is said in the block is
    heard where it ends in an error, and else not at all."""
    found = face()
    if type(found) is not Silent:
        yield found
        return
    held = Held()
    try:
        yield held
    except BaseException:
        held.release()
        raise


@contextlib.contextmanager
def talking(way: Face | None = None) -> Iterator[Talk]:
    """A report that is always put away, and that goes on talking while a stage waits.
    `way`: in place of the one that was asked for."""
    talk = Talk(way or face())
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            talk.tick()

    threading.Thread(target=beat, daemon=True, name="altsync-beat").start()
    try:
        yield talk
    finally:
        over.set()
        talk.finish()
