"""What OpenRouter answers. The sentences are this project's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doubles.providers import openrouter
from tests.doubles.providers.base import Act
from tests.doubles.providers.situations import network
from tests.doubles.providers.situations.situation import (
    PAID,
    Of,
    Situation,
    Verdict,
    good,
)

RENEWED = datetime.now(UTC) + timedelta(hours=20)
"""When the free calls of a day are there again."""


def rows() -> Iterator[Situation]:
    """Of all that OpenRouter answers."""
    row = Of("openrouter")
    error = openrouter.error

    yield row("usable answer, usage.cost", good(), Verdict.ANSWER)
    yield row(
        "usable answer by chat completions, usage.cost",
        good(),
        Verdict.ANSWER,
        options={"chat_completions": True},
    )
    yield row(
        "402", error(402, "Nothing is left; add some."), Verdict.STOP, says=("credit",)
    )
    yield row(
        "403, metadata.reasons",
        error(
            403,
            "The model requires moderation, and your input was flagged.",
            reasons=["violence/graphic"],
            flagged_input="(picture)",
            provider_name="Seer",
            model_slug=openrouter.NAME,
        ),
        Verdict.SKIP,
        final=True,
        says=("moderation",),
    )
    yield row("401", error(401, "Nobody of that name."), Verdict.STOP, says=("key",))
    yield row(
        "403 otherwise",
        error(403, "This one is beyond what you may use."),
        Verdict.STOP,
        says=("key",),
    )
    reset = {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0"}
    yield row(
        "429 free models, per day, no Retry-After",
        error(
            429,
            "The limit of free requests per day is reached: free-models-per-day. Add"
            " 10 credits to unlock more.",
            headers={**reset, "X-RateLimit-Reset": f"{RENEWED.timestamp():.0f}000"},
        ),
        Verdict.STOP,
        says=("day", f"{RENEWED:%Y-%m-%d %H:%M}"),
    )
    yield row(
        "429 of the provider behind it",
        error(
            429,
            "The provider returned an error",
            raw="seer/vista-mini is limited upstream for a moment; add your own key.",
            provider_name="Seer",
        ),
        Verdict.GO_ON,
    )
    yield row("502", error(502, "The one behind gave nothing."), Verdict.GO_ON)
    yield row("503", error(503, "Nobody to route to."), Verdict.GO_ON)
    failed: dict[str, Any] = {"status": "failed", "output": [], "usage": None}
    broken = {"error": {"code": "server_error", "message": "The one behind broke."}}
    yield row(
        "200, status failed, server_error",
        Act("", inside={**failed, **broken}, unbilled=True),
        Verdict.GO_ON,
    )
    yield row(
        "200, nothing but an error (502)",
        Act.body(200, openrouter.error_body(502, "The one behind gave nothing.")),
        Verdict.GO_ON,
    )
    yield row(
        "200, incomplete, max_output_tokens",
        Act('{"decision": "informative", "alt": "A gin', finish="max_output_tokens"),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    yield row(
        "404, no such model",
        error(404, f"No endpoints found for {openrouter.NAME}."),
        Verdict.STOP,
        says=("model",),
    )
    yield row(
        "200, refusal in the output",
        Act("", refusal="Not this one."),
        Verdict.SKIP,
        final=True,
        tokens=PAID,
    )
    yield from network.rows("openrouter")
