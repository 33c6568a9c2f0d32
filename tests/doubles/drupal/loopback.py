"""The demonstration Drupal on a loopback socket."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.doubles.drupal.calls import Reply
from tests.doubles.drupal.server import Seen, Site
from tests.processes import PATIENT


def encode(document: Any) -> bytes:
    """JSON as PHP prints it for JSON:API: < > & ' " and / escaped (068)."""
    text = (
        json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        .replace("/", "\\/")
        .replace('\\"', "\\u0022")
    )
    for mark in "<>&'":
        text = text.replace(mark, f"\\u{ord(mark):04X}")
    return text.encode("utf-8", "surrogatepass")


def _bytes_of(reply: Reply) -> bytes:
    if reply.body is None:
        return b""
    return reply.body if isinstance(reply.body, bytes) else encode(reply.body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet: the ledger has it."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _do(self) -> None:
        site = self.server.site
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if site.switches.latency:
            time.sleep(site.switches.latency)
        with site.lock:
            trouble = site.trouble(self.command, self.path)
            if trouble is None or trouble.after:
                reply = site.answer(
                    self.command, self.path, dict(self.headers.items()), body
                )
            else:
                site.ledger.append(
                    Seen(
                        self.command,
                        self.path.partition("?")[0],
                        "",
                        trouble.status,
                        None,
                        body,
                    )
                )
                reply = Reply()
            now = site.state.clock.now
        if trouble is not None:
            if trouble.status == 0:
                return self._reset()
            if trouble.status == 200 and trouble.body is None:
                return self._cut()
            headers = (
                {}
                if trouble.retry_after is None
                else {"Retry-After": str(trouble.retry_after)}
            )
            if trouble.location:
                headers["Location"] = trouble.location
            reply = Reply(
                trouble.status,
                trouble.body or b"<html>busy</html>",
                headers,
                "text/html; charset=UTF-8",
            )
        return self._send(reply, now)

    def _send(self, reply: Reply, now: int) -> None:
        data = _bytes_of(reply)
        self.send_response_only(reply.status)
        self.send_header("Date", formatdate(now, usegmt=True))
        if reply.status not in (204, 304):
            self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(data)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and reply.status not in (204, 304):
            self.wfile.write(data)

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.connection.close()

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = do_OPTIONS = _do  # noqa: N815


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, site: Site, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; a fault of the fake shows as a dead connection."""


class Running:
    """A site that answers until `close`."""

    def __init__(self, site: Site, port: int = 0) -> None:
        self._server = _Server(site, port)
        site.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENT)
