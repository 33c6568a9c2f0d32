"""A model that llm does not know: an engine of somebody's own, which speaks as OpenAI's
chat does. It is never asked from here; its questions are written down by llm's own code.
Imports llm's OpenAI plugin: only inside a run."""

from __future__ import annotations

import json
from typing import Any

NOWHERE = "http://nobody.invalid/v1"
"""A name that nobody can register (RFC 2606)."""


def stranger(name: str) -> Any:
    """A model of llm for it. Which options an engine has only its owner knows: all are
    taken, and those that OpenAI has not go beside the others, as vLLM reads them."""
    import pydantic
    from llm.default_plugins.openai_models import Chat

    made: Any = Chat(  # type: ignore[no-untyped-call]
        name, model_name=name, api_base=NOWHERE, vision=True, supports_schema=True
    )
    inner = made.build_kwargs
    known = frozenset(made.Options.model_fields)

    def build_kwargs(prompt: Any, stream: bool) -> dict[str, Any]:
        kwargs: dict[str, Any] = inner(prompt, stream)
        own = {one: kwargs.pop(one) for one in prompt.options.model_extra}
        return {**kwargs, "extra_body": own} if own else kwargs

    class AnyOptions(made.Options):  # type: ignore[misc]
        model_config = pydantic.ConfigDict(extra="allow")

        @pydantic.model_validator(mode="before")
        @classmethod
        def _as_values(cls, given: dict[str, Any]) -> dict[str, Any]:
            return {
                name: value if name in known else _read(value)
                for name, value in given.items()
            }

    made.Options, made.build_kwargs = AnyOptions, build_kwargs
    made.needs_key = None
    made.stranger = True
    return made


def _read(value: Any) -> Any:
    """An option of the command line is a text: a number or a truth where it says one."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def is_stranger(model: Any) -> bool:
    """Whether llm does not know it."""
    return bool(getattr(model, "stranger", False))
