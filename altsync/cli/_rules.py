"""The rules as the command line and altsync.toml have them, and what each rule's own
source says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from altsync.cli import _command, _session

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.lint import Rule, Ruleset, Text
    from altsync.models import Banned, Severity


def settings(ctx: click.Context) -> Config | None:
    """altsync.toml, where one is named, here or above, for what can do without."""
    from altsync.config import which

    if which(_command.asked(ctx).config) is None:
        return None
    return _session.load(ctx)


def configured(config: Config | None) -> Ruleset:
    """The rules of altsync.toml; the defaults where there is none."""
    from altsync import lint

    if config is None:
        return lint.ruleset()
    return lint.ruleset(config.lint.profile, config.lint.rules, config.lint.banned)


def chosen(names: Sequence[str]) -> frozenset[str]:
    """Ids from `--rule cut,leak --rule hedge` or arguments. Raises UsageError for one
    that is no rule."""
    from altsync import lint
    from altsync.errors import UsageError
    from altsync.near import did_you_mean

    wanted = frozenset(
        one.strip() for part in names for one in part.split(",") if one.strip()
    )
    known = {rule.id for rule in lint.all_rules()}
    if names and not wanted:
        wanted = frozenset({""})
    if unknown := sorted(wanted - known):
        raise UsageError(
            f"There is no rule “{unknown[0]}”. {did_you_mean(unknown[0], sorted(known))}"
            " `altsync rules` lists them all."
        )
    return wanted


def after_rule(option: str, given: str | None) -> tuple[str, ...]:
    """Ids from `rule=file-name,cut`, in this order; none where the option was not given.
    Raises UsageError for other words, and as `redo.check`."""
    from altsync.errors import UsageError
    from altsync.lint import redo

    if given is None:
        return ()
    head, _, names = given.partition("=")
    ids = tuple(dict.fromkeys(filter(None, map(str.strip, names.split(",")))))
    if head.strip() != "rule" or not ids:
        raise UsageError(
            f"{option} “{given}”: say which rules, such as {option}"
            f" rule={','.join(redo.TRUSTED)}."
        )
    redo.check(ids)
    return ids


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a rule: a text with its surroundings, and how grave the rule must
    find it."""

    text: Text
    severity: Severity | None = None
    """None: any."""
    banned: tuple[Banned, ...] = ()
    """Words of the house."""

    def __str__(self) -> str:
        from dataclasses import fields

        from altsync.render.text import quoted

        read = " | ".join(line.text for line in self.text.read)
        beside = [
            (one.name, value)
            for one in fields(self.text)[1:]
            if one.name != "read"
            and (value := getattr(self.text, one.name)) != one.default
        ]
        return "  ".join(
            [
                quoted(self.text.text),
                *(f"({name}: {value or 'none'})" for name, value in beside),
                *([f"(in the picture: {read})"] if read else []),
                *(f"(banned: {one.word})" for one in self.banned),
            ]
        )


@dataclass(frozen=True, slots=True)
class About:
    """A rule in its own words: the docstring of its file and what stands beside it."""

    text: str
    """What it looks for, in paragraphs."""
    why: str
    example: Example
    """A text that it flags; of what takes a whole site to see, a sentence."""
    instead: Example
    """What could stand there."""
    passes: tuple[Example, ...]
    flags: tuple[Example, ...]


def about(rule: Rule) -> About:
    """Read a rule's source: `altsync/lint/rules/ID.py` and `ID.yaml`."""
    return _about(rule.id)


@cache
def _about(rule: str) -> About:
    import importlib
    import inspect
    from importlib.resources import files

    import yaml

    stem = rule.replace("-", "_")
    module = importlib.import_module(f"altsync.lint.rules.{stem}")
    cases = yaml.safe_load(
        (files("altsync.lint.rules") / f"{stem}.yaml").read_text("utf-8")
    )
    return About(
        inspect.getdoc(module) or "",
        cases["why"],
        _case(cases["example"]),
        _case(cases["instead"]),
        tuple(map(_case, cases["passes"])),
        tuple(map(_case, cases["flags"])),
    )


def page(rule: Rule) -> str:
    """What the documents say of a rule, in Markdown: what, why, example, instead."""
    found = about(rule)
    lines = [f"## {rule.id}", "", f"*{rule.severity}*. {rule.sentence}", ""]
    example, instead = f"`{found.example}`", f"`{found.instead}`"
    if not found.flags:  # it takes more than one text to see
        example, instead = found.example.text.text or "", found.instead.text.text or ""
    lines += [f"**What**: {found.text}", "", f"**Why**: {found.why}", ""]
    lines += [f"**Example**: {example}", "", f"**Instead**: {instead}"]
    if rule.limits:
        limits = ", ".join(f"{name} = {value}" for name, value in rule.limits.items())
        lines += ["", f"**Limits**: {limits}"]
    return "\n".join(lines)


def pages() -> str:
    """Every rule, in the order in which findings are reported."""
    from altsync import lint

    return "\n\n".join(map(page, lint.all_rules()))


def _case(value: Any) -> Example:
    from altsync import lint
    from altsync.models import Banned, Decision, ReadLine, Severity

    if not isinstance(value, dict):
        return Example(lint.Text(value))
    given = dict(value)
    severity = given.pop("severity", None)
    banned = tuple(Banned(*each) for each in given.pop("banned", {}).items())
    if "decision" in given:
        given["decision"] = Decision(given["decision"])
    given["read"] = tuple(ReadLine(text, 0.1, 1.0) for text in given.pop("read", ()))
    grave = Severity(severity) if severity else None
    return Example(lint.Text(**given), grave, banned)
