"""altsync context"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.generate.context import Piece
    from altsync.models import Mirrored


@_command.command(
    examples=(
        "altsync context at-home/chelsea  # What a model is told about one image.",
        (
            "altsync context at-home/chelsea --prompt"
            "  # The whole question, word for word."
        ),
    )
)
@click.argument("image", required=False)
@click.option("--pages", hidden=True)
@click.option(
    "--context-budget",
    "budget",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Tokens that a model is told at most (default: generate.context_budget).",
)
@_json.option
@click.option(
    "--prompt", "show_prompt", is_flag=True, help="The whole question, word for word."
)
@click.pass_context
def command(
    ctx: click.Context,
    image: str | None,
    pages: str | None,
    budget: int | None,
    as_json: bool,
    show_prompt: bool,
) -> None:
    """Show all that a model would be told about IMAGE.

    The place of each page that shows the image stands by itself, the most telling
    first. Every other line names where it came from. Pages are read by `altsync pages`.
    """
    from altsync.errors import UsageError

    if pages is not None:
        raise UsageError(
            f"Pages are read by a command of their own now: altsync pages {pages}"
        )
    if image is None:
        raise UsageError("Name one image: altsync context ALBUM/NAME.")
    _show(ctx, image, budget, as_json, show_prompt)


def _show(
    ctx: click.Context,
    image: str,
    budget: int | None,
    as_json: bool,
    show_prompt: bool,
) -> None:
    from altsync.errors import UnknownImage
    from altsync.generate import context
    from altsync.generate.fitting import cost, fit
    from altsync.store import mirror

    config = _session.load(ctx)
    with _session.opened(config) as store, store.snapshot() as conn:
        found = mirror.named(conn, [image])
        if not found:
            raise UnknownImage(image)
        pieces = _pieces(config, conn, found[0])
    budget = budget or config.generate.context_budget
    kept = fit(pieces, budget)
    if as_json:
        _print_json(context.as_json(kept))
    elif show_prompt:
        _print_prompt(config, found[0], kept)
    else:
        _print_lines(kept)
        left = cost(pieces) - cost(kept)
        _command.say(_measure(cost(kept), budget, left))
        if not any(piece.use for piece in kept):
            _command.say("No page was read that shows it: `altsync pages` reads them.")


def _measure(told: int, budget: int, left: int) -> str:
    said = f"About {told:,} of {budget:,} tokens."
    if left > 0:
        said += f" Left out or shortened to fit: about {left:,}."
    return said


def _pieces(config: Config, conn: sqlite3.Connection, target: Mirrored) -> list[Piece]:
    """All that is known, the file's own words included where the site gives it."""
    from altsync.errors import AltsyncError
    from altsync.generate.describing import Describer

    describer = Describer(config, conn)
    pieces = describer.pieces(target)
    try:
        with _session.site(config) as source:
            pieces += describer.in_file(source.pixels(target.image))
    except AltsyncError as error:
        _command.warn(f"The file itself could not be asked: {error}")
    return pieces


def _print_json(pieces: str) -> None:
    import json

    _json.show(json.loads(pieces))


def _print_prompt(config: Config, target: Mirrored, kept: Sequence[Piece]) -> None:
    from altsync.generate import prompt
    from altsync.generate.setup import wishes
    from altsync.render.text import plain_lines

    asked = prompt.build(
        wishes(config, target.image.language), config.generate.ask == "object"
    )
    click.echo(f"{plain_lines(asked.system)}\n\n{plain_lines(asked.ask(kept))}")


def _print_lines(kept: Sequence[Piece]) -> None:
    """Heading after heading, a line for each thing that is known."""
    from itertools import groupby

    from altsync.render.text import plain

    for number, (_, group) in enumerate(groupby(kept, _part)):
        pieces = [*group]
        click.echo(f"{chr(10) * bool(number)}{plain(_heading(pieces[0]))}:")
        for piece in pieces:
            source = "" if piece.use else f" ({plain(piece.source)})"
            click.echo(f"  {piece.kind}: {plain(piece.text)}{source}")


def _part(piece: Piece) -> object:
    """The same for pieces under one heading. Not all of a use is from its own page."""
    return piece.use or _heading(piece)


def _heading(piece: Piece) -> str:
    from altsync.generate.context import Trust

    if piece.use:
        return f"Use {piece.use}, {piece.source}"
    said = {
        Trust.OWNER: "From you, the owner",
        Trust.SITE: "From the site",
        Trust.FILE: "From the picture's file",
    }
    return said.get(piece.trust, "From its page")
