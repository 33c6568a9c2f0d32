"""Prices, and what an answer cost. US dollars throughout.

Prices come from genai-prices (a kept package with dated data) unless altsync.toml names
its own; None is "not known", which is never treated as nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from altsync import clock
from altsync.errors import ConfigError
from altsync.generate.task import Reply

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens."""

    input: float
    output: float
    source: str
    """Where it comes from and of when, for people."""

    @property
    def known(self) -> bool:
        """Whether these are two prices: numbers, and none below 0."""
        return all(0 <= price < math.inf for price in (self.input, self.output))

    def of(self, input_tokens: int | None, output_tokens: int | None) -> float | None:
        """What these tokens cost; None where the provider did not say how many there were."""
        if input_tokens is None or output_tokens is None:
            return None
        return self.call(input_tokens, output_tokens)

    def call(self, input_tokens: float, output_tokens: float) -> float:
        """What so many tokens cost, be they counted or expected."""
        return (input_tokens * self.input + output_tokens * self.output) / MILLION


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
    tier = _tier(options or {})
    for name, provider in _names(model):
        try:
            into, out = _listed(name, provider, tier)
        except LookupError:
            continue
        return Price(into, out, f"genai-prices {_version()}")
    return None


def _own(model: str, entry: Any) -> Price:
    try:
        price: Price | None = Price(
            float(entry["input"]), float(entry["output"]), "altsync.toml"
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        price = None
    if price is None or not price.known:
        raise ConfigError(
            f'[generate.prices] "{model}" must be a table such as {{ input = 0.4,'
            " output = 1.6 }: dollars per million tokens, none below 0."
        )
    return price


def _tier(options: Mapping[str, Any]) -> str:
    """The service tier that is asked for: a word, or an enumeration's member."""
    tier = options.get("service_tier") or ""
    return str(getattr(tier, "value", tier))


def _names(model: str) -> list[tuple[str, str | None]]:
    """llm's name for a model -> what genai-prices may know it as, with the provider
    where the name tells it."""
    parts = model.split("/")
    names: list[tuple[str, str | None]] = [(model, None)]
    if len(parts) > 1:
        names.append(("/".join(parts[1:]), parts[0]))
        names.append((parts[-1], None))
    return names


def _listed(name: str, provider: str | None, tier: str) -> tuple[float, float]:
    """Dollars for a million tokens in and out. Raises LookupError."""
    from genai_prices import Usage, calc_price

    terms = {"service_tier": tier} if tier else None
    into, out = (
        calc_price(usage, name, provider_id=provider, price_context=terms)
        for usage in (Usage(input_tokens=MILLION), Usage(output_tokens=MILLION))
    )
    return float(into.total_price), float(out.total_price)


@functools.cache
def _version() -> str:
    """The package, and the day of the newest price that it knows: prices go stale."""
    from importlib.metadata import version

    newest = max(_days(), default=None)
    known = f", newest price of {newest}" if newest else ""
    return f"{version('genai-prices')}{known}"


def _days() -> Iterator[date]:
    """On which days the prices that the package knows began, up to today."""
    from genai_prices.data_snapshot import get_snapshot

    today = clock.now().date()
    for provider in get_snapshot().providers:
        for model in provider.models:
            prices = model.prices if isinstance(model.prices, list) else ()
            for entry in prices:
                start = getattr(entry.constraint, "start_date", None)
                if isinstance(start, date) and start <= today:
                    yield start


def tokens(replies: Sequence[Reply]) -> tuple[int | None, int | None]:
    """Sum over all calls of one image; None where one of them is not known."""
    into = _sum([reply.input_tokens for reply in replies])
    out = _sum([reply.output_tokens for reply in replies])
    return into, out


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    if not counts or len(known) < len(counts):
        return None
    return sum(known)


def estimated(replies: Sequence[Reply], price: Price | None) -> float | None:
    """What part of the cost is for calls whose answer was lost: an estimate. None where
    none was lost, or nobody knows the price."""
    lost = [reply for reply in replies if reply.lost]
    if not lost or price is None:
        return None
    return price.of(*tokens(lost))


def paid(replies: Sequence[Reply], price: Price | None) -> float | None:
    """What the calls of one image cost; None where nobody knows."""
    if not replies or price is FREE:
        return 0.0
    if price is None:
        return None
    return price.of(*tokens(replies))
