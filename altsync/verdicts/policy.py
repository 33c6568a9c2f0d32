"""What may go on without a person's yes to that very text: one pure table.

A person who looks at one text and says yes is never asked here. Every other way is:
approval of all that wait, by sample, in the grid, and sending what was approved so.
`answer` is the one place that decides; the commands, the pages and the plan ask it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from altsync.models import Decision, Finding, Origin, Severity


class Way(StrEnum):
    """How a text goes on with nobody having said yes to that very text."""

    BULK = "bulk"
    """`approve --all`."""
    UNFLAGGED = "unflagged"
    """`approve --all --unflagged`."""
    SAMPLE = "sample"
    """Drawn for a sample, or approved because a sample's bound holds."""
    GRID = "grid"
    """Marked on a page of fifty."""
    REPLACING = "replacing"
    """`approve --all --replacing rule=…`: only candidates that were proposed in the place
    of a person's words, by the rule that these fell under."""
    UNASKED = "unasked"
    """Sent by `push`, on the word of one of the ways above."""


EVERY = frozenset(Way)
APPROVING = EVERY - {Way.UNASKED}
UNREAD = frozenset({Way.UNFLAGGED, Way.SAMPLE})
"""Ways in which nobody need have seen even a glimpse of the text."""

EYE = frozenset({Decision.DECORATIVE, Decision.COMPLEX})
"""Decisions that are never sent without a person's yes to that very image."""

CHOICE = "candidates of several models to choose from"
"""Why an image is left alone whose texts nobody has chosen among."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the policy needs to know of a candidate and of what else its image has."""

    decision: Decision
    origin: Origin
    findings: tuple[Finding, ...] = ()
    over_person: bool = False
    """The site has a person's words there."""
    moved: bool = False
    """The site no longer has the base."""
    rejected: bool = False
    """Somebody rejected this text of this image."""
    chosen: bool = False
    """A person chose the image's text by itself: this one or another."""
    unsure: bool = False
    """Somebody is unsure of a text of this image, and waits for a colleague."""
    described: bool = False
    """It comes with a long description."""
    replaces: frozenset[str] = frozenset()
    """It was proposed on purpose in the place of a person's words (`generate
    --replace`): the rules of the lint that these fell under."""
    reference: bool = False
    """Asked of the reference model, to compare others with."""
    models: int = 1
    """How many models (a person is one more) have a text there that stands to choose."""


def rules_of(replaces: str | None) -> frozenset[str]:
    """The rules in `NewCandidate.replaces`."""
    return frozenset(filter(None, (replaces or "").split(",")))


def answer(way: Way, case: Case) -> str | None:
    """Why this candidate must not go on this way, in words that follow “because:”;
    None where it may."""
    for clause, ways in TABLE:
        reason = clause(case) if way in ways else None
        if reason is not None:
            return reason
    return None


def _moved(case: Case) -> str | None:
    return "proposed for an earlier text or picture" if case.moved else None


def _rejected(case: Case) -> str | None:
    return "somebody rejected this very text" if case.rejected else None


def _chosen(case: Case) -> str | None:
    return "a person has chosen its text by itself" if case.chosen else None


def _unsure(case: Case) -> str | None:
    return "somebody is unsure of it and asked a colleague" if case.unsure else None


def _over_person(case: Case) -> str | None:
    if case.over_person and case.origin is Origin.AI and not case.replaces:
        return "a suggestion for a person's words"
    return None


def _by_its_rule_alone(case: Case) -> str | None:
    if case.replaces:
        return (
            "it would replace words of a person: look at it, or approve by its rule"
            " (altsync approve --all --replacing rule=…)"
        )
    return None


def _no_replacement(case: Case) -> str | None:
    if case.replaces:
        return None
    return "it was not proposed to replace words of a person"


def _wants_eye(case: Case) -> str | None:
    if case.decision in EYE:
        return f"{case.decision}, which wants a person's eye"
    if case.described:
        return "it comes with a long description, which wants a person's eye"
    return None


def _reference(case: Case) -> str | None:
    if case.reference:
        return "the reference model's text, which a person takes by itself or not"
    return None


def _several(case: Case) -> str | None:
    if case.models > 1:
        return CHOICE
    return None


def _error(case: Case) -> str | None:
    errors = {one.rule for one in case.findings if one.severity is Severity.ERROR}
    return f"the lint found {', '.join(sorted(errors))}" if errors else None


def _remark(case: Case) -> str | None:
    if any(one.severity is not Severity.INFO for one in case.findings):
        return "the lint has something to say"
    return None


TABLE: tuple[tuple[Callable[[Case], str | None], frozenset[Way]], ...] = (
    (_moved, APPROVING),
    (_rejected, APPROVING),
    (_chosen, APPROVING),
    (_unsure, APPROVING),
    (_over_person, EVERY),
    (_by_its_rule_alone, APPROVING - {Way.REPLACING}),
    (_wants_eye, EVERY),
    (_reference, APPROVING),
    (_several, APPROVING),
    (_error, EVERY),
    (_remark, UNREAD),
    (_no_replacement, frozenset({Way.REPLACING})),
)
"""The first clause that speaks is the reason. What is not sent unasked is never approved
without a look either: such a verdict could not be kept.

A machine's text over a person's words goes unasked only where it was proposed for them by
a rule: then the owner named the danger three times, each time by its name (`generate
--replace`, `approve --replacing`, `push --replace-human`), of words that no reader can
use, and the plan sends it only while exactly these words stand there. Such candidates
are approved in bulk by that way alone, also where the words are a machine's by now: so
no verdict of another way can be taken for that one."""
