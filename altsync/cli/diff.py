"""altsync diff"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _excel, _formats, _names, _printing, _session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from altsync.config import Config
    from altsync.models import Moved
    from altsync.planning import Request


@_command.command(
    examples=(
        "altsync diff  # Exactly what push would send.",
        "altsync diff --album at-home --stat  # How much changes, in one album.",
        (
            "altsync diff --plan plan.json --html plan.html"
            "  # Save the plan, and a page that shows it."
        ),
    )
)
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
@_session.as_request
@click.pass_context
def command(
    ctx: click.Context,
    request: Request,
    formats: tuple[str, ...],
    page: Path | None,
    save: Path | None,
    reverts: tuple[str, ...],
    since: str | None,
    until: str | None,
    exit_code: bool,
) -> None:
    """Show exactly what push would send: the audit before anything leaves the machine.

    With --from, show instead what changed on the site between two moments. Moments: a
    push number (when it began), a date or time (UTC), the directory of an export, the
    file of a database.
    """
    from altsync.errors import ChangesPending, ConflictsRemain, UsageError
    from altsync.planning import Plan

    form = _formats.chosen(formats, page)
    config = _session.load(ctx)
    if since is not None:
        chosen = request.selection
        if chosen.models or chosen.rules or reverts or save:
            raise UsageError(
                "--from shows what changed on the site: --model, --rule, --revert and"
                " --plan have no place."
            )
        differs = _between(config, request, since, until, form, page)
        if exit_code and differs:
            raise ChangesPending("")
        return
    if until is not None:
        raise UsageError("--to wants --from.")
    if reverts:
        request = _taking_back(request, reverts)
    with (
        _session.opened(config, plans=True) as store,
        _names.checked(store, request),
        Plan.of(store, request, reviewed=config.reviewed_label) as plan,
        store.snapshot() as conn,
    ):
        picture = _formats.thumbnails(config, conn)
        _formats.show_plan(plan, form, page, picture)
        if save is not None:
            with _formats.writing(save):
                plan.save(save)
        if exit_code and plan.summary.changes:
            raise ChangesPending("")
        if exit_code and plan.summary.conflicts:
            raise ConflictsRemain("")


def _taking_back(request: Request, targets: tuple[str, ...]) -> Request:
    """What --revert asks for. Raises UsageError for what narrows or allows nothing
    there, and would seem to."""
    from altsync.errors import UsageError
    from altsync.plan import NO_PERMISSIONS

    if request.selection.rules or request.permissions != NO_PERMISSIONS:
        raise UsageError(
            "--revert takes back what was sent, whatever it says: --rule, --allow-empty"
            " and --replace-human have no place."
        )
    return request.taking_back(targets, _session.person())


def _between(
    config: Config,
    request: Request,
    since: str,
    until: str | None,
    form: str,
    page: Path | None,
) -> bool:
    """Two moments in one format. True where they differ."""
    import itertools
    import sys
    from collections import Counter

    from altsync.render import formats, json, shown, terminal
    from altsync.store import moments

    wanted = frozenset(request.selection.images)
    albums = frozenset(request.selection.albums)

    def asked(moved: Moved) -> bool:
        in_albums = not albums or moved.album in albums
        return in_albums and (not wanted or moved.image in wanted)

    with (
        _session.opened(config) as store,
        _names.checked(store, request),
        store.snapshot() as conn,
        moments.moment(store, conn, since) as before,
        moments.moment(store, conn, until) as after,
    ):

        def differences() -> Iterator[shown.Shown]:
            moved = moments.compare(before.images(), after.images())
            found = shown.of_moved(filter(asked, moved))
            return itertools.islice(found, request.limit)

        counts = Counter(one.kind for one in differences())
        head = shown.moved_head(config.site.url, before.name, after.name, counts)
        if form == "terminal":
            colour = _printing.colour(sys.stdout)
            words = _printing.hears()
            shown_lines = (
                terminal.shown_lines(one, colour, words) for one in differences()
            )
            lines = itertools.chain.from_iterable(shown_lines)
            _printing.paged(itertools.chain(lines, [head.total]))
            return bool(counts)
        if form == "json":
            document = json.moved_document(head, before.name, after.name, differences())
            pieces: Iterator[str] = itertools.chain(document, "\n")
        else:
            picture = _formats.thumbnails(config, conn)
            pieces = formats.pieces(form, head, differences(), picture)
        with _formats.output(page) as put:
            for piece in _excel.marked(pieces):
                put(piece)
    return bool(counts)
