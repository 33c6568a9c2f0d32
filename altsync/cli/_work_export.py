"""altsync work export"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from altsync.cli import _choosing, _command, _formats, _json, _names, _session, _talk

if TYPE_CHECKING:
    from altsync.documents.handed import WorkExportDocument
    from altsync.generate.asking import Model
    from altsync.generate.choosing import Targets
    from altsync.handover.outgoing import Destination, HandedOut

IMPORT = "altsync work import FILE"


@_command.command(
    "export",
    examples=(
        (
            "altsync work export questions.jsonl -m altsync-demo --limit 2"
            "  # Two questions, a line each."
        ),
        (
            "altsync work export b.jsonl -m qwen2.5-vl --format openai --limit 2"
            "  # For vllm run-batch."
        ),
    ),
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
@_choosing.told
@_choosing.going
@_json.option
@click.pass_context
def command(ctx: click.Context, /, **how: Any) -> None:
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

    file = None if how["file"] == Path("-") else how["file"]
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
    from altsync.render.text import count, plain

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
    told = [
        (ran.reused, "took an answer that had been paid for already"),
        (ran.known, "had been answered before: not given away (--again does)"),
        (
            ran.refused,
            "had no usable answer before: not given away (--retry-failed does)",
        ),
    ]
    _command.say_each("image", told)
    if done is None:
        _choosing.nothing(targets, _choosing.EXPORT)
        return
    _choosing.passed_over(targets, _choosing.EXPORT)
    if handed is None:
        _command.say("Nothing was given away, and no file was written.")
        return
    said = (
        f"Wrote {count(lines, 'question')} for {plain(model.name)} (handover {handed})"
    )
    if to.file is None:
        _command.say(f"{said}.")
    elif not as_json:
        _command.tell(f"{said}: {plain(str(to.file))}")
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
