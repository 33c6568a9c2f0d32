"""The session layer over real sockets: what is sent again, what is not, and where
secrets go."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import requests.sessions
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as TLSError

from altsync.demo.site import DemoSite
from altsync.errors import (
    AnswerLost,
    BadAnswer,
    Interrupted,
    LoginFailed,
    NotThere,
    PictureError,
    RateLimited,
    ReadOnly,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.sources.answers import HttpAnswer, broken, explain, origin, place
from altsync.sources.credentials import Token
from altsync.sources.http import MAX_HOPS, Http
from altsync.sources.tries import Patience
from tests.processes import PATIENT

QUICK = Patience(attempts=3, backoff=0.001, retry_after_cap=0.01)
SECRET = "s3cret-Token"
IMAGE = "space/deep-field"
Seen = tuple[str, str, dict[str, str]]
Script = Callable[[str, dict[str, str]], tuple[int, dict[str, str], bytes]]


class Scripted:
    """A server that answers what a function says, and counts its connections."""

    def __init__(self, script: Script) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 65_536

            def setup(self) -> None:
                outer.connections += 1
                super().setup()

            def serve(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.rfile.read(int(headers.get("content-length", 0)))
                outer.seen.append((self.command, self.path, headers))
                status, more, body = script(self.path, headers)
                fields = {"Content-Length": str(len(body)), **more}
                lines = [
                    f"HTTP/1.1 {status} X",
                    *(f"{k}: {v}" for k, v in fields.items()),
                ]
                self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
                self.close_connection = "Transfer-Encoding" in more

            do_GET = do_PATCH = serve  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        )
        self.thread.start()

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(token=SECRET) as made:
        yield made


@pytest.fixture
def http(site: DemoSite) -> Iterator[Http]:
    made = Http(site.url, auth=Token(SECRET), patience=QUICK, timeout=30)
    yield made
    made.close()


def url(site: DemoSite, end: str = "get") -> str:
    return f"{site.url}/album/{IMAGE}/{end}"


# Trying again


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_tried_again(site: DemoSite, http: Http, status: int) -> None:
    site.fail("status", status=status, times=3)
    assert http.get(url(site)).json()["alt"] == ""
    assert len(site.ledger) == 4


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RateLimited), (503, RateLimited), (502, Unreachable), (504, Unreachable)],
)
def test_tries_are_bounded(
    site: DemoSite, http: Http, status: int, error: type[SourceError]
) -> None:
    site.fail("status", status=status)
    with pytest.raises(error) as raised:
        http.get(url(site))
    assert raised.value.status == status
    assert len(site.ledger) == 1 + QUICK.attempts


def test_a_reset_read_is_tried_again(site: DemoSite, http: Http) -> None:
    site.fail("reset", times=2)
    assert http.get(url(site)).status == 200
    site.fail("reset")
    site.forget()
    with pytest.raises(Unreachable, match="connection was closed"):
        http.get(url(site))
    assert len(site.ledger) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_other_answers_are_final(site: DemoSite, http: Http, status: int) -> None:
    site.fail("status", status=status)
    with pytest.raises(SourceError):
        http.get(url(site))
    assert len(site.ledger) == 1


def test_once_is_once(site: DemoSite, http: Http) -> None:
    for fault, error in (("reset", AnswerLost), ("status", RateLimited)):
        site.fail(fault, status=429, retry_after=0)  # type: ignore[arg-type]
        with pytest.raises(error):
            http.write("PATCH", url(site, "patch"), {}, retry=False)
        site.heal()
    assert len(site.ledger) == 2


@pytest.mark.parametrize(
    "told",
    [
        21_600,
        "soon",
        -5,
        "Fri, 01 Jan 2100 00:00:00 GMT",
        "Fri, 99 Foo 99999999999 25:00:00",
    ],
)
def test_retry_after_is_capped(site: DemoSite, http: Http, told: int | str) -> None:
    site.fail("status", status=429, retry_after=told, times=3)
    assert (
        http.get(url(site)).status == 200
    )  # within the test's time limit, not in six hours


def test_retry_after_is_honoured(site: DemoSite) -> None:
    http = Http(site.url, auth=Token(SECRET), patience=Patience(backoff=0.001))
    site.fail("status", status=429, retry_after=1, times=1)
    start = time.monotonic()
    assert http.get(url(site)).status == 200
    assert time.monotonic() - start >= 1
    http.close()


def test_closing_ends_the_wait(site: DemoSite) -> None:
    http = Http(site.url, auth=Token(SECRET), patience=Patience(backoff=30))
    fault = site.fail("status", status=503, retry_after=3600)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(http.get, url(site))
        while not fault.hits:
            time.sleep(0.005)
        http.close()
        with pytest.raises(Interrupted):
            waiting.result(timeout=PATIENT)


@pytest.mark.parametrize("status", [429, 503])
def test_a_write_is_tried_again_only_where_it_was_not_done(
    site: DemoSite, http: Http, status: int
) -> None:
    site.fail("status", method="PATCH", status=status, times=2)
    assert http.write("PATCH", url(site, "patch"), {"alt": "new"}).status == 200
    assert [entry.applied for entry in site.ledger] == [False, False, True]


@pytest.mark.parametrize("fault", ["reset", "truncate"])
@pytest.mark.parametrize("after", [True, False])
def test_a_write_without_an_answer_is_never_sent_again(
    site: DemoSite, http: Http, fault: Any, after: bool
) -> None:
    site.fail(fault, method="PATCH", after=after)
    with pytest.raises(AnswerLost, match="settled by reading"):
        http.write("PATCH", url(site, "patch"), {"alt": "new"})
    assert len(site.ledger) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_write_that_failed_over_there_is_lost(
    site: DemoSite, http: Http, status: int
) -> None:
    site.fail("status", method="PATCH", status=status)
    with pytest.raises(AnswerLost):
        http.write("PATCH", url(site, "patch"), {"alt": "new"})
    assert len(site.ledger) == 1


def test_no_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        http = Http(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            timeout=0.5,
            patience=Patience(attempts=0),
        )
        with pytest.raises(Unreachable, match="took too long"):
            http.get(http.base + "/x")
        with pytest.raises(AnswerLost, match="took too long"):
            http.write("PATCH", http.base + "/x", {})
        http.close()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    http = Http(f"http://127.0.0.1:{port}", patience=QUICK)
    with pytest.raises(Unreachable, match="connection was refused"):
        http.get(http.base + "/x")
    with pytest.raises(
        Unreachable, match="connection was refused"
    ):  # certainly not done: not AnswerLost
        http.write("PATCH", http.base + "/x", {})
    http.close()


def test_an_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    http = Http("http://nowhere.invalid", patience=Patience(attempts=0))
    with pytest.raises(Unreachable, match="name is not known"):
        http.get(http.base + "/")
    with pytest.raises(Unreachable, match="name is not known"):
        http.write("PATCH", http.base + "/", {})
    http.close()


def test_tls_errors() -> None:
    wrong = MaxRetryError(
        None,  # type: ignore[arg-type]
        "/",
        TLSError(ssl.SSLCertVerificationError("certificate verify failed")),
    )
    error = broken(
        "PATCH", "https://x.example/a", requests.exceptions.SSLError(wrong), begun=False
    )
    assert isinstance(error, Unreachable)
    assert "REQUESTS_CA_BUNDLE" in str(error)
    # A connection that broke in the middle may have carried the request.
    cut = MaxRetryError(
        None,  # type: ignore[arg-type]
        "/",
        TLSError(ssl.SSLEOFError("EOF occurred in violation of protocol")),
    )
    assert isinstance(
        broken(
            "PATCH",
            "https://x.example/a",
            requests.exceptions.SSLError(cut),
            begun=False,
        ),
        AnswerLost,
    )


# Bodies


def test_a_body_is_bounded(site: DemoSite, http: Http) -> None:
    picture = f"{site.url}/files/cache/{IMAGE}-1280w.jpg"
    size = len(http.download(picture, max_bytes=10_000_000))
    assert len(http.download(picture, max_bytes=size)) == size
    with pytest.raises(PictureError) as error:
        http.download(picture, max_bytes=size - 1)
    assert error.value.kind == "too big"
    with pytest.raises(BadAnswer, match="larger than"):
        http.get(url(site), max_bytes=10)


def test_a_gzip_bomb_is_bounded() -> None:
    packed = gzip.compress(bytes(50_000_000))
    with Scripted(lambda *_: (200, {"Content-Encoding": "gzip"}, packed)) as server:
        http = Http(server.url)
        with pytest.raises(BadAnswer, match="larger than"):
            http.get(server.url + "/x", max_bytes=1_000_000)
        http.close()


def test_gzip_is_unpacked_and_damage_is_seen() -> None:
    packed = gzip.compress(b'{"a": 1}' * 1000)
    for body, error in (
        (packed, None),
        (packed[:40], BadAnswer),
        (b"\x1f\x8bnot gzip", BadAnswer),
    ):
        with Scripted(
            lambda *_, body=body: (200, {"Content-Encoding": "gzip"}, body)
        ) as server:
            http = Http(server.url)
            if error is None:
                assert http.get(server.url + "/x").body == b'{"a": 1}' * 1000
            else:
                with pytest.raises(error):
                    http.get(server.url + "/x").json()
            http.close()


def test_a_dripping_body_meets_its_deadline(site: DemoSite, http: Http) -> None:
    site.fail("drip", pause=0.05)
    with pytest.raises(Unreachable, match="took too long"):
        http.get(url(site), deadline=0.2)


def test_a_body_that_breaks_off(site: DemoSite, http: Http) -> None:
    site.fail("truncate")
    with pytest.raises(BadAnswer, match="cut short"):
        http.get(url(site))
    with Scripted(
        lambda *_: (
            200,
            {"Transfer-Encoding": "chunked", "Content-Length": "0"},
            b"5\r\nab",
        )
    ) as server:
        other = Http(server.url)
        with pytest.raises(BadAnswer):
            other.get(server.url + "/x").json()
        other.close()


def test_chunks_are_put_together() -> None:
    with socket.create_server(("127.0.0.1", 0)) as raw:
        thread = threading.Thread(
            target=_speak, args=(raw, b"3\r\n[1,\r\n3\r\n2]\n\r\n0\r\n\r\n")
        )
        thread.start()
        http = Http(f"http://127.0.0.1:{raw.getsockname()[1]}")
        assert http.get(http.base + "/x").json() == [1, 2]
        thread.join()
        http.close()


def _speak(raw: socket.socket, body: bytes) -> None:
    connection, _ = raw.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
        )


# Where secrets go


def test_credentials_stay_on_their_origin(site: DemoSite, http: Http) -> None:
    with DemoSite(token=SECRET) as other:  # the same host, another port: another origin
        for target in (other.url, other.url.replace("127.0.0.1", "localhost")):
            site.fail("redirect", location=f"{target}/album/{IMAGE}/get", times=1)
            with pytest.raises(BadAnswer, match="token belongs to"):
                http.get(url(site))
        assert other.ledger == []
        site.fail(
            "redirect",
            route="pixels",
            location=f"{other.url}/files/cache/{IMAGE}-1280w.jpg",
        )
        assert http.download(
            f"{site.url}/files/cache/{IMAGE}-1280w.jpg", max_bytes=10_000_000
        )
        assert [entry.token for entry in other.ledger] == ["none"]


def test_no_credentials_back_home_by_a_detour_that_forges_them() -> None:
    """A hop through another origin, and home again: only our own header, nothing of the
    other's."""
    with Scripted(
        lambda *_: (302, {"Location": home + "/end", "Set-Cookie": "evil=1"}, b"")
    ) as other:

        def script(path: str, _: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            return (
                (200, {}, b"end")
                if path == "/end"
                else (302, {"Location": other.url, "Set-Cookie": "own=1"}, b"")
            )

        with Scripted(script) as server:
            home = server.url
            http = Http(home, auth=Token(SECRET), headers={"X-Api-Key": SECRET})
            assert http.get(home + "/start", offsite=True).body == b"end"
            first, last = server.seen
            assert (first[2]["authorization"], first[2].get("cookie")) == (SECRET, None)
            assert (last[2]["authorization"], last[2]["cookie"]) == (SECRET, "own=1")
            assert SECRET not in str(other.seen)
            assert "cookie" not in other.seen[0][2]
            http.close()


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "javascript:1", "ftp://x.example/", "http://", "//[", ""],
)
def test_a_redirect_to_nowhere_good(site: DemoSite, http: Http, location: str) -> None:
    site.fail("redirect", location=location)
    with pytest.raises(BadAnswer):
        http.get(url(site))
    with pytest.raises(BadAnswer):
        http.write("PATCH", url(site, "patch"), {})


