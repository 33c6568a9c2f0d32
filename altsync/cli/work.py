"""altsync work"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from altsync.cli import _choosing, _command, _formats, _json, _names, _session, _talk

if TYPE_CHECKING:
    from altsync.documents.handed import (
        HandoverItem,
        WorkExportDocument,
        WorkImportDocument,
    )
    from altsync.generate.asking import Model
    from altsync.generate.choosing import Targets
    from altsync.handover.incoming import TakenBack
    from altsync.handover.outgoing import Destination, HandedOut
    from altsync.models import Handover

STREAM = Path("-")
"""stdin or stdout in a file's place."""
SHOWN = 20
"""Lines that could not be taken, of which each is told."""
IMPORT = "altsync work import FILE"


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
    examples=(
        (
            "altsync work export questions.jsonl -m altsync-demo --limit 2"
            "  # Two questions, a line each."
        ),
        (
            "altsync work export b.jsonl -m qwen2.5-vl --format openai --limit 2"
            "  # For vllm run-batch."
        ),
    )
)
@click.argument(
    "file", metavar="FILE", type=click.Path(allow_dash=True, path_type=Path)
)
@click.option(
    "-m",
    "--model",
    "model",
    metavar="MODEL",
    callback=lambda ctx, option, given: _names.a_model(ctx, option, (given,))[0],
    help="Model that is to answer; llm need not know it (default: generate.model).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("altsync", "openai")),
    default="altsync",
    show_default=True,
    help="A line as altsync has it, or as OpenAI's batch files do.",
)
@click.option(
    "--pictures",
    type=click.Choice(("path", "data")),
    default="path",
    show_default=True,
    help="Name each picture's file on this machine, or put it into the line.",
)
@click.option(
    "--ask",
    type=click.Choice(("object", "text")),
    help="Ask for an object by a schema, or for a text alone (default: generate.ask).",
)
@_choosing.which
@_choosing.going
@_json.option
@click.pass_context
def export(ctx: click.Context, /, **how: Any) -> None:
    """Write the questions that generate would ask into FILE (- for stdout), a line each.

    No model is called. Until they are answered or cancelled, generate leaves these
    images to whoever has the file.
    """
    from altsync.errors import UsageError
    from altsync.generate import arenas
    from altsync.generate.opening import given_away

    to = _destination(how)
    if how["as_json"] and to.file is None:
        raise UsageError("Both the lines and --json want stdout: name a FILE.")
    settings = _settings(ctx, how)
    (name,) = settings.models
    arenas.keep_few()
    with given_away(name, settings.options, settings.timeout) as model:
        _introduce(model)
        _export(ctx, how, settings, model, to)


def _settings(ctx: click.Context, how: dict[str, Any]) -> Any:
    from dataclasses import replace

    from altsync.cli import _rules
    from altsync.generate import setup

    config = _session.load(ctx)
    made = setup.settings(
        config,
        () if how["model"] is None else (how["model"],),
        dict(how["options"]),
        again=how["again"],
        suggest=how["suggest_for_human"],
        template=how["template"],
        fallbacks=(),
        retry=how["retry"],
        context_budget=how["context_budget"],
        replace=_rules.after_rule("--replace", how["replace"]),
    )
    return replace(made, ask=how["ask"] or made.ask)


def _destination(how: dict[str, Any]) -> Destination:
    from altsync.handover.outgoing import Destination

    file = None if how["file"] == STREAM else how["file"]
    return Destination(file, how["form"], how["pictures"])


def _introduce(model: Model) -> None:
    """A name that llm does not know may be an engine's, or mistyped."""
    from altsync.generate.opening import known_names
    from altsync.generate.stranger import is_stranger
    from altsync.near import nearest
    from altsync.render.text import plain

    if not is_stranger(model.inner):
        return
    said = (
        f"llm knows no model {plain(model.name)} here: whoever answers has to know it."
    )
    for near in nearest(model.name, known_names()):
        said += f" If you meant {near}: -m {near}"
    _command.say(said)


