"""What the doubles of both batch APIs have in common: batches that are worked on when a
test says so, requests that go wrong at a named step, and books of what was paid.

    with OpenAIBatches() as double:
        double.steps["create"] = ["lost"]   # made, and the answer never arrives
        double.looks = 2                    # a batch has ended when it is looked at twice
        ...
        double.paid_for                     # how often each picture was paid for
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.doubles.providers.base import Act, Provider, _Answering, mark

Wrong = Literal["lost", "drop", "hold", "hang", "cut"]
"""lost: done, and the connection is reset in place of an answer; drop: reset, and not
done; hold: done once `release` is called, whoever has gone meanwhile; hang: done, and
answered once it is called; cut: done, and half of the answer arrives."""


@dataclass
class Said:
    """An answer."""

    code: int
    body: Any
    """bytes, or what is sent as JSON."""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


@dataclass
class Came:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Lot:
    """A batch, as its host holds it."""

    id: str
    lines: dict[str, dict[str, Any]]
    """The bodies, by key."""
    created: float
    state: str = "in_progress"
    asked: dict[str, Any] = field(default_factory=dict)
    """What it was made of."""
    results: dict[str, tuple[Act, Any]] = field(default_factory=dict)
    """By key: what was done, and the whole answer or error. Of what was not asked,
    neither."""
    looks: int = 0
    ended: float | None = None
    problem: list[dict[str, Any]] = field(default_factory=list)

    @property
    def left(self) -> list[str]:
        """Keys of lines that nothing has come of."""
        return [key for key in self.lines if key not in self.results]


class Batching(Provider):
    """The part of a host that has batches. Its questions are answered as `Provider` says,
    one at a time, when the batch is worked on."""

    looks: int | None = 1
    """A batch has ended when it is looked at for this time; None: when `work` and `end`
    are called."""
    skew = 0.0
    """Seconds by which the host's clock is ahead."""
    page = 100
    """The most that a list gives at once."""

    def __init__(self, *args: Any, **how: Any) -> None:
        self.steps: dict[str, list[Wrong | Act | None]] = {}
        """What goes wrong, by step, one request after the other (None: nothing); then
        nothing."""
        self.asked: Counter[str] = Counter()
        """Requests by step."""
        self.lots: dict[str, Lot] = {}
        self.paid_for: Counter[str] = Counter()
        """By the mark of a picture: live answers and lines that were answered."""
        self.reached: dict[str, threading.Event] = {}
        """By step: set as soon as such a request has come whole."""
        self._released = threading.Event()
        super().__init__(*args, **how)
        self.reached.update((step, threading.Event()) for step in self.STEPS)

    STEPS: tuple[str, ...] = ()

    @abstractmethod
    def route(
        self, method: str, path: str
    ) -> tuple[str, Callable[[Came], Said]] | None:
        """(step, what does it) of a request of batches; None for any other."""

    @abstractmethod
    def refusal(self, came: Came) -> Said | None:
        """An answer to who has no key."""

    @abstractmethod
    def error(self, code: int, kind: str, message: str) -> Said:
        """An error in the provider's shape."""

    @abstractmethod
    def whole(self, act: Act, body: dict[str, Any]) -> Any:
        """An answer as it stands in results."""

    def release(self) -> None:
        """What holds and hangs goes on."""
        self._released.set()

    def work(self, lot: Lot, most: int | None = None) -> None:
        """So many lines more are answered, and paid for."""
        for key in lot.left[:most]:
            body = lot.lines[key]
            act = self._act() or self.act(body)
            if act.error is not None or act.raw is not None:
                wrong = json.loads(act.raw) if act.raw else self.failed(act)
                lot.results[key] = act, wrong
                continue
            lot.results[key] = act, self.whole(act, body)
            self._count(act, body)

    def end(self, lot: Lot, state: str) -> None:
        """It ends so, with the lines that have an answer by now."""
        lot.state = state
        lot.ended = self.now()

    def now(self) -> float:
        """By the host's clock."""
        return time.time() + self.skew

    def hold(self, lines: dict[str, dict[str, Any]], **asked: Any) -> Lot:
        """A new batch."""
        lot = Lot(self.new_id(), lines, self.now(), asked=asked)
        self.lots[lot.id] = lot
        return lot

    @abstractmethod
    def new_id(self) -> str: ...

    def newest(self, after: str = "") -> tuple[list[Lot], bool]:
        """Behind this one, and whether there are more. Newest first."""
        found = list(reversed(self.lots.values()))
        ids = [lot.id for lot in found]
        start = ids.index(after) + 1 if after else 0
        return found[start : start + self.page], len(found) > start + self.page

    def _pieces(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        """A live answer."""
        before = self.paid
        pieces = super()._pieces(act, body)
        if self.paid > before:
            self.paid_for[mark(self.picture(body))] += 1
        return pieces

    def _count(self, act: Act, body: dict[str, Any]) -> None:
        if not act.unbilled:
            self.paid += 1
            self.paid_for[mark(self.picture(body))] += 1

    def routed(self, asking: _Answering, method: str) -> bool:
        path, _, query = asking.path.partition("?")
        found = self.route(method, path)
        if found is None:
            return False
        step, do = found
        headers = {name.lower(): value for name, value in asking.headers.items()}
        pairs = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        came = Came(method, path, pairs, headers, _body(asking))
        with self._lock:
            self.asked[step] += 1
            if self.keep:
                self.headers.append(headers)
                self.paths.append(asking.path)
            planned = self.steps.get(step)
            wrong = planned.pop(0) if planned else None
        self.reached[step].set()
        self._go(asking, came, do, wrong)
        return True

    def _go(
        self,
        asking: _Answering,
        came: Came,
        do: Callable[[Came], Said],
        wrong: Wrong | Act | None,
    ) -> None:
        if isinstance(wrong, Act):
            body = wrong.raw if wrong.raw is not None else self.failed(wrong)
            _send(asking, Said(wrong.code, body, wrong.headers))
            return
        if wrong == "drop":
            asking._reset()
            return
        if wrong == "hold":
            self._released.wait(60.0)
        with self._lock:
            said = self.refusal(came) or do(came)
        if wrong == "lost":
            asking._reset()
            return
        if wrong == "hang":
            self._released.wait(60.0)
        _send(asking, said, cut=wrong == "cut")


def _body(asking: _Answering) -> bytes:
    if asking.headers.get("Transfer-Encoding") == "chunked":
        parts = []
        while size := int(asking.rfile.readline(), 16):
            parts.append(asking.rfile.read(size))
            asking.rfile.readline()
        asking.rfile.readline()
        return b"".join(parts)
    return asking.rfile.read(int(asking.headers.get("Content-Length") or 0))


def _send(asking: _Answering, said: Said, *, cut: bool = False) -> None:
    data = said.data
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(data)),
        **said.headers,
    }
    asking._head(said.code, headers)
    asking._send(data[: len(data) // 2] if cut else data)
    if cut:
        asking.close_connection = True


def new_id(before: str) -> str:
    """An id such as providers give."""
    return before + secrets.token_hex(12)
