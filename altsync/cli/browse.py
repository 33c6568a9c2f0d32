"""altsync browse"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _serving, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.store.store import Store


@_command.command(
    examples=(
        "altsync browse  # Every table, in the browser.",
        (
            "altsync browse --no-open --port 8042"
            "  # Print the link and open nothing, as over ssh -L 8042:localhost:8042."
        ),
    )
)
@_serving.options
@click.pass_context
def command(ctx: click.Context, port: int | None, no_open: bool, by: str) -> None:
    """Browse the mirror in Datasette: every table, with pictures and ready-made queries.

    Serves on this machine only, and answers only who comes by the printed link, which
    works once.
    """
    config = _session.load(ctx)
    start(config, "/" + config.database.stem, by, port, no_open)


def start(
    config: Config, landing: str, by: str, port: int | None, no_open: bool
) -> None:
    """Datasette on loopback, the one-time link printed (stdout) and opened."""
    from altsync.web.serve import serve

    ready_to_show(config)

    def ready(link: str) -> None:
        click.echo(link)
        _command.say("The link works once and only on this machine. Ctrl-C ends it.")

    serve(
        config,
        owner=by,
        landing=landing,
        port=port,
        ready=ready,
        browse=None if no_open else _in_browser,
    )


def ready_to_show(config: Config) -> None:
    """Bring the database up to date, or say that there is none yet; and the queue into
    its order."""
    with _session.opened(config, money=True) as store, _talk.talking() as talk:
        if store.access.refused:
            talk.say(f"Looking only: {store.access.refused}.")
        else:
            _score(config, store, talk)
            _read_words(store, talk)


def _in_browser(address: str) -> None:
    import webbrowser

    if click.launch(address) != 0:
        webbrowser.open(address)


def _score(config: Config, store: Store, talk: _talk.Talk) -> None:
    """Work out the risk of what came since the last time: the review queue is sorted by it."""
    from altsync.doubts import Doubts
    from altsync.models.underway import Work
    from altsync.store import queue

    doubts = Doubts(config)
    talk.start(Work.SORT)
    while True:
        with store.write() as tx:
            done = queue.score(tx, doubts.at(tx).of_image)
        if not done:
            return
        talk.step(done)


def _read_words(store: Store, talk: _talk.Talk) -> None:
    """What came since the last time is found by its words as quickly as the rest."""
    from altsync.models.underway import Work
    from altsync.store import search

    talk.start(Work.INDEX)
    search.catch_up(store, talk.step)
