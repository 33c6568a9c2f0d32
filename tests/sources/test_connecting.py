"""Every answer ends, whatever a server sends: headers and bodies that drip, answers that
are only announced, bodies that break off or never end."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from altsync.errors import (
    AnswerLost,
    BadAnswer,
    Interrupted,
    PictureError,
    RateLimited,
    Unreachable,
)
from altsync.sources.answers import ONLY_INTERIM, CutShort, HttpAnswer
from altsync.sources.connecting import CONNECT, MOST_INTERIM
from altsync.sources.http import Http
from altsync.sources.inside import Reach
from altsync.sources.tries import Patience
from tests.doubles.raw import RawServer, answer

ONCE = Patience(attempts=0)
THRICE = Patience(attempts=2, backoff=0.001)
DRIP = 0.03


@contextlib.contextmanager
def asking(
    server: RawServer, patience: Patience = ONCE, timeout: float = 0.3
) -> Iterator[Http]:
    http = Http(server.url, timeout=timeout, patience=patience)
    try:
        yield http
    finally:
        http.close()


def drip(connection: socket.socket, start: bytes, piece: bytes) -> None:
    """`start`, then `piece` again and again, far more often than a timeout."""
    connection.sendall(start)
    while True:
        connection.sendall(piece)
        time.sleep(DRIP)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 O", b"K"),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: a\r\n"),
        (b"HTTP/1.1 100 Continue\r\nX-A: ", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
        (CHUNKED, b"0"),
        (CHUNKED, b"1\r\n \r\n"),
        (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: a\r\n"),
    ],
    ids=[
        "status",
        "header",
        "headers",
        "interim",
        "body",
        "size",
        "chunks",
        "trailers",
    ],
)
def test_what_drips_meets_a_deadline(start: bytes, piece: bytes) -> None:
    """Each byte comes well within the timeout, and the answer never ends."""
    with (
        RawServer(lambda c, _: drip(c, start, piece)) as server,
        asking(server) as http,
    ):
        began = time.monotonic()
        with pytest.raises(Unreachable, match="took too long"):
            http.get(server.url + "/x", deadline=0.6)
        assert 0.5 < time.monotonic() - began < 30
        assert server.connections == 1


def test_a_drip_in_gzip_meets_the_deadline() -> None:
    """Nothing is unpacked for long, so whoever waits for an unpacked byte waits for ever."""
    start = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    empty = gzip.compress(b"")
    with (
        RawServer(lambda c, _: drip(c, start, empty)) as server,
        asking(server) as http,
        pytest.raises(Unreachable, match="took too long"),
    ):
        http.get(server.url + "/x", deadline=0.6)


def test_a_write_whose_headers_drip_is_lost() -> None:
    with (
        RawServer(lambda c, _: drip(c, b"HTTP/1.1 200 OK\r\nX: ", b"a")) as server,
        asking(server, THRICE) as http,
    ):
        with pytest.raises(AnswerLost, match="took too long"):
            http.write("PATCH", server.url + "/x", {})
        assert server.connections == 1


def test_the_deadline_of_one_answer_is_not_that_of_the_next() -> None:
    """One connection for many answers: what is left of a deadline does not stay on the
    socket."""

    def slow(connection: socket.socket, _: int) -> None:
        time.sleep(0.4)
        connection.sendall(answer())

    with RawServer(slow) as server, asking(server, timeout=2) as http:
        for _ in range(6):
            assert http.get(server.url + "/x", deadline=2).json() == {}
        assert server.connections == 1


@pytest.mark.parametrize("status", [b"100 Continue", b"103 Early Hints"])
def test_answers_that_are_only_announced_end(status: bytes) -> None:
    def announce(connection: socket.socket, _: int) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 " + status + b"\r\n\r\n")

    with (
        RawServer(announce) as server,
        asking(server) as http,
        pytest.raises(Unreachable, match=ONLY_INTERIM),
    ):
        http.get(server.url + "/x")


def test_an_announced_answer_is_not_taken_for_the_answer() -> None:
    """Else the real one would be taken for that of the next request on the connection."""
    numbers = itertools.count(1)

    def hint(connection: socket.socket, _: int) -> None:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
        time.sleep(0.05)
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        connection.sendall(answer(b"%d" % next(numbers)))

    with RawServer(hint) as server, asking(server) as http:
        assert [http.get(server.url + "/x").json() for _ in range(3)] == [1, 2, 3]
        assert server.connections == 1
    assert MOST_INTERIM > 2


SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}"
BROKEN = CHUNKED + b"5\r\n[1,"


@pytest.mark.parametrize("cut", [SHORT, BROKEN], ids=["length", "chunk"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_body_that_is_cut_is_asked_for_again(cut: bytes, times: int) -> None:
    """As a reset: two times more, then it is an error."""

    def say(connection: socket.socket, number: int) -> None:
        connection.sendall(cut if number <= times else answer(b"[1]"))
        if number <= times:
            connection.shutdown(socket.SHUT_RDWR)

    with RawServer(say) as server, asking(server, THRICE) as http:
        if times < 3:
            assert http.get(server.url + "/x").json() == [1]
            assert server.connections == times + 1
        else:
            with pytest.raises(CutShort, match="was cut short"):
                http.get(server.url + "/x")
            assert server.connections == 3


def test_a_picture_that_is_cut_is_asked_for_again() -> None:
    def say(connection: socket.socket, number: int) -> None:
        connection.sendall(SHORT if number == 1 else answer(b"picture"))
        if number == 1:
            connection.shutdown(socket.SHUT_RDWR)

    with RawServer(say) as server, asking(server, THRICE) as http:
        assert http.download(server.url + "/x", max_bytes=100) == b"picture"


def test_a_write_whose_answer_is_cut_is_sent_once() -> None:
    def say(connection: socket.socket, _: int) -> None:
        connection.sendall(SHORT)
        connection.shutdown(socket.SHUT_RDWR)

    with RawServer(say) as server, asking(server, THRICE) as http:
        with pytest.raises(AnswerLost):
            http.write("PATCH", server.url + "/x", {})
        assert server.connections == 1


def test_stopping_ends_the_tries_of_a_cut_body() -> None:
    def say(connection: socket.socket, _: int) -> None:
        connection.sendall(SHORT)
        connection.shutdown(socket.SHUT_RDWR)

    with RawServer(say) as server, asking(server, THRICE) as http:
        http.halt()
        with pytest.raises(Interrupted):
            http.get(server.url + "/x")
        assert server.connections == 1


def test_damage_is_not_asked_for_again() -> None:
    packed = answer(b"\x1f\x8b\x08 no gzip at all", b"Content-Encoding: gzip")
    with RawServer(lambda c, _: c.sendall(packed)) as server:
        with (
            asking(server, THRICE) as http,
            pytest.raises(BadAnswer, match="is damaged: it cannot be unpacked"),
        ):
            http.get(server.url + "/x")
        assert server.connections == 1


def test_the_endless_body_of_a_busy_site_is_not_read() -> None:
    """urllib3 reads it to its end before it tries again."""

    def busy(connection: socket.socket, number: int) -> None:
        if number > 1:
            connection.sendall(answer())
            return
        connection.sendall(b"HTTP/1.1 503 X\r\nRetry-After: 0\r\n\r\n")
        while True:
            connection.sendall(bytes(65_536))

    with RawServer(busy) as server, asking(server, THRICE, timeout=40) as http:
        began = time.monotonic()
        assert http.get(server.url + "/x").json() == {}
        assert time.monotonic() - began < 30


def test_the_body_of_a_site_that_stays_busy_is_read_as_any_other() -> None:
    told = answer(b"x" * 2_000_000, status=b"503 X")
    with (
        RawServer(lambda c, _: c.sendall(told)) as server,
        asking(server) as http,
        pytest.raises(RateLimited),
    ):
        http.get(server.url + "/x")


@pytest.mark.parametrize("packed", ["br", "zstd", "gzip, gzip", "compress"])
def test_what_is_packed_unasked_is_not_unpacked(packed: str) -> None:
    """urllib3 would unpack some of these without a bound, where their package is there."""
    told = answer(b"x" * 100, b"Content-Encoding: " + packed.encode())
    with (
        RawServer(lambda c, _: c.sendall(told)) as server,
        asking(server) as http,
        pytest.raises(BadAnswer, match="did not ask for"),
    ):
        http.get(server.url + "/x")


MEGABYTES = """
import resource, sys
from altsync.errors import AltsyncError
from altsync.sources.http import Http
from altsync.sources.inside import Reach

