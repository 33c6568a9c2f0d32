"""One number for the chance that a text is wrong, to sort a review queue by. Not a
probability that was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from altsync import claims
from altsync.lint.evidence import INCOMPLETE
from altsync.models import Claim, ClaimKind, Compared, Decision, Finding, Severity

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
_CONTRADICTED = 0.45
"""By another model, for each claim."""
_INVENTED = 0.3
"""A person, an animal or a vehicle where the other says nothing of any."""
_SUBJECT = 0.2
"""Each names first what the other does not mention: they may be about something else."""
_ALONE = 0.1
"""Said by this text alone, for all its claims; a part of them in its share."""
_SILENT = 0.05
"""The same of what only the other one says: a text need not say everything."""
_TRUSTED = 1.3
"""What the reference model says counts so much more."""
_MOVING = ("person", "animal", "vehicle")
_FRAMES = (
    *(
        "photo",
        "portrait",
        "view",
        "scene",
        "landscape",
        "side",
        "face",
        "field",
        "pair",
    ),
    *("screenshot", "illustration", "drawing", "painting", "panorama", "front"),
)
"""Things that a text may be about before it says of what they are."""
_FEW = 4
"""Claims: one that stands alone among fewer than these says little."""
_NAMED = 3
"""Words of one reason."""


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
    doubts += _beside(text, list(others), language)
    doubts += picture
    doubts.sort(key=lambda one: -one[0])
    calm = 1 - BASE
    for weight, _ in doubts:
        calm *= 1 - weight
    return Risk(round(1 - calm, 3), tuple(reason for _, reason in doubts))


def _flag(name: str, value: Any) -> str:
    said = f"the model says: {name.replace('_', ' ')}"
    return f"{said}: {value}" if isinstance(value, str) else said


def _beside(
    text: str, others: Sequence[Opinion], language: str
) -> list[tuple[float, str]]:
    """What other texts on the same image give reason to doubt."""
    contradicted: dict[str, tuple[float, str]] = {}
    alone = [(0.0, "")]
    for other in others:
        found = claims.compare(text, other.text, language)
        more = _TRUSTED if other.trusted else 1.0
        for here, there in found.contradicted:
            said = f"“{here.words}” here, “{there.words}” by {other.by}"
            doubt = (_CONTRADICTED * more, said)
            contradicted[here.words] = max(
                contradicted.get(here.words, (0.0, "")), doubt
            )
        alone += _one_sided(found, other.by, more)
        alone += _elsewhere(found, text, other, language, more)
    heaviest = max(alone)
    return [*contradicted.values(), *([heaviest] if heaviest[0] else [])]


def _elsewhere(
    found: Compared, text: str, other: Opinion, language: str, more: float
) -> list[tuple[float, str]]:
    """They may be about something else altogether."""
    mine, theirs = _subject(text, language), _subject(other.text, language)
    if not mine or not theirs or mine not in found.first or theirs not in found.second:
        return []
    both = f"begins with “{mine.words}” here, with “{theirs.words}” by {other.by}"
    return [(_SUBJECT * more, both)]


def _subject(text: str, language: str) -> Claim | None:
    """Whom or what a text names first."""
    named = (ClaimKind.PERSON, ClaimKind.THING)
    found = (one for one in claims.of(text, language) if one.kind in named)
    return next((one for one in found if one.value not in _FRAMES), None)


def _one_sided(found: Compared, by: str, more: float) -> list[tuple[float, str]]:
    shared = len(found.agreed) + len(found.contradicted)
    doubts = []
    invented = _invented(found)
    if invented:
        said = f"only here, not by {by}: {_words(invented)}"
        doubts.append((_INVENTED * more, said))
    for weight, some, where in (
        (_ALONE, found.first, f"only here, not by {by}"),
        (_SILENT, found.second, f"only by {by}, not here"),
    ):
        if some:
            share = len(some) / max(_FEW, shared + len(some))
            doubts.append((weight * more * share, f"{where}: {_words(some)}"))
    return doubts


def _invented(found: Compared) -> list[Claim]:
    """Who or what moves, of a kind of which the other text says nothing at all."""
    pairs = (*found.agreed, *found.contradicted)
    known = {claims.group(claim) for pair in pairs for claim in pair}
    return [
        claim
        for claim in found.first
        if claims.group(claim) in _MOVING and claims.group(claim) not in known
    ]


def _words(some: Sequence[Claim]) -> str:
    named = ", ".join(f"“{claim.words}”" for claim in some[:_NAMED])
    more = len(some) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
