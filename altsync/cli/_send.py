"""Sending a plan, for push and revert alike: show it, check that it is the one that was
named, ask, send, sum up."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.cli import _session

if TYPE_CHECKING:
    from altsync.cli._planned import Asked, How, Planned, Saved
    from altsync.config import Config
    from altsync.models import Entry, Summary
    from altsync.push import Pushed
    from altsync.sources.base import Source
    from altsync.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])
SHOWN = 10


def options(function: F) -> F:
    """What push and revert share."""
    for option in (
        click.option(
            "--workers",
            type=click.IntRange(1, 256),
            help="Threads that write (default: site.workers).",
        ),
        click.option(
            "--pause",
            type=click.FloatRange(0, 3600),
            default=5.0,
            show_default=True,
            help="Seconds between the canary and its reading back.",
        ),
        click.option(
            "--canary",
            type=click.IntRange(1),
            metavar="N",
            help="Send the first N, read them back, then ask for the rest.",
        ),
        click.option("--yes", is_flag=True, help="Do not ask."),
    ):
        function = option(function)
    return function


def saved(wanted: str) -> Saved:
    """`--plan FILE|CHECKSUM`. Raises UsageError where it is neither, or a file that was
    changed by hand."""
    import json

    from altsync.cli._planned import Asked, Saved
    from altsync.errors import UsageError
    from altsync.plan import Digest

    path = Path(wanted)
    if re.fullmatch(r"[0-9a-f]{12}", wanted) and not path.exists():
        return Saved(wanted, wanted)
    try:
        document = json.loads(path.read_bytes())
        digest = Digest(document["site"])
        for item in document["changes"]:
            digest.change(
                item["image"],
                item["candidate"],
                item.get("reverts"),
                item["reviewer"],
                item["patch"],
            )
        about = document.get(
            "asked"
        )  # only a plan that was saved has it, not what --json prints
        asked = None if about is None else Asked.of(about)
        found = Saved(document["checksum"], wanted, asked, tuple(document["changes"]))
    except FileNotFoundError:
        raise UsageError(
            f"{wanted} is no checksum of a plan (12 hex digits) and no file. Nothing"
            " was sent."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{wanted} is no plan ({type(error).__name__}: {error}). Make one with"
            " `altsync diff --plan FILE`. Nothing was sent."
        ) from None
    if digest.summary().checksum != found.checksum:
        raise UsageError(
            f"{wanted} was changed after it was saved. Nothing was sent. Save it again:"
            " altsync diff --plan."
        )
    return found


def run(config: Config, asked: Asked, wanted: Saved | None, how: How) -> None:
    """Send what was asked for, or what the named plan says; end as the exit codes have it."""
    from altsync.cli import _planned
    from altsync.errors import ConflictsRemain, UsageError
    from altsync.render.terminal import summary_line
    from altsync.store import journal

    with _session.opened(config) as store:
        with _planned.plan(
            config, store, (wanted and wanted.asked) or asked
        ) as planned:
            if wanted is not None:
                _same(wanted, planned)
                click.echo(
                    summary_line(planned.summary), err=True
                )  # its entries were shown under this checksum
            else:
                _planned.show(planned, err=True)
            summary = planned.summary
            reverts = bool(planned.asked.selection.reverts)
            something = (
                summary.changes
                or (summary.converged and not reverts)
                or journal.unsettled(store.conn)
            )
            if not something:
                if summary.conflicts:
                    raise ConflictsRemain(CONFLICTS[reverts])
                click.echo("Nothing to send.", err=True)
                return
            if summary.changes and not how.yes:
                if not sys.stdin.isatty():
                    raise UsageError(
                        f"Nothing was sent: {how.verb} asks before it writes. Without a"
                        " terminal, say --yes."
                    )
                number = min(how.canary or summary.changes, summary.changes)
                _ask(number, summary.changes, config.site.url)
            done = _send(config, store, planned, how)
        _sum_up(done, summary, how, reverts)


CONFLICTS = {
    False: "Conflicts remain: `altsync pull`, then judge those images again.",
    True: "Conflicts remain: what somebody changed since it was sent stays as it is.",
}


def _same(wanted: Saved, planned: Planned) -> None:
    """Raise PlanMoved, saying what moved, unless the plan is the one that was named."""
    from altsync import plan
    from altsync.errors import PlanMoved

    if wanted.checksum == planned.summary.checksum:
        return
    head = (
        f"The plan is no longer {wanted.checksum}: it is {planned.summary.checksum}"
        " now. Nothing was sent."
    )
    if not wanted.changes:
        raise PlanMoved(
            f"{head} Look at it with `altsync diff` and push what it shows (with the"
            " same narrowing and permissions)."
        )
    lines = list(plan.moved(wanted.changes, planned.entries()))
    more = [f"  … and {len(lines) - SHOWN:,} more."] if len(lines) > SHOWN else []
    raise PlanMoved(
        "\n".join(
            [
                head,
                *(f"  {line}" for line in lines[:SHOWN]),
                *more,
                "Look at it again: altsync diff",
            ]
        )
    )


def _ask(number: int, of: int, url: str, no: str = "Nothing was sent.") -> None:
    from altsync.errors import AltsyncError
    from altsync.render.text import count

    what = (
        count(number, "change")
        if number == of
        else f"the first {number:,} of {count(of, 'change')}"
    )
    answer = click.prompt(
        f"Send {what} to {url}? Type yes", err=True, default="", show_default=False
    )
    if answer.strip() != "yes":
        raise AltsyncError(no)


def _send(config: Config, store: Store, planned: Planned, how: How) -> list[Pushed]:
    """One push; with a canary two, unless the canary was all of it."""
    from altsync import canary
    from altsync.render.text import count

    with _session.site(config, writing=True) as source:
        if not how.canary or not planned.summary.changes:
            return [
                _part(source, store, planned.entries(), planned.summary, how, config)
            ]
        small = list(canary.first(planned.entries(), how.canary))
        done = _part(
            source, store, iter(small), canary.part(planned.summary, small), how, config
        )
        _read_back(source, store, small, done, planned, how)
        if len(small) == planned.summary.changes and not planned.summary.converged:
            return [done]
        left = planned.summary.changes - len(small)
        if left and not how.yes:
            no = (
                f"The other {count(left, 'change')} {'was' if left == 1 else 'were'}"
                f" not sent. {_take_back([done])}"
            )
            _ask(left, left, config.site.url, no)
        summary = canary.part(
            planned.summary, canary.rest(planned.entries(), len(small))
        )
        return [
            done,
            _part(
                source,
                store,
                canary.rest(planned.entries(), len(small)),
                summary,
                how,
                config,
            ),
        ]


def _part(
    source: Source,
    store: Store,
    entries: Iterator[Entry],
    summary: Summary,
    how: How,
    config: Config,
) -> Pushed:
    """One push, said in one line."""
    from altsync import push as stage
    from altsync.render.text import count

    with _session.talking() as talk, _session.stoppable(source) as stop:
        done = stage.push(
            source,
            store,
            entries,
            summary,
            talk,
            threads=how.workers or config.site.workers,
            stop=stop,
            by=_session.person(),
        )
    click.echo(
        f"Push {done.push_id}: {done.applied:,} applied,"
        f" {count(done.conflicts, 'conflict')}, {done.failed:,} failed"
        + (f", {done.converged:,} were already there" if done.converged else "")
        + (f", {done.skipped:,} skipped (taken back meanwhile)" if done.skipped else "")
        + "."
    )
    return done


def _read_back(
    source: Source,
    store: Store,
    small: list[Any],
    done: Pushed,
    planned: Planned,
    how: How,
) -> None:
    """Raise unless the whole canary arrived and still says what was sent."""
    from altsync import canary
    from altsync.errors import AltsyncError
    from altsync.render.text import count, quoted
    from altsync.store import journal

    left = planned.summary.changes - len(small)
    rest = (
        f"The other {count(left, 'change')} {'was' if left == 1 else 'were'} not sent."
        if left
        else ""
    )
    if done.stopped or done.failed:
        why = done.stopped or f"{count(done.failed, 'image')} of the canary failed"
        raise AltsyncError(f"Stopped: {why.rstrip('.')}. {rest}")
    time.sleep(how.pause)
    applied = journal.applied(store.conn, done.push_id)
    strayed = canary.read_back(source, store, small, applied)
    if strayed:
        lines = [
            f"  {one.image}: "
            + (
                "the label is another one"
                if one.label
                else f"the site says {quoted(one.says)}"
            )
            for one in strayed[:SHOWN]
        ]
        raise AltsyncError(
            "\n".join(
                [
                    (
                        f"{len(strayed):,} of the {len(applied):,} images of the canary"
                        " do not say what was sent:"
                    ),
                    *lines,
                    (
                        f"{rest} Look at the site; take the canary back with: altsync"
                        f" revert {done.push_id}"
                    ),
                ]
            )
        )
    click.echo(
        f"Canary: {len(applied):,} of {len(small):,} read back as they were sent.",
        err=True,
    )


def _take_back(done: list[Pushed]) -> str:
    numbers = [str(one.push_id) for one in done if one.applied]
    return f"Take it back with: altsync revert {' '.join(numbers)}" if numbers else ""


def _sum_up(done: list[Pushed], summary: Summary, how: How, reverts: bool) -> None:
    from altsync.errors import AltsyncError, ConflictsRemain, PartlyDone
    from altsync.render.text import count

    if how_back := _take_back(done):
        click.echo(how_back, err=True)
    failed = sum(one.failed for one in done)
    if done[-1].stopped:
        raise AltsyncError(
            f"Stopped: {done[-1].stopped.rstrip('.')}. What was sent is settled; the"
            " rest was not sent."
        )
    if failed:
        stay = "" if reverts else " and stay approved"
        raise PartlyDone(
            f"{count(failed, 'image')} failed{stay}. Mend the cause, then {how.verb}"
            " again."
        )
    if summary.conflicts or any(one.conflicts for one in done):
        raise ConflictsRemain(CONFLICTS[reverts])
