"""What providers answer that is no text, and what is to be made of it. The messages are of
other wording than the providers' own, with the same parts."""

from __future__ import annotations

import time
from dataclasses import dataclass

from altsync.generate.trouble import Remedy
from tests.doubles.providers import anthropic, gemini, mistral, ollama, openrouter
from tests.doubles.providers.base import Act

STOP, AGAIN, IMAGE = Remedy.STOP, Remedy.AGAIN, Remedy.IMAGE
PAGE = Act(code=502, raw=b"<html><head><title>Bad gateway</title></head></html>")
MIDNIGHT = str(int(time.time() * 1000) + 5 * 3600_000)
"""In milliseconds since 1970: five hours from now."""
QUOTA = "Your plan's quota is exceeded: look at billing, or add a payment method."


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    provider: str
    act: Act
    remedy: Remedy
    sentence: str
    """Part of it."""
    wait: float | None = None
    limited: bool = False
    refused: bool = False
    lost: bool = False
    reason: str = ""
    """Part of it."""


def openai(code: int, message: str, kind: str = "", **headers: str) -> Act:
    error = {"message": message, "type": kind, "code": kind or None}
    return Act.body(code, {"error": error}, **headers)


def limit(message: str, *quotas: str) -> Act:
    """Gemini's 429 with the quotas that were exceeded."""
    kind = "type.googleapis.com/google.rpc.QuotaFailure"
    detail = {"@type": kind, "violations": [{"quotaId": quota} for quota in quotas]}
    return Act.body(
        429, [gemini.error_body(429, "RESOURCE_EXHAUSTED", message, detail)]
    )


def invalid_key(message: str) -> Act:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    info = {"@type": kind, "reason": "API_KEY_INVALID"}
    return Act.body(400, [gemini.error_body(400, "INVALID_ARGUMENT", message, info)])


