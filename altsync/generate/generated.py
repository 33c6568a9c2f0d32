"""What a run did."""

from __future__ import annotations

from dataclasses import dataclass, field

from altsync.render.money import money
from altsync.render.text import count


@dataclass(slots=True)
class Generated:
    """What a run did, by number of images for each model."""

    run: int
    """Its row in the ledger."""
    made: int = 0
    reused: int = 0
    """Candidates that took an answer which had been paid for already."""
    known: int = 0
    """Left alone: this very question was answered for this very image before."""
    refused: int = 0
    """Left alone: the model's answer to this very question could not be used before."""
    waiting: int = 0
    """Left alone: somebody else, a batch or who has the file, is to answer."""
    failed: int = 0
    stood_in: int = 0
    """Images that got their text from a fallback; they count as made, and not as failed
    nor refused."""
    unread: int = 0
    """Pictures that broke what reads words, or took it too long."""
    spent: float = 0.0
    """Dollars, as far as they are known: the cost of `unpriced` images is not in it."""
    unpriced: int = 0
    """Images whose answers cost an amount that nobody knows."""
    lost: int = 0
    """Answers that were lost on their way: what they cost is an estimate, in `spent`."""
    problem: str = ""
    """Of the image that failed last, in a sentence; '' where none did."""
    given_up: list[str] = field(default_factory=list)
    """Why fallbacks were asked no more, a sentence each."""
    stopped: str = ""
    """Why the run ended early, in a sentence; '' where it did not."""

    @property
    def stored(self) -> str:
        """What the run is worth, without a full stop."""
        cost = money(self.spent, self.unpriced)
        return f"{count(self.made, 'candidate')} stored; cost {cost}"
