"""One number for the chance that a text is wrong, to sort a review queue by. Not a
probability that was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from altsync.lint.evidence import INCOMPLETE
from altsync.models import Decision, Finding, Severity

BASE = 0.05
DOUBTFUL = 0.3
"""From here on a text is one of the doubtful: more is against it than one warning, or
than a model that knew nothing of the page."""
_FINDING = {Severity.ERROR: 0.6, Severity.WARNING: 0.2, Severity.INFO: 0.03}
_DECISION = {
    Decision.COMPLEX: (0.35, "a chart, map or diagram needs a person"),
    Decision.DECORATIVE: (0.35, "only a person decides that an image is decorative"),
    Decision.TEXT: (0.1, "the words in the image have to be exact"),
}
_FLAG = 0.15
_NO_CONTEXT = 0.2


@dataclass(frozen=True, slots=True)
class Risk:
    """`value` is from 0 to 1, three decimals; `reasons` are sentences for the reviewer,
    the heaviest first."""

    value: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody else says of the same image."""

    text: str
    by: str = "another model"
    """The model, or who else it is, as reasons name it."""
    trusted: bool = False
    """It is the reference model's."""


def risk(
    text: str = "",
    findings: Iterable[Finding] = (),
    *,
    flags: Mapping[str, Any] | None = None,
    context: bool = True,
    decision: Decision | None = None,
    others: Iterable[Opinion] = (),
    language: str = "",
    picture: Iterable[tuple[float, str]] = (),
) -> Risk:
    """Combine what is known against a candidate.

    `flags` is `candidates.flags` decoded; every true entry counts, but for what a
    finding tells already. `context`: the model was given page, caption or title.
    `others` are the texts that other models proposed for the same image, whose claims
    are compared with this one's by the rules of `language` ('' where that is not known);
    what is contradicted weighs most, what one says alone little. `picture`: what
    its picture and its places give reason to doubt, weighed already. Independent
    doubts are combined as 1 - (1-a)(1-b)..., so that more doubt never lowers the risk
    and nothing passes 1.
    """
    doubts = [(_FINDING[one.severity], one.message) for one in findings]
    for name, value in (flags or {}).items():
        if value and name != INCOMPLETE:
            doubts.append((_FLAG * (2 if "unsure" in name else 1), _flag(name, value)))
    if not context:
        doubts.append((_NO_CONTEXT, "the model had no text of the page to go by"))
    if decision in _DECISION:
        doubts.append(_DECISION[decision])
    opinions = list(others)
    if opinions:
        from altsync.lint import beside

        doubts += beside.doubts(text, opinions, language)
    doubts += picture
    doubts.sort(key=lambda one: -one[0])
    calm = 1 - BASE
    for weight, _ in doubts:
        calm *= 1 - weight
    return Risk(round(1 - calm, 3), tuple(reason for _, reason in doubts))


def _flag(name: str, value: Any) -> str:
    said = f"the model says: {name.replace('_', ' ')}"
    return f"{said}: {value}" if isinstance(value, str) else said
