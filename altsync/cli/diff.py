"""altsync diff"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _formats, _session

if TYPE_CHECKING:
    from altsync.cli._planned import Asked
    from altsync.config import Config


@click.command()
@_formats.options
@_session.narrowing
@click.option(
    "--plan",
    "save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=(
        "Save the plan: `altsync push --plan FILE` sends exactly that, or says what has"
        " moved."
    ),
)
@click.option(
    "--revert",
    "reverts",
    multiple=True,
    metavar="PUSH|IMAGE",
    help="Show what `altsync revert` would send.",
)
@click.option(
    "--from",
    "since",
    metavar="MOMENT",
    help=(
        "Show what the site changed since: a push, a date, an export directory, another"
        " database."
    ),
)
@click.option(
    "--to",
    "until",
    metavar="MOMENT",
    help="With --from: up to this moment (default: the mirror as it is).",
)
@click.option(
    "--exit-code",
    is_flag=True,
    help="End with 3 if there is something to push, with 4 if only conflicts.",
)
@_session.permissions
@click.pass_context
def command(
    ctx: click.Context,
    formats: tuple[str, ...],
    page: Path | None,
    images: tuple[str, ...],
    albums: tuple[str, ...],
    models: tuple[str, ...],
    rules: tuple[str, ...],
    limit: int | None,
    save: Path | None,
    reverts: tuple[str, ...],
    since: str | None,
    until: str | None,
    exit_code: bool,
    replace_human: bool,
    allow_empty: bool,
) -> None:
    """Show exactly what push would send: the audit before anything leaves the machine.

    With --from, show instead what changed on the site between two moments. Moments: a
    push number (when it began), a date or time (UTC), the directory of an export, the
    file of a database.
    """
    from altsync.cli import _planned
    from altsync.cli._planned import Asked
    from altsync.errors import ChangesPending, ConflictsRemain, UsageError
    from altsync.models import Selection

    form = _formats.chosen(formats, page)
    config = _session.load(ctx)
    by = _session.person() if reverts else ""
    asked = Asked(
        Selection(images, albums, models, rules, reverts, by),
        limit,
        replace_human,
        allow_empty,
    )
    if since is not None:
        if models or rules or reverts or save:
            raise UsageError(
                "--from shows what changed on the site: --model, --rule, --revert and"
                " --plan have no place."
            )
        differs = _between(config, asked, since, until, form, page)
        if exit_code and differs:
            raise ChangesPending("")
        return
    if until is not None:
        raise UsageError("--to wants --from.")
    with (
        _session.opened(config) as store,
        _planned.plan(config, store, asked) as planned,
    ):
        _formats.show_plan(config, planned, form, page)
        if save is not None:
            with _formats.output(save) as put:
                for piece in _formats.plan_document(planned):
                    put(piece)
        if exit_code and planned.summary.changes:
            raise ChangesPending("")
        if exit_code and planned.summary.conflicts:
            raise ConflictsRemain("")


def _between(
    config: Config,
    asked: Asked,
    since: str,
    until: str | None,
    form: str,
    page: Path | None,
) -> bool:
    """Two moments in one format. True where they differ."""
    import itertools
    import sys
    from collections import Counter

    from altsync.render import json, shown, terminal
    from altsync.store import moments

    with (
        _session.opened(config) as store,
        store.snapshot() as conn,
        moments.moment(store, conn, since) as before,
        moments.moment(store, conn, until) as after,
    ):
        wanted, albums = (
            frozenset(asked.selection.images),
            frozenset(asked.selection.albums),
        )

        def differences() -> itertools.islice[shown.Shown]:
            moved = moments.compare(before.images(), after.images())
            chosen = (
                m
                for m in moved
                if (not wanted or m.image in wanted)
                and (not albums or m.album in albums)
            )
            return itertools.islice(shown.of_moved(chosen), asked.limit)

        counts = Counter(one.kind for one in differences())
        head = shown.moved_head(config.site.url, before.name, after.name, counts)
        if form == "terminal":
            colour = _session.colour(sys.stdout)
            lines = (
                line
                for one in differences()
                for line in terminal.shown_lines(one, colour)
            )
            _session.paged(itertools.chain(lines, [head.total]))
            return bool(counts)
        with _formats.output(page) as put:
            pieces = (
                itertools.chain(
                    json.moved_document(head, before.name, after.name, differences()),
                    "\n",
                )
                if form == "json"
                else _formats.pieces(
                    form, head, differences(), _formats.thumbnails(config, conn)
                )
            )
            for piece in pieces:
                put(piece)
    return bool(counts)
