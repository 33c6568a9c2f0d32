"""altsync reject"""

from __future__ import annotations

import click

from altsync.cli import _session


@click.command()
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@_session.by("Whose verdict this is")
@click.pass_context
def command(ctx: click.Context, images: tuple[str, ...], by: str) -> None:
    """Reject candidates, approved ones too. Their images are not proposed for again by
    themselves."""
    from altsync.render.text import count
    from altsync.verdicts import acts

    config = _session.load(ctx)
    with _session.opened(config) as store, store.write() as tx:
        done = acts.reject_named(tx, images, by)
    click.echo(f"Rejected the candidates for {count(done.judged, 'image')}.")
