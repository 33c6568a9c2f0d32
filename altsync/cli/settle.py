"""altsync settle"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session

if TYPE_CHECKING:
    from altsync.documents.plan import SettleDocument
    from altsync.store.store import Store


@_command.command(
    examples=(
        "altsync settle at-home/chelsea --applied  # The site has it: you looked.",
        "altsync settle at-home/chelsea --not-applied  # The site does not have it.",
    )
)
@click.argument("image")
@click.option(
    "--applied/--not-applied",
    default=None,
    help="Whether the site took what was sent. One of them has to be said.",
)
@_session.by("Whose word this is")
@_json.option
@click.pass_context
def command(
    ctx: click.Context, image: str, applied: bool | None, by: str, as_json: bool
) -> None:
    """Say what became of a change that a crash left open, where altsync cannot read it.

    Each push settles such changes by itself, by reading the site; this is for an image
    that it may not read any more. `altsync status` lists what is open. Look at the site
    first: what was applied counts as sent, and what was not is sent by the next push,
    if the site still says what was there when it was approved.
    """
    from altsync.errors import UsageError
    from altsync.push import by_hand
    from altsync.render.text import plain, quoted
    from altsync.store import mirror

    config = _session.load(ctx)
    with _session.opened(config) as store:
        if applied is None:
            _show(store, image)
            raise UsageError(
                "Say --applied or --not-applied, after a look at the site. Nothing was"
                " settled."
            )
        settled = by_hand(store, image, applied=applied, by=by)
    following = None if applied else "altsync diff"
    texts = [(row.push, mirror.sent_text(row.patch)) for row in settled]
    document: SettleDocument = {
        "image": image,
        "applied": applied,
        "by": by,
        "settled": [{"push": push, "text": text} for push, text in texts],
        "next": following,
    }
    what = "applied" if applied else "not applied"
    lines = (
        f"{plain(image)}, push {push}: {quoted(text)} settled as {what}."
        for push, text in texts
    )
    _json.result(as_json, document, *lines)
    if following:
        _command.say(f"Next: {following}")


def _show(store: Store, image: str) -> None:
    """What is open of an image: the text that was there, and the one that was sent."""
    from altsync.render.status import when
    from altsync.render.text import plain, quoted
    from altsync.store import journal

    with store.read() as conn:
        found = [one for one in journal.open_patches(conn) if one.image == image]
    for one in found:
        _command.warn(f"{plain(image)}, push {one.push}, {when(one.at)}")
        _command.warn(f"    - {quoted(one.base)}")
        _command.warn(f"    + {quoted(one.text)}")
