"""altsync verify"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _fates, _json, _printing, _session, _talk, _waiting

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.models import Verified
    from altsync.pages import PagesAsked, PagesRead


@_command.command(
    examples=(
        "altsync verify  # What visitors get, against what the site should say.",
        "altsync verify --push 1  # Only the pages that show what push 1 sent.",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option(
    "--sample",
    type=click.IntRange(1),
    metavar="N",
    help="Read so many pages, drawn at random, and say what that covers.",
)
@click.option(
    "--push",
    type=click.IntRange(1),
    metavar="N",
    help="Read only pages that are known to show images of this push, and say whether"
    " its words have come there.",
)
@click.option(
    "--last",
    is_flag=True,
    help="Read nothing: say what the pages showed when they were read last.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Threads that ask the site at once.",
)
@click.option(
    "--logged-in",
    is_flag=True,
    help="Read pages with the login of altsync.toml, not as everybody gets them.",
)
@click.option(
    "--ignore-robots",
    is_flag=True,
    help="Read what robots.txt forbids, without its pauses: on your own site only.",
)
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    sample: int | None,
    push: int | None,
    last: bool,
    workers: int,
    logged_in: bool,
    ignore_robots: bool,
    as_json: bool,
) -> None:
    """Read the pages that visitors get, and say where they show something else than the
    mirror.

    SOURCE is what `altsync pages` takes: a sitemap, a page's address, a directory;
    without one the pages are found. Ends with 3 where a page shows another text, or no
    alt attribute. Pictures that are no image of the mirror are listed, and are no
    difference.
    """
    from altsync.errors import UsageError
    from altsync.pages import PagesAsked

    if push is not None and (sources or sample):
        raise UsageError(
            "--push says itself which pages are read: leave SOURCE and --sample out."
        )
    if last and (sources or sample):
        raise UsageError("--last reads no page: leave SOURCE and --sample out.")
    config = _session.load(ctx)
    if last:
        _end(_known(config, push), None, as_json)
        return
    asked = PagesAsked(
        sources, logged_in=logged_in, ignore_robots=ignore_robots, sample=sample
    )
    read, found = _read(config, asked, push, workers)
    _end(found, read, as_json)


def _known(config: Config, push: int | None) -> Verified:
    """What the pages showed, each when it was read last."""
    from altsync.uses import visitors

    with _session.opened(config, plans=True) as store, store.snapshot() as conn:
        if push is not None:
            visitors.pages_of_push(conn, push)
        return visitors.verified(conn, None, push)


def _read(
    config: Config, asked: PagesAsked, push: int | None, workers: int
) -> tuple[PagesRead, Verified]:
    from altsync.sources import open_source
    from altsync.stage import Context
    from altsync.verify import Verify

    source = open_source(config, workers=workers)
    with (
        _session.opened(config, plans=True) as store,
        _waiting.told(),
        contextlib.closing(source),
        _talk.talking() as talk,
        _session.stoppable(source) as stop,
    ):
        context = Context(source, store, talk, workers, stop)
        read, found = Verify(context, asked, push).run()
        talk.finish()
    return read, found


def _end(found: Verified, read: PagesRead | None, as_json: bool) -> None:
    """Print it, and raise what the exit code is of."""
    from altsync.errors import ChangesPending, PartlyDone
    from altsync.render import visitors as render
    from altsync.render.text import count, plain
    from altsync.sources.visit import Met

    if read:
        for line in (*read.notes, *_fates.lines(read)):
            _command.warn(plain(line))
    if as_json:
        for piece in render.as_json(found):
            _printing.put(piece)
    else:
        _printing.paged(render.lines(found))
    failed = read.failed if read else 0
    if failed and read:
        for why in read.named.get(Met.FAILED, ()):
            _command.warn(f"  {plain(why)}")
        _command.warn(f"{count(failed, 'page')} could not be read: run it again.")
    if found.different:
        raise ChangesPending("")
    if failed or not found.pages:
        raise PartlyDone("")
