"""altsync approve"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _session

if TYPE_CHECKING:
    from altsync.config import Config


@click.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option(
    "--all", "everything", is_flag=True, help="Every image that waits for a verdict."
)
@click.option(
    "--unflagged",
    is_flag=True,
    help="With --all: only texts without an error or warning of the lint.",
)
@click.option(
    "--by-sample",
    "run",
    type=int,
    metavar="RUN",
    help="The rest of that sample's texts, if its bound holds.",
)
@click.option(
    "--by",
    metavar="NAME",
    help="Whose verdict this is (default: the user of this machine).",
)
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    everything: bool,
    unflagged: bool,
    run: int | None,
    by: str | None,
) -> None:
    """Approve candidates: by name, or all that wait. Push sends only what is approved.

    --all leaves alone what wants a person's eye: decorative and complex images, and
    images with candidates of several models to choose from.
    """
    from altsync.errors import UsageError
    from altsync.render.text import count
    from altsync.review import approve

    if [bool(images), everything or unflagged, run is not None].count(True) != 1:
        raise UsageError(
            "Name the images to approve, or say --all (or --unflagged), or --by-sample"
            " RUN."
        )
    config = _session.load(ctx)
    if run is not None:
        _by_sample(config, run)
        return
    with _session.opened(config) as store:
        done = approve(
            store, images or None, by or _session.person(), unflagged=unflagged
        )
    click.echo(f"Approved {count(done.judged, 'candidate')}.")
    for reason, number in done.left.items():
        click.echo(f"Left alone: {count(number, 'image')}: {reason}.", err=True)
    if done.judged:
        click.echo("Look at what would be sent with: altsync diff", err=True)


def _by_sample(config: Config, run: int) -> None:
    """Approve what nobody read, on the word of a sample that somebody did read."""
    from altsync.render.text import count
    from altsync.sampling import approve_rest

    with _session.opened(config) as store:
        done, said = approve_rest(store, run)
    click.echo(
        f"Approved {count(done, 'candidate')} as sample:{run}: at most"
        f" {said.upper or 0:.2%} wrong at {said.sample.confidence:.0%} confidence."
    )
    if done:
        click.echo("Look at what would be sent with: altsync diff", err=True)
