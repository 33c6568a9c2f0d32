"""What a plan is asked for, and the plan: one type for diff, push, revert and the audit.

The deciding is done in plan.py, purely; the rows come from the store. Here the two are
put together, once, so that what is shown and what is sent cannot differ.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import shlex
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from altsync import plan
from altsync.atomic import replacing
from altsync.errors import PlanMoved, UnknownImage, UsageError
from altsync.models import Change, Converged, Entry, Label, Selection, Summary
from altsync.plan import NO_PERMISSIONS, Permissions
from altsync.render import json as document
from altsync.store import history, journal, mirror, on_record, reports, reverts
from altsync.store.store import Store

SHOWN = 10
"""So many images are named where a plan has moved."""

_NO_PLAN = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""What reading some other file as a plan raises."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a plan is asked for. With the database it gives the plan."""

    selection: Selection = field(default_factory=Selection)
    permissions: Permissions = NO_PERMISSIONS
    limit: int | None = None
    """At most this many changes; the rest waits for the next plan."""

    @property
    def takes_back(self) -> bool:
        """The plan is made of the journal, not of candidates."""
        return bool(self.selection.reverts)

    def taking_back(self, targets: Sequence[str], by: str) -> Request:
        """The same, but what these pushes and images were sent is taken back by
        somebody."""
        chosen = dataclasses.replace(self.selection, reverts=tuple(targets), by=by)
        return dataclasses.replace(self, selection=chosen)

    def as_dict(self) -> dict[str, Any]:
        """As a saved plan holds it: only what was asked for."""
        about = {
            **dataclasses.asdict(self.selection),
            "limit": self.limit,
            **dataclasses.asdict(self.permissions),
        }
        return {name: value for name, value in about.items() if value}

    @classmethod
    def of(cls, about: object) -> Request:
        """The inverse of `as_dict`. Raises ValueError where it is something else."""
        if not isinstance(about, Mapping):
            raise ValueError("a request is an object")
        rest = dict(about)
        limit = rest.pop("limit", None)
        if limit is not None and (type(limit) is not int or limit < 1):
            raise ValueError(f"limit must be a number from 1, not {limit!r}")
        by = rest.pop("by", "")
        if not isinstance(by, str):
            raise ValueError(f"by must be a text, not {by!r}")
        allowed = {name: _flag(rest, name) for name in _names(Permissions)}
        texts = {name: _texts(rest, name) for name in _names(Selection) - {"by"}}
        if rest:
            raise ValueError(f"{', '.join(map(str, rest))} is no part of a request")
        return cls(Selection(**texts, by=by), Permissions(**allowed), limit)

    @property
    def options(self) -> str:
        """The same as words of the command line, each with a blank before it: for a
        sentence that names the next command."""
        chosen = self.selection
        words = [*chosen.images]
        words += _option("--album", chosen.albums)
        words += _option("--model", chosen.models)
        words += _option("--rule", chosen.rules)
        if self.limit:
            words += ["--limit", str(self.limit)]
        if self.permissions.replace_human:
            words.append("--replace-human")
        if self.permissions.allow_empty:
            words.append("--allow-empty")
        return "".join(f" {shlex.quote(word)}" for word in words)

    @property
    def shown_by(self) -> str:
        """The command that shows all of its plan."""
        words = [word for one in self.selection.reverts for word in ("--revert", one)]
        return shlex.join(["altsync", "diff", *words]) + self.options

    @property
    def sent_by(self) -> str:
        """The command that sends its plan, as it is by then."""
        chosen = self.selection
        if not chosen.reverts:
            return f"altsync push{self.options}"
        if chosen.images or chosen.albums or chosen.models:  # revert narrows by none
            file = "--plan plan.json"
            return f"{self.shown_by} {file} && altsync push {file}"
        return shlex.join(["altsync", "revert", *chosen.reverts]) + self.options


