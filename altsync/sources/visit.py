"""One page of a site, read as politely as a robot can: allowed by robots.txt, no sooner
than that asks for, and only whole where it has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from urllib.parse import urlsplit

from altsync.addresses import trouble
from altsync.errors import (
    FrontDoor,
    Interrupted,
    LoginFailed,
    NotThere,
    SourceError,
)
from altsync.models import PageFile
from altsync.sources.answers import HttpAnswer, LeadsAway, TooLarge, place
from altsync.sources.barriers import is_page
from altsync.sources.http import Http
from altsync.sources.robots import Robots

MAX_PAGE = 5_000_000
"""Bytes; a longer page is left out."""
CACHING = (
    *("age", "cache-control", "cf-cache-status", "date", "expires", "via"),
    *("x-cache", "x-cache-hits", "x-drupal-cache", "x-drupal-dynamic-cache"),
    *("x-proxy-cache", "x-served-by", "x-varnish"),
)
"""Headers that tell how old a page is and who kept it."""
LONGEST = 200
"""Characters of a header that are kept."""
_HTML = ("text/html", "application/xhtml+xml")
_LOGIN = "/user/login"


class Met(StrEnum):
    """What became of one page."""

    READ = "read"
    UNCHANGED = "unchanged"
    SAME = "same page"
    """Its address leads to a page that was read already in this run."""
    NOT_PUBLIC = "not public"
    """401 or 403, or the login in its place."""
    FORBIDDEN = "forbidden"
    """robots.txt says so: not asked for."""
    GONE = "gone"
    """404 or 410."""
    ELSEWHERE = "elsewhere"
    """It leads to another site: not followed."""
    NO_PAGE = "no page"
    """Something else than HTML, nothing at all, or too long for a page."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Asking:
    """A page to read, and what is known of it."""

    url: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of it. `file` is there where it was READ or is UNCHANGED, then without
    a body; `why` is a sentence where it FAILED."""

    url: str
    met: Met
    file: PageFile | None = None
    why: str = ""


class _ForbiddenThere(Exception):
    """A redirect leads where robots.txt forbids to go."""


class Visitor:
    """Reads the pages of one origin. From any thread."""

    def __init__(
        self, http: Http, robots: Robots, *, logged_in: bool, stop: threading.Event
    ) -> None:
        self.http = http
        self.robots = robots
        self._logged_in = logged_in
        self._pace = _Pace(robots.delay, stop)
        self._inside = False

    def read(self, asked: Asking) -> Visited:
        """One page. Raises only what ends the whole run: FrontDoor, Challenged,
        LoginFailed of one who is logged in, Interrupted."""
        if not self.robots.allows(asked.url):
            return Visited(asked.url, Met.FORBIDDEN)
        self._pace.wait()
        try:
            answer = self.http.get(
                asked.url,
                headers=_conditions(asked),
                max_bytes=MAX_PAGE,
                wanted=304,
                hop=self._check_hop,
            )
        except _ForbiddenThere:
            return Visited(asked.url, Met.FORBIDDEN)
        except SourceError as error:
            return self._refused(asked.url, error)
        self._inside = True
        return _taken(asked, answer)

    def picture(self, url: str, most: int) -> bytes | None:
        """A picture of a page, at most so many bytes; None where robots.txt forbids it.
        Raises SourceErrors, and Interrupted."""
        if not self.robots.allows(url):
            return None
        self._pace.wait()
        try:
            return self.http.get(url, max_bytes=most, hop=self._check_hop).body
        except _ForbiddenThere:
            return None

    def _check_hop(self, url: str) -> None:
        if not self.robots.allows(url):
            raise _ForbiddenThere

    def _refused(self, url: str, error: SourceError) -> Visited:
        if self._private(error):
            return Visited(url, Met.NOT_PUBLIC)
        if error.stops_run:
            raise error
        if isinstance(error, NotThere):
            return Visited(url, Met.GONE)
        if isinstance(error, LeadsAway):
            return Visited(url, Met.ELSEWHERE)
        if isinstance(error, TooLarge):
            return Visited(url, Met.NO_PAGE)
        return Visited(url, Met.FAILED, why=str(error))

    def _private(self, error: SourceError) -> bool:
        """A front door that is met once others were read stands before a part of the
        site only."""
        if isinstance(error, FrontDoor):
            return self._inside
        if error.status == 401:
            return not self._logged_in and isinstance(error, LoginFailed)
        return error.status == 403 and not error.stops_run


class _Pace:
    """Lets one request go every so many seconds, whoever asks."""

    def __init__(self, seconds: float, stop: threading.Event) -> None:
        self._seconds = seconds
        self._stop = stop
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Until it is this thread's turn. Raises Interrupted once the owner stops."""
        if not self._seconds:
            return
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._seconds
        if self._stop.wait(turn - time.monotonic()):
            raise Interrupted("Stopped while waiting for the site.")


def _conditions(asked: Asking) -> Mapping[str, str]:
    headers = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
    if asked.etag:
        headers["If-None-Match"] = asked.etag
    if asked.modified:
        headers["If-Modified-Since"] = asked.modified
    return headers


def _taken(asked: Asking, answer: HttpAnswer) -> Visited:
    """What an answer of 200 or 304 is."""
    url = answer.url.partition("#")[0]
    if _is_login(url) and not _is_login(asked.url):
        return Visited(asked.url, Met.NOT_PUBLIC)
    if trouble(url):
        why = f"{place(asked.url)} leads to an address with a login or secret in it."
        return Visited(asked.url, Met.FAILED, why=why)
    file = PageFile(
        url,
        b"" if answer.status == 304 else answer.body,
        caching=_caching(answer.headers),
        etag=_kept(answer.headers.get("ETag")),
        modified=_kept(answer.headers.get("Last-Modified")),
        charset=_charset(answer.headers),
    )
    if answer.status == 304:
        return Visited(asked.url, Met.UNCHANGED, file)
    if not _is_html(answer):
        return Visited(asked.url, Met.NO_PAGE)
    return Visited(asked.url, Met.READ, file)


def _is_login(url: str) -> bool:
    """Drupal's own form: what some sites show in the place of a page that is not public."""
    return urlsplit(url).path.rstrip("/").endswith(_LOGIN)


def _is_html(answer: HttpAnswer) -> bool:
    if not answer.body.strip():
        return False  # what PHP leaves of a page that broke
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in _HTML or (not kind and is_page(answer))


def _charset(headers: Mapping[str, str]) -> str:
    message = Message()
    message["Content-Type"] = _kept(headers.get("Content-Type"))
    return message.get_content_charset("")


def _caching(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found = ((name, _kept(headers.get(name))) for name in CACHING)
    return tuple((name, value) for name, value in found if value)


def _kept(value: str | None) -> str:
    """A header, as far as it is short and plain; '' else."""
    fits = value and len(value) <= LONGEST and value.isprintable()
    return value if value and fits else ""
