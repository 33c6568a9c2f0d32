"""altsync push"""

from __future__ import annotations

import click

from altsync.cli import _send, _session


@click.command()
@click.option(
    "--plan",
    "wanted",
    metavar="FILE|CHECKSUM",
    help="Push exactly the plan that diff saved or showed, or nothing.",
)
@_send.options
@_session.narrowing
@_session.permissions
@click.pass_context
def command(
    ctx: click.Context,
    wanted: str | None,
    yes: bool,
    canary: int | None,
    pause: float,
    workers: int | None,
    images: tuple[str, ...],
    albums: tuple[str, ...],
    models: tuple[str, ...],
    rules: tuple[str, ...],
    limit: int | None,
    replace_human: bool,
    allow_empty: bool,
) -> None:
    """Send the approved texts: only what changed, each only while the site still says
    what was approved.

    A plan that diff saved with --plan FILE says itself what it is narrowed to and what
    it may do.
    """
    from altsync.cli._planned import Asked, How
    from altsync.errors import UsageError
    from altsync.models import Selection

    config = _session.load(ctx)
    asked = Asked(
        Selection(images, albums, models, rules), limit, replace_human, allow_empty
    )
    saved = _send.saved(wanted) if wanted is not None else None
    if saved is not None and saved.asked is not None and asked.as_dict():
        raise UsageError(
            f"{wanted} says itself what it is narrowed to and may do. Nothing was sent;"
            " leave the rest out."
        )
    _send.run(config, asked, saved, How(yes, workers, canary, pause))
