"""A loopback server that speaks enough of OpenAI's Chat Completions for the real `llm`
and `openai` libraries.

    with Double() as double:
        double.acts = [Act.status(429, retry_after=1), Act.alt("A cat.")]
        double.latency = 0.1  # the last of the acts is repeated
        ...
        double.paid          # calls that were answered with tokens, which a provider would bill
        double.requests      # every body that was received

Real sockets and threads, keep-alive, so connections, timeouts and resets are those of
the real libraries.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def decided(alt: str, decision: str = "informative", **more: Any) -> str:
    """The object that a schema asks for, as JSON."""
    given = {
        "decision": decision,
        "alt": alt,
        "text_in_image": "",
        "people": False,
        "unsure": False,
        "why": "",
    }
    return json.dumps({**given, **more})


@dataclass(frozen=True)
class Act:
    """What the double does with one call."""

    content: str | None = None
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    raw: bytes | None = None
    """The body as it is, in place of a completion."""
    paid: bool = False
    """A provider would bill for `raw` too."""
    how: str = ""
    """reset: no answer; cut: half of the body, and its length says so; short: half of
    it, where its length says more; chunk: half of it, in chunks that do not end; break:
    half of it, then a reset; drip: a byte at a time; '' an answer."""
    finish: str = "stop"
    usage: bool = True
    refusal: str | None = None
    latency: float | None = None

    @classmethod
    def alt(cls, alt: str, **more: Any) -> Act:
        """A usable answer."""
        return cls(decided(alt), **more)

    @classmethod
    def status(
        cls,
        code: int,
        *,
        retry_after: float | None = None,
        kind: str = "",
        message: str = "no",
    ) -> Act:
        """An error of the provider's, with its code such as insufficient_quota."""
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        return cls(
            code=code,
            headers=headers,
            error={"message": message, "type": kind, "code": kind or None},
        )


def described(body: dict[str, Any]) -> Act:
    """A text that depends on the picture alone: so a mix-up between images would show."""
    return Act.alt(f"A picture with the mark {mark(picture_of(body))}.")


def mark(jpeg: bytes) -> str:
    """What `described` says of a picture."""
    return hashlib.sha256(jpeg).hexdigest()[:12]


def picture_of(body: dict[str, Any]) -> bytes:
    """The bytes of the attached picture."""
    import base64

    for part in body["messages"][-1]["content"]:
        if part["type"] == "image_url":
            return base64.b64decode(part["image_url"]["url"].split(",", 1)[1])
    raise AssertionError("no picture was attached")


def words_of(body: dict[str, Any]) -> str:
    """The question beside the picture."""
    return "".join(
        part["text"]
        for part in body["messages"][-1]["content"]
        if part["type"] == "text"
    )


BREAKING = ("short", "chunk", "break")
"""Ways in which an answer is cut on its way."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback."""


