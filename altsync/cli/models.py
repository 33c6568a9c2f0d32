"""altsync models"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session

if TYPE_CHECKING:
    from altsync.generate.catalogue import Seeing


@_command.command(
    examples=(
        "altsync models  # What can be asked here, and for how much.",
        "altsync models --json  # The same for a program.",
    )
)
@click.option(
    "--options", is_flag=True, help="Below each model the options that it takes."
)
@_json.option
def command(options: bool, as_json: bool) -> None:
    """The models that llm has here and that can see, with their price and whether a key
    is set."""

    from altsync.generate import ollama
    from altsync.generate.catalogue import seeing
    from altsync.generate.opening import silent_for_want_of_a_key

    lines = seeing()
    _session.left_out()
    if ollama.silent():
        _command.warn(
            "The models of Ollama are not listed: is Ollama running at"
            f" {ollama.host()}?",
        )
    if as_json:
        _json.show([line.as_dict() for line in lines])
        return
    click.echo(f"{'model':40} {'$/M in':>8} {'$/M out':>8}  {'key':12} answers with")
    for line in lines:
        click.echo(_line(line))
        if options:
            click.echo(f"    {', '.join(line.options) or 'no options'}")
    listed = (line.price.source for line in lines if line.price)
    source = next((name for name in listed if name.startswith("genai")), "")
    if source:
        _command.say(
            f"Prices: {source}. Own prices: [generate.prices] in altsync.toml.",
        )
    missing = [line.called for line in lines if line.key == "missing"]
    names = sorted({*missing, *silent_for_want_of_a_key()})
    if names:
        _command.say(f"Store a key with: altsync keys set NAME ({', '.join(names)})")
    _command.say(
        "Add providers with: altsync plugins install llm-anthropic (llm-gemini,"
        " llm-ollama, …)",
    )


def _line(line: Seeing) -> str:
    from altsync.render.money import UNKNOWN

    into = out = f"{UNKNOWN:>8}"
    if line.price:
        into, out = f"{line.price.input:8.2f}", f"{line.price.output:8.2f}"
    answers = "an object" if line.schema else "plain text"
    return f"{line.name[:40]:40} {into} {out}  {line.key:12} {answers}"
