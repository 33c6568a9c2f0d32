"""What Ollama answers. The sentences are this project's own."""

from __future__ import annotations

from collections.abc import Iterator

from tests.doubles.providers import ollama
from tests.doubles.providers.situations import network
from tests.doubles.providers.situations.situation import (
    Of,
    Situation,
    Verdict,
    good,
)


def rows() -> Iterator[Situation]:
    """Of all that Ollama answers."""
    row = Of("ollama")
    yield row("usable answer", good(), Verdict.ANSWER)
    ended = ollama.error(500, "model runner has unexpectedly stopped")
    yield row("500 runner stopped, once", ended, Verdict.GO_ON)
    yield row(
        "500 runner stopped, for ever",
        ended,
        Verdict.STOP,
        forever=True,
        always=True,
        calls=20,
        says=("runner",),
    )
    yield row(
        "404 model not pulled",
        ollama.error(404, f"model '{ollama.NAME}' not found, try pulling it first"),
        Verdict.STOP,
        says=(f"ollama pull {ollama.NAME}",),
    )
    yield from network.rows("ollama")
