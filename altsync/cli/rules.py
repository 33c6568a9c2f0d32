"""altsync rules"""

from __future__ import annotations

import click

from altsync.cli import _rules

SHOWN = 30
"""Examples of a kind; rules have some for every language."""


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.pass_context
def command(ctx: click.Context, ids: tuple[str, ...]) -> None:
    """Explain every rule of the lint, with examples that it passes and flags."""
    import textwrap

    from altsync import lint

    wanted = _rules.chosen(ids)
    rules = _rules.configured(_rules.settings(ctx))
    for rule in lint.all_rules():
        if ids and rule.id not in wanted:
            continue
        on = rule.id in rules
        click.echo(
            f"{rule.id} ({rules.severity(rule.id) if on else 'off'})\n  {rule.sentence}"
        )
        if rule.limits:
            limits = rules.limits(rule.id) if on else rule.limits
            click.echo(
                "  limits:"
                f" {', '.join(f'{key} = {value}' for key, value in limits.items())}"
            )
        about = _rules.about(rule)
        for paragraph in about.text.split("\n\n"):
            click.echo(
                "\n"
                + textwrap.indent(textwrap.fill(" ".join(paragraph.split()), 100), "  ")
            )
        for title, cases in (("passes", about.passes), ("flags", about.flags)):
            if cases:
                click.echo(f"\n  {title}:")
            for case in cases[:SHOWN]:
                click.echo(f"    {case}")
            if len(cases) > SHOWN:
                click.echo(f"    … and {len(cases) - SHOWN} more")
        click.echo()
