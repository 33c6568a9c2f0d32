"""What providers answer when it is no usable text, and what altsync has to make of it.

The machine's parts (status, type, code, headers, times) are those of each API; the
sentences are this project's own, with the words that mislead: quota, billing, payment
stand in ordinary rate limits too.
"""

from __future__ import annotations

from tests.doubles.providers.situations import (
    anthropic,
    gemini,
    mistral,
    ollama,
    openai,
    openrouter,
)
from tests.doubles.providers.situations.situation import PAID, Situation, Verdict

__all__ = ["ALL", "PAID", "Situation", "Verdict"]

ALL: tuple[Situation, ...] = (
    *openai.rows(),
    *openrouter.rows(),
    *anthropic.rows(),
    *gemini.rows(),
    *mistral.rows(),
    *ollama.rows(),
)
"""Each situation of each provider."""
