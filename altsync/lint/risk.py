"""One number for the chance that a text is wrong, to sort a review queue by. Not a
probability that was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from altsync.lint.evidence import INCOMPLETE
from altsync.models import Decision, Finding, Severity, fold

BASE = 0.05
AGREE = 0.4
"""Models that agree put it this differently (see `distance`); only what is farther
apart is a doubt."""
_FINDING = {Severity.ERROR: 0.6, Severity.WARNING: 0.2, Severity.INFO: 0.03}
_DECISION = {
    Decision.COMPLEX: (0.35, "a chart, map or diagram needs a person"),
    Decision.DECORATIVE: (0.35, "only a person decides that an image is decorative"),
    Decision.TEXT: (0.1, "the words in the image have to be exact"),
}
_FLAG = 0.15
_NO_CONTEXT = 0.2
_DISAGREE = 0.7


@dataclass(frozen=True, slots=True)
class Risk:
    """`value` is from 0 to 1, three decimals; `reasons` are sentences for the reviewer,
    the heaviest first."""

    value: float
    reasons: tuple[str, ...] = ()


def risk(
    text: str = "",
    findings: Iterable[Finding] = (),
    *,
    flags: Mapping[str, Any] | None = None,
    context: bool = True,
    decision: Decision | None = None,
    others: Iterable[str] = (),
    picture: Iterable[tuple[float, str]] = (),
) -> Risk:
    """Combine what is known against a candidate.

    `flags` is `candidates.flags` decoded; every true entry counts, but for what a
    finding tells already. `context`: the model was given page, caption or title.
    `others` are the texts that other models proposed for the same image. `picture`: what
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
    far = max((distance(text, other) for other in others), default=0.0)
    if far > AGREE:
        doubts.append(
            (
                _DISAGREE * (far - AGREE) / (1 - AGREE),
                f"another model says something else (distance {far:.2f})",
            )
        )
    doubts += picture
    doubts.sort(key=lambda one: -one[0])
    calm = 1 - BASE
    for weight, _ in doubts:
        calm *= 1 - weight
    return Risk(round(1 - calm, 3), tuple(reason for _, reason in doubts))


def _flag(name: str, value: Any) -> str:
    said = f"the model says: {name.replace('_', ' ')}"
    return f"{said}: {value}" if isinstance(value, str) else said


def distance(a: str, b: str) -> float:
    """How far two texts are apart: 0 the shorter is contained in the longer, 1 nothing
    in common.

    One minus the share of the shorter text's character trigrams that the longer one
    has. Of six measures (words, content words, difflib, trigrams, each as Jaccard or
    overlap) it tells pairs that agree from pairs that do not as well as the best (AUC
    0.9997 on 459 rewritten texts against 5,000 pairs of one album: `python -m
    benchmarks lint_distance`), does not mind that one model says more, and needs no
    words of any language. It does not see a small contradiction ("a man", "a woman").
    """
    left, right = _grams(a), _grams(b)
    return 1 - len(left & right) / min(len(left), len(right))


def _grams(text: str) -> frozenset[str]:
    padded = f"  {fold(text).casefold()} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
