"""Who is answered at all: the host check, the login, the headers of every page."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from altsync.web.context import started_with

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "private, no-store",
}
"""Nothing from anywhere else, no inline script: a text that slipped through would still
not run."""

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def only_known_hosts(app: App, datasette: Any) -> App:
    """Answer 421 to a request whose Host is not ours: a page elsewhere that points its
    own name at 127.0.0.1 (DNS rebinding) would otherwise read the mirror."""

    async def checked(scope: dict[str, Any], receive: Any, send: Any) -> None:
        setup = started_with(datasette)
        if (
            scope["type"] != "http"
            or setup is None
            or not setup.hosts
            or _host(scope) in setup.hosts
        ):
            await app(scope, receive, send)
            return
        body = (
            b"This server does not answer under that name. Use the address that altsync"
            b" printed.\n"
        )
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return checked


def _host(scope: dict[str, Any]) -> str:
    hosts: list[str] = [
        value.decode("latin-1")
        for name, value in scope.get("headers", ())
        if name == b"host"
    ]
    if len(hosts) != 1:
        return ""
    host = hosts[0].strip().lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


async def login(datasette: Any, request: Any) -> Any:
    """The one-time link: the right token makes its bearer root, once."""
    from datasette.utils.asgi import Forbidden, Response

    setup = started_with(datasette)
    given = request.args.get("token") or ""
    if (
        setup is None
        or setup.token is None
        or not secrets.compare_digest(given.encode(), setup.token.encode())
    ):
        raise Forbidden(
            "This login link is not valid any more: it works once. Start `altsync"
            " review` again."
        )
    setup.token = None
    response = Response.redirect(datasette.urls.path(setup.landing))
    response.set_cookie(
        "ds_actor",
        datasette.sign({"a": {"id": "root"}}, "actor"),
        httponly=True,
        samesite="lax",
    )
    return response


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
