"""What an answer says of its own cost: tokens of each kind, and dollars where the
provider names them.

A provider's numbers are untrusted: each is of the right kind and within bounds, or it
is not known. The names are those of OpenAI (Chat Completions and Responses), OpenRouter,
DeepSeek, xAI, Mistral, Anthropic, Gemini and Ollama, as their documents have them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from altsync.generate import hearing
from altsync.generate.task import counted

MOST_DOLLARS = 10_000.0
"""For one answer: a number beyond is none."""

USAGE = ("usage", "usageMetadata")
INPUT = ("prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count")
OUTPUT = ("completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count")
TOTAL = ("total_tokens", "totalTokenCount")
BESIDE_INPUT = (
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "toolUsePromptTokenCount",
)
"""Tokens that are read and are not in INPUT: Anthropic's cache, Gemini's tools."""
BESIDE_OUTPUT = ("thoughtsTokenCount",)
"""Hidden tokens that are not in OUTPUT: Gemini's. Elsewhere they are in it."""
CACHED = (
    "cached_tokens",
    "cache_read_input_tokens",
    "cachedContentTokenCount",
    "prompt_cache_hit_tokens",
    "num_cached_tokens",
)
WRITTEN = ("cache_write_tokens", "cache_creation_input_tokens")
DETAILS = ("prompt_tokens_details", "input_tokens_details")
DOLLARS = ("cost", "total_cost", "estimated_cost")
"""OpenRouter, Perplexity (inside `cost`), DeepInfra."""
TICKS, TICKS_A_DOLLAR = "cost_in_usd_ticks", 10**10
"""xAI."""
PROXY = "x-litellm-response-cost"
"""LiteLLM's header."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is known of one answer, under the names that `Reply` has for it.
    `cached_tokens` and `written_tokens` are part of
    `input_tokens`, hidden ones part of `output_tokens`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    """Read from the provider's cache, which is cheaper."""
    written_tokens: int = 0
    """Written to its cache, which is dearer."""
    cost_usd: float | None = None
    """The provider's own figure."""
    tier: str | None = None
    """The service tier that answered, where the provider says it."""


def dollars(value: Any) -> float | None:
    """An amount as a provider gave it: finite, from 0 to MOST_DOLLARS; a header gives it
    as words. None, not known, for anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or not 0 <= value <= MOST_DOLLARS:
        return None
    return float(value)


def of(response: Any) -> Bill:
    """The bill of an llm.Response whose call this thread made last: by what was heard
    of it, else by what its plugin made of it."""
    heard = hearing.heard()
    bill = Bill()
    if heard is not None and heard.whole and 200 <= heard.status < 300:
        bill = read(_parsed(heard.body), heard.headers)
    if bill == Bill():
        bill = read(response.token_details or {})
    into, out = bill.input_tokens, bill.output_tokens
    if into is None:
        into = counted(response.input_tokens)
    if out is None:
        out = counted(response.output_tokens)
    return replace(bill, input_tokens=into, output_tokens=out)


def _parsed(body: bytes) -> Any:
    """A body of JSON, or the events of a stream (Anthropic's always is one) as a list;
    None for anything else."""
    if not body.lstrip()[:6].startswith((b"event:", b"data:", b"{", b"[")):
        return None
    events = [line[5:] for line in body.splitlines() if line.startswith(b"data:")]
    if events:
        return [_json(event) for event in events]
    return _json(body)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read(body: Any, headers: Mapping[str, str] | None = None) -> Bill:
    """The bill in an answer: its parsed body (the parts of a stream as a list), or
    llm's details of its usage. `headers`: names in lower case."""
    usage: dict[str, Any] = {}
    tier = None
    for part in body if isinstance(body, list) else [body]:
        if isinstance(part, Mapping):
            # later parts of a stream know more
            told = _usage(part)
            usage.update((k, v) for k, v in told.items() if v is not None)
            tier = part.get("service_tier") or tier
    own = _own_figure(usage)
    if own is None:
        own = dollars((headers or {}).get(PROXY))
    tier = tier or usage.get("service_tier")
    return Bill(
        input_tokens=_input(usage),
        output_tokens=_output(usage),
        cached_tokens=_within(usage, CACHED),
        written_tokens=_within(usage, WRITTEN),
        cost_usd=own,
        tier=tier[:40] if isinstance(tier, str) else None,
    )


def _usage(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The usage of an answer, or of the beginning of a streamed one; the answer itself
    where it stands at the top (Ollama, and llm's details)."""
    for place in (part, part.get("message"), part.get("response")):
        for name in USAGE:
            if isinstance(place, Mapping) and isinstance(place.get(name), Mapping):
                found: Mapping[str, Any] = place[name]
                return found
    return part


def _input(usage: Mapping[str, Any]) -> int | None:
    into = _first(usage, INPUT)
    if into is None:
        return None
    return into + sum(_all(usage, BESIDE_INPUT))


def _output(usage: Mapping[str, Any]) -> int | None:
    """With hidden tokens: those that only the total counts (xAI's, an answer of
    Gemini's that was blocked) are output too."""
    out = _first(usage, OUTPUT)
    if out is not None:
        out += sum(_all(usage, BESIDE_OUTPUT))
    total, into = _first(usage, TOTAL), _input(usage)
    if total is None or into is None:
        return out
    return max(out or 0, total - into)


def _within(usage: Mapping[str, Any], names: tuple[str, ...]) -> int:
    """A kind of input tokens, from the usage or its details; 0 where none are told."""
    for part in (usage, *(usage.get(name) for name in DETAILS)):
        if isinstance(part, Mapping):
            found = _first(part, names)
            if found:
                return found
    return 0


def _own_figure(usage: Mapping[str, Any]) -> float | None:
    """Dollars as the provider counted them. On an own key (`is_byok`) OpenRouter's
    figure is its fee, and the model's provider bills the rest."""
    for name in DOLLARS:
        value = usage.get(name)
        if isinstance(value, Mapping):
            value = value.get("total_cost")
        found = dollars(value)
        if found is None or isinstance(value, str):
            continue
        if usage.get("is_byok") is not True:
            return found
        details = usage.get("cost_details")
        beyond = None
        if isinstance(details, Mapping):
            beyond = dollars(details.get("upstream_inference_cost"))
        return None if beyond is None else found + beyond
    ticks = usage.get(TICKS)
    if isinstance(ticks, int):
        return dollars(ticks / TICKS_A_DOLLAR)
    return None


def _all(usage: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        found = counted(usage.get(name))
        if found is not None:
            yield found


def _first(usage: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next(_all(usage, names), None)
