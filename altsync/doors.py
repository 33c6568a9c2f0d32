"""How the pages of each origin are reached in one run: the site's own with what its
source gives, past a front door; any other with nothing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from altsync.errors import SourceError, Unreachable
from altsync.sources import robots
from altsync.sources.answers import origin
from altsync.sources.base import Source
from altsync.sources.http import Http
from altsync.sources.robots import Robots
from altsync.sources.visit import Visitor
from altsync.workers import TICK


@dataclass(slots=True)
class Doors:
    """A `Visitor` for each origin, opened when it is first asked for. From any thread,
    inside a `with`, which closes them."""

    source: Source
    site: str
    """The origin of the site; '' where it is none of the web."""
    stop: threading.Event
    tell: Callable[[str], object]
    """Is given a sentence for what robots.txt asks for."""
    logged_in: bool = False
    ignore_robots: bool = False
    _home: Visitor | None = None
    _others: dict[str, Visitor] = field(default_factory=dict)
    _led_to: dict[str, Visitor | None] = field(default_factory=dict)
    """Of origins that only pages name; None for one that does not answer."""
    _https: list[Http] = field(default_factory=list)
    _opened: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _closed: threading.Event = field(default_factory=threading.Event)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __enter__(self) -> Doors:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._opened.close()

    def _watch(self) -> None:
        """Once the owner stops, what waits for a busy site waits no longer."""
        while not self._closed.wait(TICK):
            if self.stop.is_set():
                self._halt()
                return

    def _halt(self) -> None:
        for http in [*self._https]:
            http.halt()

    def home(self) -> Visitor | None:
        """Of the site itself; None where its kind has no pages. Raises UsageError where
        pages take no login of its kind, FrontDoor, Challenged, LoginFailed."""
        visiting = getattr(self.source, "visiting", None)
        with self._lock:
            if self._home is None and visiting is not None:
                http = self._opened.enter_context(visiting(logged_in=self.logged_in))
                self._home = self._visitor(http, logged_in=self.logged_in)
        return self._home

    def of(self, url: str) -> Visitor:
        """Of the origin of a page. Raises BadAnswer for what is no address of the web,
        and Unreachable where its robots.txt cannot be read, as `home` does."""
        where = origin(url)
        with self._lock:
            if where == self.site or (self._home and self._home.http.origin == where):
                home = self.home()
                if home is not None:
                    return home
        with self._lock:
            if where not in self._others:
                http = self._opened.enter_context(contextlib.closing(Http(where)))
                self._others[where] = self._visitor(http, logged_in=False)
            return self._others[where]

    def picture(self, url: str, most: int) -> bytes | None:
        """A picture of a page, at most so many bytes; None where it is not to be had.
        It is the page that says where it is: nothing inside the owner's networks is
        asked that the site could not lead to, and no host again that did not answer."""
        try:
            door = self._of_picture(origin(url))
            return door.picture(url, most) if door else None
        except SourceError as error:
            if error.stops_run:
                raise
            return None

    def _of_picture(self, where: str) -> Visitor | None:
        if where == self.site or where in self._others:
            return self.of(where)
        if where not in self._led_to:
            self._led_to[where] = None
            http = Http(where, led_by=self.site)
            self._opened.enter_context(contextlib.closing(http))
            self._led_to[where] = self._visitor(http, logged_in=False)
        return self._led_to[where]

    def _visitor(self, http: Http, *, logged_in: bool) -> Visitor:
        self._https.append(http)
        found = Robots() if self.ignore_robots else robots.read(http)
        if found.forbids_all:
            raise Unreachable(
                f"{found.forbids_all} Until robots.txt can be read, no page may be (RFC"
                " 9309). On your own site --ignore-robots reads on."
            )
        if found.delay:
            self.tell(_delay(found))
        return Visitor(http, found, logged_in=logged_in, stop=self.stop)


def _delay(found: Robots) -> str:
    kept = f"robots.txt asks for {found.asked_delay:g} seconds between two pages"
    if found.delay < found.asked_delay:
        return f"{kept}; altsync waits {found.delay:g}, the longest it does."
    return f"{kept}; altsync waits so long."
