"""What altsync asks of a provider's batches, whoever the provider is.

A batch's life: its lines are written into a file (`line`), the file is sent (`submit`),
the batch is looked at (`look`) until it has ended, and its answers are read (`answers`).
Where nobody knows whether `submit` was done, `find` tells.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from altsync.errors import AltsyncError
from altsync.generate.cut import Captured
from altsync.generate.hearing import Heard
from altsync.generate.told import with_reason
from altsync.generate.trouble import Trouble


class BatchTrouble(AltsyncError):
    """A provider did not do what it was asked. `str()` is a sentence for the owner."""

    def __init__(
        self,
        trouble: Trouble,
        *,
        unknown: bool = False,
        gone: bool = False,
        cannot: bool = False,
    ) -> None:
        """`unknown`: it may have been done all the same, as of a batch that was sent and
        whose answer never came: `Batches.find` tells. `gone`: what was asked for is not
        there, or not for this key. `cannot`: gone, as the host does no such thing."""
        super().__init__(with_reason(trouble.sentence, trouble.reason))
        self.trouble = trouble
        self.unknown = unknown
        self.gone = gone
        self.cannot = cannot


class Unsure(AltsyncError):
    """Nobody can know yet whether a batch was made: ask again later. Nothing that is in
    it may be sent again until then."""


class RemoteState(StrEnum):
    """What a provider does with a batch."""

    UNDER_WAY = "under way"
    """It is looked over or worked on. No answer can be read yet."""
    STOPPING = "stopping"
    """It was cancelled, and what is being answered is still answered."""
    ENDED = "ended"
    """Every line has come to its end, and `answers` has them: also of a batch that
    expired or was cancelled."""
    FAILED = "failed"
    """It was not taken: no line was answered, and nothing is paid."""

    @property
    def over(self) -> bool:
        """Nothing more will come of it."""
        return self in (RemoteState.ENDED, RemoteState.FAILED)


@dataclass(frozen=True, slots=True)
class RemoteCounts:
    """Lines by what came of them, as far as the provider tells. OpenAI counts while it
    works; Anthropic counts all as under way until the whole batch has ended."""

    total: int = 0
    answered: int = 0
    errored: int = 0
    expired: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Remote:
    """A batch, as its provider tells of it."""

    id: str
    state: RemoteState
    said: str
    """The provider's own word for its state."""
    counts: RemoteCounts = field(default_factory=RemoteCounts)
    created: datetime | None = None
    """By the provider's clock, as all that follow. With UTC's offset."""
    expires: datetime | None = None
    """What is not answered by then is not answered at all."""
    ended: datetime | None = None
    file: str = ""
    """OpenAI's id of the file that was sent; '' where there is none."""
    results: tuple[str, ...] = ()
    """OpenAI's ids of the files with answers and errors; Anthropic's address."""
    problem: str = ""
    """Why it FAILED, for the owner: '' otherwise."""


class LineFate(StrEnum):
    """What came of one line."""

    ANSWERED = "answered"
    """The model answered, usable or not: it is paid for."""
    ERRORED = "errored"
    """An error in place of an answer: nothing is paid."""
    EXPIRED = "expired"
    """It was not asked in time: nothing is paid."""
    CANCELLED = "cancelled"
    """It was not asked before the batch was cancelled: nothing is paid."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """One line of a batch's results."""

    custom_id: str
    """The line's key."""
    fate: LineFate
    status: int = 0
    """That a live answer would have had: 200, or an error's. 0 of what was not asked."""
    body: bytes = b""
    """What a live answer would have had, as JSON; b"" of what was not asked."""

    @property
    def heard(self) -> Heard:
        """For `work.taken`: as if it had just come."""
        headers = {"content-type": "application/json"}
        return Heard(self.status, headers, self.body, whole=True)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One question as a line of the file that is sent."""

    data: bytes
    """With its line end."""
    endpoint: str
    """For `submit`: all lines of a batch have to have the same."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A batch of which nobody knows whether it was made."""

    token: str
    """As `submit` was given it. OpenAI's batches are found by it."""
    count: int
    since: datetime
    """When it was about to be sent, by the clock of this machine, with its offset."""
    keys: Collection[str]
    """The keys of all its lines; a set, or what tells as fast what is in it. Anthropic's
    batches are found by them once they have ended."""
    known: Collection[str] = ()
    """Ids of batches that are other handovers'."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What was sent of a handover that is done."""

    token: str
    """As `submit` was given it."""
    since: datetime
    """As in `Sought`."""
    file: str = ""
    """`Remote.file`, where it is on record."""


class Batches(Protocol):
    """The batches of one model's provider.

    What fails raises BatchTrouble. What changes nothing is tried again by itself where
    the failure may pass; what makes a batch only where it was surely not made.
    """

    @property
    def way(self) -> str:
        """`openai` or `anthropic`."""

    @property
    def most_lines(self) -> int:
        """In one batch."""

    @property
    def most_bytes(self) -> int:
        """Of the file with its lines."""

    def check(self) -> None:
        """Before any work is done for a batch: raises where this key and host have no
        batches. One request, nothing is paid."""

    def line(self, key: str, asked: Captured) -> BatchLine:
        """A question as a line. `key`: up to 64 letters, digits, '-' and '_'."""

    def submit(self, lines: Path, count: int, token: str, endpoint: str) -> Remote:
        """Make a batch of a file of `count` lines. `token`: up to 64 signs, unique."""

    def find(self, sought: Sought) -> Remote | None:
        """The batch that was made; None: none was, and none will be. Raises Unsure."""

    def look(self, remote_id: str) -> Remote:
        """How far it is."""

    def answers(self, remote: Remote, ours: Container[str]) -> Iterator[LineAnswer]:
        """Of a batch that ENDED, in no order, one at a time. `ours`: the keys of its
        lines; what comes with another is passed over. Lines that are not among them were
        not answered, and nothing is paid for them."""

    def cancel(self, remote_id: str) -> Remote:
        """What is not being answered yet is not answered any more. Of one that is over:
        as it is."""

    def delete(self, sent: Uploaded, ended: Remote | None, *, answers: bool) -> int:
        """Delete what was uploaded of a handover that is done, and with `answers` what
        came of it too; how many things were deleted. `ended`: its batch, which is over;
        None: it has none. What is gone already is no failure."""


def parsed(line: bytes) -> Mapping[str, Any]:
    """A line of results; empty for what is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}