def test_redirects_on_the_own_origin_are_followed_to_a_bound(
    site: DemoSite, http: Http
) -> None:
    site.fail("redirect", location=f"/album/{IMAGE}/get", times=1)
    assert http.get(url(site)).status == 200
    assert {entry.token for entry in site.ledger} == {"ok"}
    site.forget()
    site.fail("redirect", location=f"/album/{IMAGE}/get")
    with pytest.raises(BadAnswer, match="redirects more than"):
        http.get(url(site))
    assert len(site.ledger) == MAX_HOPS + 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_write_is_redirected(status: int) -> None:
    with Scripted(lambda *_: (status, {"Location": "/elsewhere?key=1"}, b"")) as server:
        http = Http(server.url)
        with pytest.raises(
            BadAnswer, match=f"redirect to {server.url}. Nothing was changed"
        ):
            http.write("PATCH", server.url + "/x", {"alt": "new"})
        assert len(server.seen) == 1
        http.close()


def test_writes_go_to_the_own_origin_only(http: Http) -> None:
    with Scripted(lambda *_: (200, {}, b"")) as other:
        for target in (
            other.url + "/x",
            http.base.replace("http://", "https://") + "/x",
            f"{http.base}@127.0.0.1/x",
        ):
            with pytest.raises(BadAnswer):
                http.write("PATCH", target, {})
        assert other.seen == []


