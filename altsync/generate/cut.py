"""A live call, cut in two at the transport: what a plugin would send is captured and not
sent, and an answer that came otherwise (a batch's) is given to it as if it had just come.

So a question that somebody else answers is built, and its answer is read, by the same
code as a live one, whatever the plugin makes of either.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

from altsync.errors import ModelStopped
from altsync.generate import hearing
from altsync.generate.events import EVENTS, as_events
from altsync.generate.hearing import Ear, Heard

CARRIED = ("anthropic-beta",)
"""Headers that say how a body is meant. No other is captured: keys stand in headers, and
in those of extra-openai-models.yaml too."""
NEVER = 86_400.0
"""Seconds: nothing is waited for."""

_PAST = (
    "What {} would be asked cannot be written down: its plugin does not speak through a"
    " library that altsync knows."
)
_LIVE = "Ask it without --batch."


@dataclass(frozen=True, slots=True)
class Captured:
    """A request that was not sent."""

    method: str
    path: str
    """With the query, and with whatever stands in the host's address before it."""
    headers: Mapping[str, str]
    """Those of CARRIED, by lower-case name."""
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class _Caught(BaseException):
    """A request was captured. No Exception: libraries try again after those."""

    def __init__(self, captured: Captured) -> None:
        super().__init__()
        self.captured = captured


class _Capturing(Ear):
    """Sends nothing."""

    def __init__(self) -> None:
        super().__init__(NEVER)

    def instead(self, request: Any, library: ModuleType) -> NoReturn:
        headers = {
            name: request.headers[name] for name in CARRIED if name in request.headers
        }
        path = request.url.raw_path.decode("ascii")
        raise _Caught(Captured(request.method, path, headers, request.read()))


class _Replaying(Ear):
    """Answers each request with the same."""

    def __init__(self, came: Heard) -> None:
        super().__init__(NEVER)
        self._came = came

    def instead(self, request: Any, library: ModuleType) -> Any:
        headers, body = dict(self._came.headers), self._came.body
        if self._came.status == 200 and _streams(request.read()):
            headers, body = {**headers, "content-type": EVENTS}, as_events(body)
        return library.Response(self._came.status, headers=headers, content=body)


def captured(call: Callable[[], object], model: str) -> Captured:
    """What `call` would send first. Raises what it raises before it sends anything, and
    ModelStopped where it sends nothing that can be captured."""
    if not any(hearing.listens_to(library) for library in hearing.LIBRARIES):
        raise ModelStopped(f"{_PAST.format(model)} Nothing was sent. {_LIVE}")
    try:
        with hearing.listening(_Capturing()):
            call()
    except _Caught as caught:
        return caught.captured
    finally:
        hearing.forget()
    raise ModelStopped(
        f"{_PAST.format(model)} One question may have been asked live, and paid for."
        f" {_LIVE}"
    )


def replaying(came: Heard) -> Ear:
    """For `hearing.listening`: what is asked meanwhile is answered with what came.
    `hearing.heard()` tells of it afterwards, as of a live answer."""
    return _Replaying(came)


def _streams(body: bytes) -> bool:
    """Whether a request wants the answer as a stream of events."""
    try:
        asked = json.loads(body)
    except ValueError:
        return False
    return isinstance(asked, Mapping) and asked.get("stream") is True