def _export(
    ctx: click.Context,
    how: dict[str, Any],
    settings: Any,
    model: Model,
    to: Destination,
) -> None:
    from altsync.generate import setup
    from altsync.generate.choosing import choose
    from altsync.handover.outgoing import Export
    from altsync.stage import Context

    config = _session.load(ctx)
    threads = how["workers"] or config.generate.workers
    with _session.opened(config, plans=True) as store, store.snapshot() as conn:
        wanted = _choosing.wanted(how)
        _choosing.check(conn, wanted)
        targets = choose(conn, config, settings, wanted)
        _session.left_out()
        done = None
        if targets:
            with (
                _writing(to.file),
                _session.site(config) as source,
                _talk.talking() as talk,
                setup.ways(config, conn, talk, note=how["note"]) as ways,
                _session.stoppable(source) as stop,
            ):
                context = Context(source, store, talk, threads, stop)
                done = Export(context, settings, targets, ways, to).run()
        waiting = targets.waiting + (done.run.waiting if done else 0)
        _conclude_export(done, targets, model, to, how["as_json"], waiting)
        _choosing.waiting(conn, waiting)
    _check_failed(done)


@contextlib.contextmanager
def _writing(file: Path | None) -> Iterator[None]:
    if file is None:
        yield
        return
    _formats.spare(file)
    with _formats.writable(file):
        yield


def _conclude_export(
    done: HandedOut | None,
    targets: Targets,
    model: Model,
    to: Destination,
    as_json: bool,
    waiting: int,
) -> None:
    from altsync.generate.generated import Generated
    from altsync.render.text import count

    handed, lines = (done.handover, done.lines) if done else (None, 0)
    ran = done.run if done else Generated(0)
    if as_json:
        document: WorkExportDocument = {
            "handover": handed,
            "file": None if handed is None else str(to.file),
            "model": model.name,
            "format": to.form,
            "lines": lines,
            "reused": ran.reused,
            "known": ran.known,
            "waiting": waiting,
            "failed": ran.failed,
            "passed_over": len(targets.passed_over),
            "next": IMPORT if handed else None,
        }
        _json.show(document)
    for number, what in (
        (ran.reused, "took an answer that had been paid for already"),
        (ran.known, "had been answered before: not given away (--again does)"),
        (
            ran.refused,
            "had no usable answer before: not given away (--retry-failed does)",
        ),
    ):
        if number:
            _command.say(f"{count(number, 'image')}: {what}.")
    if done is None:
        _choosing.nothing(targets, _choosing.EXPORT)
        return
    _choosing.passed_over(targets, _choosing.EXPORT)
    if handed is None:
        _command.say("Nothing was given away, and no file was written.")
        return
    said = f"Wrote {count(lines, 'question')} for {model.name} (handover {handed})"
    if to.file is None:
        _command.say(f"{said}.")
    elif not as_json:
        _command.tell(f"{said}: {to.file}")
    _command.say(f"When they are answered: {IMPORT}; until then: altsync work list")


def _check_failed(done: HandedOut | None) -> None:
    """Raises PartlyDone."""
    from altsync.errors import PartlyDone
    from altsync.render.text import count

    if done is None or not done.run.failed:
        return
    number = done.run.failed
    raise PartlyDone(
        f"{count(number, 'image')} could not be looked at; `altsync failures` lists what"
        f" failed. The last of them: {done.run.problem}"
    )


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
def import_(ctx: click.Context, file: Path, as_json: bool) -> None:
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
    if file == STREAM:
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
    for number, what in (
        (done.known, "had been taken before"),
        (done.unusable, "no usable text: on record (altsync failures)"),
        (done.failed, "without an answer: the next generate or export asks again"),
    ):
        if number:
            _command.say(f"{count(number, 'line')}: {what}.")
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
            _session.put(piece)
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


command.add_command(export)
command.add_command(import_)
command.add_command(list_)
command.add_command(cancel)