http = Http(sys.argv[1], timeout=30)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    http.download(sys.argv[1] + "/x", max_bytes=20_000_000, deadline=20)
except AltsyncError as error:
    print(type(error).__name__, file=sys.stderr)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def grown(server: RawServer) -> int:
    """Megabytes that a child needs to refuse what the server sends."""
    ran = subprocess.run(
        [sys.executable, "-c", MEGABYTES, server.url],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stderr.strip() in ("PictureError", "Unreachable"), ran.stderr
    return int(ran.stdout)


def bomb(connection: socket.socket, _: int) -> None:
    body = gzip.compress(bytes(100_000_000), 1)
    connection.sendall(answer(body, b"Content-Encoding: gzip"))


def endless(connection: socket.socket, _: int) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(bytes(65_536))


def crumbs(connection: socket.socket, _: int) -> None:
    connection.sendall(CHUNKED)
    while True:
        connection.sendall(b"2\r\nab\r\n" * 5_000)


@pytest.mark.slow
@pytest.mark.parametrize("say", [bomb, endless, crumbs])
def test_memory_is_bounded_by_what_was_asked_for(say: Any) -> None:
    """20 MB at most were asked for; a list of two-byte pieces took twenty times that."""
    with RawServer(say) as server:
        assert grown(server) < 60


@pytest.mark.parametrize("piece", [b"{},", b"[],", b'"ab",'])
def test_json_of_millions_of_values_is_not_read(piece: bytes) -> None:
    """16 MB of `{}` took 419 MB."""
    body = b"[" + piece * 2_000_000 + b"1]"
    told = HttpAnswer("GET", "http://x.example/a?key=1", 200, {}, body)
    with pytest.raises(BadAnswer, match=r"x\.example/a answered JSON of over"):
        told.json()


def test_a_picture_past_its_bound_is_its_own_failure() -> None:
    with RawServer(endless) as server, asking(server, timeout=5) as http:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(PictureError) as error:
            http.download(server.url + "/x", max_bytes=1_000_000)
        assert error.value.kind == "too big"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


class Nobody(Reach):
    """A host at several addresses, of which none takes a connection."""

    def targets(self, host: str, port: int) -> list[str]:
        return ["192.0.2.1", "192.0.2.2"]


def test_a_host_that_was_never_there_is_asked_once_and_soon_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of its addresses has its share of four seconds; then it is said."""
    waited: list[Any] = []

    def unanswered(address: Any, timeout: Any, *_: Any, **__: Any) -> socket.socket:
        waited.append((address[0], timeout))
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", unanswered)
    monkeypatch.setattr("altsync.sources.http.Reach", Nobody)
    http = Http("http://host.test", timeout=30.0, patience=THRICE)
    with pytest.raises(Unreachable, match="nothing there takes a connection"):
        http.get(f"{http.base}/x")
    assert waited == [("192.0.2.1", CONNECT / 2), ("192.0.2.2", CONNECT / 2)]
    http._met.set()  # it has answered before: what may pass is waited for
    with pytest.raises(Unreachable):
        http.get(f"{http.base}/x")
    assert len(waited) == 2 + 2 * (1 + THRICE.attempts)
    http.close()


def test_what_answers_slowly_has_the_time_that_altsync_toml_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    whole = answer()
    with (
        RawServer(lambda connection, _: connection.sendall(whole)) as server,
        asking(server, timeout=77.0) as http,
    ):
        send = http._adapters["read"].send

        def sent(*args: Any, **kw: Any) -> Any:
            asked.append(kw["timeout"])
            return send(*args, **kw)

        monkeypatch.setattr(http._adapters["read"], "send", sent)
        http.get(f"{http.base}/x")
        assert http._met.is_set()
    assert asked == [(CONNECT, 77.0)]
