"""One `requests` session layer for every source: pool, timeouts, bounded retries, no
secret to another origin.

    http = Http("https://example.org", auth=Token("..."), workers=8)
    http.get("https://example.org/album/a/b/get").json()

What is promised
----------------
* A read (`get`, `download`) is sent again after 429, 502, 503, 504, a reset, a timeout
  or a body that was cut short, within `Patience`. A write is sent again only where it
  certainly was not done: 429, 503, or no connection was made.
* Credentials and cookies go to the origin of `base` and nowhere else; every hop of a
  redirect is checked. Writes follow no redirect: `requests` would turn a PATCH into a
  GET and report 200.
* `~/.netrc` is never read (it would override Authorization); proxies and the CA bundle
  of the environment are, once.
* A redirect, or the address of a file, leads into no network of the owner's that the
  site is not in itself: see `inside.Reach`, which is asked for every connection.
* Every answer ends: its headers within two timeouts, its body within its own deadline,
  unpacked to at most as many bytes as were asked for.
* Every failure is an error of `altsync.errors` whose text holds no query string, no
  credentials, no answer body.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from requests.models import PreparedRequest
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from urllib3.exceptions import HTTPError

from altsync.errors import (
    AnswerLost,
    BadAnswer,
    Challenged,
    LoginFailed,
    PictureError,
    Rejected,
    SourceError,
)
from altsync.sources.answers import (
    CutShort,
    HttpAnswer,
    LeadsAway,
    TooLarge,
    broken,
    content_of,
    explain,
    origin,
    place,
    target_of,
)
from altsync.sources.barriers import AGENT, barrier
from altsync.sources.connecting import CONNECT
from altsync.sources.cookies import Jar
from altsync.sources.credentials import Basic, Credentials
from altsync.sources.inside import Reach
from altsync.sources.silence import Silence
from altsync.sources.tries import ONCE, READ, WRITE, Patience, adapters, after

LOG = logging.getLogger("altsync.requests")
"""Each request, for whoever listens: no query, no answer."""
MAX_ANSWER = 16_000_000
"""Bytes of one API answer; a page of JSON:API is far below."""
MAX_HOPS = 5
FORM = "application/x-www-form-urlencoded"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PLAIN = re.compile(
    r"https?://[a-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9._~!$&'()*+,;=:@%/?\[\]-]*\Z"
)


Explain = Callable[[HttpAnswer], SourceError | None]
"""Turns an answer of status 400 or more into the source's own error, or None for the
general one."""


@dataclass(frozen=True, slots=True)
class Going:
    """A request before it is prepared: each time that it is sent, it is so anew."""

    kind: str
    """By which adapter: READ, WRITE or ONCE."""
    method: str
    url: str
    headers: Mapping[str, str] | None
    body: bytes | None
    max_bytes: int = MAX_ANSWER
    deadline: float | None = None
    """Seconds for the body of its answer; None: as the timeout has it."""


class Http:
    """A pool of connections for `workers` threads. Thread-safe; `close` ends waits and
    connections."""

    def __init__(
        self,
        base: str,
        *,
        auth: Credentials | None = None,
        front: Basic | None = None,
        workers: int = 8,
        timeout: float = 30.0,
        patience: Patience | None = None,
        headers: Mapping[str, str] | None = None,
        explain: Explain | None = None,
        named: Iterable[str] = (),
        led_by: str | None = None,
    ) -> None:
        """`front`: opens a front door before the site, beside `auth`. `named`: other
        addresses that the owner wrote, to hosts that may be anywhere. `led_by`: the site
        that `base` comes from, where it is not the owner who wrote it."""
        try:
            self.base = _normal(base).rstrip("/")
        except (requests.RequestException, UnicodeError):
            raise BadAnswer(
                f"{place(base)} cannot be asked for: it is no address. If it is the"
                " site's, check site.url in altsync.toml."
            ) from None
        """The site's address, normalised: URLs of the site are built from this one."""
        self.origin = origin(self.base)
        self._prefix = self.origin + "/"
        self.auth = auth or Credentials()
        self._front = front or Credentials()
        self._opened = front is not None
        self.cookies = Jar()
        """Cookies of our origin; sent to no other."""
        self._timeout = (min(CONNECT, timeout), timeout)
        self._headers = {
            "User-Agent": AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "keep-alive",
        }
        self._own_headers = dict(headers or {})
        self._explain = explain
        self._stop, self._met = threading.Event(), threading.Event()
        home = self.base if led_by is None else led_by
        self._reach = Reach(home, map(_normal, named))
        self._patience = patience or Patience()
        self._silence = Silence(self._met)
        self._adapters = adapters(
            self._patience,
            workers,
            self._stop,
            self._reach,
            2 * timeout,
            self._met,
        )
        self._environment: dict[str, dict[str, Any]] = {}

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        offsite: bool = False,
        max_bytes: int = MAX_ANSWER,
        deadline: float | None = None,
        method: str = "GET",
        wanted: int = 200,
        hop: Callable[[str], object] = lambda _: None,
    ) -> HttpAnswer:
        """Read `url` (absolute). Redirects stay on the origin of `url`, or go anywhere
        with `offsite`.

        `deadline`: seconds for the whole body, four timeouts if not given. `wanted`: a
        status that is no error here (304, 400). `hop` is told where a redirect leads,
        before it is followed, and may raise. Raises SourceErrors; past `max_bytes`
        BadAnswer. Any other status of 400 or more is an error, always.
        """
        start = url
        for _ in range(MAX_HOPS + 1):
            going = Going(READ, method, url, headers, None, max_bytes, deadline)
            answer = self._ask(going)
            if answer.status == wanted != 200:
                return answer
            if answer.status not in _REDIRECTS:
                return self._checked(answer)
            target = target_of(answer)
            if not offsite and origin(target) != origin(start):
                raise LeadsAway(
                    f"{place(url)} redirects to {origin(target)}. altsync does not"
                    f" follow it: the token belongs to {origin(start)} only. If that is"
                    " where the site lives now, set site.url in altsync.toml to it.",
                    status=answer.status,
                )
            hop(target)
            url = target
        raise BadAnswer(
            f"{place(start)} redirects more than {MAX_HOPS} times. Check the URL in a"
            " browser."
        )

    def download(self, url: str, *, max_bytes: int, deadline: float = 300.0) -> bytes:
        """A picture's bytes, from any origin. Raises PictureError past `max_bytes`,
        BadAnswer for a page instead."""
        return self.picture(url, max_bytes=max_bytes, deadline=deadline).body

    def look(self, url: str) -> HttpAnswer:
        """The headers of a picture, from any origin (HEAD)."""
        accept = {"Accept": "*/*"}
        try:
            return self.get(url, headers=accept, offsite=True, method="HEAD")
        except LoginFailed as error:
            raise _private(url, error) from None

    def picture(
        self, url: str, *, max_bytes: int, deadline: float = 300.0
    ) -> HttpAnswer:
        """A picture with its headers. Raises as `download` does."""
        try:
            answer = self.get(
                url,
                headers={"Accept": "*/*"},
                offsite=True,
                max_bytes=max_bytes,
                deadline=deadline,
            )
        except TooLarge as error:
            raise PictureError(str(error), kind="too big") from None
        except LoginFailed as error:
            raise _private(url, error) from None
        if answer.looks_like_html:
            raise BadAnswer(
                f"{place(answer.url)} is an HTML page, not a picture. Check the pixels"
                " address in altsync.toml."
            )
        return answer

    def write(
        self,
        method: str,
        url: str,
        data: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        retry: bool = True,
    ) -> HttpAnswer:
        """Send `data` once, as JSON or as a form, to our origin only. Returns a 2xx
        answer.

        Raises AnswerLost where it may have been done (reset, timeout, cut short, 5xx
        but 503), Unreachable where no connection was made, RateLimited after retries of
        429 and 503, BadAnswer for a redirect.
        """
        kind = WRITE if retry else ONCE
        answer = self._written(kind, method, url, data, headers, content_type)
        if answer.status in _REDIRECTS:
            raise BadAnswer(
                f"{place(url)} answered a write with a redirect to"
                f" {origin(target_of(answer))}. Nothing was changed: a redirected write"
                " arrives empty. Set site.url in altsync.toml to the address that does"
                " not redirect.",
                status=answer.status,
            )
        return self._checked(answer)

    def ask(
        self,
        method: str,
        url: str,
        data: Any,
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> HttpAnswer:
        """Send what the site has to refuse, to our origin only: the answer, of whatever
        status, is what was wanted. Raises as `write` does, but for none of the site's own
        statuses.
        """
        answer = self._written(WRITE, method, url, data, headers, content_type)
        self._refuse_barriers(answer)
        return answer

    def halt(self) -> None:
        """End every pause between tries, with Interrupted: what waits was not done.
        What is in flight arrives."""
        self._stop.set()

    def close(self) -> None:
        """End every wait and give the connections back."""
        self._stop.set()
        for adapter in self._adapters.values():
            adapter.close()

    def _written(
        self,
        kind: str,
        method: str,
        url: str,
        data: Any,
        headers: Mapping[str, str] | None,
        content_type: str,
    ) -> HttpAnswer:
        """The answer to a write, of whatever status. Raises BadAnswer for another origin."""
        if origin(url) != self.origin:
            raise BadAnswer(
                f"altsync writes only to {self.origin}, not to {place(url)}."
            )
        body = None
        sent = dict(headers or {})
        if data is not None:
            body = _encoded(data, content_type)
            sent = {"Content-Type": content_type, **sent}
        return self._ask(Going(kind, method, url, sent, body))

    def _checked(self, answer: HttpAnswer) -> HttpAnswer:
        self._refuse_barriers(answer)
        if 200 <= answer.status < 300:
            return answer
        meant = None
        if self._explain is not None and answer.status >= 400:
            meant = self._explain(answer)
        raise meant or explain(answer)

    def _refuse_barriers(self, answer: HttpAnswer) -> None:
        """Raise FrontDoor and Challenged for an answer that is not the site's own. The
        firewall of another host, which keeps its pictures, is that picture's affair."""
        met = barrier(answer, opened=self._opened)
        if met is None:
            return
        if self._is_ours(answer.url):
            raise met
        if isinstance(met, Challenged):
            raise Rejected(str(met), status=met.status)

    def _ask(self, going: Going) -> HttpAnswer:
        """The answer, of whatever status, to the one who is logged in: where the login
        had ended and could be renewed, to the same request sent once more."""
        turn = self.auth.turn
        answer = self._send(going)
        if self._is_ours(answer.url) and self.auth.renewed(answer, turn):
            answer = self._send(going)
        return answer

    def _is_ours(self, url: str) -> bool:
        return url.startswith(self._prefix) or origin(url) == self.origin

    def _send(self, going: Going) -> HttpAnswer:
        """The answer, of whatever status. A body that is cut short counts as a reset."""
        tries = self._adapters[going.kind].max_retries
        while True:
            try:
                return self._try(going)
            except CutShort as cut:
                tries = after(cut, tries, going.method, going.url)

    def _try(self, going: Going) -> HttpAnswer:
        # The adapter is called directly: Session.request adds a fifth of the CPU, and
        # looks up proxies at each call.
        method, url = going.method, going.url
        response: requests.Response | None = None
        try:
            request, where = self._prepare(going)
            settings = self._environment.get(where) or self._settle_environment(where)
            if select_proxy(where, settings["proxies"]):
                self._reach.check_proxied(where)
            with self._silence.heeded(where, self._longest(going.kind)):
                response = self._adapters[going.kind].send(
                    request, stream=True, timeout=self._timeout, **settings
                )
            self._met.set()
            if where == self.origin and "Set-Cookie" in response.headers:
                self.cookies.take(request, response)
            deadline = going.deadline or 4 * self._timeout[1]
            content = content_of(response, going.max_bytes, deadline)
            _log(method, url, f"{response.status_code}, {len(content):,} bytes")
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            if response is not None:
                response.close()
            _log(method, url, type(error).__name__)
            raise broken(method, url, error, begun=response is not None) from None
        except SourceError as error:
            if response is not None:
                response.close()
            if method not in ("GET", "HEAD"):
                raise AnswerLost(str(error), status=error.status) from None
            raise
        return HttpAnswer(
            method, request.url or url, response.status_code, response.headers, content
        )

    def _longest(self, kind: str) -> float:
        """Seconds that a request is waited for where nobody answers."""
        again = 0 if self._patience.impatient else self._adapters[kind].max_retries.read
        return self._timeout[1] * (1 + (again or 0))

    def _prepare(self, going: Going) -> tuple[PreparedRequest, str]:
        """The request and its origin. Own headers, cookies and credentials only where
        that is ours."""
        url = going.url
        request = PreparedRequest()
        request.method = going.method
        if _PLAIN.match(url):
            # Quoted already: requests would turn %2E%2E back into dots, which then
            # climb out of the album.
            request.url = url
            where = self.origin if url.startswith(self._prefix) else origin(url)
        else:
            request.prepare_url(url, None)
            where = origin(request.url or "")
        request.headers = CaseInsensitiveDict(self._headers)
        request.hooks = {"response": []}
        if where != self.origin:
            request.headers["Accept"] = "*/*"
            request.prepare_body(going.body, None)
            return request, where
        request.headers.update(self._own_headers)
        request.headers.update(going.headers or {})
        self.cookies.put_on(request)
        request.prepare_body(going.body, None)
        return self.auth(self._front(request)), where

    def _settle_environment(self, where: str) -> dict[str, Any]:
        """Proxies and CA bundle of the environment for one origin, looked up once."""
        found = dict(
            requests.Session().merge_environment_settings(where, {}, None, None, None)
        )
        found.pop("stream", None)
        if found.get("verify") is None:
            found["verify"] = True
        self._environment[where] = found
        return found


def _log(method: str, url: str, what: str) -> None:
    if LOG.isEnabledFor(logging.DEBUG):
        LOG.debug("%s %s: %s", method, place(url), what)


def _encoded(data: Any, content_type: str) -> bytes:
    if content_type == FORM:
        return urlencode(data).encode("ascii")
    return json.dumps(data, separators=(",", ":"), allow_nan=False).encode()


def _private(url: str, error: SourceError) -> Rejected:
    """One private file says nothing about the login: the other images go on."""
    where = place(url)
    return Rejected(
        f"The picture is not public: {where} ({error.status}).", status=error.status
    )


def as_sent(url: str) -> str:
    """An address as `get` asks for it, and as its answer names it; `url` where it is
    none."""
    if _PLAIN.match(url):
        return url
    try:
        return _normal(url) or url
    except (requests.RequestException, UnicodeError):
        return url


def _normal(url: str) -> str:
    """An address as it is sent: quoted, a name in Unicode as its ASCII form. Raises
    RequestException or UnicodeError for what is none."""
    request = PreparedRequest()
    request.prepare_url(url, None)
    host = urlsplit(request.url or "").hostname or ""
    if "%" in host and ":" not in host:  # older versions of requests quote it
        raise requests.exceptions.InvalidURL(f"No host is called {host!r}.")
    return request.url or ""
