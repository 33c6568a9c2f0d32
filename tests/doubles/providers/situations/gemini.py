"""What Gemini answers. The sentences are this project's own."""

from __future__ import annotations

from collections.abc import Iterator

from tests.doubles.providers import gemini
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

BLOCKED = (
    "SAFETY",
    "RECITATION",
    "PROHIBITED_CONTENT",
    "BLOCKLIST",
    "SPII",
    "IMAGE_SAFETY",
)
"""Reasons of its filters to give no text."""


def rows() -> Iterator[Situation]:
    """Of all that Gemini answers."""
    row = Of("gemini")
    error = gemini.error

    spent = (
        "You exceeded your current quota, please check your plan and billing details."
        " Please retry in 0.4s."
    )
    yield row("usable answer", good(), Verdict.ANSWER)
    yield row(
        "429 RESOURCE_EXHAUSTED, retryDelay and retry in N s",
        error(429, "RESOURCE_EXHAUSTED", spent, retry="0.4s"),
        Verdict.GO_ON,
        after=0.4,
    )
    yield row(
        "the same, the time only in the text",
        error(429, "RESOURCE_EXHAUSTED", spent),
        Verdict.GO_ON,
        after=0.4,
    )
    yield row(
        "the same as a bare object",
        error(429, "RESOURCE_EXHAUSTED", spent, retry="0.4s", listed=False),
        Verdict.GO_ON,
        after=0.4,
    )
    quota = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
    yield row(
        "429 RESOURCE_EXHAUSTED, quota of a day, retryDelay",
        error(429, "RESOURCE_EXHAUSTED", spent, retry="0.4s", quota=quota),
        Verdict.STOP,
        says=("day",),
    )
    used_up = "Resource has been exhausted (e.g. check quota)."
    yield row(
        "429 RESOURCE_EXHAUSTED, no time",
        error(429, "RESOURCE_EXHAUSTED", used_up),
        Verdict.GO_ON,
    )
    yield row(
        "429 RESOURCE_EXHAUSTED, no time, for ever",
        error(429, "RESOURCE_EXHAUSTED", used_up),
        Verdict.STOP,
        forever=True,
        always=True,
        calls=2,
        says=("check quota",),
    )
    yield row(
        "503 UNAVAILABLE", error(503, "UNAVAILABLE", "Overloaded."), Verdict.GO_ON
    )
    yield row(
        "504 DEADLINE_EXCEEDED",
        error(504, "DEADLINE_EXCEEDED", "It took too long."),
        Verdict.GO_ON,
    )
    broken = gemini.error_body(503, "UNAVAILABLE", "Overloaded.")
    yield row(
        "503 UNAVAILABLE inside a 200 array",
        Act(TEXT, inside=broken, unbilled=True),
        Verdict.GO_ON,
    )
    yield row("500 INTERNAL", error(500, "INTERNAL", "A fault."), Verdict.GO_ON)
    yield row(
        "503 as a bare object",
        error(503, "UNAVAILABLE", "Overloaded.", listed=False),
        Verdict.GO_ON,
    )
    yield row(
        "400 FAILED_PRECONDITION, place not served",
        error(
            400, "FAILED_PRECONDITION", "User location is not supported for this use."
        ),
        Verdict.STOP,
        says=("location",),
    )
    yield row(
        "404 NOT_FOUND, model retired",
        error(404, "NOT_FOUND", "models/gemini-of-old is not found for v1beta."),
        Verdict.STOP,
        says=("model",),
    )
    yield row(
        "400 INVALID_ARGUMENT, model retired",
        error(
            400,
            "INVALID_ARGUMENT",
            "The model gemini-of-old has been retired: use another.",
        ),
        Verdict.STOP,
        says=("model",),
    )
    yield row(
        "400 INVALID_ARGUMENT, API key",
        error(400, "INVALID_ARGUMENT", "API key not valid. Pass another."),
        Verdict.STOP,
        says=("key",),
    )
    yield row(
        "403 PERMISSION_DENIED",
        error(403, "PERMISSION_DENIED", "Method blocked for this caller."),
        Verdict.STOP,
        says=("key",),
    )
    yield row(
        "400 INVALID_ARGUMENT, this picture cannot be read",
        error(400, "INVALID_ARGUMENT", "Unable to process input image."),
        Verdict.SKIP,
    )
    blocked = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
    yield row(
        "200 without candidates, blockReason",
        Act(None, more=blocked),
        Verdict.SKIP,
        final=True,
        tokens=(1000, 0),
        says=("PROHIBITED_CONTENT",),
    )
    for finish in BLOCKED:
        yield row(
            f"200, finishReason {finish}",
            Act(None, finish=finish),
            Verdict.SKIP,
            final=True,
            tokens=PAID,
            says=(finish,),
        )
    yield row(
        "200, finishReason MAX_TOKENS",
        Act('{"decision": "informative", "alt": "A gin', finish="MAX_TOKENS"),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    yield from network.rows("gemini")
