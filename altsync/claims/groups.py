"""Which claims exclude each other."""

from __future__ import annotations

from functools import cache

from altsync import wordlists
from altsync.claims.lexicon import PACKAGE, listed, table
from altsync.models import Claim, ClaimKind

KINDS = {
    "person": ClaimKind.PERSON,
    "thing": ClaimKind.THING,
    "animal": ClaimKind.THING,
    "vehicle": ClaimKind.THING,
    "diagram": ClaimKind.THING,
    "sky": ClaimKind.THING,
    "doing": ClaimKind.ACTION,
    "posture": ClaimKind.ACTION,
    "motion": ClaimKind.ACTION,
    "mood": ClaimKind.ACTION,
    "setting": ClaimKind.PLACE,
    "time": ClaimKind.PLACE,
    "side": ClaimKind.PLACE,
    "height": ClaimKind.PLACE,
}
"""The roles of words that are claims by themselves."""
_MOVES = frozenset({"person", "animal", "vehicle"})
_MALE = frozenset({"man", "boy", "male"})
_FEMALE = frozenset({"woman", "girl", "female"})
_WIDER = {
    "person": frozenset(
        {"man", "woman", "boy", "girl", "child", "baby", "male", "female"}
    ),
    "child": frozenset({"boy", "girl", "baby"}),
    "male": frozenset({"man", "boy"}),
    "female": frozenset({"woman", "girl"}),
}


@cache
def _groups() -> dict[tuple[ClaimKind, str], str]:
    """(kind, value) -> the group whose members exclude each other. The keys of the lists
    are the same in every language."""
    found = {}
    for name in ("things", "actions", "places"):
        for group, lines in table(name, "en").items():
            if group in KINDS:
                found.update({(KINDS[group], value): group for value in lines})
    return found


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """The kinds of things, and what is one of each; the same in every language."""
    lines = wordlists.tables(PACKAGE, "kinds.toml")["things"]
    return {kind: frozenset(listed(line)) for kind, line in lines.items()}


@cache
def _kinds_of(value: str) -> frozenset[str]:
    return frozenset(kind for kind, some in _kinds().items() if value in some)


def alike(one: Claim, other: Claim) -> bool:
    """Two different things of one kind (an apple, a pear): who means the same thing by
    both is wrong in one of them, but a picture may have both."""
    things = one.kind is other.kind is ClaimKind.THING
    same = agree(one, other) or one.value == other.value
    return things and not same and bool(_kinds_of(one.value) & _kinds_of(other.value))


def group(claim: Claim) -> str:
    """The group of a claim whose members exclude each other; '' for none."""
    if claim.kind is ClaimKind.PERSON:
        return "person"
    return _groups().get((claim.kind, claim.value), "")


def strikes(claim: Claim) -> bool:
    """Nobody leaves it out who says what a picture shows: who or what moves, and the
    things of the list."""
    if claim.kind is ClaimKind.THING and claim.value in table("striking", "en"):
        return True
    return group(claim) in _MOVES


def sex(value: str) -> str:
    """`m`, `f`, or '' where the word does not tell."""
    if value in _MALE:
        return "m"
    return "f" if value in _FEMALE else ""


def is_one(wide: str, narrow: str) -> bool:
    """A man is a person, a duck a bird."""
    return narrow in _WIDER.get(wide, frozenset()) or wide in _kinds_of(narrow)


def agree(one: Claim, other: Claim) -> bool:
    """Both say the same, or one says it more exactly."""
    if one.kind is not other.kind:
        return False
    if one.value == other.value:
        return True
    if is_one(one.value, other.value) or is_one(other.value, one.value):
        return True
    shared = group(one)
    return (
        shared != "" and shared == group(other) and shared in (one.value, other.value)
    )


_STILL = frozenset({"sit", "lie", "kneel"})
_MOVING = frozenset({"walk", "run", "swim", "jump"})
_AWAKE = _MOVING | {"speak", "read", "write", "eat", "drink", "look", "stand"}
_APART = ((_STILL, _MOVING), (frozenset({"sleep"}), _AWAKE))
"""Who does one of these does none of those."""


def exclude(one: Claim, other: Claim) -> bool:
    """Not both can be said of the same thing. Both are of one kind, and do not agree."""
    if one.kind is ClaimKind.PERSON:
        return {sex(one.value), sex(other.value)} == {"m", "f"}
    pair = {one.value, other.value}
    if one.kind is ClaimKind.ACTION:
        for apart in _APART:
            if pair & apart[0] and pair & apart[1]:
                return True
    return group(one) != "" and group(one) == group(other)
