"""altsync work import"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from altsync.cli import _command, _json, _session, _talk

if TYPE_CHECKING:
    from altsync.documents.handed import WorkImportDocument
    from altsync.handover.incoming import TakenBack

SHOWN = 20
"""Lines that could not be taken, of which each is told."""


@_command.command(
    "import",
    examples=(
        "altsync work import answers.jsonl  # Take what somebody answered.",
        "altsync work import answers.jsonl --json  # With every line's reason.",
    ),
)
@click.argument(
    "file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@_json.option
@click.pass_context
def command(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Take answers from FILE (- for stdin): altsync's lines, or OpenAI's, in any order.

    Each is judged as a model's own answer is. Nothing is asked or paid; the same file
    may be taken twice. A line that cannot be taken is told, and the rest goes on.
    """
    from altsync.handover.incoming import Import

    config = _session.load(ctx)
    with (
        _session.opened(config, money=True) as store,
        _reading(file) as given,
        _talk.talking() as talk,
    ):
        done = Import(config, store, given, talk).run()
    _conclude_import(done, file, as_json)


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[BinaryIO]:
    if file == Path("-"):
        yield sys.stdin.buffer
        return
    with file.open("rb") as given:
        yield given


def _conclude_import(done: TakenBack, file: Path, as_json: bool) -> None:
    """Raises PartlyDone where something could not be taken."""
    from altsync.errors import PartlyDone
    from altsync.render.money import money
    from altsync.render.text import count, plain

    if as_json:
        document: WorkImportDocument = {
            "file": str(file),
            "lines": done.lines,
            "made": done.made,
            "known": done.known,
            "unusable": done.unusable,
            "failed": done.failed,
            "refused": [
                {"line": one.number, "reason": one.reason} for one in done.told
            ],
            "not_taken": done.refused,
            "cost_usd": done.spent,
            "unpriced": done.unpriced,
            "next": "altsync review" if done.made else None,
        }
        _json.show(document)
    else:
        cost = money(done.spent, done.unpriced)
        _command.tell(
            f"{count(done.lines, 'line')}: {count(done.made, 'candidate')} stored;"
            f" cost {cost}."
        )
    told = [
        (done.known, "had been taken before"),
        (done.unusable, "no usable text: on record (altsync failures)"),
        (done.failed, "without an answer: the next generate or export asks again"),
    ]
    _command.say_each("line", told)
    for one in done.told[:SHOWN]:
        _command.warn(plain(f"Line {one.number}: {one.reason}"))
    if done.refused > SHOWN:
        _command.warn(f"And {count(done.refused - SHOWN, 'line')} more.")
    if done.refused:
        raise PartlyDone(
            f"{count(done.refused, 'line')} could not be taken. Mend them and take the"
            " file again: what was taken is not taken twice."
        )
    if done.failed or done.unusable:
        raise PartlyDone("Not every question has a text. The others are stored.")
    if done.made:
        _command.say("Look at them with: altsync review")
