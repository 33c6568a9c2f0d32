"""How a diff is printed: the choice of one format, and the printing, for a plan and for
two moments of the site."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.cli import _session

if TYPE_CHECKING:
    import sqlite3

    from altsync.cli._planned import Planned
    from altsync.config import Config
    from altsync.render.html import Thumbnail
    from altsync.render.shown import Head, Shown

F = TypeVar("F", bound=Callable[..., Any])
FLAGS = ("json", "patch", "markdown", "csv", "stat")


def options(function: F) -> F:
    """One of the formats; none is the terminal's."""
    for option in (
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
    return names[0] if names else "terminal"


def pieces(
    form: str, head: Head, shown: Iterator[Shown], picture: Thumbnail
) -> Iterator[str]:
    """The diff in one of the formats that a plan and two moments share, line ends included."""
    from altsync.render import csv, html, json, markdown, terminal

    if form == "csv":
        return csv.document(shown)
    if form == "html":
        return html.document(head, shown, picture)
    lines = {
        "patch": lambda: json.patch_lines(shown),
        "markdown": lambda: markdown.document(head, shown),
        "stat": lambda: terminal.stat_lines(shown, head),
    }[form]()
    return (f"{line}\n" for line in lines)


@contextmanager
def output(page: Path | None) -> Iterator[Callable[[str], object]]:
    """Where pieces go: stdout, or a file that is there only once it is whole."""
    if page is None:
        yield lambda text: click.echo(text, nl=False)
        return
    from altsync.atomic import replacing

    with replacing(page) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield file.write
    click.echo(f"Wrote {page}.", err=True)


def thumbnails(config: Config, conn: sqlite3.Connection) -> Thumbnail:
    """What finds the small pictures of a page."""
    from altsync.pictures.cache import Cache
    from altsync.pictures.thumbnails import Thumbnails

    return Thumbnails(Cache.beside(config.database), conn).address


def show_plan(config: Config, planned: Planned, form: str, page: Path | None) -> None:
    """A plan in one format. All formats show the same plan, from the same entries."""
    from altsync.cli import _planned
    from altsync.render import json, terminal
    from altsync.render.shown import of_plan, plan_head

    if form == "terminal":
        if sys.stdout.isatty():
            _session.paged(_planned.plan_lines(planned, _session.colour(sys.stdout)))
        else:
            _planned.show(planned)
        click.echo(_planned.next_step(planned), err=True)
        return
    with output(page) as put:
        if form == "json":
            for piece in json.document(planned.summary, planned.entries()):
                put(piece)
            put("\n")
            return
        head = plan_head(
            planned.summary,
            terminal.summary_line(planned.summary),
            _planned.next_step(planned),
        )
        for piece in pieces(
            form, head, of_plan(planned.entries()), thumbnails(config, planned.conn)
        ):
            put(piece)


def plan_document(planned: Planned) -> Iterator[str]:
    """The plan as --plan saves it and push takes it: as --json prints it, with what it
    was asked for."""
    from altsync.render import json

    yield from json.document(
        planned.summary, planned.entries(), planned.asked.as_dict()
    )
    yield "\n"
