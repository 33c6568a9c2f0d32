"""altsync run"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _formats, _json, _session, _talk, _waiting

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.errors import AltsyncError
    from altsync.models.ran import RunDone
    from altsync.unattended import RunBounds


@_command.command(
    examples=(
        "altsync run --budget 2  # Pay models two dollars at most.",
        "altsync run --limit 50 --quiet  # For cron: silent where nothing waits for you.",
        "altsync run --budget 2 --summary report.md  # And a report in Markdown.",
    )
)
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    metavar="DOLLARS",
    help="What this run may pay models (default: run.budget).",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    help="Images that models are asked about (default: run.limit).",
)
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what it did as Markdown.",
)
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    budget: float | None,
    limit: int | None,
    summary: Path | None,
    as_json: bool,
) -> None:
    """Pull, propose within a budget, check, and say what waits for a person: for cron,
    a timer or a CI job.

    It never approves. It sends nothing, unless [run] push = "approved" stands in
    altsync.toml: then what people approved, never over a person's words. Where a stage
    fails, the rest that is safe goes on. Two runs never meet: the second ends with 6.

    It ends with 0 where nothing waits for a person, 3 where something does, 4 with
    conflicts, 5 where a stage failed or is not whole.
    """
    from altsync.unattended import RunBounds

    config = _session.load(ctx)
    bounds = RunBounds.of(config, budget, limit)
    if summary is not None:
        _formats.spare(summary)
        with _formats.writable(summary):  # now, and not once models were paid
            summary.open("a").close()
    with _talk.in_need() as way:
        done = _run(config, bounds, way)
        ending = _ending(done)
        with _written(summary, done):
            _print(done, ending, as_json=as_json)
        if ending is not None:
            raise ending


def _run(config: Config, bounds: RunBounds, way: _talk.Face) -> RunDone:
    from altsync.generate import arenas, plugins
    from altsync.sources import open_source
    from altsync.stage import Context
    from altsync.unattended import Unattended

    arenas.keep_few()
    with (
        _session.opened(config, create=True, plans=True) as store,
        _waiting.told(),
        contextlib.closing(open_source(config)) as source,
        _talk.talking(way) as talk,
        _session.stoppable(source) as stop,
    ):
        context = Context(source, store, talk, config.site.workers, stop)
        done = Unattended(context, config, bounds, _session.person()).run()
        for sentence in plugins.left_out():
            talk.say(sentence)
    return done


def _ending(done: RunDone) -> AltsyncError | None:
    """What the exit code is of, the gravest first; None where nothing waits."""
    from altsync.errors import (
        ChangesPending,
        ConflictsRemain,
        Interrupted,
        PartlyDone,
    )
    from altsync.render.ran import for_a_person

    if done.interrupted:
        return Interrupted(
            "Stopped. What arrived and what was paid for is kept; the next `altsync run`"
            " goes on."
        )
    if done.undone:
        stages = ", ".join(one.stage for one in done.undone)
        return PartlyDone(f"Not done, or not wholly: {stages}.")
    if done.conflicts or (done.status and done.status.states["conflict"]):
        return ConflictsRemain("")
    if for_a_person(done):
        return ChangesPending("")
    return None


@contextlib.contextmanager
def _written(summary: Path | None, done: RunDone) -> Iterator[None]:
    """Write the Markdown, whatever becomes of stdout in the block; what could not be
    written is said after it. Raises OSError with the name of the file."""
    from altsync.render import ran

    if summary is None:
        yield
        return
    trouble = None
    try:
        summary.write_text("\n".join(ran.markdown(done)) + "\n", "utf-8")
    except OSError as error:
        trouble = OSError(error.errno, error.strerror, str(summary))
    yield
    if trouble is not None:
        raise trouble


def _print(done: RunDone, ending: AltsyncError | None, *, as_json: bool) -> None:
    """What it did. --quiet is silent where nothing waits: cron mails what is printed."""
    from altsync.render import ran

    if as_json:
        _json.show(ran.as_dict(done, ending.exit_code if ending else 0))
        return
    if ending is None and _command.asked().quiet:
        return
    for line in ran.lines(done):
        click.echo(line)
