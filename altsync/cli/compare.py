"""altsync compare"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _excel, _json, _names, _printing, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.documents.judged import DrawnComparisonDocument
    from altsync.models.comparison import Choice, Graded
    from altsync.store.store import Store
    from altsync.verdicts.comparing import Contest

FORMATS = ("text", "json", "csv", "results-csv")


@_command.command(
    examples=(
        (
            "altsync compare -m altsync-demo -m altsync-demo-hasty --sample 3"
            "  # Two models write for the same three images."
        ),
        "altsync compare --show 1  # What the grades say so far.",
        (
            "altsync compare --show 1 --format results-csv --excel > models.csv"
            "  # The same for a spreadsheet."
        ),
    )
)
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    callback=_names.a_model,
    help="A model; say it twice.",
)
@click.option(
    "--sample",
    "size",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Images to draw.",
)
@click.option(
    "--images",
    "images",
    multiple=True,
    metavar="IMAGE",
    help="This image instead of a draw; repeatable.",
)
@click.option(
    "--human",
    is_flag=True,
    help="Images that have a person's text, which is one of the blind choices.",
)
@click.option(
    "--prompt",
    "prompts",
    multiple=True,
    metavar="ID",
    help=(
        "Only texts by this prompt that are there already (its id or the first characters"
        " of it); say it twice to compare two prompts of one model."
    ),
)
@_session.by("Who draws")
@click.option(
    "--show",
    "run",
    type=int,
    metavar="RUN",
    help="What the grades of comparison RUN say by now, drawing nothing.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help=(
        "Of --show: csv has a row for each text and grader, results-csv one for each"
        " choice.  [default: text]"
    ),
)
@_excel.option
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    models: tuple[str, ...],
    size: int,
    images: tuple[str, ...],
    human: bool,
    prompts: tuple[str, ...],
    by: str,
    run: int | None,
    form: str | None,
    as_json: bool,
) -> None:
    """Let several models write for the same images, and grade them blind.

    Only texts that are not there yet are generated (and paid), and every text of a model
    is by one prompt. Grade them in `altsync review`, under Compare, each person for
    itself.
    """
    from altsync.errors import UsageError
    from altsync.verdicts.comparing import Contest

    if bool(models) == (run is not None):
        raise UsageError(
            "Say -m MODEL -m MODEL to draw a comparison, or --show RUN to look at one."
        )
    form = _excel.chosen(_json.chosen(form, as_json), "csv", "results-csv")
    config = _session.load(ctx)
    if run is not None:
        with _session.opened(config) as store:
            _show(store, run, form)
        return
    contest = Contest(models, human, prompts)
    contest.check()
    with _session.opened(config) as store:
        _draw(config, store, contest, size, images, by, as_json)


def _draw(
    config: Config,
    store: Store,
    contest: Contest,
    size: int,
    images: tuple[str, ...],
    by: str,
    as_json: bool,
) -> None:
    """Draw a comparison, and say of what."""
    from altsync.models.comparison import HUMAN
    from altsync.render.text import count
    from altsync.store import comparisons
    from altsync.verdicts import comparing, grades

    chosen = list(images) or None
    if not contest.prompts:
        chosen = chosen or comparing.choose(store, size, human=contest.human)
        contest = _generated(config, store, contest, chosen)
    run = comparing.draw(store, contest, by=by, size=size, images=chosen)
    with store.read() as conn:
        choices = comparisons.choices(conn, run)
    drawn = {one.image for one in choices}
    left = [image for image in chosen or () if image not in drawn]
    if left:
        _command.warn(
            f"Left out: {count(len(left), 'image')} without a text by every choice, such"
            f" as {left[0]}.",
        )
    names = grades.writers(choices)
    writers = list(dict.fromkeys(contest.models))
    if contest.prompts:
        writers = sorted({names[one.id] for one in choices if one.model != HUMAN})
    if contest.human:
        writers.append(HUMAN)
    document: DrawnComparisonDocument = {
        "comparison": run,
        "images": len(drawn),
        "writers": writers,
        "left_out": left,
        "next": f"altsync review, at /-/altsync/compare?run={run}",
    }
    named = f"Comparison {run}: {count(len(drawn), 'image')}, {', '.join(writers)}."
    if as_json:
        _json.show(document)
    else:
        click.echo(named)
    _tell_where(run, choices, names)


def _tell_where(run: int, choices: Sequence[Choice], names: Mapping[int, str]) -> None:
    """Which prompts wrote, where it is graded, and where one reads the grades."""
    asked = sorted(
        {
            (one.model, one.prompt)
            for one in choices
            if one.prompt and names[one.id] == one.model
        }
    )
    for name, several in itertools.groupby(asked, key=lambda pair: pair[0]):
        ids = ", ".join(str(prompt) for _, prompt in several)
        _command.say(f"Texts of {name} by prompt {ids}.")
    _command.say(f"Grade it at /-/altsync/compare?run={run} in: altsync review")
    _command.say(f"What the grades say: altsync compare --show {run}")


def _generated(
    config: Config, store: Store, contest: Contest, chosen: list[str]
) -> Contest:
    """Ask for the texts that are not there yet: where some are lacking, all are to be by
    the prompts of today. A person's words stay as they are: these are suggestions.

    Gives the contest under the models' own names, which -m may have as aliases.
    """
    from dataclasses import replace

    from altsync.errors import ModelStopped
    from altsync.generate.choosing import Wanted, choose, prompts
    from altsync.generate.setup import settings
    from altsync.generate.stage import Generate
    from altsync.render.text import count
    from altsync.stage import Context
    from altsync.verdicts import comparing

    lacking = comparing.lacking(store, contest, chosen)
    if not lacking:
        return contest
    how = settings(config, contest.models, suggest=contest.human, fallbacks=())
    contest = replace(contest, models=tuple(model.name for model in how.opened()))
    contest.check()
    lacking = comparing.lacking(store, contest, chosen)
    if not lacking:
        return contest
    with store.snapshot() as conn:
        contest = replace(contest, asked=prompts(conn, how))
        wanted = comparing.lacking(store, contest, chosen)
        if not wanted:
            return contest
        if again := set(wanted) - set(lacking):
            _command.say(
                f"{count(len(again), 'image')} with texts by an earlier prompt only: asked"
                " about again by today's, so that all answer one question.",
            )
        targets = choose(conn, config, how, Wanted(images=tuple(wanted)))
        _session.left_out()
        with (
            _session.site(config) as source,
            _talk.talking() as talk,
            _session.stoppable(source) as stop,
        ):
            context = Context(source, store, talk, config.generate.workers, stop)
            done = Generate(context, how, targets).run()
    _command.say(f"{done.stored}.")
    if done.stopped:
        raise ModelStopped(done.stopped)
    return contest


def _show(store: Store, run: int, form: str) -> None:
    """A comparison in one format, on stdout."""
    from altsync.errors import UsageError
    from altsync.render import comparison
    from altsync.store import comparisons
    from altsync.verdicts import grades

    with store.read() as conn:
        runs = comparisons.all_runs(conn)
        choices, marks = comparisons.choices(conn, run), comparisons.marks(conn, run)
    known = next((one for one in runs if one.id == run), None)
    if known is None:
        ids = ", ".join(str(one.id) for one in runs)
        ids = ids or "none yet: altsync compare -m MODEL -m MODEL"
        raise UsageError(f"There is no comparison {run} (known: {ids}).")
    if form == "csv":
        pieces = comparison.grades_csv(run, choices, grades.writers(choices), marks)
    else:
        pieces = _results(grades.graded(known, choices, marks), form)
    for piece in _excel.marked(pieces):
        _printing.put(piece)


def _results(graded: Graded, form: str) -> Iterator[str]:
    """What the grades add up to, in pieces."""
    from altsync.render import comparison
    from altsync.render.text import json_text

    if form == "json":
        return iter([json_text(comparison.document(graded), 2) + "\n"])
    if form == "results-csv":
        return comparison.results_csv(graded)
    return (f"{line}\n" for line in comparison.lines(graded))
