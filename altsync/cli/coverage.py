"""altsync coverage"""

from __future__ import annotations

import click

from altsync.cli import _command, _json, _session


@_command.command(
    examples=(
        "altsync coverage  # What is hidden, left out or not counted.",
        "altsync coverage --json  # The same for a program.",
    )
)
@_json.option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Say what altsync sees of the site, and what it does not, with numbers where they
    can be known.

    As the last full pull found it: items that are hidden from this login, types that it
    may not read, fields and texts that altsync.toml leaves out, and so on.
    """
    from altsync.render import coverage
    from altsync.store import reports

    config = _session.load(ctx)
    with _session.opened(config, plans=True) as store, store.read() as conn:
        found = reports.status(conn)
    if as_json:
        _json.show(coverage.as_dict(found))
        return
    for line in coverage.lines(found):
        click.echo(line)
