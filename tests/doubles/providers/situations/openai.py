"""What OpenAI answers. The sentences are this project's own."""

from __future__ import annotations

from collections.abc import Iterator

from tests.doubles.providers.base import Act
from tests.doubles.providers.situations import network
from tests.doubles.providers.situations.situation import (
    PAID,
    Of,
    Situation,
    Verdict,
    good,
)


def _error(code: int, kind: str, name: str | None, words: str, **headers: str) -> Act:
    error = {"message": words, "type": kind, "param": None, "code": name}
    return Act.body(code, {"error": error}, **headers)


def rows() -> Iterator[Situation]:
    """Of all that OpenAI answers."""
    row = Of("openai")
    yield row("usable answer", good(), Verdict.ANSWER)
    yield row("usable answer as a tool call", good(tool=True), Verdict.ANSWER)
    yield row(
        "429 rate_limit_exceeded, Retry-After, the text speaks of payment",
        _error(
            429,
            "requests",
            "rate_limit_exceeded",
            "Your tier allows 3 requests a minute. To raise it, add a payment method on"
            " the billing page of your plan.",
            Retry_After="0.3",
        ),
        Verdict.GO_ON,
        after=0.3,
    )
    yield row(
        "429 rate_limit_exceeded, the time only in the text",
        _error(
            429,
            "tokens",
            "rate_limit_exceeded",
            "The limit of tokens a minute is used up. Please try again in 400ms.",
        ),
        Verdict.GO_ON,
        after=0.4,
    )
    yield row(
        "429 rate_limit_exceeded, Retry-After of two hours",
        _error(429, "requests", "rate_limit_exceeded", "Not now.", Retry_After="7200"),
        Verdict.STOP,
        says=("until",),
    )
    yield row(
        "429 rate_limit_exceeded, requests per day, the next comes free soon",
        _error(
            429,
            "requests",
            "rate_limit_exceeded",
            "The limit of requests per day (RPD) is met: 200 of 200. Please try again in"
            " 400ms.",
        ),
        Verdict.GO_ON,
        after=0.4,
    )
    yield row(
        "429 insufficient_quota",
        _error(
            429,
            "insufficient_quota",
            "insufficient_quota",
            "What this account had is used up; look at your plan.",
        ),
        Verdict.STOP,
        says=("credit",),
    )
    yield row(
        "402 (as DeepSeek)",
        _error(402, "unknown_error", "invalid_request_error", "Not enough left."),
        Verdict.STOP,
        says=("credit",),
    )
    yield row(
        "401 invalid_api_key",
        _error(401, "invalid_request_error", "invalid_api_key", "Wrong one given."),
        Verdict.STOP,
        says=("key",),
    )
    yield row(
        "403 unsupported_country_region_territory",
        _error(
            403,
            "request_forbidden",
            "unsupported_country_region_territory",
            "Your country, region or territory is not served.",
        ),
        Verdict.STOP,
        says=("country",),
    )
    yield row(
        "404 model_not_found",
        _error(404, "invalid_request_error", "model_not_found", "It has retired."),
        Verdict.STOP,
        says=("model",),
    )
    yield row(
        "400 content_policy_violation",
        _error(400, "image", "content_policy_violation", "This one may not be."),
        Verdict.SKIP,
        final=True,
    )
    yield row(
        "200, message.refusal",
        Act(None, refusal="I will not describe this one."),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    yield row(
        "200, finish_reason content_filter",
        Act("", finish="content_filter"),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    yield row(
        "200, finish_reason length",
        Act('{"decision": "informative", "alt": "A gin', finish="length"),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    yield row("500", _error(500, "server_error", None, "Sorry."), Verdict.GO_ON)
    yield row("503", _error(503, "server_error", None, "Full."), Verdict.GO_ON)
    yield from network.rows("openai")
