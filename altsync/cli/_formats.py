"""How a diff is printed: the choice of one format, and the printing, for a plan and for
two moments of the site."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.cli import _command, _excel, _printing

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.planning import Plan
    from altsync.render.html import Thumbnail

F = TypeVar("F", bound=Callable[..., Any])


def options(function: F) -> F:
    """One of the formats; none is the terminal's."""
    for option in (
        _excel.option,
        click.option(
            "--html",
            "page",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write one page with pictures, for somebody who has no altsync.",
        ),
        click.option(
            "--stat",
            "formats",
            flag_value="stat",
            multiple=True,
            help="Print how much changes in which album.",
        ),
        click.option(
            "--csv",
            "formats",
            flag_value="csv",
            multiple=True,
            help="Print a table for a spreadsheet.",
        ),
        click.option(
            "--markdown",
            "formats",
            flag_value="markdown",
            multiple=True,
            help="Print Markdown, for a pull request.",
        ),
        click.option(
            "--patch",
            "formats",
            flag_value="patch",
            multiple=True,
            help="Print one RFC 6902 document per image, as JSON lines.",
        ),
        click.option(
            "--json", "formats", flag_value="json", multiple=True, help="Print JSON."
        ),
    ):
        function = option(function)
    return function


def chosen(formats: tuple[str, ...], page: Path | None) -> str:
    """The one format that was asked for, or terminal. Raises UsageError for two."""
    from altsync.errors import UsageError

    names = [*dict.fromkeys(formats), *(["html"] if page else [])]
    if len(names) > 1:
        raise UsageError(f"Choose one of --{', --'.join(names)}.")
    form = names[0] if names else "terminal"
    return _excel.chosen(form, "csv")


@contextmanager
def output(page: Path | None) -> Iterator[Callable[[str], object]]:
    """Where pieces go: stdout, or a file that is there only once it is whole."""
    from altsync.atomic import replacing

    if page is None:
        yield _printing.put
        return
    with (
        writing(page),
        replacing(page) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        yield file.write


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """The same as `writable` for a document: nothing that altsync lives of is replaced
    by it; and say in the end that the file is there now."""
    spare(file)
    with writable(file):
        yield
    _command.say(f"Wrote {file}.")


@contextmanager
def writable(file: Path) -> Iterator[None]:
    """A file or directory that the owner named. Raises UsageError where it cannot be
    written."""
    from altsync.errors import UsageError

    try:
        yield
    except OSError as error:
        if not _is_in(error.filename, file):
            raise  # of another file: no mistake of the owner's
        why = error.strerror or str(error)
        raise UsageError(
            f"{file} cannot be written ({why}). Name another place."
        ) from None


_DATABASE = b"SQLite format 3\0"
"""How each one begins."""
_BESIDE = re.compile(r"(.+)-(?:wal|shm|journal)")
"""Files that SQLite has beside a database while it is open."""


def spare(file: Path) -> None:
    """Raises UsageError where a document would take the place of a database or of a
    configuration: a name that Tab completed is soon typed, and what was paid for and
    judged were gone."""
    from altsync.errors import UsageError

    what = _lived_of(file)
    if what:
        raise UsageError(f"{file} is {what}, so it stays. Name another place.")


def _lived_of(file: Path) -> str:
    with suppress(OSError):  # what cannot be looked at, writing it says so
        if not file.is_file():
            return ""
        if file.suffix == ".toml":
            return "a configuration"
        if _is_database(file):
            return "a database"
        beside = _BESIDE.fullmatch(file.name)
        if beside and _is_database(file.with_name(beside[1])):
            return "a part of a database"
    return ""


def _is_database(file: Path) -> bool:
    with file.open("rb") as begins:
        return begins.read(len(_DATABASE)) == _DATABASE


def _is_in(name: str | None, file: Path) -> bool:
    """The name is that file's, one of its directories', of something within, or there
    is none: a disk is full."""
    if name is None:
        return True
    at, wanted = Path(name).resolve(), file.resolve()
    half_written = at.name.startswith(wanted.name)
    return half_written or wanted in at.parents or at in wanted.parents


def thumbnails(config: Config, conn: sqlite3.Connection) -> Thumbnail:
    """What finds the small pictures of a page."""
    from altsync.pictures.cache import Cache
    from altsync.pictures.thumbnails import Thumbnails

    return Thumbnails(Cache.beside(config.database), conn).address


def show_plan(plan: Plan, form: str, page: Path | None, picture: Thumbnail) -> None:
    """A plan in one format. All formats show the same plan, from the same entries."""
    from altsync.render import formats, json, terminal
    from altsync.render.shown import of_plan, plan_head

    following = terminal.next_step(
        plan.summary, plan.sent_by, takes_back=plan.request.takes_back
    )
    if form == "terminal":
        show_lines(plan)
        _command.say(following)
        return
    if form == "json":
        document = json.document(plan.summary, plan.entries())
        pieces: Iterator[str] = itertools.chain(document, "\n")
    else:
        total = terminal.summary_line(plan.summary)
        head = plan_head(plan.summary, total, following)
        shown = of_plan(plan.entries())
        pieces = formats.pieces(form, head, shown, picture)
    with output(page) as put:
        for piece in _excel.marked(pieces):
            put(piece)


def show_lines(plan: Plan) -> None:
    """A plan for a person, on stdout through a pager where somebody reads along."""
    from altsync.render import terminal

    colour = _printing.colour(sys.stdout)
    words = _printing.hears()
    lines = terminal.plan_lines(plan.summary, plan.stream, colour, words)
    if sys.stdout.isatty():
        _printing.paged(lines)
        return
    for line in lines:
        click.echo(line, color=colour or None)