def test_netrc_is_never_read(site: DemoSite, http: Http) -> None:
    (Path.home() / ".netrc").write_text(
        "machine 127.0.0.1 login me password netrc-secret\n"
    )
    http.get(url(site))
    assert site.ledger[-1].token == "ok"
    bare = Http(site.url)
    with pytest.raises(SourceError):
        bare.get(url(site))
    assert site.ledger[-1].token == "none"
    bare.close()


def test_the_proxy_of_the_environment_is_used_and_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Scripted(lambda *_: (200, {}, b"{}")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        calls = []
        found = requests.sessions.get_environ_proxies
        monkeypatch.setattr(
            requests.sessions,
            "get_environ_proxies",
            lambda *a, **k: calls.append(a) or found(*a, **k),  # type: ignore[func-returns-value]
        )
        http = Http("http://site.example", auth=Token(SECRET))
        for _ in range(3):
            assert http.get("http://site.example/x").json() == {}
        assert [path for _, path, _ in proxy.seen] == ["http://site.example/x"] * 3
        assert len(calls) == 1
        http.close()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with Scripted(lambda *_: (200, {}, b"{}")) as near:
            direct = Http(near.url)
            direct.get(near.url + "/x")
            assert len(near.seen) == 1
            direct.close()


def test_cookies_are_kept_for_the_own_origin() -> None:
    with Scripted(
        lambda *_: (200, {"Set-Cookie": "session=1; Path=/"}, b"{}")
    ) as server:
        http = Http(server.url)
        http.get(server.url + "/a")
        http.get(server.url + "/b")
        http.write("PATCH", server.url + "/c", {})
        assert [headers.get("cookie") for _, _, headers in server.seen] == [
            None,
            "session=1",
            "session=1",
        ]
        with Scripted(lambda *_: (200, {}, b"{}")) as other:
            http.get(other.url + "/d")
            assert "cookie" not in other.seen[0][2]
        http.close()


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "ü", "a\x7f"])
def test_a_token_that_cannot_be_sent_is_not_quoted(token: str) -> None:
    with pytest.raises(LoginFailed) as error:
        Token(token)
    assert not token or token not in str(error.value)
    assert SECRET not in repr(Token(SECRET))


