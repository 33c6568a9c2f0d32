"""Who is answered at all: the host, the login, where a write comes from, the headers of
every page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from altsync.web.context import Setup, started_with
from altsync.web.login import (
    COOKIE,
    PLACE,
    STYLE_HASH,
    Login,
    forward,
    stranger,
)
from altsync.web.proxy import Proxy

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FOR_ALL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
"""Also for Datasette's own pages: no other site learns the address, frames a page, or
takes one in."""
HEADERS = {
    **FOR_ALL,
    "content-security-policy": POLICY,
    "cache-control": "private, no-store",
}
"""Nothing from anywhere else, no inline script: a text that slipped through would still
not run."""
OF_A_REFUSAL = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'none';"
    " frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing at all but the style in the page: no file of the server is for strangers."""
READS = frozenset({"GET", "HEAD"})
ELSEWHERE = (
    "This verdict did not come from a page of this server, so nothing was written. Open"
    " the page anew and give it there."
)
NO_WRITES = (
    "Nothing was written. The mirror is changed by altsync alone: by verdicts on its own"
    " pages, and by its commands."
)
UNKNOWN_HOST = (
    "This server does not answer under that name. Use the address that altsync printed."
)

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that Datasette has no part in."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, scope: dict[str, Any], send: Any) -> None:
        """To a HEAD without its body."""
        kind = "html" if self.text.startswith("<!DOCTYPE") else "plain"
        body = f"{self.text}\n".encode()
        headers = {
            **HEADERS,
            "content-security-policy": OF_A_REFUSAL,
            "content-type": f"text/{kind}; charset=utf-8",
            "content-length": str(len(body)),
            **self.headers,
        }
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            }
        )
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})


def guarded(app: App, datasette: Any) -> App:
    """Let through to Datasette what altsync's own start of it answers; everything, where
    somebody else started it.

    421 to a Host that is not ours: a page elsewhere that points its own name at
    127.0.0.1 (DNS rebinding) would otherwise read the mirror. 403 to whoever is not
    logged in, whatever he asks for. 405 to every method but GET and HEAD outside
    altsync's own pages: of Datasette's addresses some write. 403 to a POST from another
    place than a page of this server.
    """

    async def answered(scope: dict[str, Any], receive: Any, send: Any) -> None:
        setup = started_with(datasette)
        if setup is None or scope["type"] != "http":
            await app(scope, receive, send)
            return
        refusal, actor = _decide(setup, scope)
        if refusal is not None:
            await refusal.send(scope, send)
        elif actor is not None:
            inner = _inner(setup.base, scope, actor)
            await app(inner, receive, _with_headers(send))
        else:
            await app(scope, receive, send)

    return answered


def _decide(setup: Setup, scope: dict[str, Any]) -> tuple[Refusal | None, str | None]:
    """The refusal, or the actor who asks."""
    if setup.hosts and _name(_host(scope)) not in setup.hosts:
        return Refusal(421, UNKNOWN_HOST), None
    if setup.proxy is not None:
        return _behind(setup.proxy, scope)
    login = setup.login
    if login is None:
        return None, None
    path = _path(scope)
    actor = login.actor(_cookies(scope)) if login.here(path) else None
    if scope["method"] not in READS:
        if actor is None:
            return Refusal(403, stranger()), None
        return _refused_write(login.path, scope, f"http://{_host(scope)}"), actor
    if path == login.path + PLACE:
        return _at_the_door(login, actor, scope), None
    if actor is None:
        return _stranger(login, scope), None
    return None, actor


def _behind(proxy: Proxy, scope: dict[str, Any]) -> tuple[Refusal | None, str | None]:
    """Whom the proxy names, if altsync.toml does too. A name counts for this request:
    there is no cookie that could be stolen or outlive it."""
    if _host(scope) != proxy.host:
        return Refusal(421, UNKNOWN_HOST), None
    name = proxy.name(header(scope, proxy.header))
    if name not in proxy.actors:
        return Refusal(403, proxy.stranger(name)), None
    if scope["method"] not in READS:
        return _refused_write("/", scope, f"https://{proxy.host}"), name
    return None, name


