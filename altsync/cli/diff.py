"""altsync diff"""

from __future__ import annotations

import click

from altsync.cli import _session


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--limit", type=click.IntRange(1), help="At most so many changes.")
@click.option("--exit-code", is_flag=True, help="End with 3 where there is something to push.")
@_session.permissions
@click.pass_context
def command(
    ctx: click.Context,
    as_json: bool,
    limit: int | None,
    exit_code: bool,
    replace_human: bool,
    allow_empty: bool,
) -> None:
    """Show exactly what push would send: the audit before anything leaves the machine."""
    from altsync.errors import ChangesPending

    config = _session.load(ctx)
    with (
        _session.opened(config) as store,
        _session.plan(config, store, limit, replace_human, allow_empty) as plan,
    ):
        if as_json:
            from altsync.render.json import document

            for piece in document(plan.summary, plan.entries()):
                click.echo(piece, nl=False)
            click.echo()
        else:
            from altsync.render.terminal import next_step

            _session.show(plan)
            click.echo(next_step(plan.summary), err=True)
        if exit_code and plan.summary.changes:
            raise ChangesPending("")