# The pool


def test_reads_and_writes_share_connections_that_stay_open() -> None:
    with Scripted(lambda *_: (200, {}, b"{}")) as server:
        http = Http(server.url, workers=8)
        for _ in range(5):
            http.get(server.url + "/a")
            http.write("PATCH", server.url + "/a", {})
        assert server.connections == 1
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: http.get(f"{server.url}/{n}"), range(200)))
        assert server.connections <= 8
        http.close()


def test_what_is_sent() -> None:
    with Scripted(lambda *_: (200, {}, b"{}")) as server:
        http = Http(server.url + "/sub/", auth=Token(SECRET, "Bearer"))
        assert http.base == server.url + "/sub"
        http.write(
            "PATCH",
            server.url + "/%2E%2E/a%2Fb%20c/é",
            {"alt": "é\u2028"},
            headers={"X-A": "b"},
        )
        method, _path, headers = server.seen[0]
        assert (method, headers["authorization"], headers["x-a"]) == (
            "PATCH",
            f"Bearer {SECRET}",
            "b",
        )
        assert headers["content-type"] == "application/json"
        assert headers["user-agent"].startswith("altsync/")
        http.get(server.url + "/%2E%2E/a%2Fb%20c")
        assert server.seen[1][1] == "/%2E%2E/a%2Fb%20c"
        http.close()