def _refused_write(base: str, scope: dict[str, Any], own: str) -> Refusal | None:
    """Why a request that may write goes no further; None: it is a verdict. `own` is the
    origin of the pages of this server."""
    from altsync.web.routes import ROUTES

    inner = "/" + _path(scope).removeprefix(base)
    ours = any(re.match(pattern, inner) for pattern, _ in ROUTES)
    if scope["method"] != "POST" or not ours:
        return Refusal(405, NO_WRITES, {"allow": "GET, HEAD"})
    if not from_here(scope, own):
        return Refusal(403, ELSEWHERE)
    return None


def _at_the_door(login: Login, actor: str | None, scope: dict[str, Any]) -> Refusal:
    """The one-time link. A HEAD (a program that looks whether a link is alive) does not
    use it up; whoever is logged in already goes on, and does not either."""
    if actor is not None:
        return Refusal(302, "", {"location": login.landing})
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    token = query.get("token", [""])[0]
    if scope["method"] == "HEAD" or (session := login.use(token)) is None:
        return _stranger(login, scope)
    return Refusal(200, forward(login.landing), {"set-cookie": login.cookie(session)})


def _stranger(login: Login, scope: dict[str, Any]) -> Refusal:
    """A visit that began elsewhere comes without the cookie (`SameSite=Strict`): the
    page opens the same address once more, as a visit that begins here."""
    path, again = _path(scope), None
    elsewhere = header(scope, "sec-fetch-site") in ("cross-site", "same-site")
    if elsewhere and login.here(path):
        query = scope.get("query_string", b"").decode("latin-1")
        again = f"{path}?{query}"
    return Refusal(403, stranger(again))


def from_here(scope: dict[str, Any], own: str = "") -> bool:
    """Whether a request comes from a page of this server: by what every browser says and
    no page can change. What says nothing of it (no browser of today) does not.

    `own`: the origin of our pages, with http or https; '' where only their host is known.
    Ports are different origins, though one site: `same-site` is another place.
    """
    site, origin = header(scope, "sec-fetch-site"), header(scope, "origin")
    if site is not None and (origin is None or not own):
        return site == "same-origin"
    if origin is None:
        origin = header(scope, "referer") or ""
    ours = bool(_host(scope)) and _is_of(origin, own or _host(scope))
    return ours and site in (None, "same-origin")


def _is_of(address: str, place: str) -> bool:
    """Whether an address is of an origin, or of a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.netloc.lower()
    return place in (host, f"{parts.scheme}://{host}")


def header(scope: dict[str, Any], name: str) -> str | None:
    """A header's value; None where there is none, '' where there are several."""
    found = [
        value.decode("latin-1").strip()
        for key, value in scope.get("headers", ())
        if key == name.encode()
    ]
    if not found:
        return None
    return found[0] if len(found) == 1 else ""


def _host(scope: dict[str, Any]) -> str:
    return (header(scope, "host") or "").lower()


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _path(scope: dict[str, Any]) -> str:
    """As Datasette reads it: not decoded."""
    raw: bytes | None = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else str(scope["path"])
    return path.partition("?")[0]


def _cookies(scope: dict[str, Any]) -> list[str]:
    """Every value of our cookie."""
    found = []
    for key, value in scope.get("headers", ()):
        if key == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                name, _, content = pair.strip().partition("=")
                if name == COOKIE:
                    found.append(content)
    return found


def _inner(base: str, scope: dict[str, Any], actor: str) -> dict[str, Any]:
    """The request as Datasette gets it behind a proxy that takes `base_url` off: it puts
    it before its links by itself, and would put it there twice."""
    path = "/" + _path(scope).removeprefix(base)
    return {
        **scope,
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "actor": {"id": actor},
    }


def _with_headers(send: Any) -> Any:
    """Datasette's answer with what it lacks of our headers."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            for name, value in FOR_ALL.items():
                if name.encode() not in there:
                    headers.append((name.encode(), value.encode()))
            message = {**message, "headers": headers}
        await send(message)

    return sending


def plain_errors() -> None:
    """Have Datasette print errors without rich, which is here only because altsync
    brought it.

    Datasette hands every error page to rich's `print_exception(show_locals=True)` where
    rich is installed: that writes local variables (cookies, tokens) to the terminal,
    and raises ValueError for a 404 outside an `except` block (Datasette 0.65.5 with
    rich 15), so that every unknown address would be a 500.
    """
    from datasette import handle_exception

    if getattr(handle_exception, "rich", None) is not None:
        handle_exception.rich = None
