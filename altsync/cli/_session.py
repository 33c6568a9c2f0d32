"""What most commands need: the configuration, the store, the source, a report on stderr, a polite Ctrl-C."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.models import Selection

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.models import Entry, Label
    from altsync.sources.base import Source
    from altsync.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])


def load(ctx: click.Context) -> Config:
    """The configuration that --config, ALTSYNC_CONFIG or the working directory names."""
    from altsync import config

    root = ctx.find_root()
    return config.load(root.obj)


@contextlib.contextmanager
def opened(config: Config, *, create: bool = False) -> Iterator[Store]:
    """The database, bound to the configured site."""
    from altsync.store.store import Store

    with Store.open(config.database, create=create) as store:
        if create or store.site() is not None:
            store.claim(config.site.url, config.site.source)
        for note in store.notes:
            click.echo(note, err=True)
        yield store


@contextlib.contextmanager
def site(config: Config, *, writing: bool = False) -> Iterator[Source]:
    """The configured source, checked once: a login that fails stops here, before any work.

    `writing` to an album site needs no check: the fresh read before the first PATCH is one, and K changes cost K GETs.
    """
    from altsync.sources import open_source

    source = open_source(config)
    try:
        if not (writing and config.site.source == "album"):
            source.check()
        yield source
    finally:
        source.close()


@contextlib.contextmanager
def stoppable() -> Iterator[threading.Event]:
    """Ctrl-C sets the event: what is in flight arrives and is kept. A second Ctrl-C ends at once."""
    event = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            raise KeyboardInterrupt
        event.set()
        click.echo("\nStopping after what is in flight (Ctrl-C again: at once) …", err=True)

    if threading.current_thread() is not threading.main_thread():
        yield event
        return
    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Talk:
    """A report on stderr: a progress bar on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None

    def start(self, what: str, total: int | None = None) -> None:
        """A bar, where somebody watches."""
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb" or total == 0:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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
        if self._bar is not None:
            self._bar.update(self._task, advance=count, note=note)

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