GOES_ON = [
    Row(
        "openai",
        openai(429, QUOTA, "rate_limit_exceeded", Retry_After="7"),
        AGAIN,
        "limiting the rate",
        wait=7.0,
        limited=True,
        reason="add a payment method",
    ),
    Row(
        "openai",
        openai(429, "Tokens a minute: full. Please try again in 1m2.5s.", "tokens"),
        AGAIN,
        "limiting the rate",
        wait=62.5,
        limited=True,
    ),
    Row("openai", PAGE, AGAIN, "error of its own (502)", reason="Bad gateway"),
    Row("openai", Act(how="reset"), AGAIN, "lost on its way", lost=True),
    Row("openai", Act.alt("A cat.", how="short"), AGAIN, "lost on its way", lost=True),
    Row(
        "openai",
        openai(200, "Behind us all is full.", "rate_limit_exceeded", Retry_After="3"),
        AGAIN,
        "limiting the rate",
        wait=3.0,
        limited=True,
    ),
    Row(
        "openai",
        Act.body(200, {"error": {"message": "Upstream is ill.", "code": 502}}),
        AGAIN,
        "error of its own (502)",
        reason="Upstream is ill.",
    ),
    Row("openai", openai(200, "Odd."), AGAIN, "in place of an answer", reason="Odd."),
    Row(
        "gemini",
        gemini.error(
            429, "RESOURCE_EXHAUSTED", f"{QUOTA} Do retry in 51.6s.", retry="51s"
        ),
        AGAIN,
        "limiting the rate",
        wait=51.0,
        limited=True,
        reason="Your plan's quota",
    ),
    Row(
        "gemini",
        gemini.error(429, "RESOURCE_EXHAUSTED", f"{QUOTA} Do retry in 51.6s."),
        AGAIN,
        "limiting the rate",
        wait=51.6,
        limited=True,
    ),
    Row(
        "gemini",
        gemini.error(429, "RESOURCE_EXHAUSTED", QUOTA, listed=False),
        AGAIN,
        "limiting the rate",
        limited=True,
        reason="Your plan's quota",
    ),
    Row(
        "gemini",
        gemini.error(503, "UNAVAILABLE", "So many people today."),
        AGAIN,
        "overloaded",
        limited=True,
        reason="So many people",
    ),
    Row("gemini", PAGE, AGAIN, "error of its own (502)", reason="Bad gateway"),
    Row("gemini", Act.alt("A cat.", how="chunk"), AGAIN, "lost on its", lost=True),
    Row(
        "gemini",
        Act.alt("A cat.", inside=gemini.error_body(503, "UNAVAILABLE", "Full.")),
        AGAIN,
        "overloaded",
        limited=True,
    ),
    Row(
        "anthropic",
        anthropic.error(429, "rate_limit_error", QUOTA, Retry_After="9"),
        AGAIN,
        "limiting the rate",
        wait=9.0,
        limited=True,
        reason="Your plan's quota",
    ),
    Row(
        "anthropic",
        anthropic.error(529, "overloaded_error", "All at work."),
        AGAIN,
        "overloaded",
        limited=True,
        reason="All at work.",
    ),
    Row(
        "anthropic",
        Act("A", inside=anthropic.error_body("overloaded_error", "All at work.")),
        AGAIN,
        "overloaded",
        limited=True,
        reason="All at work.",
    ),
    Row("anthropic", PAGE, AGAIN, "error of its own (502)"),
    Row("anthropic", Act.alt("A cat.", how="short"), AGAIN, "lost on its", lost=True),
    Row(
        "mistral",
        mistral.error(429, f"Capacity: {QUOTA}", "rate_limited", "1300"),
        AGAIN,
        "limiting the rate",
        limited=True,
        reason="Capacity",
    ),
    Row("mistral", PAGE, AGAIN, "error of its own (502)"),
    Row(
        "ollama",
        ollama.error(500, "the runner stopped: no memory"),
        AGAIN,
        "error of its own (500)",
        reason="the runner stopped: no memory",
    ),
    Row("ollama", PAGE, AGAIN, "error of its own (502)"),
    Row(
        "openrouter",
        openrouter.error(429, "Upstream is full.", raw='{"error":{"message":"Slow."}}'),
        AGAIN,
        "limiting the rate",
        limited=True,
        reason="Upstream is full. Slow.",
    ),
    Row(
        "openrouter",
        Act.body(
            429,
            openrouter.error_body(429, "Slow."),
            X_RateLimit_Remaining="31",
            X_RateLimit_Reset=MIDNIGHT,
        ),
        AGAIN,
        "limiting the rate",
        limited=True,
    ),
    Row("openrouter", PAGE, AGAIN, "error of its own (502)"),
]
STOPS = [
    Row(
        "openai",
        openai(429, "You are at the end of it.", "insufficient_quota", Retry_After="1"),
        STOP,
        "no credit left (429)",
        reason="You are at the end of it.",
    ),
    Row("openai", openai(402, "Balance: 0.00"), STOP, "no credit left (402)"),
    Row("openai", openai(401, "Who?"), STOP, "refused the key (401)", reason="Who?"),
    Row(
        "openai",
        openai(403, "This project is not let near it.", "model_not_found"),
        STOP,
        "does not know the model",
    ),
    Row(
        "openai",
        openai(403, "Not from there.", "unsupported_country_region_territory"),
        STOP,
        "does not serve the place",
    ),
    Row(
        "openai",
        openai(404, "That one has left us.", "model_not_found"),
        STOP,
        "does not know the model double",
        reason="That one has left us.",
    ),
    Row(
        "openai",
        openai(429, "For a day it is 200 calls: try again in 7h12m.", "requests"),
        STOP,
        "limit of a day for double is used up (429) until 20",
    ),
    Row(
        "openai",
        openai(503, "We are moving house.", Retry_After="86400"),
        STOP,
        "answers no more for now (503) until 20",
    ),
    Row(
        "gemini",
        gemini.error(400, "FAILED_PRECONDITION", "Sorry, not where you are."),
        STOP,
        "does not serve the place",
        reason="Sorry, not where you are.",
    ),
    Row(
        "gemini",
        gemini.error(404, "NOT_FOUND", "It went into retirement."),
        STOP,
        "does not know the model",
        reason="It went into retirement.",
    ),
    Row(
        "gemini",
        gemini.error(
            400, "INVALID_ARGUMENT", "The model gemini-1.0 is no longer available."
        ),
        STOP,
        "does not know the model",
    ),
    Row("gemini", invalid_key("Look at it again."), STOP, "refused the key (400)"),
    Row(
        "gemini",
        gemini.error(403, "PERMISSION_DENIED", "This project may not."),
        STOP,
        "refused the key (403)",
    ),
    Row(
        "gemini",
        limit(f"{QUOTA} Retry in 20s.", "GenerateRequestsPerDayPerProject"),
        STOP,
        "limit of a day",
    ),
    Row(
        "anthropic",
        anthropic.error(
            400,
            "invalid_request_error",
            "Your organisation's usage limits are met. You regain access on"
            " 2026-12-01 at 00:00 UTC.",
        ),
        STOP,
        "spending limit (400) until 2026-12-01 at 00:00 UTC",
        reason="Your organisation's usage limits are met.",
    ),
    Row(
        "anthropic",
        anthropic.error(400, "invalid_request_error", "Your credit balance is low."),
        STOP,
        "no credit left",
    ),
    Row(
        "anthropic",
        anthropic.error(401, "authentication_error", "Who?"),
        STOP,
        "refused the key (401)",
    ),
    Row(
        "anthropic",
        Act("A", inside=anthropic.error_body("authentication_error", "Who?")),
        STOP,
        "refused the key",
    ),
    Row(
        "mistral",
        mistral.error(401, "Who?", "unauthorized", "1000"),
        STOP,
        "refused the key (401)",
        reason="Who?",
    ),
    Row(
        "ollama",
        ollama.error(404, "it is not on this disk"),
        STOP,
        "`ollama pull seer:4b`",
        reason="it is not on this disk",
    ),
    Row(
        "openrouter",
        openrouter.error(402, "Add some."),
        STOP,
        "no credit left (402)",
        reason="Add some.",
    ),
    Row("openrouter", openrouter.error(401, "Who?"), STOP, "refused the key (401)"),
    Row("openrouter", openrouter.error(403, "No."), STOP, "refused the key (403)"),
    Row(
        "openrouter",
        openrouter.error(403, "Key limit exceeded (weekly limit)."),
        STOP,
        "spending limit",
    ),
    Row(
        "openrouter",
        openrouter.error(429, "Of the free ones: 50 per day."),
        STOP,
        "limit of a day",
        reason="50 per day",
    ),
    Row(
        "openrouter",
        openrouter.error(
            429,
            "Of the free ones: 50 per day.",
            headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": MIDNIGHT},
        ),
        STOP,
        "is used up (429) until 20",
    ),
]
SKIPS = [
    Row(
        "openai",
        openai(400, "Not this one.", "content_policy_violation"),
        IMAGE,
        "content policy (400)",
        refused=True,
    ),
    Row(
        "openai", openai(400, "Odd picture."), IMAGE, "refused the call for this image"
    ),
    Row("openai", openai(413, "Heavy."), IMAGE, "too big"),
    Row(
        "gemini",
        Act.body(200, [{"promptFeedback": {"blockReason": "OTHER"}}]),
        IMAGE,
        "refused this image",
        refused=True,
    ),
    Row(
        "anthropic",
        Act(
            finish="refusal",
            more={"stop_details": {"category": "bio", "explanation": "Not that."}},
        ),
        IMAGE,
        "refused this image",
        refused=True,
        reason="Not that.",
    ),
    Row(
        "openrouter",
        openrouter.error(403, "Not this one.", reasons=["violence"]),
        IMAGE,
        "content policy (403)",
        refused=True,
        reason="Not this one.",
    ),
    Row(
        "openrouter",
        openrouter.error(403, "Under moderation it was caught."),
        IMAGE,
        "content policy (403)",
        refused=True,
    ),
]
TABLE = [*GOES_ON, *STOPS, *SKIPS]
