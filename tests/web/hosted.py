"""altsync for many people: on its Unix socket, in this process, and a small reverse proxy
before it that logs people in."""

from __future__ import annotations

import http.client
import http.server
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from altsync.config import Config
from altsync.web.context import Setup
from altsync.web.proxy import behind, only_for
from altsync.web.serve import application
from tests.processes import PATIENT
from tests.web.wire import Answered

HOST = "reviews.example.org"
ORIGIN = f"https://{HOST}"
HEADER = "Remote-User"
PASSED_ON = ("content-type", "content-length", "cookie", "origin", "referer")


class Hosted:
    """Datasette in a thread, on a socket that only this user can open."""

    def __init__(self, config: Config, path: Path) -> None:
        import uvicorn

        self.proxy = behind(HOST, HEADER, config.review.actors)
        self.datasette = application(config, Setup(config, proxy=self.proxy))
        self.path = path
        self.sock = only_for(path)
        self._server = uvicorn.Server(
            uvicorn.Config(self.datasette.app(), log_level="error", lifespan="on")
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self.sock]}, daemon=True
        )

    def __enter__(self) -> Hosted:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    @property
    def servers(self) -> list[Any]:
        """What listens."""
        return list(self._server.servers)

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENT)
        self.sock.close()
        self.path.unlink(missing_ok=True)


class OverSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("unused", timeout=PATIENT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        self.sock.connect(str(self._path))


def ask_on(
    path: Path,
    target: str,
    method: str = "GET",
    headers: list[tuple[str, str | bytes]] | None = None,
    body: bytes = b"",
) -> Answered:
    """One request on the socket itself, with exactly these headers: several of one name
    too."""
    connection = OverSocket(path)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers or []:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    found = {name.lower(): value for name, value in answer.getheaders()}
    return Answered(answer.status, found, text)


class ReverseProxy:
    """Logs people in by a cookie of its own, and passes on who they are.

    `forgetful`: it passes on what the client says of it, too.
    """

    def __init__(self, to: Path, *, forgetful: bool = False) -> None:
        self.logins: Mapping[str, str] = {"1a": "anna", "2b": "ben", "3c": "mallory"}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request in, one out."""

            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                answer = ask_on(to, self.path, self.command, self._headers(), body)
                sent = answer.text.encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    if name not in ("content-length", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def do_POST(self) -> None:
                self.do_GET()

            def _headers(self) -> list[tuple[str, str | bytes]]:
                kept = [
                    (name, value)
                    for name, value in self.headers.items()
                    if name.lower() in PASSED_ON
                    or name.lower().startswith("sec-fetch-")
                    or (forgetful and name.lower() == HEADER.lower())
                ]
                session = self.headers.get("x-session", "")
                name = outer.logins.get(session)
                who = [(HEADER, name)] if name else []
                return [("Host", HOST), *who, *kept]

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> ReverseProxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENT)