@dataclass(frozen=True, slots=True)
class Batch:
    """Neighbours in a plan that share one entity: what one worker sends and records."""

    entity: str
    changes: tuple[Change, ...]
    converged: tuple[Converged, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A request with its ordered entries, its numbers and its checksum.

    Its entries can be run through as often as one likes, the same each time: they are
    computed anew from one snapshot, so that memory stays flat however many they are.
    Make one with `of` (a database), `on` (a connection that stands still), `made`
    (entries at hand) or `load` (a file).
    """

    request: Request
    summary: Summary
    stream: Iterable[Entry]
    """What `entries` runs through; it must give the same each time."""

    @classmethod
    @contextmanager
    def of(
        cls, store: Store, request: Request, *, reviewed: Label | None = None
    ) -> Iterator[Plan]:
        """The plan of now, held still for as long as the block is open.

        `reviewed` is the label for a machine's text that a person approved by itself
        (None: `ai`). Raises as `on` does.
        """
        with store.snapshot() as conn:
            yield cls.on(conn, request, reviewed=reviewed)

    @classmethod
    def on(
        cls,
        conn: sqlite3.Connection,
        request: Request,
        *,
        reviewed: Label | None = None,
        summary: Summary | None = None,
    ) -> Plan:
        """The plan that a connection gives, which must stay in its transaction.

        `summary` spares a run through all of it, where its numbers are known already.
        Raises UnknownImage for an image that the mirror does not have, and UsageError
        for something to take back that is unknown or was never sent: all that is
        named, or nothing.
        """
        _check(conn, request.selection)
        entries = _Computed(conn, request, reviewed)
        if summary is None:
            summary = plan.summarize(reports.site_url(conn), entries)
        return cls(request, summary, entries)

    @classmethod
    def made(
        cls, site: str, entries: Iterable[Entry], request: Request | None = None
    ) -> Plan:
        """A plan of these entries, in this order."""
        kept = tuple(entries)
        return cls(request or Request(), plan.summarize(site, kept), kept)

    @classmethod
    def load(cls, file: Path, request: Request | None = None) -> Plan:
        """A plan that `save` wrote, or that `diff --json` printed: its request, its
        numbers, and its changes without the other entries.

        It is what was shown, to hold the plan of now against (`raise_if_moved`).
        `request` stands in where the file does not say what was asked for. Raises
        UsageError for what is no plan, what was changed after it was saved, and what
        an altsync saved that did not yet say the entities.
        """
        try:
            found = json.loads(file.read_bytes())
            return _loaded(file, found, request or Request())
        except _NO_PLAN as error:
            raise UsageError(
                f"{file} is no plan ({type(error).__name__}: {error}). Make one with"
                " `altsync diff --plan FILE`. Nothing was sent."
            ) from None

    def save(self, file: Path) -> None:
        """Write all of it to a file that is there only once it is whole."""
        pieces = document.document(self.summary, self.entries(), self.request.as_dict())
        with (
            replacing(file) as part,
            part.open("w", encoding="utf-8", newline="") as out,
        ):
            out.writelines(pieces)
            out.write("\n")

    @property
    def sent_by(self) -> str:
        """The command that sends exactly this, or nothing."""
        command = self.request.sent_by
        if "--plan " in command:
            return command
        return f"{command} --plan {self.summary.checksum}"

    def entries(self) -> Iterator[Entry]:
        """All of it, in order."""
        return iter(self.stream)

    def changes(self) -> Iterator[Change]:
        """What is sent, in order."""
        return (entry for entry in self.stream if isinstance(entry, Change))

    def batches(self) -> Iterator[Batch]:
        """What is sent and what is recorded, in order, neighbours of one entity
        together.

        One entity may come again later: whoever works on several batches at a time
        keeps those of one entity apart.
        """
        doing = (e for e in self.stream if isinstance(e, Change | Converged))
        for entity, group in itertools.groupby(doing, key=lambda entry: entry.entity):
            entries = list(group)
            yield Batch(
                entity,
                tuple(entry for entry in entries if isinstance(entry, Change)),
                tuple(entry for entry in entries if isinstance(entry, Converged)),
            )

    def first(self, number: int) -> Plan:
        """Its first so many changes, and nothing else.

        The checksum stays that of the whole, which is what was shown; so in `rest`.
        """
        whole = self.summary
        summary = Summary(
            whole.site, whole.checksum, changes=min(number, whole.changes)
        )
        return Plan(self.request, summary, _First(self, number))

    def rest(self, number: int) -> Plan:
        """What `first` leaves: the other changes, and all that has converged."""
        whole = self.summary
        summary = Summary(
            whole.site,
            whole.checksum,
            changes=max(0, whole.changes - number),
            converged=whole.converged,
        )
        return Plan(self.request, summary, _Rest(self, number))

    def moved_since(self, saved: Plan) -> Iterator[str]:
        """What the changes of an earlier plan and this one do not share, one sentence
        an image."""
        return plan.moved(saved.changes(), self.entries())

    def raise_if_moved(self, shown: Plan | str) -> None:
        """Raise PlanMoved unless this is the plan that was shown: an earlier one, or
        its checksum. The message says what moved, where it can be known."""
        checksum = shown if isinstance(shown, str) else shown.summary.checksum
        if checksum == self.summary.checksum:
            return
        head = (
            f"The plan is no longer {checksum}: it is {self.summary.checksum} now."
            " Nothing was sent."
        )
        if isinstance(shown, str) or not shown.summary.changes:
            raise PlanMoved(
                f"{head} Look at it with `{self.request.shown_by}`. A checksum"
                " goes with the same narrowing and permissions."
            )
        lines = [f"  {line}" for line in self.moved_since(shown)]
        if len(lines) > SHOWN:
            lines[SHOWN:] = [f"  … and {len(lines) - SHOWN:,} more."]
        raise PlanMoved(
            "\n".join([head, *lines, f"Look at it again: {self.request.shown_by}"])
        )


@dataclass(frozen=True, slots=True)
class _Computed:
    """The entries that a connection gives, decided anew each time they are run
    through."""

    conn: sqlite3.Connection
    request: Request
    reviewed: Label | None

    def __iter__(self) -> Iterator[Entry]:
        asked = self.request
        if asked.takes_back:
            sent = reverts.rows(self.conn, asked.selection.reverts)
            return plan.build_reverts(sent, asked.selection, asked.limit)
        rows = plan.narrow(journal.plan_rows(self.conn), asked.selection)
        return plan.build_plan(
            rows, asked.permissions, limit=asked.limit, reviewed=self.reviewed
        )


@dataclass(frozen=True, slots=True)
class _First:
    whole: Plan
    number: int

    def __iter__(self) -> Iterator[Entry]:
        return itertools.islice(self.whole.changes(), self.number)


@dataclass(frozen=True, slots=True)
class _Rest:
    whole: Plan
    number: int

    def __iter__(self) -> Iterator[Entry]:
        left = self.number
        for entry in self.whole.entries():
            if isinstance(entry, Change) and left:
                left -= 1
            elif isinstance(entry, Change | Converged):
                yield entry


def _check(conn: sqlite3.Connection, chosen: Selection) -> None:
    for image in history.unknown(conn, chosen.images):
        raise UnknownImage(image)
    for target in reverts.unknown(conn, chosen.reverts):
        raise _unknown(conn, target)
    for target in chosen.reverts:
        if reverts.nothing_sent(conn, target):
            raise UsageError(
                f"{_nothing_sent(target)}, so there is nothing to take back. Nothing"
                " was done."
            )
    for known in mirror.named(conn, [*chosen.images, *chosen.reverts]):
        if known.image.out_of_reach is not None:
            raise UsageError(
                f"{known.image.id} is out of reach ({known.state}), so nothing can be"
                " sent to it. `altsync status` says what that means."
            )


def _unknown(conn: sqlite3.Connection, target: str) -> UsageError:
    """Neither a push nor an image of the mirror."""
    if not target.isdecimal():
        return UnknownImage(target, on_record.near_image(conn, target))
    _, last = on_record.run(conn, "push", int(target))
    others = f"The last is {last}." if last else "Nothing was pushed yet."
    return UsageError(f"There is no push {target}. {others} Nothing was done.")


def _nothing_sent(target: str) -> str:
    if target.isdecimal():
        return f"Push {target} sent nothing"
    return f"altsync never sent a text to {target}"


def _loaded(file: Path, found: Mapping[str, Any], request: Request) -> Plan:
    """Raises UsageError, or what reading something else than a plan raises."""
    items = found["changes"]
    if any(isinstance(item, dict) and "entity" not in item for item in items):
        raise UsageError(
            f"{file} was saved by an older altsync, which did not say what is sent"
            " together. Nothing was sent. Save it again: altsync diff --plan."
        )
    changes = tuple(document.change_of(item) for item in items)
    counts = plan.summarize(found["site"], changes)
    exact = all(
        change.patch == item["patch"]
        for change, item in zip(changes, items, strict=True)
    )
    if not exact or counts.checksum != found["checksum"]:
        raise UsageError(
            f"{file} was changed after it was saved. Nothing was sent. Save it again:"
            " altsync diff --plan."
        )
    if "asked" in found:  # `diff --json` does not print it
        request = Request.of(found["asked"])
    totals = found["summary"]
    summary = Summary(
        site=counts.site,
        checksum=counts.checksum,
        changes=counts.changes,
        conflicts=int(totals["conflicts"]),
        converged=int(totals["converged"]),
        refused=int(totals["refused"]),
    )
    return Plan(request, summary, changes)


def _names(kind: type[Selection] | type[Permissions]) -> set[str]:
    return {one.name for one in dataclasses.fields(kind)}


def _flag(about: dict[str, Any], name: str) -> bool:
    value = about.pop(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, not {value!r}")
    return value


def _texts(about: dict[str, Any], name: str) -> tuple[str, ...]:
    value = about.pop(name, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError(f"{name} must be a list of texts, not {value!r}")
    return tuple(value)


def _option(name: str, values: Iterable[str]) -> list[str]:
    return [word for value in values for word in (name, value)]
