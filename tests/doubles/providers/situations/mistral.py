"""What Mistral answers. The sentences are this project's own."""

from __future__ import annotations

from collections.abc import Iterator

from tests.doubles.providers import mistral
from tests.doubles.providers.base import Act
from tests.doubles.providers.situations import network
from tests.doubles.providers.situations.situation import (
    Of,
    Situation,
    Verdict,
    good,
)


def rows() -> Iterator[Situation]:
    """Of all that Mistral answers."""
    row = Of("mistral")
    error = mistral.error

    yield row("usable answer", good(), Verdict.ANSWER)
    yield row(
        "429 capacity",
        error(
            429,
            "Service tier capacity exceeded for this model.",
            "service_tier_capacity_exceeded",
            "3505",
        ),
        Verdict.GO_ON,
    )
    yield row(
        "429, Retry-After",
        error(
            429,
            "Requests rate limit exceeded",
            "rate_limited",
            "1300",
            Retry_After="0.3",
        ),
        Verdict.GO_ON,
        after=0.3,
    )
    yield row(
        "401", Act.body(401, {"detail": "Unauthorized"}), Verdict.STOP, says=("key",)
    )
    yield row(
        "400 invalid model",
        error(400, "Invalid model: mistral-of-old", "invalid_model", "1500"),
        Verdict.STOP,
        says=("model",),
    )
    wrong = {"loc": ["body", "messages"], "msg": "Unreadable picture", "type": "value"}
    yield row("422", Act.body(422, {"detail": [wrong]}), Verdict.SKIP)
    yield row("500", error(500, "A fault", "internal", "1000"), Verdict.GO_ON)
    yield row("503", error(503, "Overloaded", "unavailable", "1001"), Verdict.GO_ON)
    yield from network.rows("mistral")
