"""What one call of each model takes, in tokens: as it was estimated before the run, and
once a model has answered in it, the mean of its answers. It is what a call counts for
whose answer is lost."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from altsync.generate.task import Reply


class Takes:
    """Threads may share it."""

    def __init__(self, estimated: Mapping[str, tuple[int, int]]) -> None:
        """Tokens in and out, by model."""
        self._estimated = dict(estimated)
        self._seen: dict[str, tuple[int, int, int]] = {}
        """Answers, and the sums of their tokens in and out."""
        self._lock = threading.Lock()

    def of(self, model: str) -> tuple[int, int]:
        """In and out."""
        with self._lock:
            if model not in self._seen:
                return self._estimated[model]
            answers, into, out = self._seen[model]
        return round(into / answers), round(out / answers)

    def learn(self, model: str, replies: Sequence[Reply]) -> None:
        """These calls were made: those count that say what they took."""
        with self._lock:
            for reply in replies:
                into, out = reply.input_tokens, reply.output_tokens
                if reply.lost or into is None or out is None:
                    continue
                before = self._seen.get(model, (0, 0, 0))
                self._seen[model] = (before[0] + 1, before[1] + into, before[2] + out)
