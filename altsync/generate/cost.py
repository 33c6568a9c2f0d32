"""Prices, and what an answer cost. US dollars throughout.

Prices come from genai-prices (a kept package with dated data) unless altsync.toml names
its own; None is "not known", which is never treated as nothing.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from altsync import clock
from altsync.errors import ConfigError
from altsync.generate.local import is_local
from altsync.generate.stranger import is_stranger
from altsync.generate.task import Reply

if TYPE_CHECKING:
    from genai_prices import Usage

MILLION = 1_000_000
HALF = 0.5
"""What providers take for an answer by the batch, of what it costs live."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """A model in the price list of genai-prices, as it is asked for there."""

    name: str
    provider: str | None = None
    """None: the list finds it by the model's name, or by `host`."""
    host: str | None = None
    """Address of the API."""
    tier: str = ""
    """The service tier that is asked for."""
    batch: bool = False
    """It is asked for by the batch: as the list has it, else HALF."""

    def dollars(
        self,
        input_tokens: int,
        output_tokens: int,
        cached: int = 0,
        written: int = 0,
        tier: str | None = None,
    ) -> float:
        """What one call costs, by its own tokens: long ones have a dearer tier, cached
        ones are cheaper. `tier`: the one that answered, where it is known. Raises
        LookupError where the list has no price for both directions."""
        from genai_prices import Usage

        cached = min(cached, input_tokens)
        written = min(written, input_tokens - cached)
        usage = Usage(
            input_tokens=input_tokens,
            cache_read_tokens=cached or None,
            cache_write_tokens=written or None,
            output_tokens=output_tokens,
        )
        where: dict[str, Any] = {"provider_id": self.provider}
        if self.host:
            where = {"provider_api_url": self.host}
        served = self.tier if self.batch else tier or self.tier
        terms = {"service_tier": served} if served else {}
        live = self._listed(usage, terms, where)
        if not self.batch:
            return live
        half = self._listed(usage, {**terms, "processing": "batch"}, where)
        return half if half < live else live * HALF

    def _listed(
        self, usage: Usage, terms: Mapping[str, str], where: Mapping[str, Any]
    ) -> float:
        from genai_prices import calc_price

        found = calc_price(usage, self.name, price_context=dict(terms) or None, **where)
        listed = found.model_price
        if listed.input_mtok is None or listed.output_mtok is None:
            raise LookupError(self.name)
        return float(found.total_price)


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens."""

    input: float
    output: float
    source: str
    """Where it comes from and of when, for people."""
    listing: Tariff | None = None
    """Where a call is priced by its own tokens; `input` and `output` are then those of
    a short one, for people."""

    @property
    def known(self) -> bool:
        """Whether these are two prices: numbers, and none below 0."""
        return all(0 <= price < math.inf for price in (self.input, self.output))

    @property
    def free(self) -> bool:
        """Whether it costs nothing, however many tokens there are."""
        return self.input == self.output == 0

    def of_batch(self) -> Price:
        """The same model's, by the batch."""
        listing = self.listing and replace(self.listing, batch=True)
        source = f"half price; {self.source}"
        return Price(self.input * HALF, self.output * HALF, source, listing)

    def of(self, reply: Reply) -> float | None:
        """What a call cost; None where the provider did not say how many tokens there
        were. Its own figure goes before any price."""
        if reply.cost_usd is not None:
            return reply.cost_usd
        if self.free:
            return 0.0
        into, out = reply.input_tokens, reply.output_tokens
        if into is None or out is None:
            return None
        if self.listing is None:
            return self.call(into, out)
        return self.listing.dollars(
            into, out, reply.cached_tokens, reply.written_tokens, reply.tier
        )

    def call(self, input_tokens: float, output_tokens: float) -> float:
        """What a call with so many tokens costs, be they counted or expected."""
        if self.listing is None:
            return (input_tokens * self.input + output_tokens * self.output) / MILLION
        return self.listing.dollars(round(input_tokens), round(output_tokens))


FREE = Price(0.0, 0.0, "recorded, free")


def price(
    model: str,
    own: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    host: str | None = None,
) -> Price | None:
    """The price of a model, or None where nobody knows it. `host`: the address of an
    API that the owner named, where prices of others with such a model do not count.
    Raises ConfigError for a malformed own price."""
    if own and model in own:
        return _own(model, own[model])
    if model.endswith(":free"):
        return Price(0.0, 0.0, "free")
    tier = _tier(options or {})
    for listing in _listings(model, tier, host):
        try:
            into = listing.dollars(SHORT, 0) * MILLION / SHORT
            out = listing.dollars(0, SHORT) * MILLION / SHORT
        except LookupError:
            continue
        return Price(into, out, f"genai-prices {_version()}", listing)
    return None


def of_model(
    model: Any,
    own: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Price | None:
    """The price of a model of llm: the owner's own, nothing for what runs on this
    machine, else the list's. Raises ConfigError."""
    if getattr(model, "recorded", False):
        return FREE
    name = str(model.model_id)
    if own and name in own:
        return _own(name, own[name])
    if _is_here(model):
        return Price(0.0, 0.0, "on this machine")
    if is_stranger(model):
        return price(name, None, options)
    host = getattr(model, "api_base", None)
    if host:
        name = str(getattr(model, "model_name", None) or name)
    return price(name, None, options, host)


def _is_here(model: Any) -> bool:
    """Whether Ollama runs it on this machine. What it calls "cloud" runs elsewhere, and
    is paid for."""
    if not type(model).__module__.startswith("llm_ollama"):
        return False
    tag = str(model.model_id).partition(":")[2]
    if "cloud" in tag:
        return False
    host = os.environ.get("OLLAMA_HOST") or "localhost"
    if "//" not in host:
        host = f"http://{host}"
    return is_local(host)


SHORT = 1_000
"""Tokens of a call that no long-context tier is for."""


def own_prices(prices: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """[generate.prices]: dollars per million tokens, in and out, by model. Raises
    ConfigError."""
    own = {model: _own(model, entry) for model, entry in prices.items()}
    return {model: (price.input, price.output) for model, price in own.items()}


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


def _listings(model: str, tier: str, host: str | None) -> Iterator[Tariff]:
    """llm's name for a model -> what genai-prices may know it as, with the provider
    where the name tells it."""
    if host is not None:
        yield Tariff(model, host=host, tier=tier)
        return
    yield Tariff(model, tier=tier)
    parts = model.split("/")
    if len(parts) > 1:
        yield Tariff("/".join(parts[1:]), parts[0], tier=tier)
        yield Tariff(parts[-1], tier=tier)


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
    return paid(lost, price)


def paid(replies: Sequence[Reply], price: Price | None) -> float | None:
    """What the calls of one image cost; None where nobody knows that of one."""
    costs = [reply.cost_usd if price is None else price.of(reply) for reply in replies]
    known = [cost for cost in costs if cost is not None]
    return math.fsum(known) if len(known) == len(costs) else None
