"""A server on another port of the same machine: what another user, or a page that one
tries out, can make a browser do."""

from __future__ import annotations

import http.server
import threading
from html import escape
from typing import Any

from tests.processes import PATIENT


class Elsewhere:
    """Serves one page, and keeps what browsers sent it."""

    def __init__(self) -> None:
        self.page = ""
        self.tossed: list[str] = []
        """Cookies that it sets, for every port and every path that it names."""
        self.received: list[str] = []
        """The cookies that came."""
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers whatever is asked."""

            def do_GET(self) -> None:
                outer.received.append(self.headers.get("cookie") or "")
                body = outer.page.encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                for cookie in outer.tossed:
                    self.send_header("set-cookie", cookie)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Elsewhere:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENT)

    def posts(self, action: str, fields: dict[str, str]) -> None:
        """A page whose form sends itself."""
        inputs = "".join(
            f'<input name="{escape(name)}" value="{escape(value)}">'
            for name, value in fields.items()
        )
        self.page = (
            f'<form id="f" method="post" action="{escape(action)}">{inputs}</form>'
            "<script>HTMLFormElement.prototype.submit.call(f)</script>"
        )

    def fetches(self, action: str, body: str) -> None:
        """A page whose script posts with every cookie that the browser has."""
        self.page = (
            "<title>waiting</title><script>"
            f"fetch({action!r}, {{method: 'POST', body: new URLSearchParams({body!r}),"
            " mode: 'no-cors', credentials: 'include'})"
            ".finally(() => { document.title = 'done'; });</script>"
        )
