"""altsync compare"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _session

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.store.store import Store


@click.command()
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="MODEL",
    help="A model; say it twice.",
)
@click.option(
    "--sample",
    "size",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Images to draw.",
)
@click.option(
    "--images",
    "images",
    multiple=True,
    metavar="IMAGE",
    help="This image instead of a draw; repeatable.",
)
@click.option(
    "--human",
    is_flag=True,
    help="Images that have a person's text, which is one of the blind choices.",
)
@click.option(
    "--by", metavar="NAME", help="Who draws (default: the user of this machine)."
)
@click.pass_context
def command(
    ctx: click.Context,
    models: tuple[str, ...],
    size: int,
    images: tuple[str, ...],
    human: bool,
    by: str | None,
) -> None:
    """Let several models write for the same images, and grade them blind.

    Only texts that are not there yet are generated (and paid). Grade them in `altsync
    review`, under Compare.
    """
    from altsync.render.text import count
    from altsync.verdicts import comparing

    config = _session.load(ctx)
    comparing.check_models(models, human)
    with _session.opened(config) as store:
        chosen = list(images) or comparing.choose(store, size, human=human)
        _generate(config, store, models, chosen, human)
        run = comparing.draw(
            store, models, by=by or _session.person(), images=chosen, human=human
        )
        left = comparing.lacking(store, models, chosen)
    if left:
        click.echo(
            f"Left out: {count(len(left), 'image')} without a text by every model, such"
            f" as {left[0]}.",
            err=True,
        )
    click.echo(
        f"Comparison {run}: {count(len(chosen) - len(left), 'image')},"
        f" {', '.join(models)}."
    )
    click.echo(f"Grade it at /-/altsync/compare?run={run} in: altsync review", err=True)


def _generate(
    config: Config,
    store: Store,
    models: tuple[str, ...],
    chosen: list[str],
    human: bool,
) -> None:
    """Ask for the texts that are not there yet. A person's words stay as they are:
    these are suggestions."""
    from altsync.errors import ModelStopped
    from altsync.generate.choosing import Wanted, choose
    from altsync.generate.setup import settings
    from altsync.generate.stage import Generate
    from altsync.stage import Context
    from altsync.verdicts import comparing

    wanted = comparing.lacking(store, models, chosen)
    if not wanted:
        return
    how = settings(config, models, suggest=human, fallbacks=())
    with store.snapshot() as conn:
        targets = choose(conn, config, how, Wanted(images=tuple(wanted)))
        _session.left_out()
        with (
            _session.site(config) as source,
            _session.talking() as talk,
            _session.stoppable(source) as stop,
        ):
            context = Context(source, store, talk, config.generate.workers, stop)
            done = Generate(context, how, targets).run()
    click.echo(f"{done.stored}.", err=True)
    if done.stopped:
        raise ModelStopped(done.stopped)
