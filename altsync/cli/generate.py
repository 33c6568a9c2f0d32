"""altsync generate"""

from __future__ import annotations

import click

from altsync.cli import _session


@click.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option("-m", "--model", "models", multiple=True, metavar="MODEL", help="Model to ask (default: generate.model).")
@click.option("-o", "--option", "options", nargs=2, multiple=True, metavar="KEY VALUE", help="An option of the model.")
@click.option("--album", help="Only images of this album.")
@click.option("--limit", type=click.IntRange(1), help="At most so many images.")
@click.option("--workers", type=click.IntRange(1, 256), help="Calls at a time (default: generate.workers).")
@click.option("--again", is_flag=True, help="Ask even what was answered before (and pay again).")
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    models: tuple[str, ...],
    options: tuple[tuple[str, str], ...],
    album: str | None,
    limit: int | None,
    workers: int | None,
    again: bool,
) -> None:
    """Let a vision model propose texts for images that have none.

    Each answer is stored as it arrives: interrupt at any time, the same command goes on. Nothing is sent to the site.
    """
    from altsync.errors import ModelStopped, PartlyDone
    from altsync.generate import stage
    from altsync.generate.setup import settings
    from altsync.render.text import count
    from altsync.store import selection

    config = _session.load(ctx)
    chosen = selection.Selection(images=images, album=album, limit=limit)
    how = settings(config, models, dict(options), workers=workers, again=again)
    with _session.opened(config) as store, store.snapshot() as conn:
        selection.check_named(conn, images)
        total = selection.count(conn, chosen)
        if not total:
            click.echo("Nothing to do: no image is missing a text.", err=True)
            return
        with _session.site(config) as source, _session.talking() as talk, _session.stoppable() as stop:
            talk.start("Generating", total)
            done = stage.generate(selection.select(conn, chosen), source.pixels, store, how, talk, stop=stop)
    click.echo(f"{count(done.made, 'proposal')} stored; cost ${done.spent:.2f}.")
    for number, what in (
        (done.reused, "took an answer that had been paid for already"),
        (done.known, "had been answered before and were not asked again (--again does)"),
        (done.refused, "had no usable answer from this model before and were not asked again (--again does)"),
        (done.unpriced, "cost an amount that nobody knows: set [generate.prices]"),
    ):
        if number:
            click.echo(f"{count(number, 'image')} {what}.", err=True)
    if done.stopped:
        raise ModelStopped(done.stopped)
    if done.failed:
        raise PartlyDone(
            f"{count(done.failed, 'image')} failed and are recorded in the table `failures` (`altsync browse`);"
            " the rest is done."
        )
    click.echo("Look at them with: altsync review, or approve with: altsync approve --all", err=True)
