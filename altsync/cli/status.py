"""altsync status"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session, _talk

if TYPE_CHECKING:
    from altsync.store.store import Store


@_command.command(
    examples=(
        "altsync status  # How many images are where, and what to do next.",
        "altsync status --json  # The same for a program.",
    )
)
@_json.option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show the funnel: how many images are in which state, and what to do next."""
    config = _session.load(ctx)
    with _session.opened(config, plans=True) as store:
        print_status(store, as_json=as_json)


def print_status(store: Store, *, as_json: bool = False) -> None:
    """The funnel on stdout; every stage ends with it."""
    from altsync.render import status as render
    from altsync.store import reports

    with store.read() as conn:
        found = reports.status(conn)
    if as_json:
        _json.show(render.as_dict(found))
        return
    for line in render.lines(found, drawn=_talk.sees()):
        click.echo(line)
