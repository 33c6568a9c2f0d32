"""What the last HTTP exchange of a thread was, whatever a plugin made of it: the status,
the headers and the body, of errors as well as of answers.

Plugins speak through httpx or httpx2, if through either: `handle_request` of their
transports is wrapped while a run has models open, and passes on untouched what threads
do that are not asking a model. A plugin that uses neither is not heard.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

LARGEST = 16_000_000
"""Bytes of one answer, unpacked: a completion has some thousands."""
LIBRARIES = {"httpx2": "httpcore2", "httpx": "httpcore"}
"""With what each of them reads from sockets."""
OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that no longer fit a body that was unpacked."""
CONNECT = 10.0
"""Seconds that a connection may take."""
SLICE = 1024
"""Bytes of a packed body that are unpacked at a time: a mebibyte at most."""


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


@dataclass(frozen=True, slots=True)
class Heard:
    """One HTTP exchange."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; several of one name in one value, with commas."""
    body: bytes
    """Unpacked, at most LARGEST; what arrived, where it was not read to its end."""
    whole: bool
    """The body was read to its end."""


class Ear:
    """Listens to one call: to its last exchange. `until`: on the clock of
    time.monotonic. `once`: after an exchange that broke nothing more is sent."""

    def __init__(self, seconds: float, *, once: bool = True) -> None:
        self.until = time.monotonic() + seconds
        self._once = once
        self._status: int | None = None
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._size = 0
        self._whole = False
        self._broke: Exception | None = None

    def heard(self) -> Heard | None:
        """None where no answer began to arrive."""
        if self._status is None:
            return None
        return Heard(self._status, self._headers, b"".join(self._parts), self._whole)

    def begin(self) -> None:
        """A request is about to be sent. Raises what the one before raised: tries
        again are ours (`pace`), and libraries make some of their own accord."""
        if self._broke is not None:
            raise self._broke
        self._status = None
        self._headers = {}
        self._parts = []
        self._size = 0
        self._whole = False

    def broke(self, error: Exception) -> None:
        """The exchange ended so."""
        if self._once:
            self._broke = error

    def answers(self, status: int, headers: list[tuple[str, str]]) -> None:
        """An answer begins."""
        for name, value in headers:
            low = name.lower()
            before = self._headers.get(low)
            self._headers[low] = value if before is None else f"{before}, {value}"
        self._status = status

    def take(self, part: bytes) -> None:
        """Raises AnswerTooLarge."""
        self._size += len(part)
        if self._size > LARGEST:
            raise AnswerTooLarge
        self._parts.append(part)

    def end(self) -> None:
        """That was the whole body."""
        self._whole = True

    def instead(self, request: Any, library: ModuleType) -> Any:
        """What is answered in the place of the host, which is not asked then; None: it
        is. See `cut`."""
        return None

    @property
    def left(self) -> float:
        """Seconds; never below a thousandth, which a socket takes for a timeout."""
        return max(0.001, self.until - time.monotonic())

    def bounded(self, timeouts: Mapping[str, float | None]) -> dict[str, float]:
        """A library's timeouts, none beyond the deadline of the call."""
        most = {"connect": CONNECT, "read": None, "write": None, "pool": None}
        most.update(timeouts)
        left = self.left
        return {
            name: left if seconds is None else min(seconds, left)
            for name, seconds in most.items()
        }


class Replaced:
    """A method of somebody's class, replaced."""

    def __init__(self, owner: Any, name: str, method: Callable[..., Any]) -> None:
        self._owner = owner
        self._name = name
        self._before = getattr(owner, name)
        setattr(owner, name, method)

    def undo(self) -> None:
        """As it was."""
        setattr(self._owner, self._name, self._before)


class _Here(threading.local):
    asking: Ear | None = None
    """While this thread asks a model."""
    last: Ear | None = None


_here = _Here()
_installed: dict[str, list[Replaced]] = {}
"""By library."""
_installing = threading.Lock()


def heard() -> Heard | None:
    """The last exchange of this thread's last call; None where there was none."""
    return None if _here.last is None else _here.last.heard()


@contextlib.contextmanager
def listening(ear: Ear) -> Iterator[Ear]:
    """What this thread sends meanwhile is one call's: heard, and within its time."""
    _here.asking = _here.last = ear
    try:
        yield ear
    finally:
        _here.asking = None


def adopt(ear: Ear) -> None:
    """What another thread heard for this one."""
    _here.last = ear


def forget() -> None:
    """Keep nothing of this thread's last call: an error holds the connection."""
    _here.last = None


def install() -> None:
    """Wrap the transports of the libraries that are imported. Any number of times."""
    with _installing:
        for name, core in LIBRARIES.items():
            library = sys.modules.get(name)
            if library is None or name in _installed:
                continue
            transport = library.HTTPTransport
            handle = _wrapped(transport.handle_request, library)
            made = _trusting(transport.__init__, library)
            _installed[name] = [
                Replaced(transport, "handle_request", handle),
                Replaced(transport, "__init__", made),
            ]
            # No public name; where it has gone, only bodies end in time.
            with contextlib.suppress(ImportError, AttributeError):
                stream = importlib.import_module(f"{core}._backends.sync").SyncStream
                late = importlib.import_module(core).ReadTimeout
                read = _in_time(stream.read, late)
                _installed[name].append(Replaced(stream, "read", read))


