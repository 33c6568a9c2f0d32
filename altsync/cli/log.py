"""altsync log"""

from __future__ import annotations

import click

from altsync.cli import _command, _json, _names, _printing, _session


@_command.command(
    examples=(
        "altsync log at-home/chelsea  # The history of one image.",
        "altsync log --run push:1  # What push 1 did.",
        (
            "altsync log --since 2026-01-31 --json"
            "  # Everything since a day, for a program."
        ),
    )
)
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option("--since", metavar="DATE", help="From this date or time on (UTC).")
@click.option(
    "--run", metavar="RUN", help="Only one run: push:3 (or 3), pull:7, generate:2."
)
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    since: str | None,
    run: str | None,
    as_json: bool,
) -> None:
    """Show every event in order: pulled, proposed, judged, pushed, edited on the site,
    reverted."""
    from altsync.errors import UnknownImage
    from altsync.render import history as render
    from altsync.store import history, moments

    config = _session.load(ctx)
    at = moments.time_of(since) if since is not None else None
    only = _run(run) if run is not None else None
    with _session.opened(config) as store, store.snapshot() as conn:
        for image in history.unknown(conn, images):
            raise UnknownImage(image)
        if only is not None:
            _names.check_run(conn, *only)
        events = history.events(conn, images, since=at, run=only)
        if as_json:
            for piece in render.document(events):
                _printing.put(piece)
        else:
            _printing.paged(render.lines(events))


def _run(text: str) -> tuple[str, int]:
    from altsync.errors import UsageError
    from altsync.store.history import RUNS

    kind, _, number = text.rpartition(":")
    if (kind or "push") not in RUNS or not number.isdecimal():
        raise UsageError(
            f"{text} names no run. Say push:3 (or just 3), pull:7 or generate:2."
        )
    return kind or "push", int(number)
