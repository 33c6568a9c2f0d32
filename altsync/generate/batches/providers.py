"""Which models can be asked by the batch."""

from __future__ import annotations

from altsync.errors import UsageError
from altsync.generate.asking import Model
from altsync.generate.batches.base import Batches

CLAUDE = "llm_anthropic"
"""Anthropic's plugin."""
WITHOUT = {
    "llm_openrouter": "OpenRouter has no batches.",
    "llm_gemini": "Gemini has batches, and altsync does not speak to them.",
    "llm_mistral": "Mistral has batches, and altsync does not speak to them.",
    "llm_ollama": "Ollama runs on a machine of yours, and has no batches.",
}
"""Plugins, and why not."""


def of_model(model: Model) -> Batches:
    """The batches of its provider. Raises UsageError where altsync speaks to none.

    What has a client of OpenAI's may have none at its host: `Batches.check` tells.
    """
    inner = model.inner
    module = type(inner).__module__.partition(".")[0]
    if module == CLAUDE:
        from altsync.generate.batches.anthropic import AnthropicBatches

        return AnthropicBatches(model)
    if hasattr(inner, "get_client") and module not in WITHOUT:
        from altsync.generate.batches.openai import OpenAIBatches

        return OpenAIBatches(model)
    why = WITHOUT.get(module, "Its plugin tells of none.")
    raise UsageError(
        f"{model.name} cannot be asked by the batch. {why} Batches go to models of OpenAI,"
        " of hosts with OpenAI's batch protocol, and of Anthropic. Ask without --batch, or"
        " hand the questions over as a file: `altsync work export`."
    )
