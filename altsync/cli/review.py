"""altsync review"""

from __future__ import annotations

import click

from altsync.cli import _session


@click.command()
@click.option(
    "--sample",
    "run",
    type=click.IntRange(1),
    help="Judge this sample (altsync sample draws one).",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port on this machine (default: 8001, or a free one).",
)
@click.option(
    "--no-open", is_flag=True, help="Do not open the browser; print the login link."
)
@_session.by("Who judges")
@click.pass_context
def command(
    ctx: click.Context, run: int | None, port: int | None, no_open: bool, by: str
) -> None:
    """Judge candidates by eye and keyboard, riskiest first, in the browser.

    Serves on this machine only, and answers only who comes by the printed link, which
    works once.
    """
    from altsync.cli.browse import start
    from altsync.render.text import count
    from altsync.verdicts.sampling import refill

    config = _session.load(ctx)
    landing = "/-/altsync/review"
    with _session.opened(config) as store:
        if run is not None:
            if more := refill(store, run):
                drawn = f"{count(more, 'text')} drawn in place of as many"
                click.echo(f"{drawn} that left the site unjudged.", err=True)
            landing += f"?sample={run}"
    start(config, landing, by, port, no_open)
