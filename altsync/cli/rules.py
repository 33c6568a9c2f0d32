"""altsync rules"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _rules

if TYPE_CHECKING:
    from altsync.documents.written import RuleItem
    from altsync.lint import Rule, Ruleset

SHOWN = 10
"""Examples of a kind; rules have some for every language."""


@_command.command(
    examples=(
        "altsync rules  # Every rule, in a sentence.",
        "altsync rules file-name cut  # Two of them, with examples.",
    )
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_json.option
@click.pass_context
def command(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> None:
    """List the rules of the lint; explain those that are named, with examples."""
    from altsync import lint

    wanted = _rules.chosen(ids)
    rules = _rules.configured(_rules.settings(ctx))
    if as_json:
        every = [one for one in lint.all_rules() if not ids or one.id in wanted]
        _json.show([_as_dict(one, rules) for one in every])
        return
    for rule in lint.all_rules():
        if not ids:
            _head(rule, rules)
        elif rule.id in wanted:
            _head(rule, rules)
            _explain(rule)
    if not ids:
        _command.tell(
            "`altsync rules ID` says why a rule is there, with examples and what could"
            " stand instead."
        )


def _as_dict(rule: Rule, rules: Ruleset) -> RuleItem:
    about = _rules.about(rule)
    on = rule.id in rules
    return {
        "rule": rule.id,
        "severity": rules.severity(rule.id) if on else "off",
        "sentence": rule.sentence,
        "limits": dict(rules.limits(rule.id) if on else rule.limits),
        "what": about.text,
        "why": about.why,
        "example": str(about.example),
        "instead": str(about.instead),
        "passes": list(map(str, about.passes)),
        "flags": list(map(str, about.flags)),
    }


def _head(rule: Rule, rules: Ruleset) -> None:
    """Its id, how grave it is here, its sentence, its limits."""
    on = rule.id in rules
    click.echo(f"{rule.id} ({rules.severity(rule.id) if on else 'off'})")
    click.echo(_filled(rule.sentence))
    if rule.limits:
        limits = rules.limits(rule.id) if on else rule.limits
        said = ", ".join(f"{key} = {value}" for key, value in limits.items())
        click.echo(_filled(f"limits: {said}"))
    click.echo()


def _explain(rule: Rule) -> None:
    """What, why, example, instead; then its cases, as many as one reads."""
    about = _rules.about(rule)
    _say("What", about.text)
    _say("Why", about.why)
    click.echo(f"  Example: {about.example}\n  Instead: {about.instead}\n")
    for title, cases in (("passes", about.passes), ("flags", about.flags)):
        if cases:
            click.echo(f"  {title}:")
        for case in cases[:SHOWN]:
            click.echo(f"    {case}")
        if len(cases) > SHOWN:
            click.echo(f"    … and {len(cases) - SHOWN} more")
        if cases:
            click.echo()


def _say(title: str, text: str) -> None:
    """Paragraphs, the first one after a title."""
    for paragraph in f"{title}: {text}".split("\n\n"):
        click.echo(_filled(paragraph) + "\n")


def _filled(paragraph: str) -> str:
    """As wide as the terminal is, and set in."""
    import textwrap

    filled = textwrap.fill(" ".join(paragraph.split()), _command.width() - 2)
    return textwrap.indent(filled, "  ")
