"""altsync ask"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session

if TYPE_CHECKING:
    from altsync.documents.judged import AskDocument


@_command.command(
    examples=(
        "altsync ask at-home/neighbours --note 'Who is this?'  # Whoever may know.",
        (
            "altsync ask at-home/neighbours --note 'Which peak?' --of ben"
            "  # One colleague."
        ),
    )
)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@click.option(
    "--note",
    required=True,
    metavar="TEXT",
    help="What is unclear; 500 characters at most.",
)
@click.option("--of", "asked", metavar="NAME", help="Whom you ask (default: anybody).")
@_session.by("Who asks")
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    note: str,
    asked: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Ask a colleague about the candidates for these images: a verdict of who is unsure.

    Nothing of these images is approved over many, or sent, before somebody has given an
    ordinary verdict. Whom you ask finds them in `altsync review`.
    """
    from altsync.render.text import count
    from altsync.verdicts.asides import aside
    from altsync.verdicts.asking import ask_named

    said = aside(note, asked or "")
    config = _session.load(ctx)
    with _session.opened(config) as store, store.write() as tx:
        done = ask_named(tx, images, by, said)
    document: AskDocument = {"images": done.judged, "asked": said.asked or None}
    asked = f"Asked {said.asked or 'anybody'} about {count(done.judged, 'image')}."
    _json.result(as_json, document, asked)
