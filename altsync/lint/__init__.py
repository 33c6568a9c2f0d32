"""The lint: bad alt text, by rule. Pure: no I/O, the standard library and altsync's own words only.

    rules = lint.ruleset(config.lint.profile, config.lint.rules, config.lint.banned)
    findings = lint.check(lint.Text("Map of the.", page_title="..."), rules)

The same rules, with the same evidence (`Evidence`), run on what the site has, on every
candidate as it arrives, and on what a person types in the review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from altsync.lint.evidence import Evidence
from altsync.lint.risk import DOUBTFUL, Opinion, Risk, risk
from altsync.lint.rule import NONE, Active, Hit, Limits, Rule, Ruleset, build
from altsync.lint.rules import ALL
from altsync.lint.rules.banned import of as banned_words
from altsync.lint.text import Seen, Text
from altsync.models import Banned, Finding, Severity

__all__ = [
    "DOUBTFUL",
    "Evidence",
    "Hit",
    "Limits",
    "Opinion",
    "Risk",
    "Rule",
    "Ruleset",
    "Text",
    "all_rules",
    "check",
    "risk",
    "ruleset",
    "worst",
]

_GRAVEST_FIRST = sorted(Severity, key=lambda severity: severity.gravity)
"""A list finds one in a tenth of the time that a mapping takes: the hash of a member
of an enum is a function of its own."""


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, in the order of reports."""
    return ALL


def ruleset(
    profile: str = "default",
    overrides: Mapping[str, Any] | None = None,
    banned: Iterable[Banned] = (),
) -> Ruleset:
    """The rules that are on: a profile, the `[lint.rules]` table of altsync.toml, and the
    words that the house does not use. Raises ConfigError."""
    house = banned_words(banned)
    rules = tuple(house if rule.id == house.id else rule for rule in ALL)
    return build(rules, profile, overrides or {})


@cache
def _default() -> Ruleset:
    return ruleset()


def check(text: Text, rules: Ruleset | None = None) -> tuple[Finding, ...]:
    """What the rules (the default profile where None) have to say about one text, the
    gravest first.

    Never raises on any text, the same every time, no two findings of the same rule and
    severity.
    """
    seen = Seen(text)
    found: list[Finding] = []
    for look, limits, one in (rules or _default()).asked.of(seen):
        hits = look(seen, limits)
        if hits is not NONE:
            found += _findings(hits, one)
    if len(found) > 1:
        found.sort(key=_gravity)
    return tuple(found)


def _findings(hits: Iterable[Hit], one: Active) -> list[Finding]:
    """What a rule found, once in each severity."""
    found: list[Finding] = []
    told: list[Severity] = []
    for hit in hits:
        severity = one.severity or hit.severity or one.rule.severity
        if severity not in told:
            told.append(severity)
            found.append(Finding(one.rule.id, severity, hit.message))
    return found


def _gravity(finding: Finding) -> int:
    return _GRAVEST_FIRST.index(finding.severity)


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The gravest severity among findings; None where there are none."""
    return min(findings, key=_gravity).severity if findings else None
