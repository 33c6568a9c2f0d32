"""A budget that is never passed. US dollars."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping

from altsync.errors import AltsyncError
from altsync.render.money import money


class Empty(AltsyncError):
    """The budget does not cover another call. No fault: the run ends as the owner asked."""


class Purse:
    """A budget that images in flight reserve their share of before they are asked
    about, so that it is never passed.

    A share is twice the model's dearest call so far (an answer that cannot be used is
    asked for once more) and a tenth more. Until a first text has shown what one costs,
    a run with a budget asks a model about one image at a time, and the estimate is its
    share, unless a call was dearer: a refusal may cost next to nothing. After it no more
    images are out than texts have come, and no share is less than half of the estimate's,
    since the first may have been the cheapest. Threads may share it.
    """

    MARGIN = 2.2

    def __init__(
        self, budget: float | None, estimates: Mapping[str, float] | None = None
    ) -> None:
        """`estimates`: dollars for one call, by model."""
        self.budget = budget
        self.spent = 0.0
        """As far as it is known."""
        self._unknown = 0.0
        """Shares of images whose cost nobody knows."""
        self._estimates = dict(estimates or {})
        self._dearest: dict[str, float] = {}
        """The dearest call so far, by model."""
        self._shown: Counter[str] = Counter()
        """Texts whose cost is known, by model."""
        self._reserved = 0.0
        self._flying: Counter[str] = Counter()
        self._room = threading.Condition()

    def reserve(
        self, stopped: Callable[[], bool] = lambda: False, model: str = ""
    ) -> float:
        """Set money aside for one image. Waits for images in flight where they may
        leave enough.

        Raises Empty where the budget cannot cover another image.
        """
        with self._room:
            while not self._may_ask(model):
                if not self._flying.total() or stopped():
                    raise Empty(
                        f"The budget of {money(self.budget)} does not cover another"
                        " image."
                    )
                self._room.wait(0.25)
            share = self._share(model)
            self._reserved += share
            self._flying[model] += 1
            return share

    def settle(
        self,
        reserved: float,
        cost: float | None,
        calls: int,
        model: str = "",
        *,
        text: bool = True,
    ) -> None:
        """The image is done: `cost` is what its `calls` took, None where nobody knows
        (then its share counts). `text`: it got one."""
        with self._room:
            self._flying[model] -= 1
            self._reserved = max(0.0, self._reserved - reserved)
            if cost is not None:
                self.spent += cost
            else:
                self._unknown += reserved
            if cost is not None and calls:
                self._dearest[model] = max(self._dearest.get(model, 0.0), cost / calls)
                self._shown[model] += text
            self._room.notify_all()

    def _may_ask(self, model: str) -> bool:
        """Whether the budget covers another image now."""
        if self.budget is None:
            return True
        gone = self.spent + self._unknown
        with_it = gone + self._reserved + self._share(model)
        if gone >= self.budget or with_it > self.budget:
            return False
        return self._flying[model] < max(1, self._shown[model])

    def _share(self, model: str) -> float:
        least = self._estimates.get(model, 0.0)
        if self._shown[model]:
            least /= 2
        return max(self._dearest.get(model, 0.0), least) * self.MARGIN
