"""altsync pull"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _session

if TYPE_CHECKING:
    import threading

    from altsync.config import Config
    from altsync.sources.base import Source
    from altsync.store.store import Store

SHOWN = 20


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Threads that ask the site (default: site.workers).",
)
@click.option(
    "--full",
    is_flag=True,
    help="Walk the whole site even where only what changed could be asked for.",
)
@click.option(
    "--allow-shrink",
    is_flag=True,
    help="Believe a listing that lost more than 10 % of the images.",
)
@click.option(
    "--pictures",
    is_flag=True,
    help="Also fetch small pictures of images that no model has seen.",
)
@click.pass_context
def command(
    ctx: click.Context,
    workers: int | None,
    full: bool,
    allow_shrink: bool,
    pictures: bool,
) -> None:
    """Mirror every image's metadata into SQLite, and say what changed on the site.

    With --pictures, people see every image in `review`, `browse` and the exports, also
    before `generate`; small copies are kept beside the database, and what is there is
    not fetched again.
    """
    from altsync import pull as stage
    from altsync.cli.status import print_status
    from altsync.errors import PartlyDone
    from altsync.render.drift import Listed
    from altsync.render.text import count

    config = _session.load(ctx)
    listed = Listed(SHOWN)
    with (
        _session.opened(config, create=True) as store,
        _session.site(config) as source,
        _session.talking() as talk,
        _session.stoppable(source) as stop,
    ):
        outcome = stage.pull(
            source,
            store,
            talk,
            threads=workers or config.site.workers,
            since=None if full else stage.since(store),
            allow_shrink=allow_shrink,
            drifted=listed.add,
            stop=stop,
        )
        talk.finish()
        for line in listed.lines(outcome.counts):
            click.echo(line)
        if outcome.notes:
            talk.say(
                "The listing is not complete, so no image was marked gone:"
                if not outcome.complete
                else "Note:"
            )
        for note in outcome.notes:
            talk.say(f"  {note}")
        print_status(store)
        if pictures:
            _pictures(config, store, source, talk, stop, workers or config.site.workers)
    failed = outcome.counts["failed"]
    if failed:
        raise PartlyDone(
            f"{count(failed, 'image')} could not be read; the rest is mirrored. See the"
            " table `failures` (`altsync browse`), then run `altsync pull` again."
        )


def _pictures(
    config: Config,
    store: Store,
    source: Source,
    talk: _session.Talk,
    stop: threading.Event,
    threads: int,
) -> None:
    """Small pictures of all images that have none yet."""
    from altsync.pictures.cache import Cache
    from altsync.pictures.previews import Previews
    from altsync.render.text import count, plain
    from altsync.stage import Context

    cache = Cache.beside(config.database)
    context = Context(source, store, talk, threads, stop)
    done = Previews(context, cache, config.generate.side).run()
    talk.finish()
    click.echo(f"{count(done.made, 'picture')} fetched and prepared.")
    for why, number in done.failed.most_common(5):
        talk.say(f"  {count(number, 'image')} without: {plain(why)}")
    if done.stopped:
        talk.say(
            "Stopped there: the site answered none of the last. Run `altsync pull"
            " --pictures` again later."
        )
