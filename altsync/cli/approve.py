"""altsync approve"""

from __future__ import annotations

import click

from altsync.cli import _session


@click.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option("--all", "everything", is_flag=True, help="Every image that waits for a verdict.")
@click.option("--unflagged", is_flag=True, help="With --all: only texts without an error or warning of the lint.")
@click.option("--by", metavar="NAME", help="Whose verdict this is (default: the user of this machine).")
@click.pass_context
def command(ctx: click.Context, images: tuple[str, ...], everything: bool, unflagged: bool, by: str | None) -> None:
    """Approve proposals: by name, or all that wait. Push sends only what is approved.

    --all leaves alone what wants a person's eye: decorative and complex images, and images with proposals of several
    models to choose from.
    """
    from altsync.errors import UsageError
    from altsync.render.text import count
    from altsync.review import approve

    if bool(images) == (everything or unflagged):
        raise UsageError("Name the images to approve, or say --all (or --unflagged).")
    config = _session.load(ctx)
    with _session.opened(config) as store:
        done = approve(store, images or None, by or _session.person(), unflagged=unflagged)
    click.echo(f"Approved {count(done.judged, 'proposal')}.")
    for reason, number in done.left.items():
        click.echo(f"Left alone: {count(number, 'image')}: {reason}.", err=True)
    if done.judged:
        click.echo("Look at what would be sent with: altsync diff", err=True)
