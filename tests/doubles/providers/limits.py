"""What a provider admits: a bucket of calls or of tokens that fills at a rate.

On any clock, so that the double of a provider and the tests of the pace have the same
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Limit:
    """Whoever asks from several threads holds a lock of his own."""

    per_second: float
    """What comes into the bucket, of what a call takes."""
    bucket: float = 1.0
    """What it holds; it is full at first, unless `empty`."""
    takes: Sequence[float] = (1.0,)
    """What one call takes out: these, over and over."""
    then: tuple[tuple[float, float], ...] = ()
    """Other rates: (seconds after the first call, what comes in from there on)."""
    retry_after: float | None = 1.0
    """What a refused call is told, in seconds; None: nothing."""
    window: float | None = None
    """Seconds after which the bucket is full again at once, in place of `per_second`; a
    refused call is told how long that takes."""
    shown: str = ""
    """requests, tokens: headers of this name tell of the bucket, as OpenAI's do."""
    empty: bool = False

    def __post_init__(self) -> None:
        self._level = 0.0 if self.empty else self.bucket
        self._began: float | None = None
        self._at = 0.0
        self._calls = 0

    def admits(self, now: float) -> tuple[bool, dict[str, str]]:
        """Whether a call that comes now is answered, and the headers of its answer."""
        if self._began is None:
            self._began = self._at = now
        self._fill(now)
        take = self.takes[self._calls % len(self.takes)]
        self._calls += 1
        admitted = self._level >= take - 1e-9
        if admitted:
            self._level -= take
        headers = self._headers()
        wait = self._wait()
        if not admitted and wait is not None:
            headers["Retry-After"] = f"{wait:g}"
        return admitted, headers

    def _wait(self) -> float | None:
        if self.window is None:
            return self.retry_after
        assert self._began is not None
        return self.window - (self._at - self._began) % self.window

    def _fill(self, now: float) -> None:
        assert self._began is not None
        if self.window is not None:
            if (now - self._began) // self.window > (
                self._at - self._began
            ) // self.window:
                self._level = self.bucket
            self._at = now
            return
        for after, rate in (*self.then, (float("inf"), 0.0)):
            until = min(now, self._began + after)
            if until > self._at:
                come = (until - self._at) * self.per_second
                self._level = min(self.bucket, self._level + come)
                self._at = until
            if self._began + after <= now:
                self.per_second = rate

    def _headers(self) -> dict[str, str]:
        if not self.shown:
            return {}
        left = max(0.0, self._level)
        full = (self.bucket - left) / self.per_second
        return {
            f"x-ratelimit-limit-{self.shown}": f"{self.bucket:.0f}",
            f"x-ratelimit-remaining-{self.shown}": f"{int(left)}",
            f"x-ratelimit-reset-{self.shown}": _spelled(full),
        }


def _spelled(seconds: float) -> str:
    """As OpenAI writes a time: 6m0s, 1.5s, 20ms."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 60:
        return f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"
    return f"{seconds // 60:.0f}m{seconds % 60:.0f}s"
