"""What a run that nobody watched did."""

from __future__ import annotations

from typing_extensions import TypedDict

from altsync.documents.moment import Instant
from altsync.documents.seen import StatusDocument
from altsync.models.ran import RunStage, StageFate


class StageItem(TypedDict):
    """One stage of a run."""

    stage: RunStage
    fate: StageFate
    said: str
    """What it did, or why it did not, in a sentence."""


class PaidItem(TypedDict):
    """What a run paid models, in dollars."""

    dollars: float
    """As far as it is known."""
    unpriced: int
    """Images whose answers cost an amount that nobody knows."""
    budget: float | None


class RunDocument(TypedDict):
    """What a run that nobody watched did, and what waits for a person."""

    site: str
    began: Instant
    ended: Instant
    exit_code: int
    """What it ends with."""
    interrupted: bool
    stages: list[StageItem]
    """In their order."""
    paid: PaidItem | None
    """null: it did not come to asking a model."""
    findings: dict[str, int] | None
    """Severity -> findings of the lint in the texts of the site; null: not asked."""
    conflicts: int
    """Changes that were not sent: the site says something else by now."""
    waiting: list[str]
    """What waits for a person, a clause each."""
    status: StatusDocument | None
    """Where things stand in the end."""
