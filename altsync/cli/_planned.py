"""What a plan was asked for, and the plan: the same for diff, push and revert."""

from __future__ import annotations

import contextlib
import dataclasses
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from altsync.cli import _session
from altsync.models import Label, Selection

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.models import Entry
    from altsync.store.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan was asked for: the narrowing and the permissions. With the database
    it gives the plan."""

    selection: Selection = dataclasses.field(default_factory=Selection)
    limit: int | None = None
    replace_human: bool = False
    allow_empty: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As a saved plan holds it: only what was asked for."""
        about = dataclasses.asdict(self.selection) | {
            "limit": self.limit,
            "replace_human": self.replace_human,
            "allow_empty": self.allow_empty,
        }
        return {key: value for key, value in about.items() if value}

    @classmethod
    def of(cls, about: dict[str, Any]) -> Asked:
        """The inverse of `as_dict`. Raises TypeError or ValueError where it is something else."""
        rest = dict(about)
        own = {
            key: rest.pop(key)
            for key in ("limit", "replace_human", "allow_empty")
            if key in rest
        }
        if not all(isinstance(v, str if k == "by" else list) for k, v in rest.items()):
            raise ValueError("a list of texts was expected")
        if not all(type(v) is (int if k == "limit" else bool) for k, v in own.items()):
            raise ValueError("limit must be a number, permissions true or false")
        by = str(rest.pop("by", ""))
        return cls(
            Selection(**{k: tuple(map(str, v)) for k, v in rest.items()}, by=by), **own
        )

    @property
    def options(self) -> str:
        """The same as options of the command line, for a sentence that names the next command."""
        chosen = self.selection
        words = [*chosen.images]
        for name, values in (
            ("--album", chosen.albums),
            ("--model", chosen.models),
            ("--rule", chosen.rules),
        ):
            for value in values:
                words += [name, value]
        words += ["--limit", str(self.limit)] if self.limit else []
        words += ["--replace-human"] if self.replace_human else []
        words += ["--allow-empty"] if self.allow_empty else []
        return "".join(f" {shlex.quote(word)}" for word in words)


@dataclass(frozen=True, slots=True)
class How:
    """How to send, as the command line says it."""

    yes: bool
    workers: int | None
    canary: int | None = None
    pause: float = 5.0
    verb: str = "push"


@dataclass(frozen=True, slots=True)
class Saved:
    """A plan that was named: by its checksum alone, or by a file that says all of it."""

    checksum: str
    name: str
    asked: Asked | None = None
    changes: tuple[dict[str, Any], ...] = ()


class Planned:
    """The plan of one moment: in numbers, and as entries that can be run through again,
    the same each time."""

    def __init__(
        self, conn: sqlite3.Connection, url: str, asked: Asked, reviewed: Label | None
    ) -> None:
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
        allowed = plan.Permissions(
            asked.replace_human, asked.allow_empty, asked.limit, self._reviewed
        )
        return plan.build_plan(
            plan.narrow(journal.plan_rows(self.conn), asked.selection), allowed
        )


@contextlib.contextmanager
def plan(config: Config, store: Store, asked: Asked) -> Iterator[Planned]:
    """The plan that diff shows and push sends, held still for as long as it is open."""
    from altsync.errors import UsageError
    from altsync.store import history, reverts

    with store.snapshot() as conn:
        for image in history.unknown(conn, asked.selection.images):
            raise UsageError(
                f"There is no image {image} in the mirror. Ids look like album/name"
                " (`altsync browse`)."
            )
        for target in reverts.unknown(conn, asked.selection.reverts):
            raise UsageError(
                f"{target} is neither a push nor an image of the mirror. `altsync log`"
                " lists them."
            )
        for target in asked.selection.reverts:
            if reverts.nothing_sent(conn, target):
                what = (
                    f"Push {target} sent nothing"
                    if target.isdecimal()
                    else f"altsync never sent a text to {target}"
                )
                raise UsageError(
                    f"{what}, so there is nothing to take back. Nothing was done."
                )
        yield Planned(conn, config.site.url, asked, config.reviewed_label)


def show(planned: Planned, *, err: bool = False) -> None:
    """The plan for a person: changes, then conflicts and the rest, then one total line."""
    paint = _session.colour(sys.stderr if err else sys.stdout)
    for line in plan_lines(planned, paint):
        click.echo(line, err=err, color=paint or None)


def next_step(planned: Planned) -> str:
    """The command that goes on from this very plan."""
    from altsync.render import terminal

    asked = planned.asked
    if planned.summary.changes and asked.selection.reverts:
        return (
            "Take exactly this back with: altsync revert"
            f" {shlex.join(asked.selection.reverts)}"
        )
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
