"""How a stage talks while it works. The command shows it; a stage never prints."""

from __future__ import annotations

from typing import Protocol

from altsync.models.underway import Paid, Work


class Report(Protocol):
    """Where a stage says how far it is and what it meets. Called from the stage's own
    thread only."""

    def start(
        self, work: Work, total: int | None = None, *, about: bool = False
    ) -> None:
        """Work begins; `total` is None where nobody knows yet how much, and `about`
        where it is what there was the last time."""

    def step(
        self, count: int = 1, *, failed: int = 0, paid: Paid | None = None
    ) -> None:
        """`count` more are done, `failed` of them in vain; `paid`: what the run has paid
        by now."""

    def say(self, sentence: str) -> None:
        """One line for the owner."""

    def finish(self) -> None:
        """The work that was begun last is over; the next one begins only later."""


class Quiet:
    """A report that keeps what was said, for callers without a terminal."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def start(
        self, work: Work, total: int | None = None, *, about: bool = False
    ) -> None:
        """Nothing to show."""

    def step(
        self, count: int = 1, *, failed: int = 0, paid: Paid | None = None
    ) -> None:
        """Nothing to show."""

    def finish(self) -> None:
        """Nothing to show."""

    def say(self, sentence: str) -> None:
        """Keep it."""
        self.said.append(sentence)
