"""Which images are asked about: the options, and the words about those that are not, the
same for `generate` and `work export`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.cli import _command, _names

if TYPE_CHECKING:
    import sqlite3

    from altsync.generate.choosing import Targets, Wanted

F = TypeVar("F", bound=Callable[..., Any])


def which(function: F) -> F:
    """About which images, and the options of the model."""
    for option in (
        click.option("--limit", type=click.IntRange(1), help="At most so many images."),
        click.option(
            "--use",
            "override",
            is_flag=True,
            help="For the named media in texts: another text, at this one place.",
        ),
        click.option(
            "--replace",
            metavar="rule=ID[,ID]",
            help=(
                "For texts that are none by these rules (file-name, placeholder, cut), though"
                " a person wrote them."
            ),
        ),
        click.option(
            "--suggest-for-human",
            is_flag=True,
            help="Suggest for the named images, though a person wrote theirs.",
        ),
        click.option(
            "--where",
            metavar="SQL",
            help="Only images that fit a condition on images and image_states.",
        ),
        click.option(
            "--rule",
            "rules",
            multiple=True,
            metavar="ID[,ID]",
            help="Redo AI texts that these lint rules flag.",
        ),
        click.option(
            "--older-than",
            metavar="AGE",
            help="Redo AI texts older than 30d, 2w, 6mo, 1y.",
        ),
        click.option(
            "--stale",
            metavar="WHAT",
            help="Redo AI texts: model=NAME, unknown (no model on record) or prompt.",
        ),
        click.option("--album", help="Only images of this album."),
        click.option(
            "-o",
            "--option",
            "options",
            nargs=2,
            multiple=True,
            metavar="KEY VALUE",
            help="An option of the model.",
        ),
        click.argument("images", nargs=-1, metavar="[IMAGE]…"),
    ):
        function = option(function)
    return function


def told(function: F) -> F:
    """What a model is told."""
    for option in (
        click.option(
            "--template",
            metavar="NAME",
            help="An llm template in place of the built-in prompt.",
        ),
        click.option(
            "--context-budget",
            type=click.IntRange(1),
            metavar="TOKENS",
            help="Tokens of context at most (default: generate.context_budget).",
        ),
        click.option(
            "--context",
            "note",
            metavar="TEXT",
            help="What you know of these images; the model is told.",
        ),
    ):
        function = option(function)
    return function


def going(function: F) -> F:
    """How the run goes, and what is asked once more."""
    for option in (
        click.option(
            "--retry-failed",
            "retry",
            is_flag=True,
            help="Ask again about images that a model had no text for (and pay again).",
        ),
        click.option(
            "--again",
            is_flag=True,
            help="Ask even what was answered before (and pay again).",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, 256),
            help="Calls at a time (default: generate.workers).",
        ),
    ):
        function = option(function)
    return function


def wanted(how: dict[str, Any]) -> Wanted:
    """What the options of `which` and `told` say."""
    from altsync.cli import _rules
    from altsync.generate.choosing import Wanted

    return Wanted(
        images=how["images"],
        override=how["override"],
        album=how["album"],
        stale=how["stale"],
        older_than=how["older_than"],
        rules=tuple(_rules.chosen(how["rules"])),
        where=how["where"],
        limit=how["limit"],
        note=how["note"],
    )


def check(conn: sqlite3.Connection, wanted: Wanted) -> None:
    """Raise UsageError for a name that is not on record."""
    from altsync.generate.choosing import STALE_MODEL

    stale = (wanted.stale or "").partition(STALE_MODEL)
    model = stale[2] if stale[1] else None
    _names.check(conn, albums=[wanted.album], models=[model])


GENERATE = "altsync generate --retry-failed; to ask another model: --fallback MODEL"
EXPORT = "altsync work export FILE --retry-failed; to ask another model: -m MODEL"


def nothing(targets: Targets, again: str = GENERATE) -> None:
    """Why there is nothing to do."""
    chosen = targets.chosen
    passed_over(targets, again)
    if chosen.replace is not None:
        _command.say(
            "Nothing to do: no text that these rules find, and that may be changed, is"
            " without a candidate. `altsync lint --fix-list` lists what they find.",
        )
    elif chosen.where or chosen.redo:
        _command.say("Nothing to do: no image fits.")
    elif targets.waiting:
        _command.say("Nothing to do: all questions that may be asked are handed over.")
    else:
        _command.say("Nothing to do: no image is missing a text that may be asked for.")


def passed_over(targets: Targets, again: str = GENERATE) -> None:
    """How many images are not asked about, why, and what can be done about it."""
    from altsync.generate.brake import counted
    from altsync.render.text import count

    problems = Counter(targets.passed_over.values())
    if not problems:
        return
    images = count(problems.total(), "image")
    _command.say(
        f"{images} passed over: the same question got no text before."
        f" {counted(problems)} To ask again: {again}.",
    )


def waiting(conn: sqlite3.Connection, images: int) -> None:
    """So many images are left out, since the question about them is handed over already:
    whose answer is to be taken in, and how."""
    from altsync.models import HandedTo
    from altsync.render.text import count
    from altsync.store import handovers

    if not images:
        return
    ways = {one.way is HandedTo.FILE for one in handovers.not_done(conn)}
    takes = {
        False: "altsync generate --batch-fetch (of batches)",
        True: "altsync work import FILE (of files)",
    }
    named = [takes[one] for one in sorted(ways)]
    said = (
        f"{count(images, 'image')} passed over: the question is handed over, and its"
        " answer is still to come."
    )
    if named:  # else all of it came meanwhile
        said += f" To take in what is there: {', '.join(named)}."
    _command.say(said)


def ask(total: int, above: int) -> None:
    """Ask before a run of more than `above` images."""
    from altsync.errors import UsageError
    from altsync.render.text import count

    if not sys.stdin.isatty():
        raise UsageError(
            f"{count(total, 'image')} is a long run: say --yes, or --limit {above}."
        )
    click.confirm("Go on?", abort=True, err=True)
