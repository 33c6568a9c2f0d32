"""altsync pages"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _fates, _json, _session, _talk, _waiting

if TYPE_CHECKING:
    from altsync.documents.seen import PagesDocument
    from altsync.pages import PagesRead

WORKERS = 4
"""Threads that ask one host for pages, where nobody says another number."""


@_command.command(
    examples=(
        "altsync pages  # What the images are for, on the pages that show them.",
        "altsync pages --full  # Every page anew, changed or not.",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option(
    "--limit", type=click.IntRange(1), help="Read at most so many pages this time."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=WORKERS,
    show_default=True,
    help="Threads that ask the site at once.",
)
@click.option(
    "--logged-in",
    is_flag=True,
    help="Read pages with the login of altsync.toml, not as everybody gets them.",
)
@click.option("--full", is_flag=True, help="Read every page whole, changed or not.")
@click.option(
    "--ignore-robots",
    is_flag=True,
    help="Read what robots.txt forbids, without its pauses: on your own site only.",
)
@click.option(
    "--by-picture",
    is_flag=True,
    help="Fetch pictures that no address matches, and find them by what they show. Pages"
    " that did not change need --full too.",
)
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    limit: int | None,
    workers: int,
    logged_in: bool,
    full: bool,
    ignore_robots: bool,
    by_picture: bool,
    as_json: bool,
) -> None:
    """Read the pages that show the images, and keep what each image is for there.

    SOURCE is a sitemap, a page's address, or a file or directory of HTML or Markdown.
    Without one the pages are found: in the site's sitemap, by the images' own pages, in
    JSON:API. Links on pages are not followed. What did not change is not sent again, and
    an interrupted run goes on where it stopped.
    """
    from altsync.pages import Pages, PagesAsked
    from altsync.sources import open_source
    from altsync.stage import Context

    config = _session.load(ctx)
    asked = PagesAsked(sources, limit, logged_in, ignore_robots, full, by_picture)
    source = open_source(config, workers=workers)
    with (
        _session.opened(config) as store,
        _waiting.told(),
        contextlib.closing(source),
        _talk.talking() as talk,
        _session.stoppable(source) as stop,
    ):
        done = Pages(Context(source, store, talk, workers, stop), asked).run()
        talk.finish()
    _print(done, asked.logged_in, as_json)


def _print(done: PagesRead, logged_in: bool, as_json: bool) -> None:
    from altsync.errors import PartlyDone
    from altsync.render.text import count, plain
    from altsync.sources.visit import Met

    for note in done.notes:
        _command.warn(plain(note))
    _json.result(as_json, _document(done), *map(plain, _lines(done, logged_in)))
    failed = done.failed
    if failed:
        for why in done.named.get(Met.FAILED, ()):
            _command.warn(f"  {plain(why)}")
        raise PartlyDone(
            f"{count(failed, 'page')} could not be read, and what was known of them is"
            " kept. Run `altsync pages` again."
        )


def _document(done: PagesRead) -> PagesDocument:
    from altsync.sources.visit import Met

    there = done.reached
    return {
        "run": done.run,
        "found": done.found,
        "resumed": done.resumed,
        "pages": {str(met): done.counts[met] for met in Met},
        "failed": done.failed,
        "problems": list(done.named.get(Met.FAILED, ())),
        "uses": done.uses,
        "left": done.left,
        "notes": list(done.notes),
        "reached": {
            "shown": there.shown,
            "not_shown": there.not_shown,
            "strangers": there.strangers,
        },
    }


def _lines(done: PagesRead, logged_in: bool) -> Iterator[str]:
    """The summary, a sentence each."""
    from altsync.render.text import count
    from altsync.sources.visit import Met

    counts = done.counts
    went_on = " (went on with the interrupted run)" if done.resumed else ""
    yield (
        f"{count(counts[Met.READ], 'page')} read, {counts[Met.UNCHANGED]:,}"
        f" unchanged{went_on}; {count(done.uses, 'use')} found on those that were read."
    )
    yield from _fates.lines(done)
    if logged_in:
        yield (
            "Pages were read with a login: what is not public is in the database now,"
            " and goes to a model as context."
        )
    there = done.reached
    yield (
        f"{count(there.shown, 'image')} of the mirror shown on pages,"
        f" {there.not_shown:,} on none that was read."
    )
    if there.strangers:
        yield (
            f"Pictures on pages that are no image of the mirror: {there.strangers:,}."
            " `altsync verify --last` lists them."
        )
    if done.left:
        yield f"{count(done.left, 'page')} left (--limit): the same command goes on."
