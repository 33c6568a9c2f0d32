"""altsync revert"""

from __future__ import annotations

import click

from altsync.cli import _command, _send, _session


@_command.command(
    examples=(
        "altsync revert 1  # Take back what push 1 sent.",
        "altsync revert at-home/chelsea --yes  # Take back one text, without asking.",
    )
)
@click.argument("targets", nargs=-1, required=True, metavar="PUSH|IMAGE…")
@_session.by("Who takes back")
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
    by: str,
    limit: int | None,
    wanted: str | None,
    yes: bool,
    canary: int | None,
    pause: float,
    workers: int | None,
    show: str | None,
    as_json: bool,
) -> None:
    """Take back what a push sent (by its number), or the last text that was sent to an
    image; the label goes back too.

    Only where the site still has what altsync sent: what somebody changed since stays.
    A revert is a push, so it can be reverted. `altsync diff --revert PUSH|IMAGE` shows
    the same plan in any format.
    """
    from altsync.errors import UsageError
    from altsync.models import Selection
    from altsync.planning import Request

    config = _session.load(ctx)
    chosen = Selection(reverts=targets, by=by)
    request = Request(chosen, limit=limit)
    shown = None if wanted is None else _send.named(wanted, request)
    if _send.own_request(shown, request) is not None:
        raise UsageError(
            "A saved plan goes to `altsync push --plan FILE`, also one that takes back."
            " Nothing was sent."
        )
    sending = _send.Sending(
        config, yes, workers, canary, pause, show, as_json, "revert"
    )
    sending.run(request, shown)