def listens_to(library: str) -> bool:
    """Whether what goes over this library is heard."""
    return library in _installed


def remove() -> None:
    """Give the libraries back as they were."""
    with _installing:
        for methods in _installed.values():
            for method in methods:
                method.undo()
        _installed.clear()
    forget()


def _in_time(inner: Callable[..., Any], late: type[Exception]) -> Callable[..., Any]:
    """Reads from a socket, each no longer than the call has left: a server may drip the
    headers, too. `late` is raised once the time is over: where bytes never cease, as
    in a flood of interim answers (102), no read waits."""

    def read(stream: Any, most: int, timeout: float | None = None) -> bytes:
        ear = _here.asking
        if ear is not None:
            if time.monotonic() > ear.until:
                raise late("the whole call took too long")
            timeout = ear.left if timeout is None else min(timeout, ear.left)
        got: bytes = inner(stream, most, timeout)
        return got

    return read


def _wrapped(inner: Callable[..., Any], library: ModuleType) -> Callable[..., Any]:
    body = type("HeardBody", (_Body, library.SyncByteStream), {})
    slices = type("Slices", (_Slices, library.SyncByteStream), {})

    def handle_request(transport: Any, request: Any) -> Any:
        ear = _here.asking
        if ear is None:
            return inner(transport, request)
        ear.begin()
        timeouts = ear.bounded(request.extensions.get("timeout", {}))
        request.extensions = {**request.extensions, "timeout": timeouts}
        try:
            response = ear.instead(request, library) or inner(transport, request)
        except Exception as error:
            ear.broke(error)
            raise
        ear.answers(response.status_code, response.headers.multi_items())
        if "content-encoding" in response.headers:
            response.stream = slices(response.stream)
        if _leads_away(request.url, response):
            del response.headers["location"]  # no library follows it then
        return _answer(response, body(response, ear, library), library)

    return handle_request


def _trusting(inner: Callable[..., None], library: ModuleType) -> Callable[..., None]:
    """Transports that are made for a call, with the authorities that a library trusts by
    itself, have them read once: 30 ms of CPU, and some plugins make a client a call."""
    trusted = functools.cache(library.create_ssl_context)

    @functools.wraps(inner)
    def made(transport: Any, *args: Any, **how: Any) -> None:
        unusual = args or how.get("cert") or how.get("http2")
        own = how.get("verify", True) is True and how.get("trust_env", True)
        if _here.asking is not None and own and not unusual:
            how["verify"] = trusted()
        inner(transport, *args, **how)

    return made


def _leads_away(asked: Any, response: Any) -> bool:
    """Whether an answer sends to another host. Libraries take a key along that is not in
    Authorization (Anthropic's, seen on a socket), and the picture."""
    if "location" not in response.headers:
        return False
    try:
        place = asked.join(response.headers["location"])
    except Exception:  # an address of no shape leads nowhere
        return True
    parts = ("scheme", "host", "port")
    return any(getattr(asked, part) != getattr(place, part) for part in parts)


def _answer(response: Any, body: _Body, library: ModuleType) -> Any:
    """The response as the plugin gets it: its body unpacked and bounded. An answer comes
    as it arrives; an error is read here, since some plugins do not read theirs."""
    headers = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name.lower() not in OF_THE_WIRE
    ]
    more: dict[str, Any] = {"stream": body}
    if not response.is_success:
        # what openai's and anthropic's libraries ask before they try again by themselves
        headers.append(("x-should-retry", "false"))
        more = {"content": body.read()}
    return library.Response(
        response.status_code,
        headers=headers,
        extensions=response.extensions,
        **more,
    )


class _Body:
    """The body of an answer as it arrives: unpacked, bounded, heard, and ended when the
    whole call has taken too long (a read timeout alone lets a server drip a byte a
    second for ever).

    Raises AnswerTooLarge; AnswerCut where an answer broke off, and the library's own
    where an error did.
    """

    def __init__(self, response: Any, ear: Ear, library: ModuleType) -> None:
        self._response = response
        self._ear = ear
        self._library = library

    def __iter__(self) -> Iterator[bytes]:
        ear, library = self._ear, self._library
        try:
            for part in self._response.iter_bytes():
                ear.take(part)
                if time.monotonic() > ear.until:
                    raise library.ReadTimeout("the whole call took too long")
                yield part
        except (library.TransportError, library.DecodingError) as error:
            ear.broke(error)
            if not self._response.is_success:
                raise
            heard = ear.heard()
            raise AnswerCut(b"" if heard is None else heard.body) from error
        ear.end()

    def read(self) -> bytes:
        """All of it, and the connection is given back."""
        try:
            return b"".join(self)
        finally:
            self.close()

    def close(self) -> None:
        self._response.close()


class _Slices:
    """A packed body in small parts, so that no part unpacks to gigabytes at once."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            for at in range(0, len(part), SLICE):
                yield part[at : at + SLICE]

    def close(self) -> None:
        self._inner.close()