class Double:
    """The server. Change its switches at any time."""

    def __init__(
        self, act: Callable[[dict[str, Any]], Act] = described, *, keep: bool = True
    ) -> None:
        self.act = act
        self.acts: list[Act] = []
        self.latency = 0.0
        self.per_second: float | None = None
        """Calls that are admitted in a second (a bucket of that size); 429 beyond."""
        self.retry_after: float | None = 1.0
        self.keep = keep
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.calls = 0
        self.paid = 0
        self.limited = 0
        self.flying = 0
        self.most_flying = 0
        self.connections = 0
        self._lock = threading.Lock()
        self._level = 0.0
        self._filled = time.monotonic()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
        )

    def __enter__(self) -> Double:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _admit(self) -> bool:
        if self.per_second is None:
            return True
        now = time.monotonic()
        self._level = min(
            self.per_second, self._level + (now - self._filled) * self.per_second
        )
        self._filled = now
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def fill(self) -> None:
        """The bucket is full: the first second's worth is admitted at once."""
        self._level = self.per_second or 0.0
        self._filled = time.monotonic()

    def _next(self, body: dict[str, Any], headers: dict[str, str]) -> Act:
        with self._lock:
            self.calls += 1
            if self.keep:
                self.requests.append(body)
                self.headers.append(headers)
            if not self._admit():
                self.limited += 1
                return Act.status(
                    429,
                    retry_after=self.retry_after,
                    kind="rate_limit_exceeded",
                    message="Too many",
                )
            if self.acts:
                return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        return self.act(body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Answering", (_Answering,), {"double": self})

    def _body(self, act: Act, body: dict[str, Any]) -> bytes:
        """What is answered; a completion is paid for."""
        if act.raw is not None:
            with self._lock:
                self.paid += act.paid
            return act.raw
        if act.error is not None:
            return json.dumps({"error": act.error}).encode()
        with self._lock:
            self.paid += 1
        return json.dumps(completion(act, body["model"])).encode()


class _Answering(BaseHTTPRequestHandler):
    """Answers as its double says."""

    double: Double
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        with self.double._lock:
            self.double.connections += 1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.double._lock:
            self.double.flying += 1
            self.double.most_flying = max(self.double.most_flying, self.double.flying)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self._answer(self.double._next(body, headers), body)
        finally:
            with self.double._lock:
                self.double.flying -= 1

    def _answer(self, act: Act, body: dict[str, Any]) -> None:
        if act.code == 200:
            time.sleep(self.double.latency if act.latency is None else act.latency)
        if act.how == "reset":
            self._reset()
            return
        data = self.double._body(act, body)
        if act.how == "cut":
            data = data[: len(data) // 2]
        self.send_response(act.code)
        self.send_header("Content-Type", "application/json")
        for name, value in act.headers.items():
            self.send_header(name, value)
        if act.how == "chunk":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if act.how in BREAKING:
            self._break_off(data[: len(data) // 2], act.how)
        else:
            self._send(data, drip=act.how == "drip")

    def _break_off(self, data: bytes, how: str) -> None:
        """Send that much and go away."""
        if how == "chunk":
            data = b"%x\r\n%s\r\n" % (len(data), data)
        self._send(data, drip=False)
        self.close_connection = True
        if how == "break":
            time.sleep(0.05)  # what was sent is read before the reset
            self._reset()

    def _reset(self) -> None:
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.close_connection = True
        self.connection.close()

    def _send(self, data: bytes, *, drip: bool) -> None:
        if not drip:
            self.wfile.write(data)
            self.wfile.flush()
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.05)


def completion(act: Act, model: str) -> dict[str, Any]:
    """A whole answer, as an object."""
    message: dict[str, Any] = {"role": "assistant", "content": act.content}
    if act.refusal:
        message["refusal"] = act.refusal
    done: dict[str, Any] = {
        "id": "chatcmpl-" + os.urandom(6).hex(),
        "object": "chat.completion",
        "created": 1,
        "model": f"{model}-2026-10-01",
        "choices": [{"index": 0, "message": message, "finish_reason": act.finish}],
    }
    if act.usage:
        done["usage"] = {
            "prompt_tokens": 1000,
            "completion_tokens": 50,
            "total_tokens": 1050,
        }
    return done


MODELS = """\
- model_id: double
  model_name: double
  api_base: {base}
  vision: true
  supports_schema: true
- model_id: double-2
  model_name: double-2
  api_base: {base}
  vision: true
  supports_schema: true
- model_id: double-plain
  model_name: double-plain
  api_base: {base}
  vision: true
- model_id: double-blind
  model_name: double-blind
  api_base: {base}
- model_id: double-keyed
  model_name: double-keyed
  api_base: {base}
  api_key_name: stubco
  vision: true
  supports_schema: true
"""


def write_models(home: Path, base: str) -> None:
    """Make `home` an LLM_USER_PATH in which llm knows the double."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "extra-openai-models.yaml").write_text(MODELS.format(base=base))


@contextmanager
def serving(home: Path) -> Iterator[Double]:
    """A double that llm finds in `home`; models that were opened before are forgotten,
    before and after."""
    from altsync.generate import opening, pace

    with Double() as double:
        write_models(home, double.base)
        for forget in (opening.forget, pace.forget):
            forget()
        try:
            yield double
        finally:
            for forget in (opening.forget, pace.forget):
                forget()
