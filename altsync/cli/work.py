"""altsync work"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _printing, _session, _work_export, _work_import

if TYPE_CHECKING:
    from altsync.documents.handed import HandoverItem
    from altsync.models import Handover


@_command.group(
    click.Group,
    examples=(
        (
            "altsync work export questions.jsonl -m altsync-demo --limit 2"
            "  # Two questions, a line each."
        ),
        "altsync work import answers.jsonl  # Take what somebody answered.",
        "altsync work list  # What was given away, and what came back.",
    ),
)
def command() -> None:
    """Questions in a file for an engine of your own, or a colleague's script, and their
    answers back."""


@_command.command(
    "list",
    examples=(
        "altsync work list  # What was given away, and what came back.",
        "altsync work list --json  # The same, for a program.",
    ),
)
@_json.option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the files that were written, and what has come back, the newest first."""
    from altsync.models import HandedTo
    from altsync.render.handovers import lines
    from altsync.render.text import json_list
    from altsync.store import handovers

    config = _session.load(ctx)
    with _session.opened(config) as store, store.read() as conn:
        found = [one for one in handovers.every(conn) if one.way is HandedTo.FILE]
    found.reverse()
    if as_json:
        for piece in json_list(_item(one) for one in found):
            _printing.put(piece)
        return
    for line in lines(found):
        click.echo(line)
    if not found:
        _command.say("Nothing was given away. See: altsync work export --help")


def _item(one: Handover) -> HandoverItem:
    came = one.came
    return {
        "handover": one.id,
        "file": one.remote_file,
        "model": one.model,
        "lines": one.lines,
        "open": one.open,
        "made": came.get("made", 0),
        "unusable": came.get("unusable", 0) + came.get("refused", 0),
        "failed": came.get("failed", 0),
        "cancelled": came.get("cancelled", 0) + came.get("unsent", 0),
        "since": one.created_at,
    }


@_command.command(
    examples=(
        "altsync work cancel 1  # What is open of it goes on as ordinary work.",
        "altsync work cancel 1 --json  # And say how many questions that are.",
    )
)
@click.argument("number", type=click.IntRange(1))
@_json.option
@click.pass_context
def cancel(ctx: click.Context, number: int, as_json: bool) -> None:
    """Wait no longer for the answers of a handover: generate asks those questions again.

    An answer that comes all the same is still welcome.
    """
    from altsync.handover import cancelling
    from altsync.render.text import count

    config = _session.load(ctx)
    with _session.opened(config) as store:
        done = cancelling.cancel(store, number)
    _json.result(
        as_json,
        {
            "handover": number,
            "cancelled": done.cancelled,
            "answered": done.answered,
        },
        f"Handover {number}: {count(done.cancelled, 'question')} given up,"
        f" {done.answered:,} answered before.",
    )
    if done.cancelled:
        _command.say("The next altsync generate, or work export, asks them again.")


command.add_command(_work_export.command)
command.add_command(_work_import.command)
command.add_command(list_)
command.add_command(cancel)
