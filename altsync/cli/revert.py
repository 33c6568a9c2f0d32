"""altsync revert"""

from __future__ import annotations

import click

from altsync.cli import _send, _session


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="PUSH|IMAGE…")
@click.option(
    "--by", metavar="NAME", help="Who takes back (default: the user of this machine)."
)
@click.option("--limit", type=click.IntRange(1), help="At most so many changes.")
@click.option(
    "--plan",
    "wanted",
    metavar="CHECKSUM",
    help="Only if the plan is still the one that was shown.",
)
@_send.options
@click.pass_context
def command(
    ctx: click.Context,
    targets: tuple[str, ...],
    by: str | None,
    limit: int | None,
    wanted: str | None,
    yes: bool,
    canary: int | None,
    pause: float,
    workers: int | None,
) -> None:
    """Take back what a push sent (by its number), or the last text that was sent to an
    image; the label goes back too.

    Only where the site still has what altsync sent: what somebody changed since stays.
    A revert is a push, so it can be reverted. `altsync diff --revert PUSH|IMAGE` shows
    the same plan in any format.
    """
    from altsync.cli._planned import Asked, How
    from altsync.models import Selection

    config = _session.load(ctx)
    asked = Asked(Selection(reverts=targets, by=by or _session.person()), limit)
    saved = _send.saved(wanted) if wanted is not None else None
    if saved is not None and saved.asked is not None:
        from altsync.errors import UsageError

        raise UsageError(
            "A saved plan goes to `altsync push --plan FILE`, also one that takes back."
            " Nothing was sent."
        )
    _send.run(config, asked, saved, How(yes, workers, canary, pause, "revert"))
