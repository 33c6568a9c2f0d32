"""The one HTTP client that all threads share for a model of the OpenAI family. Imports
openai: only inside a run."""

from __future__ import annotations

import warnings
from typing import Any

import httpx2
import openai
from openai.types import CompletionUsage

from altsync.generate.hearing import CONNECT
from altsync.generate.task import counted

UNTOUCHED = ("messages", "response_format")
"""Parts of a call."""


class _Completions:
    """chat.completions, with gaps of llm 0.36 closed: an answer without `usage`, or
    with one that is no object, is an AttributeError there, and the answer, which was
    paid for, is lost."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def create(self, **kwargs: Any) -> Any:
        completion = self._inner.create(**_as_it_is(kwargs))
        completion.usage = _sound(getattr(completion, "usage", None))
        if not isinstance(getattr(completion, "model", None), str):
            completion.model = ""
        return completion


def _as_it_is(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The same call, its largest parts untouched: openai looks through every piece of
    them for names to translate, of which there are none (a sixth of a call's CPU)."""
    parts = {name: kwargs.pop(name) for name in UNTOUCHED if name in kwargs}
    body = {**parts, **(kwargs.pop("extra_body", None) or {})}
    return {**kwargs, "messages": [], "extra_body": body}


def _sound(usage: Any) -> CompletionUsage:
    """The usage, if it is one: the libraries take anything for it. Without numbers where
    those are not known."""
    into = counted(getattr(usage, "prompt_tokens", None))
    out = counted(getattr(usage, "completion_tokens", None))
    if into is None or out is None:
        return CompletionUsage.model_construct()
    try:
        return CompletionUsage.model_validate(usage.model_dump(warnings=False))
    except (ValueError, RecursionError):  # details of another shape
        return CompletionUsage(
            prompt_tokens=into, completion_tokens=out, total_tokens=into + out
        )


class _Chat:
    def __init__(self, inner: Any) -> None:
        self.completions = _Completions(inner.completions)


class _Client:
    """What llm uses of an OpenAI client."""

    def __init__(self, inner: openai.OpenAI) -> None:
        self._inner = inner
        self.chat = _Chat(inner.chat)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def client(made: openai.OpenAI, seconds: float) -> Any:
    """A client like `made` (same key, host and headers), shared, without retries;
    `seconds` to wait for bytes, where nothing bounds the whole call (`hearing`)."""
    # An answer of another shape than the library expects is dealt with where it is read.
    warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=256)
    pool = httpx2.Client(
        base_url=made.base_url,
        timeout=httpx2.Timeout(seconds, connect=CONNECT),
        follow_redirects=True,
        limits=limits,
    )
    shared = made.with_options(
        max_retries=0,
        timeout=httpx2.Timeout(seconds, connect=CONNECT),
        http_client=pool,
    )
    made.close()
    return _Client(shared)
