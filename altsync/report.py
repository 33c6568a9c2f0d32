"""How a stage talks while it works. The command shows it; a stage never prints."""

from __future__ import annotations

from typing import Protocol


class Report(Protocol):
    """Where a stage says how far it is and what it meets. Called from the stage's own
    thread only."""

    def start(self, what: str, total: int | None = None) -> None:
        """Work begins; `total` is None where nobody knows yet how much."""

    def step(self, count: int = 1, note: str = "") -> None:
        """`count` more are done; `note` is shown beside the bar (spent so far, for instance)."""

    def say(self, sentence: str) -> None:
        """One line for the owner."""


class Quiet:
    """A report that keeps what was said, for callers without a terminal."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def start(self, what: str, total: int | None = None) -> None:
        """Nothing to show."""

    def step(self, count: int = 1, note: str = "") -> None:
        """Nothing to show."""

    def say(self, sentence: str) -> None:
        """Keep it."""
        self.said.append(sentence)
