"""altsync pull"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.documents.seen import PullDocument
    from altsync.pictures.previews import Previewed
    from altsync.pull import Pulled
    from altsync.render.drift import Listed
    from altsync.report import Report
    from altsync.stage import Context
    from altsync.store.store import Store

SHOWN = 20
"""Images whose drift is listed one by one."""
REASONS = 5
"""Why pictures are lacking: so many reasons are named."""


@_command.command(
    examples=(
        "altsync pull  # What changed on the site since the last time.",
        (
            "altsync pull --full --pictures"
            "  # Everything, with small pictures for people to look at."
        ),
    )
)
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
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    workers: int | None,
    full: bool,
    allow_shrink: bool,
    pictures: bool,
    as_json: bool,
) -> None:
    """Mirror every image's metadata into SQLite, and say what changed on the site.

    With --pictures, people see every image in `review`, `browse` and the exports, also
    before `generate`; small copies are kept beside the database, and what is there is
    not fetched again.
    """
    from altsync.pull import Pull
    from altsync.render.drift import Listed
    from altsync.stage import Context

    config = _session.load(ctx)
    listed = Listed(SHOWN)
    with (
        _session.opened(config, create=True) as store,
        _session.site(config) as source,
        _talk.talking() as talk,
        _session.stoppable(source) as stop,
    ):
        context = Context(source, store, talk, workers or config.site.workers, stop)
        pull = Pull(
            context,
            incremental=not full,
            allow_shrink=allow_shrink,
            drifted=listed.add,
        )
        done = pull.run()
        talk.finish()
        if not as_json:
            _tell(store, listed, done)
        _say_notes(talk, done)
        fetched = None
        if pictures:
            fetched = _fetch(config, context)
            talk.finish()
            _say_pictures(talk, fetched, as_json)
        if as_json:
            _json.show(_document(store, done, fetched))
    _end(done)


def _tell(store: Store, listed: Listed, done: Pulled) -> None:
    """What changed, and the funnel."""
    from altsync.cli.status import print_status

    for line in listed.lines(done.counts, _of_none(done), done.otherwise):
        _command.tell(line)
    if not _command.asked().quiet:
        print_status(store)


def _document(store: Store, done: Pulled, fetched: Previewed | None) -> PullDocument:
    """All that is known of it, for a program."""
    from altsync.render import status
    from altsync.store import reports

    with store.read() as conn:
        funnel = reports.status(conn)
    counts = done.counts
    found: PullDocument = {
        "listed": counts["listed"],
        "again": counts["again"],
        "new": counts["new"],
        "changed": counts["changed"],
        "returned": counts["returned"],
        "gone": counts["gone"],
        "hidden": counts["hidden"],
        "reread": counts["reread"],
        "failed": counts["failed"],
        "otherwise": done.otherwise,
        "complete": done.complete,
        "whole": done.whole,
        "shortfall": done.shortfall,
        "notes": done.notes,
        "status": status.as_dict(funnel),
    }
    if fetched is not None:
        found["pictures"] = {
            "made": fetched.made,
            "failed": dict(fetched.failed),
            "stopped": fetched.stopped,
        }
    return found


def _of_none(done: Pulled) -> str:
    """What is said where the whole site was asked for and no image was listed."""
    if not done.whole:
        return ""
    if done.shortfall:
        return "No image was listed; the mirror stays as it was."
    return "The site answered, hides nothing from this login, and has no image."


def _say_notes(talk: Report, done: Pulled) -> None:
    if done.notes:
        broken = done.whole and not done.complete
        incomplete = "The listing is not complete, so no image was marked gone:"
        talk.say(incomplete if broken else "Note:")
    for note in done.notes:
        talk.say(f"  {note}")


def _fetch(config: Config, context: Context) -> Previewed:
    """Small pictures of all images that have none yet."""
    from altsync.pictures.cache import Cache
    from altsync.pictures.previews import Previews

    cache = Cache.beside(config.database)
    return Previews(context, cache, config.generate.side).run()


def _say_pictures(talk: Report, done: Previewed, as_json: bool) -> None:
    from altsync.render.text import count, plain

    if not as_json:
        _command.tell(f"{count(done.made, 'picture')} fetched and prepared.")
    for why, number in done.failed.most_common(REASONS):
        talk.say(f"  {count(number, 'image')} without: {plain(why)}")
    if done.stopped:
        talk.say(
            "Stopped there: the site answered none of the last. Run `altsync pull"
            " --pictures` again later."
        )


def _end(done: Pulled) -> None:
    """Raises PartlyDone where this is not the whole site."""
    from altsync.errors import PartlyDone
    from altsync.render.text import count, plain

    failed = done.counts["failed"]
    if done.shortfall:
        which = " and in `altsync failures`" if failed else ""
        raise PartlyDone(
            f"{plain(done.shortfall)} Why stands above{which}. Mend that, then run"
            " `altsync pull` again."
        )
    if failed:
        raise PartlyDone(
            f"{count(failed, 'image')} could not be read; the rest is mirrored."
            " `altsync failures` says which and why. Then run `altsync pull` again."
        )
