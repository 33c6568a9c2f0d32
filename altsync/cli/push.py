"""altsync push"""

from __future__ import annotations

import sys

import click

from altsync.cli import _session


@click.command()
@click.option("--limit", type=click.IntRange(1), help="At most so many changes.")
@click.option("--plan", "wanted", metavar="CHECKSUM", help="Push only if the plan is still the one that diff showed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--workers", type=click.IntRange(1, 256), help="Threads that write (default: site.workers).")
@_session.permissions
@click.pass_context
def command(
    ctx: click.Context,
    limit: int | None,
    wanted: str | None,
    yes: bool,
    workers: int | None,
    replace_human: bool,
    allow_empty: bool,
) -> None:
    """Send the approved texts: only what changed, each only while the site still says what was approved."""
    from altsync import push as stage
    from altsync.errors import AltsyncError, ConflictsRemain, PartlyDone, PlanMoved, UsageError
    from altsync.render.terminal import summary_line
    from altsync.render.text import count

    config = _session.load(ctx)
    with (
        _session.opened(config) as store,
        _session.plan(config, store, limit, replace_human, allow_empty) as plan,
    ):
        if wanted is not None and wanted != plan.summary.checksum:
            raise PlanMoved(
                f"The plan is no longer {wanted}: it is {plan.summary.checksum} now. Nothing was sent. "
                "Look at it with `altsync diff` and push what it shows (with the same --limit and permissions)."
            )
        if wanted is None:
            _session.show(plan, err=True)
        else:
            click.echo(summary_line(plan.summary), err=True)  # its entries were shown under this checksum
        unsettled = bool(store.conn.execute("SELECT 1 FROM push_items WHERE status = 'intended' LIMIT 1").fetchone())
        if not (plan.summary.changes or plan.summary.converged or unsettled):
            if plan.summary.conflicts:
                raise ConflictsRemain("")
            return
        if plan.summary.changes and not yes:
            if not sys.stdin.isatty():
                raise UsageError("Nothing was sent: push asks before it writes. Without a terminal, say --yes.")
            answer = click.prompt(
                f"Send {count(plan.summary.changes, 'change')} to {config.site.url}? Type yes", err=True
            )
            if answer.strip() != "yes":
                raise AltsyncError("Nothing was sent.")
        with _session.site(config) as source, _session.talking() as talk, _session.stoppable() as stop:
            done = stage.push(
                source,
                store,
                plan.entries(),
                plan.summary,
                talk,
                threads=workers or config.site.workers,
                stop=stop,
            )
    click.echo(
        f"Push {done.push_id}: {done.applied:,} applied, {done.conflicts:,} conflicts, {done.failed:,} failed"
        + (f", {done.converged:,} were already there" if done.converged else "")
        + (f", {done.skipped:,} skipped (taken back meanwhile)" if done.skipped else "")
        + "."
    )
    if done.stopped:
        raise AltsyncError(f"Stopped: {done.stopped}. What was sent is settled; the rest was not sent.")
    if done.failed:
        raise PartlyDone(f"{count(done.failed, 'image')} failed and stay approved. Mend the cause, then push again.")
    if done.conflicts or plan.summary.conflicts:
        raise ConflictsRemain("Conflicts remain: `altsync pull`, then judge those images again.")
