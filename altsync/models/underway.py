"""How far a stage is, while it works."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Work(StrEnum):
    """What a stage does for a while. The value is its name for programs."""

    PULL = "pull"
    READ_AGAIN = "read-again"
    ASK_UNLISTED = "ask-unlisted"
    FETCH_PICTURES = "fetch-pictures"
    FIND_PAGES = "find-pages"
    LOOK_AT_PICTURES = "look-at-pictures"
    READ_PAGES = "read-pages"
    ASK_SITE = "ask-site"
    GENERATE = "generate"
    ASK_REFERENCE = "ask-reference"
    HAND_OVER = "hand-over"
    TAKE_ANSWERS = "take-answers"
    PUSH = "push"
    LINT = "lint"
    WRITE_PACKET = "write-packet"
    TAKE_VERDICTS = "take-verdicts"
    WRITE_PAGES = "write-pages"
    EXPORT = "export"
    IMPORT = "import"
    SORT = "sort-by-risk"
    INDEX = "index-words"


@dataclass(frozen=True, slots=True)
class Paid:
    """What a run has paid so far, in US dollars."""

    dollars: float = 0.0
    """As far as it is known."""
    unpriced: int = 0
    """Images whose answers cost an amount that nobody knows."""
    limit: float | None = None
    """The budget; None where there is none."""


@dataclass(frozen=True, slots=True)
class Underway:
    """How far a stage is at one moment."""

    work: Work
    done: int = 0
    total: int | None = None
    """None where nobody knows yet how much there is."""
    about: bool = False
    """`total` is what there was the last time."""
    failed: int = 0
    """Of those that are done."""
    paid: Paid | None = None
    """None where nothing is paid for."""
    rate: float | None = None
    """How many are done in a second now; None while too little is known."""
    left: float | None = None
    """Seconds until all are done, if it goes on like this; None while nobody can tell."""
    idle: float = 0.0
    """Seconds since anything was done."""
