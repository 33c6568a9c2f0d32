"""What other texts on the same image give reason to doubt in one: their claims compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from altsync import claims
from altsync.lint.risk import Opinion
from altsync.models import Claim, ClaimKind, Compared

_CONTRADICTED = 0.45
"""By another model, for each claim."""
_INVENTED = 0.3
"""A person, an animal or a vehicle where the other says nothing of any."""
_STRIKING = 0.25
"""Another thing that nobody leaves out, where the other says nothing of it."""
_SUBJECT = 0.2
"""Each names first what the other does not mention: they may be about something else."""
_ALONE = 0.2
"""Said by this text alone, for all its claims; a part of them in its share."""
_SILENT = 0.05
"""The same of what only the other one says: a text need not say everything."""
_TRUSTED = 1.3
"""What the reference model says counts so much more."""
_ANYBODY = frozenset({"someone", "somebody", "everyone", "everybody"})
"""Who speaks of hands says no more and no less."""
_PRONOUNS = frozenset({"male", "female"})
_FRAMES = frozenset(
    [
        "photo",
        "portrait",
        "view",
        "scene",
        "landscape",
        "side",
        "face",
        "field",
        "pair",
        "screenshot",
        "illustration",
        "drawing",
        "painting",
        "panorama",
        "front",
    ]
)
"""Things that a text may be about before it says of what they are."""
_FEW = 4
"""Claims: one that stands alone among fewer than these says little."""
_NAMED = 3
"""Words of one reason."""


def doubts(
    text: str, others: Sequence[Opinion], language: str
) -> list[tuple[float, str]]:
    """Weighed, each with its reason as a sentence; the same for any order of `others`."""
    contradicted: dict[str, tuple[float, str]] = {}
    alone = [(0.0, "")]
    for other in others:
        found = claims.compare(text, other.text, language)
        more = _TRUSTED if other.trusted else 1.0
        for here, there in _once(found.contradicted):
            said = f"“{here.words}” here, “{there.words}” by {other.by}"
            doubt = (_CONTRADICTED * more, said)
            contradicted[here.words] = max(
                contradicted.get(here.words, (0.0, "")), doubt
            )
        alone += _one_sided(found, other.by, more)
        alone += _elsewhere(found, text, other, language, more)
    heaviest = max(alone)
    return [*contradicted.values(), *([heaviest] if heaviest[0] else [])]


def _once(
    pairs: Sequence[tuple[Claim, Claim]],
) -> Iterator[tuple[Claim, Claim]]:
    """A pronoun adds nothing where somebody's sex is contradicted already."""
    told = False
    for here, there in pairs:
        person = here.kind is ClaimKind.PERSON
        if person and told and {here.value, there.value} & _PRONOUNS:
            continue
        told = told or person
        yield here, there


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
        moving = any(claims.group(claim) for claim in invented)
        doubts.append(((_INVENTED if moving else _STRIKING) * more, said))
    for weight, some, where in (
        (_ALONE, found.first, f"only here, not by {by}"),
        (_SILENT, found.second, f"only by {by}, not here"),
    ):
        if some:
            share = len(some) / max(_FEW, shared + len(some))
            doubts.append((weight * more * share, f"{where}: {_words(some)}"))
    return doubts


def _invented(found: Compared) -> list[Claim]:
    """What nobody leaves out, of a kind of which the other text says nothing at all."""
    pairs = (*found.agreed, *found.contradicted)
    known = {claims.group(claim) for pair in pairs for claim in pair} - {""}
    return [
        claim
        for claim in found.first
        if claims.strikes(claim)
        and claims.group(claim) not in known
        and claim.words.casefold() not in _ANYBODY
    ]


def _words(some: Sequence[Claim]) -> str:
    named = ", ".join(f"“{claim.words}”" for claim in some[:_NAMED])
    more = len(some) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
