"""What Anthropic answers. The sentences are this project's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.doubles.providers import anthropic
from tests.doubles.providers.base import Act
from tests.doubles.providers.situations import network
from tests.doubles.providers.situations.situation import (
    PAID,
    TEXT,
    Of,
    Situation,
    Verdict,
    good,
)


def rows() -> Iterator[Situation]:
    """Of all that Anthropic answers."""
    row = Of("anthropic")
    error = anthropic.error

    yield row("usable answer", good(), Verdict.ANSWER)
    yield row(
        "usable answer of an old model, by a forced tool call",
        good(),
        Verdict.ANSWER,
        model=anthropic.OLD,
    )
    yield row(
        "400 spending limit, with a date",
        error(
            400,
            "invalid_request_error",
            "Your organisation has met its API usage limits. You will regain access on"
            " 2026-12-01 at 00:00 UTC.",
        ),
        Verdict.STOP,
        says=("2026-12-01",),
    )
    yield row(
        "400 credit balance",
        error(
            400,
            "invalid_request_error",
            "Your credit balance is too low to reach the API; see Plans & Billing.",
        ),
        Verdict.STOP,
        says=("credit",),
    )
    yield row(
        "429 rate_limit_error, Retry-After",
        error(
            429,
            "rate_limit_error",
            "More tokens a minute than your plan has; ask sales about billing.",
            Retry_After="0.3",
        ),
        Verdict.GO_ON,
        after=0.3,
    )
    yield row(
        "529 overloaded_error", error(529, "overloaded_error", "Busy"), Verdict.GO_ON
    )
    busy = anthropic.error_body("overloaded_error", "Busy")
    yield row("overloaded_error inside a 200 stream", _inside(busy), Verdict.GO_ON)
    broken = anthropic.error_body("api_error", "A fault inside")
    yield row("api_error inside a 200 stream", _inside(broken), Verdict.GO_ON)
    yield row("500 api_error", error(500, "api_error", "A fault"), Verdict.GO_ON)
    yield row(
        "200, stop_reason max_tokens",
        Act('{"decision": "informative", "alt": "A gin', finish="max_tokens"),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    why = {"category": "cyber", "explanation": "Shown in full it could do harm."}
    yield row(
        "200, stop_reason refusal, no text",
        Act(None, finish="refusal", more={"stop_details": why}),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
        says=("could do harm",),
    )
    yield row(
        "200, stop_reason refusal after half a text",
        Act('{"decision": "infor', finish="refusal", more={"stop_details": why}),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
        says=("could do harm",),
    )
    yield row(
        "401 authentication_error",
        error(401, "authentication_error", "invalid x-api-key"),
        Verdict.STOP,
        says=("key",),
    )
    yield row(
        "403 permission_error",
        error(403, "permission_error", "Not with this one."),
        Verdict.STOP,
        says=("key",),
    )
    yield row(
        "404 not_found_error",
        error(404, "not_found_error", "model: claude-of-old"),
        Verdict.STOP,
        says=("model",),
    )
    yield row(
        "413 request_too_large",
        error(413, "request_too_large", "More than the bytes allowed"),
        Verdict.SKIP,
    )
    yield row(
        "400, this picture cannot be read",
        error(400, "invalid_request_error", "Could not process image"),
        Verdict.SKIP,
    )
    yield from network.rows("anthropic")


def _inside(error: dict[str, Any]) -> Act:
    """An answer that began, and has an error in place of the rest: nothing is billed."""
    return Act(TEXT, inside=error, unbilled=True)
