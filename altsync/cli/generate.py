"""altsync generate"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from altsync.cli import _session

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.generate.stage import Generated, Settings
    from altsync.store.worklist import Worklist


@click.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help="Model to ask; several give a choice.",
)
@click.option(
    "-o",
    "--option",
    "options",
    nargs=2,
    multiple=True,
    metavar="KEY VALUE",
    help="An option of the model.",
)
@click.option("--album", help="Only images of this album.")
@click.option(
    "--stale",
    metavar="WHAT",
    help="Redo AI texts: model=NAME, unknown (no model on record) or prompt.",
)
@click.option(
    "--older-than", metavar="AGE", help="Redo AI texts older than 30d, 2w, 6mo, 1y."
)
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="ID[,ID]",
    help="Redo AI texts that these lint rules flag.",
)
@click.option(
    "--where",
    metavar="SQL",
    help="Only images that fit a condition on images and image_states.",
)
@click.option(
    "--suggest-for-human",
    is_flag=True,
    help="Suggest for the named images, though a person wrote theirs.",
)
@click.option("--limit", type=click.IntRange(1), help="At most so many images.")
@click.option(
    "--context",
    "note",
    metavar="TEXT",
    help="What you know of these images; the model is told.",
)
@click.option(
    "--template",
    metavar="NAME",
    help="An llm template in place of the built-in prompt.",
)
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    metavar="DOLLARS",
    help="Stop before this is passed.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Calls at a time (default: generate.workers).",
)
@click.option(
    "--dask",
    metavar="SCHEDULER",
    help="Make the calls on a Dask cluster, such as tcp://host:8786.",
)
@click.option(
    "--again", is_flag=True, help="Ask even what was answered before (and pay again)."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask before a long run.")
@click.pass_context
def command(ctx: click.Context, /, **how: Any) -> None:
    """Let a vision model propose texts for images that have none.

    Each answer is stored as it arrives: interrupt at any time, the same command goes
    on. Nothing is sent to the site, AI texts stay until you approve their new ones, and
    a person's words are never a target.
    """
    from altsync.generate import arenas, stage
    from altsync.generate.describing import Describer
    from altsync.generate.setup import answering, llm_log, open_models, settings
    from altsync.store import worklist

    images: tuple[str, ...] = how["images"]
    config = _session.load(ctx)
    asked = settings(
        config,
        how["models"],
        dict(how["options"]),
        workers=how["workers"],
        again=how["again"],
        budget=how["budget"],
        suggest=how["suggest_for_human"],
        template=how["template"],
    )
    arenas.keep_few()
    with _session.opened(config) as store, store.snapshot() as conn:
        opened = open_models(asked)
        chosen = _selection(
            config, asked, conn, images, tuple(model.name for model in opened), how
        )
        worklist.check_named(conn, images, how["suggest_for_human"])
        total = worklist.count(conn, chosen)
        if not total:
            click.echo(
                (
                    "Nothing to do: no image fits."
                    if how["where"] or chosen.redo
                    else (
                        "Nothing to do: no image is"
                        " missing a text that may be asked for."
                    )
                ),
                err=True,
            )
            return
        estimate = _announce(conn, config, asked, opened, total, how["yes"])
        with (
            _session.site(config) as source,
            Describer(config, conn, how["note"]) as describer,
            answering(asked, how["dask"]) as answer,
            llm_log(config, how["dask"]) as log,
            _session.talking() as talk,
            _session.stoppable(source) as stop,
        ):
            # the images were counted on a snapshot; from here on each page is read as
            # it is by then
            conn.rollback()
            talk.start("Generating", total)
            targets = worklist.select(conn, chosen)
            done = stage.generate(
                targets,
                source.pixels,
                store,
                asked,
                talk,
                describe=describer.pieces,
                inspect=describer.in_file,
                answer=answer,
                log=log,
                stop=stop,
                estimate=estimate,
            )
    if log is not None and (log.error or log.dropped):
        click.echo(
            log.error
            or f"llm's log could not keep up: {log.dropped:,} responses are not in it.",
            err=True,
        )
    _conclude(done, total)


def _selection(
    config: Config,
    asked: Settings,
    conn: sqlite3.Connection,
    images: tuple[str, ...],
    models: tuple[str, ...],
    how: dict[str, Any],
) -> Worklist:
    from altsync.cli import _rules
    from altsync.errors import UsageError
    from altsync.generate import ages
    from altsync.generate.checking import flagged
    from altsync.generate.setup import prompts
    from altsync.store import usages, worklist

    if how["suggest_for_human"] and not images:
        raise UsageError(
            "--suggest-for-human is for images that you name one by one: altsync"
            " generate ALBUM/NAME …"
        )
    stale = how["stale"] or ""
    if stale and stale not in ("unknown", "prompt") and not stale.startswith("model="):
        raise UsageError(f"--stale {stale!r}: say model=NAME, unknown or prompt.")
    return worklist.Worklist(
        images=images,
        models=models,
        album=how["album"],
        stale_model=(
            stale.removeprefix("model=") if stale.startswith("model=") else None
        ),
        stale_unknown=stale == "unknown",
        stale_prompts=(
            prompts(asked, worklist.languages(conn)) if stale == "prompt" else None
        ),
        before=ages.before(how["older_than"]) if how["older_than"] else None,
        where=how["where"],
        flagged=(
            flagged(
                config,
                _rules.chosen(how["rules"]),
                lambda image: usages.of(conn, image),
            )
            if how["rules"]
            else None
        ),
        suggest_for_human=how["suggest_for_human"],
        limit=how["limit"],
    )


def _announce(
    conn: sqlite3.Connection,
    config: Config,
    asked: Settings,
    models: list[Any],
    total: int,
    yes: bool,
) -> float | None:
    """Say what the run will cost, and ask before a long one. Returns the estimate in
    dollars, None if not known."""
    from altsync.errors import UsageError
    from altsync.generate.estimate import estimate
    from altsync.render.text import count

    lines = estimate(conn, models, total, asked.prices)
    for line in lines:
        price = (
            f"about ${line.total:.2f}"
            if line.total is not None
            else "at a price that nobody here knows"
        )
        source = f"; {line.price.source}" if line.price else ""
        click.echo(
            f"{count(total, 'image')} with {line.model}: {price}"
            f" ({line.basis}{source}).",
            err=True,
        )
    if total > config.generate.confirm_above and not yes:
        if not sys.stdin.isatty():
            raise UsageError(
                f"{count(total, 'image')} is a long run: say --yes, or --limit"
                f" {config.generate.confirm_above}."
            )
        click.confirm("Go on?", abort=True, err=True)
    totals = [line.total for line in lines]
    return None if None in totals else sum(total or 0.0 for total in totals)


def _conclude(done: Generated, total: int) -> None:
    from altsync.errors import PartlyDone
    from altsync.render.text import count

    each = f", ${done.spent / done.made:.4f} each" if done.made and done.spent else ""
    click.echo(f"{count(done.made, 'candidate')} stored; cost ${done.spent:.2f}{each}.")
    for number, what in (
        (done.reused, "took an answer that had been paid for already"),
        (done.known, "had been answered before: not asked again (--again does)"),
        (
            done.refused,
            (
                "had no usable answer to the same question before: not asked again"
                " (--again does)"
            ),
        ),
        (done.unpriced, "cost an amount that nobody knows: set [generate.prices]"),
    ):
        if number:
            click.echo(f"{count(number, 'image')}: {what}.", err=True)
    if done.stopped:
        raise PartlyDone(
            f"{done.stopped} Stopped before it; run `altsync generate` again to go on."
        )
    if done.failed:
        raise PartlyDone(
            f"{count(done.failed, 'image')} of {total:,} failed and are recorded in the"
            " table `failures` (`altsync browse`); the rest is done. The last of them:"
            f" {done.problem}"
        )
    if done.made or done.reused:
        click.echo(
            "Look at them with: altsync review, or approve with: altsync approve --all",
            err=True,
        )
