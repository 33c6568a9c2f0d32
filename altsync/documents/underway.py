"""How far a stage is, with --progress json: an object a line, on stderr."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from altsync.documents.moment import Instant
from altsync.models.underway import Work

StageWord = Literal["started", "progress", "finished"]


class StageEvent(TypedDict):
    """How far a stage is at a moment."""

    event: StageWord
    at: Instant
    stage: Work
    done: int
    total: int | None
    """Of how many; null while nobody knows."""
    about: bool
    """`total` is what there was the last time."""
    failed: int
    """Of those that are done."""
    rate: float | None
    """How many are done in a second now; null while too little is known."""
    left: float | None
    """Seconds until all are done, if it goes on like this; null while nobody can tell."""
    spent: float | None
    """Dollars paid by this run so far, as far as they are known; null where nothing is
    paid for."""
    unpriced: int
    """Images whose answers cost an amount that nobody knows."""
    limit: float | None
    """The budget; null where there is none."""


class NoteEvent(TypedDict):
    """A line for the owner: whatever a command says beside its data."""

    event: Literal["note"]
    at: Instant
    text: str
