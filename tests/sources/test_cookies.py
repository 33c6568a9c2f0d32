"""The cookies of a site, over real sockets: what an answer sets, deletes, and may not
delete."""

from __future__ import annotations

import socket
import threading

from altsync.sources.http import Http
from altsync.sources.tries import Patience
from tests.doubles.raw import RawServer, answer
from tests.processes import PATIENT

NAME = "SESS12ca17b49af2289436f303e0166030a2"
GONE = f"Set-Cookie: {NAME}=deleted; Max-Age=0; path=/".encode()


class Sessions:
    """Says what a Drupal says of sessions, at the moment that a test wants."""

    def __init__(self) -> None:
        self.late, self.asked = threading.Event(), threading.Event()

    def say(self, connection: socket.socket, number: int) -> None:
        path = self.server.asked[-1].split(b" ")[1]
        if path == b"/late":
            self.asked.set()
            self.late.wait(PATIENT)
            connection.sendall(answer(b"{}", GONE))
        elif path == b"/gone":
            connection.sendall(answer(b"{}", GONE))
        elif path.startswith(b"/login/"):
            value = path.rpartition(b"/")[2]
            cookie = b"Set-Cookie: " + NAME.encode() + b"=" + value + b"; path=/"
            connection.sendall(answer(b"{}", cookie))
        else:
            connection.sendall(answer())

    server: RawServer


def sent(server: RawServer) -> bytes:
    """The Cookie header of the latest request."""
    lines = server.asked[-1].split(b"\r\n")
    found = [line for line in lines if line.lower().startswith(b"cookie:")]
    return found[0].partition(b": ")[2] if found else b""


def test_a_late_answer_to_an_old_session_does_not_delete_the_new_one() -> None:
    sessions = Sessions()
    with RawServer(sessions.say) as server:
        sessions.server = server
        http = Http(server.url, patience=Patience(attempts=0), timeout=10)
        http.get(f"{server.url}/login/old")
        late = threading.Thread(target=http.get, args=(f"{server.url}/late",))
        late.start()
        assert sessions.asked.wait(PATIENT)
        http.get(f"{server.url}/login/new")
        sessions.late.set()
        late.join(PATIENT)
        assert http.cookies.names() == [NAME]
        http.get(f"{server.url}/x")
        assert sent(server) == f"{NAME}=new".encode()
        http.get(f"{server.url}/gone")
        assert http.cookies.names() == []
        http.close()


def test_what_is_forgotten_is_not_sent() -> None:
    sessions = Sessions()
    with RawServer(sessions.say) as server:
        sessions.server = server
        http = Http(server.url, patience=Patience(attempts=0), timeout=10)
        http.get(f"{server.url}/login/old")
        http.cookies.forget(["another"])
        http.get(f"{server.url}/x")
        assert sent(server) == f"{NAME}=old".encode()
        http.cookies.forget([NAME])
        http.get(f"{server.url}/x")
        assert sent(server) == b""
        http.close()
