"""altsync cost"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session

if TYPE_CHECKING:
    from altsync.store.ledger import CostLine


@_command.command(
    examples=(
        "altsync cost  # What was paid, by model.",
        "altsync cost --json  # The same for a program.",
    )
)
@click.option(
    "--by",
    type=click.Choice(["model", "prompt", "run"]),
    default="model",
    show_default=True,
    help="One line per …",
)
@_json.option
@click.pass_context
def command(ctx: click.Context, by: str, as_json: bool) -> None:
    """What the candidates cost, answers that could not be used included."""
    import dataclasses

    from altsync.render.money import total
    from altsync.store import ledger

    config = _session.load(ctx)
    with _session.opened(config, money=True) as store, store.snapshot() as conn:
        lines = list(ledger.spent(conn, by))
    if as_json:
        _json.show([dataclasses.asdict(line) for line in lines])
        return
    if not lines:
        _command.say("Nothing was generated yet: altsync generate")
        return
    width = max(24, *(len(line.name) for line in lines))
    click.echo(
        f"{by:{width}} {'candidates':>9} {'reused':>7} {'unusable':>8} {'tokens in':>12}"
        f" {'out':>10} {'dollars':>10}"
    )
    for line in lines:
        click.echo(_line(line, width))
    made = sum(line.candidates for line in lines)
    dollars = _dollars(total([line.cost_usd for line in lines]))
    unknown = _unknown(sum(line.unpriced for line in lines))
    click.echo(f"{'in all':{width}} {made:9,} {'':40}{dollars:>10}{unknown}")
    if unknown:
        _command.say(
            "A price that you set as [generate.prices] in altsync.toml prices what is"
            " stored, too.",
        )


def _dollars(amount: float | None) -> str:
    from altsync.render.money import UNKNOWN

    if amount is None:
        return UNKNOWN
    return f"{round(amount, 9):,.4f}"  # the same whatever was added up first


def _unknown(unpriced: int) -> str:
    """What the dollars of a line leave out."""
    if not unpriced:
        return ""
    return f"  (and {unpriced:,} at a price nobody knows)"


def _line(line: CostLine, width: int) -> str:
    from altsync.render.text import count

    said = (
        f"{line.name:{width}} {line.candidates:9,} {line.reused:7,}"
        f" {line.failures:8,} {line.input_tokens:12,} {line.output_tokens:10,}"
        f" {_dollars(line.cost_usd):>10}"
    )
    said += _unknown(line.unpriced)
    if line.batch:
        said += f"  ({line.batch:,} of them by the batch, at half price)"
    if line.lost:
        lost = count(line.lost, "answer")
        said += (
            f"  (${line.estimated_usd:.4f} of it estimated, for {lost} that got lost on"
            " the way)"
        )
    return said
