"""A model that llm does not know: an engine of somebody's own, which speaks as OpenAI's
chat does. It is never asked from here; its questions are written down by llm's own code.
Imports llm's OpenAI plugin: only inside a run."""

from __future__ import annotations

from typing import Any

NOWHERE = "http://nobody.invalid/v1"
"""A name that nobody can register (RFC 2606)."""


def stranger(name: str) -> Any:
    """A model of llm for it."""
    from llm.default_plugins.openai_models import Chat

    made: Any = Chat(  # type: ignore[no-untyped-call]
        name, model_name=name, api_base=NOWHERE, vision=True, supports_schema=True
    )
    made.needs_key = None
    made.stranger = True
    return made


def is_stranger(model: Any) -> bool:
    """Whether llm does not know it."""
    return bool(getattr(model, "stranger", False))
