"""What a site answered, and the error that each failure becomes. No text here holds a
secret or an answer's body."""

from __future__ import annotations

import io
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.exceptions import SSLError as TLSError

from altsync.errors import (
    AnswerLost,
    BadAnswer,
    LoginFailed,
    NotThere,
    RateLimited,
    ReadOnly,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.models import FileFacts

ONLY_INTERIM = "it said again and again that an answer would come, and sent none"
"""What a connection raises after too many answers of status 1xx."""


MAX_VALUES = 2_000_000
"""Of one answer in JSON: a list of as many images, on one page."""


LONGEST_TAG = 200
"""Characters of an ETag that is kept."""


_UNPACKED = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""What was asked for. Not all that urllib3 can unpack does it within a bound."""


class TooLarge(BadAnswer):
    """Longer than was asked for; not read further."""


class LeadsAway(BadAnswer):
    """A redirect to another origin; not followed."""


class CutShort(BadAnswer):
    """The body broke off: a read may be tried again."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the site answered, read to its end. `url` is the last one, after redirects."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises BadAnswer, with a hint where it is an HTML page, and
        for what would take a hundred times its length in memory."""
        if sum(map(self.body.count, (b",", b"[", b"{"))) > MAX_VALUES:
            raise BadAnswer(
                f"{place(self.url)} answered JSON of over {MAX_VALUES:,} values: not"
                " read. Have the site give it in pages.",
                status=self.status,
            )
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswer(
                f"{place(self.url)} {self._instead()}", status=self.status
            ) from None

    @property
    def looks_like_html(self) -> bool:
        """The body starts like a page. The Content-Type says little: hand-made
        endpoints leave it at text/html."""
        start = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))

    def _instead(self) -> str:
        if self.looks_like_html or (
            self.body and "html" in self.headers.get("Content-Type", "")
        ):
            return (
                "answered with an HTML page where JSON was expected: a login page, an"
                " error page or a proxy. Check site.url in altsync.toml, and the token."
            )
        if not self.body:
            return f"answered {self.status} with nothing where JSON was expected."
        return (
            "answered with something that is not JSON (perhaps cut short). Run the"
            " command again."
        )


def facts_of(headers: Mapping[str, str]) -> FileFacts:
    """What the headers of a picture tell about its file."""
    length = headers.get("Content-Length", "")
    packed = headers.get("Content-Encoding", "identity") != "identity"
    known = length.isascii() and length.isdigit() and len(length) < 16 and not packed
    return FileFacts(
        etag=_short(headers.get("ETag")),
        modified=_short(headers.get("Last-Modified")),
        length=int(length) if known else None,
    )


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= LONGEST_TAG else None


def origin(url: str) -> str:
    """`scheme://host[:port]`, lower case, without a default port. Raises BadAnswer for
    anything but http(s)."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or "\\" in parts.netloc:
        raise BadAnswer(f"{place(url)} is not an http or https address.")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (
        f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else ""
    )


def place(url: str) -> str:
    """A URL as error texts show it: no user, password, query or fragment; control
    characters escaped; bounded."""
    try:
        parts = urlsplit(url)
        shown = (
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
            if parts.netloc
            else parts.path
        )
    except ValueError:
        shown = "an address that cannot be read"
    shown = "".join(c if c.isprintable() else f"%{ord(c):02X}" for c in shown)
    return shown if len(shown) <= 200 else shown[:199] + "…"


def explain(answer: HttpAnswer) -> SourceError:
    """The general error for a status outside 2xx. Sources say more where they know more."""
    status, read = answer.status, answer.method in ("GET", "HEAD")
    here = place(answer.url)
    if status == 401:
        return LoginFailed(
            f"The site refused the login (401 at {here}). Check the credentials.",
            status=status,
        )
    if status in (404, 410):
        return NotThere(f"Not on the site: {here} ({status}).", status=status)
    if status in (429, 503):
        text = (
            f"The site is busy or in maintenance ({status} at {here}), and stayed so."
            " Nothing was done."
        )
        hint = "Run it again later, with fewer workers (site.workers in altsync.toml)."
        if answer.looks_like_html:
            hint += (
                " A page came with it: a firewall, perhaps. Look at it in a browser."
            )
        return RateLimited(f"{text} {hint}", status=status)
    if status == 405 and not read:
        return ReadOnly(
            f"The site accepts no {answer.method} at {here} (405). Check that writing"
            " is enabled.",
            status=status,
        )
    if status >= 500 or status == 408:
        if not read:
            text = (
                f"The site failed while writing ({status} at {here}): the change may or"
                " may not have been made."
            )
            return AnswerLost(f"{text} It is settled by reading.", status=status)
        kind = Unreachable if status in (408, 502, 504) else BadAnswer
        return kind(
            f"The site failed ({status} at {here}). Look at the site's own log, then"
            " run again.",
            status=status,
        )
    if status >= 400:
        return Rejected(
            f"The site refused this request ({status} at {here}).", status=status
        )
    return BadAnswer(
        f"{here} answered {status}, which altsync did not ask for.", status=status
    )


def target_of(answer: HttpAnswer) -> str:
    """Where a redirect leads, absolute."""
    location = answer.headers.get("Location", "")
    if not location:
        raise BadAnswer(
            f"{place(answer.url)} redirects to nowhere.", status=answer.status
        )
    try:
        # http.client decodes header bytes as Latin-1; servers send UTF-8.
        target = urljoin(
            answer.url, location.encode("latin-1").decode("utf-8", "replace")
        )
    except (ValueError, UnicodeError):
        raise BadAnswer(
            f"{place(answer.url)} redirects to an unreadable address.",
            status=answer.status,
        ) from None
    try:
        origin(target)
    except BadAnswer:
        raise LeadsAway(
            f"{place(answer.url)} redirects to what is no http or https address.",
            status=answer.status,
        ) from None
    return target


def broken(method: str, url: str, error: Exception, *, begun: bool) -> SourceError:
    """A request without a whole answer -> our error. `begun`: the status line had arrived."""
    cause = _cause(error)
    where = place(url)
    certificate = isinstance(cause, TLSError) and "certificate" in str(cause).lower()
    never_sent = not begun and (
        isinstance(cause, ConnectTimeoutError | NewConnectionError)
        or certificate
        or isinstance(
            error,
            requests.exceptions.InvalidURL
            | requests.exceptions.InvalidHeader
            | UnicodeError,
        )
    )
    reason = _reason(cause, error)
    if method not in ("GET", "HEAD") and not never_sent:
        return AnswerLost(
            f"The answer to a write did not arrive whole ({where}: {reason}): the"
            " change may or may not have been made. It is settled by reading."
        )
    if isinstance(cause, DecodeError):
        return BadAnswer(f"The answer of {where} is damaged: {reason}.")
    if begun and not isinstance(cause, ReadTimeoutError | requests.ReadTimeout):
        return CutShort(
            f"The answer of {where} was cut short: {reason}. Run the command again."
        )
    if certificate:
        return Unreachable(
            f"The certificate of {origin(url)} is not valid for this computer. Mend it,"
            " or name your own authority in REQUESTS_CA_BUNDLE."
        )
    return Unreachable(
        f"No answer from {where}: {reason}. Check site.url in altsync.toml and the"
        " network, and run again."
    )


def _cause(error: BaseException) -> BaseException:
    """The urllib3 error inside the wrappings of requests and MaxRetryError."""
    for _ in range(5):
        inner: object = None
        if isinstance(error, MaxRetryError):
            inner = error.reason
        elif isinstance(error, requests.RequestException) and error.args:
            inner = error.args[0]
        if not isinstance(inner, BaseException):
            break
        error = inner
    return error


def _reason(cause: BaseException, error: BaseException) -> str:
    text = str(cause)
    if isinstance(cause, NameResolutionError):
        return "the name is not known"
    if isinstance(cause, NewConnectionError):
        return "the connection was refused" if "refused" in text else "no connection"
    if isinstance(cause, ConnectTimeoutError):
        return "nothing there takes a connection"
    if isinstance(cause, ReadTimeoutError | requests.Timeout):
        return "it took too long"
    if isinstance(cause, TLSError | ssl.SSLError):
        return "the encrypted connection failed"
    if isinstance(cause, DecodeError):
        return "it cannot be unpacked"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy of the environment failed"
    if isinstance(error, requests.exceptions.InvalidURL | UnicodeError):
        return "the address is not valid"
    if ONLY_INTERIM in text:
        return ONLY_INTERIM
    return "the connection was closed"


def content_of(response: requests.Response, max_bytes: int, deadline: float) -> bytes:
    """The body, unpacked. `read1` returns what has arrived, so nothing is unpacked past
    the bound."""
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed not in _UNPACKED:
        raise BadAnswer(
            f"{place(response.url)} is packed in a way that altsync did not ask for and"
            " does not unpack.",
            status=response.status_code,
        )
    answer: Any = response.raw._original_response
    answer.until(deadline)
    whole = io.BytesIO()
    while block := response.raw.read1(65_536, decode_content=True):
        if whole.write(block) and whole.tell() > max_bytes:
            raise TooLarge(
                f"{place(response.url)} is larger than {max_bytes:,} bytes: not read"
                " further.",
                status=response.status_code,
            )
    response.raw.release_conn()
    return whole.getvalue()