def person() -> str:
    """Who gives a verdict, where --by does not say: the user of this machine."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"


def permissions(function: F) -> F:
    """The named permissions, the same for diff and push: there is no general force."""
    for option in (
        click.option("--allow-empty", is_flag=True, help="Send an empty text where one was approved."),
        click.option("--replace-human", is_flag=True, help="Replace a person's words where that was approved."),
    ):
        function = option(function)
    return function


def narrowing(function: F) -> F:
    """Which part of the plan is meant, the same for diff and push: it is part of the plan and of its checksum."""
    for option in (
        click.option("--limit", type=click.IntRange(1), help="At most so many changes."),
        click.option(
            "--rule", "rules", multiple=True, metavar="RULE", help="Only texts with a finding of this lint rule."
        ),
        click.option("--model", "models", multiple=True, metavar="MODEL", help="Only texts of this model."),
        click.option("--album", "albums", multiple=True, metavar="ALBUM", help="Only images of this album."),
        click.argument("images", nargs=-1, metavar="[IMAGE]…"),
    ):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan was asked for: the narrowing and the permissions. With the database it gives the plan."""

    selection: Selection = dataclasses.field(default_factory=Selection)
    limit: int | None = None
    replace_human: bool = False
    allow_empty: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As a saved plan holds it: only what was asked for."""
        about = dataclasses.asdict(self.selection) | {
            "limit": self.limit, "replace_human": self.replace_human, "allow_empty": self.allow_empty,
        }  # fmt: skip
        return {key: value for key, value in about.items() if value}

    @classmethod
    def of(cls, about: dict[str, Any]) -> Asked:
        """The inverse of `as_dict`. Raises TypeError or ValueError where it is something else."""
        rest = dict(about)
        own = {key: rest.pop(key) for key in ("limit", "replace_human", "allow_empty") if key in rest}
        if not all(isinstance(v, str if k == "by" else list) for k, v in rest.items()):
            raise ValueError("a list of texts was expected")
        if not all(type(v) is (int if k == "limit" else bool) for k, v in own.items()):
            raise ValueError("limit must be a number, permissions true or false")
        by = str(rest.pop("by", ""))
        return cls(Selection(**{k: tuple(map(str, v)) for k, v in rest.items()}, by=by), **own)

    @property
    def options(self) -> str:
        """The same as options of the command line, for a sentence that names the next command."""
        chosen = self.selection
        words = [*chosen.images]
        for name, values in (("--album", chosen.albums), ("--model", chosen.models), ("--rule", chosen.rules)):
            for value in values:
                words += [name, value]
        words += ["--limit", str(self.limit)] if self.limit else []
        words += ["--replace-human"] if self.replace_human else []
        words += ["--allow-empty"] if self.allow_empty else []
        return "".join(f" {shlex.quote(word)}" for word in words)


class Planned:
    """The plan of one moment: in numbers, and as entries that can be run through again, the same each time."""

    def __init__(self, conn: sqlite3.Connection, url: str, asked: Asked, reviewed: Label | None) -> None:
        from altsync import plan

        self.conn = conn
        self.asked = asked
        self._reviewed = reviewed
        self.summary = plan.summarize(url, self.entries())

    def entries(self) -> Iterator[Entry]:
        """The plan, streamed from the snapshot that `summary` was taken from."""
        from altsync import plan
        from altsync.store import journal, reverts

        asked = self.asked
        if asked.selection.reverts:
            rows = reverts.rows(self.conn, asked.selection.reverts)
            return plan.build_reverts(rows, asked.selection, asked.limit)
        allowed = plan.Permissions(asked.replace_human, asked.allow_empty, asked.limit, self._reviewed)
        return plan.build_plan(plan.narrow(journal.plan_rows(self.conn), asked.selection), allowed)


@contextlib.contextmanager
def plan(config: Config, store: Store, asked: Asked) -> Iterator[Planned]:
    """The plan that diff shows and push sends, held still for as long as it is open."""
    from altsync.errors import UsageError
    from altsync.store import history, reverts

    with store.snapshot() as conn:
        for image in history.unknown(conn, asked.selection.images):
            raise UsageError(f"There is no image {image} in the mirror. Ids look like album/name (`altsync browse`).")
        for target in reverts.unknown(conn, asked.selection.reverts):
            raise UsageError(f"{target} is neither a push nor an image of the mirror. `altsync log` lists them.")
        yield Planned(conn, config.site.url, asked, config.reviewed_label)


def colour(stream: Any) -> bool:
    """Whether to colour: a terminal, and nobody said NO_COLOR."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(planned: Planned, *, err: bool = False) -> None:
    """The plan for a person: changes, then conflicts and the rest, then one total line."""
    paint = colour(sys.stderr if err else sys.stdout)
    for line in plan_lines(planned, paint):
        click.echo(line, err=err, color=paint or None)


def next_step(planned: Planned) -> str:
    """The command that goes on from this very plan."""
    from altsync.render import terminal

    asked = planned.asked
    if planned.summary.changes and asked.selection.reverts:
        return f"Take exactly this back with: altsync revert {shlex.join(asked.selection.reverts)}"
    return terminal.next_step(planned.summary, asked.options)


def plan_lines(planned: Planned, paint: bool) -> Iterator[str]:
    """The plan as lines: changes, conflicts and the rest, one total line."""
    from altsync.models import Change
    from altsync.render import terminal

    for changes in (True, False):
        for entry in planned.entries():
            if isinstance(entry, Change) is changes:
                yield from terminal.entry_lines(entry, paint)
    yield terminal.summary_line(planned.summary)


def paged(lines: Iterator[str], page: bool | None = None) -> None:
    """Lines on stdout; on a terminal through $PAGER, as git does it (less keeps colours and ends at once if all fits)."""
    if page if page is not None else sys.stdout.isatty():
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager((line + "\n" for line in lines), color=colour(sys.stdout) or None)
        return
    for line in lines:
        click.echo(line)
