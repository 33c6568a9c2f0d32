"""The demonstration site on a loopback socket, and the faults in how it answers."""

from __future__ import annotations

import socket
import struct
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from altsync.demo.site import DemoSite


class SiteServer(ThreadingHTTPServer):
    """Keeps its connections, so that closing the site closes them."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, site: DemoSite, port: int) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _SiteHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to talk about."""


class _SiteHandler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    # One packet an answer, sent at once: else keep-alive waits 40 ms for a delayed ACK.
    wbufsize = 65_536
    disable_nagle_algorithm = True
    timeout = 120

    def _serve(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply, fault = self.server.site.answer(self.command, self.path, headers, body)
        kind = fault.kind if fault is not None else ""
        if kind == "reset":
            # Linger 0: closing sends RST. The handler's files are closed after this,
            # and the socket with them.
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self.close_connection = True
            self.connection.close()
            return
        fields = {
            "Content-Type": reply.kind,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }
        lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, '')}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        content = b"" if self.command == "HEAD" else reply.body
        if kind == "truncate":
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        elif kind == "drip" and fault is not None:
            for at in range(len(content)):
                self.wfile.write(content[at : at + 1])
                self.wfile.flush()
                time.sleep(fault.pause)
        else:
            self.wfile.write(content)

    do_GET = do_HEAD = do_PATCH = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The ledger says it all."""


_PHRASES = {status.value: status.phrase for status in HTTPStatus}
