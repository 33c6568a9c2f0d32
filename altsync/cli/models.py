"""altsync models"""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """The models that llm has here and that can see, with their price and whether a key
    is set."""
    import json

    from altsync.generate.catalogue import seeing

    lines = seeing()
    if as_json:
        click.echo(json.dumps([line.as_dict() for line in lines], indent=2))
        return
    click.echo(f"{'model':40} {'$/M in':>8} {'$/M out':>8}  {'key':12} answers with")
    for line in lines:
        into = (
            f"{line.price.input:8.2f} {line.price.output:8.2f}"
            if line.price
            else f"{'?':>8} {'?':>8}"
        )
        click.echo(
            f"{line.name[:40]:40} {into}  {line.key:12}"
            f" {'an object' if line.schema else 'plain text'}"
        )
    source = next(
        (
            line.price.source
            for line in lines
            if line.price and line.price.source.startswith("genai")
        ),
        "",
    )
    if source:
        click.echo(
            f"Prices: {source}. Own prices: [generate.prices] in altsync.toml.",
            err=True,
        )
    click.echo(
        "Add providers with: llm install llm-anthropic (llm-gemini, llm-ollama, …)",
        err=True,
    )
