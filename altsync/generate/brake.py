"""When a model gives no usable texts: the run stops before the money is gone."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable

from altsync.generate import told

FIRST = 10
"""Images that a model may be paid for in a run before it has given a usable text."""
LAST = 40
"""Images that are looked back upon once it has."""
REASONS = 3
"""That are told, the commonest first."""
_FIRST = re.compile(r"^\S+ gave no usable text(, twice)?\. ")
"""What the sentence about all of them has said."""
WAIT = 0.25
"""Seconds between two looks whether the run has ended."""


class Brake:
    """Watches what one model makes of the images that it is asked about. Threads may
    share it.

    It goes by the order in which the work was begun, never by that in which it ended:
    refusals come faster than texts. Until a first usable text has come no more than
    FIRST images are out, whatever the number of workers, and where none of them got one
    the run stops. Later it stops where half of any LAST images that were begun one
    after another got none; what is still in work counts as usable. What the model did
    not answer (a network, a busy provider, the end of the run) does not count.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._over = False
        """It has said that the run should stop."""
        self._works = False
        """A usable text has come."""
        self._turns = 0
        self._course: dict[int, bool | None] = {}
        """What came of each turn, in their order: usable, not, or (None) in work. Those
        that cannot matter any more are left out."""
        self._reasons: Counter[str] = Counter()
        self._example = ""
        self._room = threading.Condition()

    def begin(self, stopped: Callable[[], bool]) -> int | None:
        """One more image: its turn, which has to be settled by `usable`, `unusable` or
        `nothing`. Waits while it is not known whether the model is any good; None where
        it is not, or the run ended meanwhile."""
        with self._room:
            while not self._over and not self._works and len(self._course) >= FIRST:
                if stopped():
                    return None
                self._room.wait(WAIT)
            if self._over:
                return None
            turn = self._turns
            self._turns += 1
            self._course[turn] = None
            return turn

    def usable(self, turn: int) -> None:
        """The image got its text."""
        with self._room:
            self._works = True
            self._settle(turn, True)

    def unusable(self, turn: int, why: str, answer: str) -> str | None:
        """The model answered, and gave no text: `answer` is what it sent, '' for
        nothing. Where the model should be asked no more: what came of it, in sentences,
        once."""
        with self._room:
            self._reasons[why] += 1
            self._example = answer or self._example
            self._course[turn] = False
            failed, of = self._worst(turn)
            self._settle(turn, False)
            if self._over:
                return None
            if not self._works and failed == FIRST:
                return self._stop(f"for the first {failed} images")
            if self._works and failed >= LAST // 2:
                return self._stop(f"for {failed} of the last {of} images")
            return None

    def nothing(self, turn: int) -> None:
        """The model was not asked, or did not answer. Does nothing where the turn is
        settled already."""
        with self._room:
            if turn in self._course and self._course[turn] is None:
                del self._course[turn]
                self._room.notify_all()

    def _worst(self, turn: int) -> tuple[int, int]:
        """Of the images that were begun together with this one: how many got no text,
        of how many, where that is most."""
        at = list(self._course).index(turn)
        course = list(self._course.values())
        found = (0, 0)
        for end in range(at + 1, min(at + LAST, len(course)) + 1):
            last = course[max(0, end - LAST) : end]
            found = max(found, (last.count(False), len(last)))
        return found

    def _settle(self, turn: int, usable: bool) -> None:
        """Write it down, and forget what no image in work is begun together with."""
        self._course[turn] = usable
        turns = list(self._course)
        working = [at for at, one in enumerate(turns) if self._course[one] is None]
        first = working[0] if working else len(turns)
        for old in turns[: max(0, first - LAST)]:
            del self._course[old]
        self._room.notify_all()

    def _stop(self, which: str) -> str:
        self._over = True
        example = ""
        if self._example:
            example = f' One of the answers: "{told.fit(self._example)}".'
        return (
            f"{self._model} gave no usable text {which}. {counted(self._reasons)}"
            f"{example}"
        )


def counted(problems: Counter[str]) -> str:
    """Why there were no texts, the commonest first, with how often."""
    return " ".join(
        f"{number:,} x: {_FIRST.sub('', told.fit(problem))}"
        for problem, number in problems.most_common(REASONS)
    )
