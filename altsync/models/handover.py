"""Handovers: questions that somebody else answers, a provider's batch or whoever has the
file, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class HandedTo(StrEnum):
    """Who answers."""

    OPENAI = "openai"
    """A batch of OpenAI's API."""
    ANTHROPIC = "anthropic"
    """A message batch of Anthropic's API."""
    FILE = "file"
    """Whoever has the file that `altsync work export` wrote."""


class LineCame(StrEnum):
    """What came of a line. None while it is open."""

    MADE = "made"
    """A text: there is a candidate."""
    UNUSABLE = "unusable"
    """An answer that is no text. It is on record, and was paid for."""
    REFUSED = "refused"
    """The model will not describe this picture. On record, and final."""
    FAILED = "failed"
    """It was not answered. On record, and it goes on as ordinary work."""
    EXPIRED = "expired"
    """Nobody answered in time: it goes on as ordinary work."""
    CANCELLED = "cancelled"
    """The owner gave it up: it goes on as ordinary work. An answer is still welcome."""
    UNSENT = "unsent"
    """It never reached the provider: it goes on as ordinary work."""

    @property
    def answered(self) -> bool:
        """It was answered, and paid for: nothing else can come of it."""
        return self in (LineCame.MADE, LineCame.UNUSABLE, LineCame.REFUSED)


class HandoverState(StrEnum):
    """Where a handover is. It follows from its facts."""

    UNSENT = "unsent"
    """Begun, and nobody has heard yet whether it arrived."""
    WAITS = "waits"
    """Whoever has it is at work."""
    CANCELLING = "cancelling"
    """The owner asked to stop it."""
    ENDED = "ended"
    """Its answers are there, to be fetched."""
    DONE = "done"
    """No line of it is open."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One handover, and what has come of its lines so far."""

    id: int
    seq: int
    """The order at which its lines were asked for."""
    run: int | None
    """The `runs` row of the generate that asked."""
    way: HandedTo
    model: str
    options: str
    """JSON: the llm options as they were given."""
    endpoint: str | None
    """Where each line of it is answered, such as /v1/chat/completions."""
    token: str
    """By which a batch is known to be ours, where its provider keeps one."""
    lines: int
    estimate_usd: float | None
    remote_id: str | None
    """The provider's name for it."""
    remote_file: str | None
    """The provider's name for its file of lines, or the owner's for the exported one."""
    created_at: str
    sent_at: str | None
    expires_at: str | None
    cancelled_at: str | None
    ended_at: str | None
    fetched_at: str | None
    error: str | None
    came: dict[str, int] = field(default_factory=dict)
    """Lines by what came of them (`LineCame`); none that are open."""
    deleted_at: str | None = None
    """Since when nothing more is to be deleted at its provider."""

    @property
    def state(self) -> HandoverState:
        """The first that fits."""
        if self.fetched_at is not None:
            return HandoverState.DONE
        if self.sent_at is None:
            return HandoverState.UNSENT
        if self.ended_at is not None:
            return HandoverState.ENDED
        if self.cancelled_at is not None:
            return HandoverState.CANCELLING
        return HandoverState.WAITS

    @property
    def open(self) -> int:
        """Lines of which nothing has come yet."""
        return self.lines - sum(self.came.values())

    @property
    def answered(self) -> int:
        """Lines that were answered, with or without a text."""
        return sum(self.came.get(one, 0) for one in LineCame if one.answered)

    @property
    def batch(self) -> bool:
        """It is a provider's, at half price."""
        return self.way is not HandedTo.FILE


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """A batch, and what its provider tells of it now."""

    handover: Handover
    answered: int | None = None
    """Lines that were answered, by the provider's count; None where it does not say."""
    problem: str = ""
    """Why it could not be asked, or did not take the batch, in a sentence."""


@dataclass(frozen=True, slots=True)
class HandedLine:
    """One question of a handover, as it was asked: all that its answer needs to become a
    candidate."""

    handover: int
    work_key: str
    image: str
    base: str | None
    place: str | None
    prompt: str
    """The prompt's id."""
    context: str
    """JSON, as in `NewCandidate`."""
    image_sha256: str
    question: str | None
    """As in `NewFailure`."""
    replaces: str | None = None
    """As in `NewCandidate`."""
    reference: bool = False
    """As in `NewCandidate`."""
    attempt: int = 1
    """So often this very work was handed over and answered; of an answer that cannot be
    used the second is final."""
    reason: str = ""
    """What the model was told of the answer before, which could not be used; '' for the
    first."""
    came: LineCame | None = None
    """None while it is open."""
