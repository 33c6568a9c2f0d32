"""What a run that nobody watches did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from altsync.models.candidate import Severity
from altsync.models.facts import Status
from altsync.models.underway import Paid


class RunStage(StrEnum):
    """The stages of a run, in their order."""

    PULL = "pull"
    PAGES = "pages"
    PUSH = "push"
    GENERATE = "generate"
    LINT = "lint"


class StageFate(StrEnum):
    """What became of a stage."""

    DONE = "done"
    PARTLY = "partly"
    """Some of it failed."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It was wanted, and not begun: something before it went wrong, or the run was
    stopped."""
    UNWANTED = "unwanted"
    """altsync.toml does not ask for it."""


@dataclass(frozen=True, slots=True)
class StageRun:
    """One stage of a run."""

    stage: RunStage
    fate: StageFate
    said: str
    """What it did, or why it did not, in a sentence."""


@dataclass(slots=True)
class RunDone:
    """All of it."""

    site: str
    began: str
    ended: str = ""
    """Moments: UTC, ISO 8601."""
    stages: list[StageRun] = field(default_factory=list)
    paid: Paid | None = None
    """None where it did not come to asking a model."""
    findings: Mapping[Severity, int] | None = None
    """What the rules found in the texts of the site; None where they were not asked."""
    too_grave: bool = False
    """Some of it is as grave as [run] fail_on."""
    conflicts: int = 0
    """Changes that the push did not send: the site says something else by now."""
    status: Status | None = None
    """Where things stand in the end."""
    interrupted: bool = False

    @property
    def undone(self) -> tuple[StageRun, ...]:
        """Stages that were wanted and are not done, or not wholly."""
        whole = (StageFate.DONE, StageFate.UNWANTED)
        return tuple(one for one in self.stages if one.fate not in whole)
