"""What can go wrong on the demonstration site, on demand. A fault is data; the site
asks which one a request meets."""

from __future__ import annotations

import html
import re
import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "status",
    "reset",
    "truncate",
    "login-page",
    "redirect",
    "drip",
    "lies",
    "mangles",
]
API = ("get", "patch")
WRITES = ("lies", "mangles")
"""Faults in what a PATCH stores: its answer is as good as any."""


def _curled(text: str) -> str:
    """Quotation marks as a typographer sets them."""
    return re.sub(r'"(\w)', r"“\1", text).replace('"', "”").replace("'", "’")


WAYS: dict[str, Callable[[str], str]] = {
    "cut": lambda text: text[:255],
    "cut 512": lambda text: text[:512],
    "cut at the first full stop": lambda text: text.partition(".")[0] + ".",
    "trim": str.strip,
    "escape": lambda text: html.escape(text).replace("&#x27;", "&#039;"),
    "escape and cut": lambda text: html.escape(text)[:255],
    "quotes": _curled,
    "nfd": lambda text: unicodedata.normalize("NFD", text),
}
"""What sites make of an alt that they store."""


@dataclass(slots=True, eq=False)
class Fault:
    """One thing that goes wrong, with which requests and how often.

    status      the answer is `status`, with `Retry-After: retry_after` if that is given
    reset       the connection is reset without an answer
    truncate    the answer breaks off in the middle of its body
    login-page  200 and an HTML page
    redirect    302 to `location`
    drip        the body comes a byte every `pause` seconds
    lies        a PATCH is answered as if it were done; nothing is stored
    mangles     a PATCH stores the alt as `way` (of WAYS) has it
    """

    kind: Kind
    after: bool = False
    """The request is carried out first: a write is applied though its answer is bad."""
    method: str | None = None
    route: str | None = None
    """get, patch, pixels, inventory, sitemap or page; None is both API endpoints."""
    image: str | None = None
    times: int | None = None
    """How many requests meet it; None: all, until `heal`."""
    every: int = 1
    """Only each nth of the requests that fit."""
    status: int = 500
    retry_after: int | float | str | None = None
    location: str = "/user/login"
    pause: float = 0.05
    way: str = "cut"
    hits: int = field(default=0, init=False)
    """Requests that met it so far."""
    _seen: int = field(default=0, init=False)

    def fits(self, method: str, route: str, image: str | None) -> bool:
        if self.kind in WRITES and route != "patch":
            return False
        return (
            self.method in (None, method)
            and (route in API if self.route is None else route == self.route)
            and self.image in (None, image)
        )

    def stored(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of a PATCH with these fields."""
        if self.kind == "lies":
            return {}
        if self.kind == "mangles" and "alt" in fields:
            return {**fields, "alt": WAYS[self.way](fields["alt"])}
        return dict(fields)

    def due(self) -> bool:
        """Count a request that fits; True where it meets the fault."""
        if self.times is not None and self.hits >= self.times:
            return False
        self._seen += 1
        if self._seen % self.every:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults that are switched on. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, kind: Kind, **options: Any) -> Fault:
        fault = Fault(kind, **options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def meet(self, method: str, route: str, image: str | None) -> Fault | None:
        """The first fault that this request meets."""
        with self._lock:
            return next(
                (f for f in self._faults if f.fits(method, route, image) and f.due()),
                None,
            )
