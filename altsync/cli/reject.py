"""altsync reject"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session

if TYPE_CHECKING:
    from altsync.documents.judged import RejectDocument


@_command.command(
    examples=(
        "altsync reject at-home/neighbours  # A text that will not do.",
        (
            "altsync reject at-home/neighbours --note 'It is a garden, not a park.'"
            "  # And why."
        ),
    )
)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@_session.NOTE
@_session.by("Whose verdict this is")
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    note: str,
    by: str,
    as_json: bool,
) -> None:
    """Reject candidates, approved ones too. Their images are not proposed for again by
    themselves."""
    from altsync.render.text import count
    from altsync.verdicts import acts
    from altsync.verdicts.asides import aside

    said = aside(note)
    config = _session.load(ctx)
    with _session.opened(config) as store, store.write() as tx:
        done = acts.reject_named(tx, images, by, said)
    document: RejectDocument = {"rejected": done.judged}
    rejected = f"Rejected the candidates for {count(done.judged, 'image')}."
    _json.result(as_json, document, rejected)
