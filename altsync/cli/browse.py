"""altsync browse"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _session

if TYPE_CHECKING:
    from altsync.config import Config


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port on this machine (default: 8001, or a free one).")
@click.option("--no-open", is_flag=True, help="Do not open the browser; print the login link.")
@click.pass_context
def command(ctx: click.Context, port: int | None, no_open: bool) -> None:
    """Browse the mirror in Datasette: every table, with pictures and ready-made queries."""
    config = _session.load(ctx)
    with _session.opened(config):
        pass  # brings the tables up to date, or says that there are none yet
    start(config, "/" + config.database.stem, port, no_open)


def start(config: Config, landing: str, port: int | None, no_open: bool) -> None:
    """Datasette on loopback, the one-time link printed (stdout) and opened."""
    from altsync.web.serve import serve

    def ready(link: str) -> None:
        click.echo(link)
        click.echo("The link works once and only on this machine. Ctrl-C ends it.", err=True)
        if not no_open:
            click.launch(link)

    serve(config, owner=_session.person(), landing=landing, port=port, ready=ready)
