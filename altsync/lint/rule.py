"""What a rule is, and a set of rules with the owner's settings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from altsync.errors import ConfigError
from altsync.lint.cues import EVERY
from altsync.lint.gate import Cues, Guarded
from altsync.lint.text import Seen
from altsync.models import Severity

Limits = Mapping[str, int]
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
"""For the rules: Python 3.11 takes half a µs to find a member of an enum."""


class Hit(NamedTuple):
    """What a rule found in one text."""

    message: str
    """One sentence for the owner."""
    severity: Severity | None = None
    """Less (or more) than the rule's own severity, where the evidence is weaker (or
    stronger)."""


Hits: TypeAlias = Iterable[Hit]
NONE: Hits = ()
"""What most rules say of most texts. A check looks first and yields later: a generator
that is made for nothing costs as much as a look."""
Check: TypeAlias = Callable[[Seen, Limits], Hits]
Cue: TypeAlias = Callable[[], frozenset[str]]
"""Made at the first look: words, signs, traits (`cues`). A function of a module, which can
be sent to another process."""


def always() -> frozenset[str]:
    """The cue of a rule that looks at every text."""
    return frozenset([EVERY])


@functools.cache
def _gate(cue: Cue) -> Cues:
    """One for all rules with this cue, in whatever set."""
    return Cues(cue)


@dataclass(frozen=True, slots=True)
class Rule:
    """One idea of what makes an alt text bad. `id` is its group in the rule book and
    its name in altsync.toml."""

    id: str
    severity: Severity
    """Of a hit that does not say otherwise."""
    sentence: str
    """For the owner: what the rule flags and why it matters."""
    check: Check | None
    """None: the rule has nothing to look for in one text. It is about many images at
    once and is worked out in SQL (`store`), or the owner named no words."""
    limits: Limits = field(default_factory=dict)
    """Numbers that altsync.toml may change, with their defaults."""
    cue: Cue = field(default=always, compare=False)
    """What a text has of which the rule has something to say: one of these at least."""

    def __post_init__(self) -> None:
        _gate(self.cue)  # has to join before the first text is looked at


@dataclass(frozen=True, slots=True)
class Active:
    """A rule that is on, with the owner's settings."""

    rule: Rule
    severity: Severity | None
    """Set by the owner: every hit gets it. None: as the rule says."""
    limits: Limits


Asked: TypeAlias = tuple[Check, Limits, Active]


class Roster(Guarded[Asked]):
    """Which of some rules look at a text."""

    def __init__(self, active: tuple[Active, ...]) -> None:
        self._active = active
        super().__init__(
            (_gate(one.rule.cue).bit, (one.rule.check, one.limits, one))
            for one in active
            if one.rule.check
        )

    def __reduce__(self) -> tuple[type[Roster], tuple[tuple[Active, ...]]]:
        """In another process gates are other ones."""
        return Roster, (self._active,)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules that are on, in the order in which findings are reported."""

    active: tuple[Active, ...]
    asked: Roster = field(init=False, repr=False, compare=False)
    """Who looks at which texts."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", Roster(self.active))

    def __contains__(self, rule: str) -> bool:
        return any(one.rule.id == rule for one in self.active)

    def severity(self, rule: str) -> Severity:
        """What a hit of an active rule gets where it does not say itself. KeyError for
        a rule that is off."""
        for one in self.active:
            if one.rule.id == rule:
                return one.severity or one.rule.severity
        raise KeyError(rule)

    def limits(self, rule: str) -> Limits:
        """The limits of an active rule. KeyError for a rule that is off."""
        for one in self.active:
            if one.rule.id == rule:
                return one.limits
        raise KeyError(rule)

    def only(self, ids: frozenset[str]) -> Ruleset:
        """The same settings for these rules alone."""
        return Ruleset(tuple(one for one in self.active if one.rule.id in ids))

    @property
    def unraised(self) -> Ruleset:
        """The same, but what the owner made an error is as grave as the rule says: a
        doubt that shall stop a machine's text is none the surer for it."""
        return Ruleset(
            tuple(
                replace(one, severity=None) if one.severity is Severity.ERROR else one
                for one in self.active
            )
        )


STRICT: dict[str, Any] = {
    "length": {"info": 125, "warning": 160, "error": 250},
    "hedge": {"most": 0},
    "redundant-words": "error",
    "redundant-text": "error",
    "language": "error",
}
"""The profile `strict`, as the owner would write it: what the default sends to a
person, it stops."""


def build(
    rules: tuple[Rule, ...], profile: str, overrides: Mapping[str, Any]
) -> Ruleset:
    """The rules with a profile and the `[lint.rules]` table of altsync.toml. Raises
    ConfigError."""
    if profile not in ("default", "strict"):
        raise ConfigError(
            f'altsync.toml: lint.profile is "{profile}"; it must be "default" or'
            ' "strict".'
        )
    known = {rule.id: rule for rule in rules}
    for name in overrides:
        if name not in known:
            raise ConfigError(
                f"altsync.toml: lint.rules.{name} is not a rule. `altsync rules` lists"
                " them all."
            )
    active = []
    for rule in rules:
        severity: Severity | None = None
        limits = dict(rule.limits)
        on = True
        for setting in (
            (STRICT.get(rule.id) if profile == "strict" else None),
            overrides.get(rule.id),
        ):
            if setting is None:
                continue
            table = {"severity": setting} if isinstance(setting, str) else setting
            on, severity = _apply(rule, table, limits, on, severity)
        if on:
            active.append(Active(rule, severity, limits))
    return Ruleset(tuple(active))


def _apply(
    rule: Rule, table: Any, limits: dict[str, int], on: bool, severity: Severity | None
) -> tuple[bool, Severity | None]:
    """One setting on top of the earlier ones; `limits` is changed in place."""
    key = f"altsync.toml: lint.rules.{rule.id}"
    if not isinstance(table, Mapping):
        raise ConfigError(
            f'{key} must be "off", "warning", "error" or a table, not {table!r}.'
        )
    for name, value in table.items():
        if name == "severity":
            if value not in ("off", "info", "warning", "error"):
                raise ConfigError(
                    f'{key} is "{value}"; it must be "off", "info", "warning" or'
                    ' "error".'
                )
            on, severity = (
                (False, severity) if value == "off" else (True, Severity(value))
            )
        elif name not in rule.limits:
            have = (
                f"it has: {', '.join(('severity', *rule.limits))}"
                if rule.limits
                else "it has none"
            )
            raise ConfigError(f"{key}.{name} is not a limit of this rule; {have}.")
        elif type(value) is not int or value < 0:
            raise ConfigError(
                f"{key}.{name} must be a whole number from 0 up, not {value!r}."
            )
        else:
            limits[name] = value
    return on, severity
