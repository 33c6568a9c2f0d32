"""altsync push"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _send, _session

if TYPE_CHECKING:
    from altsync.planning import Request


@_command.command(
    examples=(
        "altsync push  # Show what changes, ask, and send it.",
        (
            "altsync push --canary 5"
            "  # Send five, read them back, then ask about the rest."
        ),
        (
            "altsync push --plan plan.json --yes"
            "  # Send exactly the plan that was saved, without asking."
        ),
    )
)
@click.option(
    "--plan",
    "wanted",
    metavar="FILE|CHECKSUM",
    help="Push exactly the plan that diff saved or showed, or nothing.",
)
@_send.options
@_session.narrowing
@_session.permissions
@_session.as_request
@click.pass_context
def command(
    ctx: click.Context,
    request: Request,
    wanted: str | None,
    yes: bool,
    canary: int | None,
    pause: float,
    workers: int | None,
    show: str | None,
    as_json: bool,
) -> None:
    """Send the approved texts: only what changed, each only while the site still says
    what was approved.

    A plan that diff saved with --plan FILE says itself what it is narrowed to and what
    it may do.
    """
    from altsync.errors import UsageError

    config = _session.load(ctx)
    shown = None if wanted is None else _send.named(wanted, request)
    own = _send.own_request(shown, request)
    if own is not None and request.as_dict():
        raise UsageError(
            f"{wanted} says itself what it is narrowed to and may do. Nothing was sent;"
            " leave the rest out."
        )
    sending = _send.Sending(config, yes, workers, canary, pause, show, as_json)
    sending.run(own or request, shown)
