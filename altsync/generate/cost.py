"""Money: prices, what an answer cost, and a purse that is never overdrawn. US dollars
throughout.

Prices come from genai-prices (a kept package with dated data) unless altsync.toml names
its own; None is "not known", which is never treated as nothing.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from altsync.errors import ConfigError
from altsync.generate.asking import Reply


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens."""

    input: float
    output: float
    source: str
    """Where it comes from and of when, for people."""

    def of(self, input_tokens: int | None, output_tokens: int | None) -> float | None:
        """What these tokens cost; None where the provider did not say how many there were."""
        if input_tokens is None or output_tokens is None:
            return None
        return (input_tokens * self.input + output_tokens * self.output) / 1_000_000


FREE = Price(0.0, 0.0, "recorded, free")


def price(
    model: str,
    own: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Price | None:
    """The price of a model, or None where nobody knows it. Raises ConfigError for a
    malformed own price."""
    if own and model in own:
        return _own(model, own[model])
    from genai_prices import Usage, calc_price

    million = Usage(input_tokens=1_000_000)
    tier = str(
        getattr(
            (options or {}).get("service_tier"),
            "value",
            (options or {}).get("service_tier") or "",
        )
    )
    for name, provider in _names(model):
        try:
            into = calc_price(
                million,
                name,
                provider_id=provider,
                price_context={"service_tier": tier} if tier else None,
            )
            out = calc_price(
                Usage(output_tokens=1_000_000),
                name,
                provider_id=provider,
                price_context={"service_tier": tier} if tier else None,
            )
        except LookupError:
            continue
        return Price(
            float(into.total_price),
            float(out.total_price),
            f"genai-prices {_version()}",
        )
    return None


def _own(model: str, entry: Any) -> Price:
    try:
        return Price(float(entry["input"]), float(entry["output"]), "altsync.toml")
    except (KeyError, TypeError, ValueError):
        raise ConfigError(
            f'[generate.prices] "{model}" must be a table such as {{ input = 0.4,'
            " output = 1.6 }: dollars per million tokens."
        ) from None


def _names(model: str) -> list[tuple[str, str | None]]:
    """llm's name for a model -> what genai-prices may know it as, with the provider
    where the name tells it."""
    parts = model.split("/")
    names: list[tuple[str, str | None]] = [(model, None)]
    if len(parts) > 1:
        names.append(("/".join(parts[1:]), parts[0]))
        names.append((parts[-1], None))
    return names


@functools.cache
def _version() -> str:
    """The package, and the day of the newest price that it knows: prices go stale."""
    from importlib.metadata import version

    from genai_prices.data_snapshot import get_snapshot

    today = datetime.now(UTC).date()
    days = [
        start
        for provider in get_snapshot().providers
        for model in provider.models
        for entry in (model.prices if isinstance(model.prices, list) else ())
        if isinstance(start := getattr(entry.constraint, "start_date", None), date)
        and start <= today
    ]
    newest = f", newest price of {max(days)}" if days else ""
    return f"{version('genai-prices')}{newest}"


def tokens(replies: tuple[Reply, ...]) -> tuple[int | None, int | None]:
    """Sum over all calls of one image; None where one of them is not known."""
    into = [reply.input_tokens for reply in replies]
    out = [reply.output_tokens for reply in replies]
    return (
        None if not into or None in into else sum(n or 0 for n in into),
        None if not out or None in out else sum(n or 0 for n in out),
    )


class Empty(Exception):
    """The budget does not cover another call."""


class Purse:
    """A budget that images in flight reserve their share of before they are asked
    about, so that it is never passed.

    A share is twice the model's dearest call so far (an answer that cannot be used is
    asked for once more) and a tenth more. Until a first call has shown what one costs,
    a run with a budget asks a model about one image at a time, and the estimate is its
    share. Threads may share it.
    """

    MARGIN = 2.2

    def __init__(
        self, budget: float | None, estimates: Mapping[str, float] | None = None
    ) -> None:
        """`estimates`: dollars for one call, by model."""
        self.budget = budget
        self.spent = 0.0
        self._estimates = dict(estimates or {})
        self._call: dict[str, float] = {}
        """The dearest call so far, by model."""
        self._reserved = 0.0
        self._flying: Counter[str] = Counter()
        self._room = threading.Condition()

    def _share(self, model: str) -> float:
        return self._call.get(model, self._estimates.get(model, 0.0)) * self.MARGIN

    def reserve(
        self, stopped: Callable[[], bool] = lambda: False, model: str = ""
    ) -> float:
        """Set money aside for one image. Waits for images in flight where they may
        leave enough.

        Raises Empty where the budget cannot cover another image.
        """
        with self._room:
            while self.budget is not None:
                share = self._share(model)
                fits = (
                    self.spent + self._reserved + share <= self.budget
                    and self.spent < self.budget
                )
                if fits and (model in self._call or not self._flying[model]):
                    break
                if not self._flying.total() or stopped():
                    raise Empty
                self._room.wait(0.25)
            share = self._share(model)
            self._reserved += share
            self._flying[model] += 1
            return share

    def settle(
        self, reserved: float, cost: float | None, calls: int, model: str = ""
    ) -> None:
        """The image is done: `cost` is what its `calls` took, None where nobody knows
        (then its share counts)."""
        with self._room:
            self._flying[model] -= 1
            self._reserved = max(0.0, self._reserved - reserved)
            self.spent += (
                (reserved if self.budget is not None else 0.0) if cost is None else cost
            )
            if cost is not None and calls:
                self._call[model] = max(self._call.get(model, 0.0), cost / calls)
            self._room.notify_all()
