"""What texts claim, piece by piece, and how the claims of two texts stand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClaimKind(StrEnum):
    """What a claim is about."""

    PERSON = "person"
    THING = "thing"
    NUMBER = "number"
    COLOUR = "colour"
    PLACE = "place"
    ACTION = "action"
    QUOTE = "quote"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a text says."""

    kind: ClaimKind
    value: str
    """In a form that can be compared: case folded, one word for all that mean the same
    (`3` for three)."""
    words: str
    """As the text has it."""
    about: tuple[str, ...] = ()
    """Of a number, a colour, a denial: the stems of the words that it is said of, the last
    one the thing itself."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The claims of two texts on one picture."""

    agreed: tuple[tuple[Claim, Claim], ...] = ()
    """Both say so: (the first text's claim, the second's)."""
    contradicted: tuple[tuple[Claim, Claim], ...] = ()
    """Not both can be true."""
    first: tuple[Claim, ...] = ()
    """Said by the first text only."""
    second: tuple[Claim, ...] = ()
    """Said by the second only."""


class Accord(StrEnum):
    """How several texts stand to one thing that is claimed."""

    CONTRADICTED = "contradicted"
    ALONE = "said by one only"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What several texts on one picture say of the same."""

    kind: ClaimKind
    accord: Accord
    cells: tuple[str, ...]
    """The words of each text, in the order of the texts; '' where it says nothing."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A text that was made wrong in one claim, on purpose."""

    text: str
    kind: ClaimKind
    was: str
    """The words that were taken out."""
    now: str
    """What stands there instead; '' where only something was taken out."""
