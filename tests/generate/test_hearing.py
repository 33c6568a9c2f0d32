"""What the last exchange of a thread was is known, whatever is made of it: over real
sockets, with both libraries that providers' plugins use."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from altsync.generate import hearing
from altsync.generate.hearing import AnswerCut, AnswerTooLarge, Ear, Heard, listening
from tests.doubles.raw import RawServer, answer

LIBRARIES = ("httpx2", "httpx")
PARTS = [b'{"a": ', b"[1, 2, ", b"3]}"]
WHOLE = b"".join(PARTS)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


BEGIN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CUT = BEGIN + chunk(PARTS[0])


class Site:
    """What is answered to one request after the other; the last is repeated. A number
    waits."""

    def __init__(self) -> None:
        self.says: list[list[bytes | float]] = []
        self.server = RawServer(self._say)

    def _say(self, connection: socket.socket, number: int) -> None:
        says = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        for part in says:
            if isinstance(part, bytes):
                connection.sendall(part)
            else:
                time.sleep(part)
        if CUT in says:
            connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    with made.server:
        yield made


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Iterator[Any]:
    module = pytest.importorskip(request.param)
    hearing.install()
    hearing.install()
    yield module
    hearing.remove()


def ask(library: Any, site: Site, seconds: float = 5.0) -> Any:
    """One call as plugins make it, to its end."""
    with (
        listening(Ear(seconds)),
        library.Client(timeout=30.0) as client,
        client.stream("GET", site.server.url) as response,
    ):
        return b"".join(response.iter_bytes())


@pytest.mark.parametrize(
    ("name", "pack"),
    [(b"identity", bytes), (b"gzip", gzip.compress), (b"deflate", zlib.compress)],
)
def test_an_answer_is_heard_as_it_is_unpacked(
    library: Any, site: Site, name: bytes, pack: Callable[[bytes], bytes]
) -> None:
    fields = (b"Content-Encoding: " + name, b"X-Left: 9", b"x-left: 8")
    site.says = [[answer(pack(WHOLE), *fields)]]
    assert ask(library, site) == WHOLE
    heard = hearing.heard()
    assert heard is not None
    assert (heard.status, heard.body, heard.whole) == (200, WHOLE, True)
    assert heard.headers["x-left"] == "9, 8"


def test_an_error_is_heard_though_nobody_reads_it(library: Any, site: Site) -> None:
    body = b'{"error": {"type": "overloaded_error"}}'
    site.says = [[answer(body, b"Retry-After: 7", status=b"529 Overloaded")]]
    with (
        listening(Ear(5.0)),
        library.Client() as client,
        client.stream("GET", site.server.url) as response,
    ):
        assert response.headers["x-should-retry"] == "false"
    headers = {"content-length": str(len(body)), "retry-after": "7"}
    assert hearing.heard() == Heard(529, headers, body, whole=True)


def test_the_last_exchange_of_a_call_is_heard(library: Any, site: Site) -> None:
    site.says = [[answer(b"no", status=b"503 Busy")], [answer(WHOLE)]]
    with listening(Ear(5.0)), library.Client() as client:
        client.get(site.server.url)
        client.get(site.server.url)
    heard = hearing.heard()
    assert heard is not None
    assert (heard.status, heard.body) == (200, WHOLE)


def test_a_stream_is_heard_as_it_flows(library: Any, site: Site) -> None:
    """The plugin has each part before the next is sent."""
    site.says = [[BEGIN, chunk(PARTS[0]), 0.1, chunk(PARTS[1]), 0.1, chunk(b"")]]
    with (
        listening(Ear(5.0)) as ear,
        library.Client() as client,
        client.stream("GET", site.server.url) as response,
    ):
        parts = response.iter_bytes()
        assert next(parts) == PARTS[0]
        first = ear.heard()
        assert next(parts) == PARTS[1]
    heard = hearing.heard()
    assert first is not None
    assert heard is not None
    assert (first.body, heard.body) == (PARTS[0], PARTS[0] + PARTS[1])
    assert not heard.whole


def test_what_arrived_of_a_cut_answer_is_known(library: Any, site: Site) -> None:
    site.says = [[CUT]]
    with pytest.raises(AnswerCut) as caught:
        ask(library, site)
    assert caught.value.part == PARTS[0]
    heard = hearing.heard()
    assert heard is not None
    assert (heard.status, heard.body, heard.whole) == (200, PARTS[0], False)


def test_nothing_is_heard_where_nothing_came(library: Any, site: Site) -> None:
    site.says = [[answer(WHOLE)]]
    ask(library, site)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with listening(Ear(5.0)), pytest.raises(library.ConnectError):
        library.get(f"http://127.0.0.1:{port}")
    assert hearing.heard() is None


def test_a_body_beyond_all_measure_is_not_unpacked(library: Any, site: Site) -> None:
    bomb = gzip.compress(b" " * 2 * hearing.LARGEST)
    for status in (b"200 OK", b"400 Bad"):
        site.says = [[answer(bomb, b"Content-Encoding: gzip", status=status)]]
        with pytest.raises(AnswerTooLarge):
            ask(library, site)
        heard = hearing.heard()
        assert heard is not None
        assert len(heard.body) <= hearing.LARGEST


@pytest.mark.parametrize(
    "says",
    [
        pytest.param([30.0], id="silence"),
        pytest.param([BEGIN, *([chunk(b" "), 0.05] * 200)], id="drip"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\n", *([b"a: b\r\n", 0.05] * 200)], id="headers"
        ),
        pytest.param([b"HTTP/1.1 102 Wait\r\n\r\n" * 20_000] * 20, id="flood"),
    ],
)
def test_a_call_ends_with_its_time(
    library: Any, site: Site, says: list[bytes | float]
) -> None:
    """Though the client would wait for 30 seconds, and each byte comes in time."""
    site.says = [says]
    began = time.monotonic()
    with pytest.raises((AnswerCut, library.ReadTimeout)):
        ask(library, site, seconds=0.2)
    assert time.monotonic() - began < 8  # the drip alone would take ten


def test_a_library_that_tries_again_by_itself_sends_nothing(
    library: Any, site: Site
) -> None:
    """Calls that nobody counts, in the midst of a pause that others keep."""
    site.says = [[CUT]]
    url = f"{site.server.url}/{library.__name__}"  # others' calls may come late
    with listening(Ear(5.0)), library.Client() as client:
        with pytest.raises(AnswerCut):
            client.get(url)
        with pytest.raises(library.RemoteProtocolError):
            client.get(url)
    path = f"GET /{library.__name__} ".encode()
    assert [path in head for head in site.server.asked].count(True) == 1


def test_threads_that_do_not_ask_are_left_alone(library: Any, site: Site) -> None:
    site.says = [[answer(gzip.compress(WHOLE), b"Content-Encoding: gzip")]]
    ask(library, site)
    heard = hearing.heard()
    other: list[tuple[str, Heard | None]] = []

    def elsewhere() -> None:
        response = library.get(site.server.url)
        other.append((response.headers["content-encoding"], hearing.heard()))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    library.get(site.server.url)
    assert other == [("gzip", None)]
    assert hearing.heard() == heard


def test_what_is_trusted_is_read_once(library: Any) -> None:
    """Some plugins make a client for each call. What somebody says of it stays so."""

    def trusted(**how: Any) -> ssl.SSLContext:
        with contextlib.closing(library.HTTPTransport(**how)) as made:
            found = made._pool._ssl_context
        assert isinstance(found, ssl.SSLContext)
        return found

    alone = trusted()
    assert trusted() is not alone
    with listening(Ear(5.0)):
        shared = trusted()
        assert trusted(verify=True) is shared
        assert trusted(trust_env=False) is not shared
        assert trusted(http2=True) is not shared
        assert trusted(verify=alone) is alone
        assert trusted(verify=False).verify_mode is ssl.CERT_NONE
    assert (shared.verify_mode, shared.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_libraries_are_as_they_were(name: str) -> None:
    pytest.importorskip(name)
    transport = importlib.import_module(name).HTTPTransport
    before = transport.handle_request, transport.__init__
    hearing.install()
    assert transport.handle_request is not before[0]
    hearing.remove()
    assert (transport.handle_request, transport.__init__) == before