# Words


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://me:pass@example.org/a/b?token=1#x", "https://example.org/a/b"),
        ("/a?b", "/a"),
        ("http://x/a\x1b[31m\n", "http://x/a%1B[31m"),
        ("http://[", "an address that cannot be read"),
        ("http://x/" + "a" * 500, "http://x/" + "a" * 190 + "…"),
    ],
)
def test_place_hides_what_may_be_secret(given: str, shown: str) -> None:
    assert place(given) == shown


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://Example.ORG:443/a", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://example.org:443/", "http://example.org:443"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
        ("https://user:pw@example.org/", "https://example.org"),
    ],
)
def test_origin(given: str, wanted: str) -> None:
    assert origin(given) == wanted


@pytest.mark.parametrize(
    "given",
    [
        "",
        "example.org",
        "ftp://example.org",
        "http://",
        "http://a:b/",
        "http://a\\@b/",
        "//a/",
    ],
)
def test_what_has_no_origin(given: str) -> None:
    with pytest.raises(BadAnswer):
        origin(given)


@pytest.mark.parametrize(
    ("method", "status", "error"),
    [
        ("GET", 400, Rejected),
        ("GET", 401, LoginFailed),
        ("GET", 403, Rejected),
        ("GET", 404, NotThere),
        ("GET", 410, NotThere),
        ("GET", 405, Rejected),
        ("GET", 429, RateLimited),
        ("GET", 500, BadAnswer),
        ("GET", 503, RateLimited),
        ("GET", 504, Unreachable),
        ("GET", 304, BadAnswer),
        ("PATCH", 401, LoginFailed),
        ("PATCH", 404, NotThere),
        ("PATCH", 405, ReadOnly),
        ("PATCH", 409, Rejected),
        ("PATCH", 422, Rejected),
        ("PATCH", 500, AnswerLost),
        ("PATCH", 503, RateLimited),
        ("PATCH", 504, AnswerLost),
        ("PATCH", 408, AnswerLost),
    ],
)
def test_every_status_has_its_error(
    method: str, status: int, error: type[SourceError]
) -> None:
    found = explain(
        HttpAnswer(
            method, "https://me:pass@x.example/a?key=1", status, {}, b"secret body"
        )
    )
    assert type(found) is error
    assert found.status == status
    assert str(found).endswith(".")
    for secret in ("pass", "key=1", "secret body"):
        assert secret not in str(found)


def test_a_source_explains_first(site: DemoSite) -> None:
    seen: list[int] = []

    def own(answer: HttpAnswer) -> SourceError | None:
        seen.append(answer.status)
        return Rejected("Own words.") if answer.status == 404 else None

    http = Http(site.url, explain=own)
    with pytest.raises(Rejected, match="Own words"):
        http.get(site.url + "/nothing")
    with pytest.raises(Rejected, match="403"):
        http.get(url(site))
    assert seen == [404, 403]
    http.close()
