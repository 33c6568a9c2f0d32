"""A situation with a provider: what it answers, and what altsync has to make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.doubles.providers.base import Act

TEXT = "A ginger cat asleep on a blue mat."
PAID = (1000, 50)
"""The tokens that a double counts into a call that it answers, and out of it."""


class Verdict(StrEnum):
    """What a run does."""

    ANSWER = "answer"
    GO_ON = "go on"
    """Ask again: every image gets its text."""
    SKIP = "skip"
    """This image only; it is a failure."""
    STOP = "stop"
    """No image is asked about any more."""


@dataclass(frozen=True)
class Situation:
    """What the first calls are answered with; all that follow, with a usable text."""

    provider: str
    name: str
    acts: tuple[Act, ...]
    verdict: Verdict
    forever: bool = False
    """The last act is repeated, however often it is asked about the first image."""
    always: bool = False
    """The acts are for every image, not for the first alone."""
    calls: int | None = None
    """At the provider, for the images that the acts are for; None: once, and once more
    for each act where it goes on."""
    lost: int = 0
    """Answers that did not arrive whole, and are on record with estimated tokens."""
    tokens: tuple[int, int] = (0, 0)
    """In and out, on record with the failure."""
    final: bool = False
    """The same question is not asked again by the next run."""
    says: tuple[str, ...] = ()
    """In the sentence for the owner, or in the provider's own reason beside it."""
    after: float = 0.0
    """Seconds that the provider asked to wait, and that the run waited."""
    timeout: float = 5.0
    model: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.provider}: {self.name}"


def good(**how: Any) -> Act:
    """A usable answer."""
    return Act.alt(TEXT, **how)


class Of:
    """Makes the situations of one provider."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def __call__(self, name: str, act: Act, verdict: Verdict, **more: Any) -> Situation:
        return Situation(self._provider, name, (act,), verdict, **more)
