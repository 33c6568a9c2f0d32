"""The one HTTP client that all threads share for a model of the OpenAI family. Imports
openai: only inside a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx2
import openai
from openai.types import CompletionUsage


class _Deadline(httpx2.SyncByteStream):
    """A body that ends with ReadTimeout when the whole call has taken too long: a read
    timeout alone lets a server drip a byte a second for ever."""

    def __init__(self, stream: httpx2.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("the whole call took too long")
            yield part

    def close(self) -> None:
        self._stream.close()


class Transport(httpx2.BaseTransport):
    """Pool of connections with a deadline per call."""

    def __init__(self, inner: httpx2.BaseTransport, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        until = time.monotonic() + self._seconds
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Deadline(response.stream, until)
        return response

    def __enter__(self) -> Transport:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._inner.__exit__(exc_type, exc_value, traceback)

    def close(self) -> None:
        self._inner.close()


class _Completions:
    """chat.completions, with the gap of llm 0.36 closed: an answer without `usage` is
    an AttributeError there, and the answer, which was paid for, is lost."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def create(self, **kwargs: Any) -> Any:
        completion = self._inner.create(**kwargs)
        if getattr(completion, "usage", True) is None:
            completion.usage = CompletionUsage.model_construct()
        return completion


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
    """A client like `made` (same key, host and headers), shared, without retries,
    `seconds` for a whole call."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=256)
    pool = httpx2.Client(
        base_url=made.base_url,
        timeout=httpx2.Timeout(seconds, connect=10.0),
        follow_redirects=True,
        limits=limits,
    )
    # Wrapped after it is made, so that the client's own handling of proxies in the
    # environment stays.
    pool._transport = Transport(pool._transport, seconds)
    pool._mounts = {
        pattern: t and Transport(t, seconds) for pattern, t in pool._mounts.items()
    }
    shared = made.with_options(
        max_retries=0, timeout=httpx2.Timeout(seconds, connect=10.0), http_client=pool
    )
    made.close()
    return _Client(shared)
