"""The one HTTP client that all threads share for a model of the OpenAI family. Imports
openai: only inside a run."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx2
import openai
from openai.types import CompletionUsage

from altsync.generate.task import counted

LARGEST = 16_000_000
"""Bytes of one answer, unpacked: a completion has some thousands."""


class AnswerTooLarge(Exception):
    """A host sent more than any answer has: a fault of its own, or an attack with a
    small body that unpacks to gigabytes."""


class AnswerCut(Exception):
    """The answer began to arrive and broke off: it was paid for, most likely.

    `part` is what arrived.
    """

    def __init__(self, part: bytes) -> None:
        super().__init__("the answer broke off on its way")
        self.part = part


class _Heard(threading.local):
    """What the host sent last to this thread."""

    body: bytes | None = None
    """None where it gave no answer."""


_heard = _Heard()


def heard() -> bytes | None:
    """The body of the answer to this thread's last call; None where there was none."""
    return _heard.body


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
    """Pool of connections with a deadline per call, and a bound on its answer.

    Bodies are read and unpacked here (a mebibyte at a time: httpx2 2.16), so that
    nothing larger is ever in memory, and what arrived is known whatever the libraries
    above make of it. Raises AnswerTooLarge and AnswerCut beside httpx2's own.
    """

    def __init__(self, inner: httpx2.BaseTransport, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        _heard.body = None
        until = time.monotonic() + self._seconds
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Deadline(response.stream, until)
        try:
            body = _bounded(response)
        finally:
            response.close()
        if response.is_success:
            _heard.body = body
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name.lower() not in OF_THE_WIRE
        ]
        return httpx2.Response(
            response.status_code,
            headers=headers,
            content=body,
            extensions=response.extensions,
        )

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


OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that no longer fit a body that was unpacked."""


def _bounded(response: httpx2.Response) -> bytes:
    """The unpacked body. Raises AnswerTooLarge, and AnswerCut where it broke off."""
    parts: list[bytes] = []
    size = 0
    try:
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise AnswerTooLarge
    except (httpx2.TransportError, httpx2.DecodingError) as error:
        if response.is_success:
            raise AnswerCut(b"".join(parts)) from error
        raise
    return b"".join(parts)


class _Completions:
    """chat.completions, with gaps of llm 0.36 closed: an answer without `usage`, or
    with one that is no object, is an AttributeError there, and the answer, which was
    paid for, is lost."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def create(self, **kwargs: Any) -> Any:
        completion = self._inner.create(**kwargs)
        completion.usage = _sound(getattr(completion, "usage", None))
        if not isinstance(getattr(completion, "model", None), str):
            completion.model = ""
        return completion


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
    """A client like `made` (same key, host and headers), shared, without retries,
    `seconds` for a whole call."""
    # An answer of another shape than the library expects is dealt with where it is read.
    warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)
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
