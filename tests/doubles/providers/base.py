"""What the doubles of all providers have in common: a loopback server whose every answer a
test says.

    with OpenAI() as double:
        double.acts = [Act.status(429, retry_after=1), Act.alt("A cat.")]
        double.latency = 0.1  # the last of the acts is repeated
        ...
        double.paid          # calls that were answered with tokens, which a provider would bill
        double.requests      # every body that was received

Real sockets and threads, keep-alive, so connections, timeouts and resets are those of
the real libraries. Every provider's own module says how its bodies look.
"""

from __future__ import annotations

import hashlib
import json
import select
import socket
import struct
import threading
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.doubles.providers.limits import Limit


def decided(alt: str, decision: str = "informative", **more: Any) -> str:
    """The object that a schema asks for, as JSON."""
    given = {
        "decision": decision,
        "alt": alt,
        "long_description": "",
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
    """reset: no answer, though it was paid for where there is a text; cut: half of the
    body, and its length says so; short: half of it, where its length says more; chunk:
    half of it, in chunks that do not end; break: half of it, then a reset; stall: half
    of it, then silence; drip: a byte at a time; '' an answer."""
    finish: str = ""
    """The provider's own word for why the answer ends; '' for a whole one."""
    usage: bool = True
    tokens: tuple[int, int] = (1000, 50)
    """In and out, hidden ones included."""
    bill: dict[str, Any] = field(default_factory=dict)
    """Parts of the usage beside the usual ones, in the provider's own words."""
    refusal: str | None = None
    latency: float | None = None
    unbilled: bool = False
    """A provider takes nothing for this answer."""
    tool: bool = False
    """The object comes as the arguments of a tool call, the text is empty."""
    inside: dict[str, Any] | None = None
    """An error in the provider's own shape, inside an answer that began well (200)."""
    more: dict[str, Any] = field(default_factory=dict)
    """Parts of the answer beside the usual ones, in the provider's own words."""

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

    @classmethod
    def body(cls, code: int, body: Any, **headers: str) -> Act:
        """An answer whose body is this very object, unpaid; `Retry_After` is the header
        Retry-After."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(code=code, headers=named, raw=json.dumps(body).encode())


def mark(jpeg: bytes) -> str:
    """What `described` says of a picture."""
    return hashlib.sha256(jpeg).hexdigest()[:12]


BREAKING = ("short", "chunk", "break", "stall")
"""Ways in which an answer is cut on its way."""
HALF = ("cut", *BREAKING)
"""Those in which half of it is sent."""
PATIENT = 10.0
"""Seconds that an answer stalls for, where nobody goes before."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback."""


class Provider(ABC):
    """The server. Change its switches at any time."""

    model: str
    """As llm knows it."""
    prefix = ""
    """Of its addresses, as its library is told them."""
    kind = "application/json"
    """Of what it answers."""
    streams = False
    """Whether its answers come in chunks, as the plugin asks for them."""
    cost = 0.0015
    """Dollars that a provider takes for one answer: 1,000 tokens in and 50 out, at $1 and
    $10 a million, unless it names a figure of its own."""

    def __init__(
        self, act: Callable[[dict[str, Any]], Act] | None = None, *, keep: bool = True
    ) -> None:
        self.act = act or self.described
        self.acts: list[Act] = []
        self.latency = 0.0
        self.per_second: float | None = None
        """Calls that are admitted in a second; 429 beyond."""
        self.bucket: float | None = None
        """So many at once after a rest; None: a second's worth."""
        self.retry_after: float | None = 1.0
        self.limit: Limit | None = None
        """In place of those three."""
        self.keep = keep
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
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
        self.host = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.base = self.host + self.prefix
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
        )

    @abstractmethod
    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        """The body of an answer, in the pieces in which it is sent."""

    @abstractmethod
    def picture(self, body: dict[str, Any]) -> bytes:
        """The bytes of the attached picture."""

    @abstractmethod
    def words(self, body: dict[str, Any]) -> str:
        """The question beside the picture."""

    @abstractmethod
    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        """The schema of the object that is asked for. Raises LookupError where none is."""

    def failed(self, act: Act) -> Any:
        """The body of an error, of its message, type and code."""
        return {"error": act.error}

    def beside(self, path: str) -> Any:
        """What is answered to a request that is no question to a model; None for a
        question."""
        return None

    def routed(self, asking: _Answering, method: str) -> bool:
        """Whether a request, of which the head alone was read, is answered here: a
        batch's."""
        return False

    def described(self, body: dict[str, Any]) -> Act:
        """A text that depends on the picture alone: so a mix-up between images would
        show."""
        return Act.alt(f"A picture with the mark {mark(self.picture(body))}.")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _admit(self) -> tuple[bool, dict[str, str]]:
        """Whether a call is answered, and the headers that tell of the limit."""
        if self.limit is not None:
            return self.limit.admits(time.monotonic())
        told = (
            {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        )
        return (True, {}) if self._has_room() else (False, told)

    def _has_room(self) -> bool:
        if self.per_second is None:
            return True
        now = time.monotonic()
        room = self.bucket or self.per_second
        filled = self._level + (now - self._filled) * self.per_second
        self._level = min(room, filled)
        self._filled = now
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def fill(self) -> None:
        """The bucket is full: the first second's worth is admitted at once."""
        self._level = self.bucket or self.per_second or 0.0
        self._filled = time.monotonic()

    def _next(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Act:
        with self._lock:
            self.calls += 1
            if self.keep:
                self.paths.append(path)
                self.requests.append(body)
                self.headers.append(headers)
            admitted, told = self._admit()
            if not admitted:
                self.limited += 1
                no = Act.status(429, kind="rate_limit_exceeded", message="Too many")
                return replace(no, headers=told)
            act = self._act()
        act = act or self.act(body)
        return replace(act, headers={**told, **act.headers}) if told else act

    def _act(self) -> Act | None:
        """The next that a test says."""
        if len(self.acts) > 1:
            return self.acts.pop(0)
        return self.acts[0] if self.acts else None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Answering", (_Answering,), {"double": self})

    def _pieces(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        """What is answered; a completion is paid for."""
        if act.raw is not None:
            with self._lock:
                self.paid += act.paid
            return [act.raw]
        if act.error is not None:
            return [json.dumps(self.failed(act)).encode()]
        unpaid = act.unbilled or (act.how == "reset" and act.content is None)
        with self._lock:
            self.paid += not unpaid
        return self.answer(act, body)


def _packed(pieces: Sequence[bytes]) -> list[bytes]:
    """One gzip stream, of which each piece can be read as it comes."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS + 16)
    flushed = [packer.compress(one) + packer.flush(zlib.Z_SYNC_FLUSH) for one in pieces]
    return [*flushed, packer.flush()]


class _Answering(BaseHTTPRequestHandler):
    """Answers as its double says."""

    double: Provider
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        with self.double._lock:
            self.double.connections += 1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""

    def do_GET(self) -> None:
        if self.double.routed(self, "GET"):
            return
        found = self.double.beside(self.path)
        self._whole(404 if found is None else 200, json.dumps(found).encode())

    def do_DELETE(self) -> None:
        if not self.double.routed(self, "DELETE"):
            self._whole(405, b"{}")

    def do_POST(self) -> None:
        if self.double.routed(self, "POST"):
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        beside = self.double.beside(self.path)
        if beside is not None:
            self._whole(200, json.dumps(beside).encode())
            return
        with self.double._lock:
            self.double.flying += 1
            self.double.most_flying = max(self.double.most_flying, self.double.flying)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self._answer(self.double._next(self.path, body, headers), body)
        finally:
            with self.double._lock:
                self.double.flying -= 1

    def _whole(self, code: int, data: bytes) -> None:
        length = str(len(data))
        self._head(code, {"Content-Type": "application/json", "Content-Length": length})
        self._send(data)

    def _answer(self, act: Act, body: dict[str, Any]) -> None:
        if act.code == 200:
            self._wait(self.double.latency if act.latency is None else act.latency)
        pieces = self.double._pieces(act, body)
        if act.how == "reset":
            self._reset()
            return
        packs = self._packs(act)
        if packs:
            pieces = _packed(pieces)
        streams = self.double.streams and act.code == 200 and act.raw is None
        chunked = streams or act.how == "chunk"
        data = b"".join(pieces)
        half = data[: len(data) // 2]
        length = len(half) if act.how == "cut" else len(data)
        if act.how in HALF:
            pieces = [half]
        headers = {
            "Content-Type": self.double.kind if streams else "application/json",
            **act.headers,
        }
        if packs:
            headers["Content-Encoding"] = "gzip"
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(length)
        self._head(act.code, headers)
        for piece in pieces:
            self._send(piece, chunked=chunked, drip=act.how == "drip")
        if act.how in BREAKING:
            self._break_off(act.how)
        elif chunked:
            self._send(b"", chunked=True)

    def _head(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _packs(self, act: Act) -> bool:
        """As providers do for everybody who takes it, errors too."""
        takes = "gzip" in self.headers.get("Accept-Encoding", "")
        return takes and "Content-Encoding" not in act.headers

    def _break_off(self, how: str) -> None:
        """Go away, before all is sent."""
        self.close_connection = True
        if how == "stall":
            self._wait(PATIENT)
        if how == "break":
            time.sleep(0.05)  # what was sent is read before the reset
            self._reset()

    def _wait(self, seconds: float) -> None:
        """So long, or until the other side has gone."""
        select.select([self.connection], [], [], seconds)

    def _reset(self) -> None:
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.close_connection = True
        self.connection.close()

    def _send(self, data: bytes, *, chunked: bool = False, drip: bool = False) -> None:
        parts = [bytes([byte]) for byte in data] if drip else [data]
        for part in parts:
            if chunked:
                part = b"%x\r\n%s\r\n" % (len(part), part)
            self.wfile.write(part)
            self.wfile.flush()
            if drip:
                time.sleep(0.05)
