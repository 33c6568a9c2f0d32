"""One page over real sockets: what becomes of it, what is asked for, and how fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from altsync.errors import Challenged, FrontDoor, Interrupted, LoginFailed, SourceError
from altsync.models import PageFile
from altsync.sources.http import Http
from altsync.sources.robots import Robots, parse
from altsync.sources.tries import Patience
from altsync.sources.visit import LONGEST, MAX_PAGE, Asking, Met, Visited, Visitor
from tests.sources.test_http import Scripted

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<html><p>A page."
FORBIDDING = parse(b"User-agent: *\nDisallow: /private")
Told = tuple[int, dict[str, str], bytes]
TOLD: dict[str, Told] = {
    "/page": (200, {**HTML, "ETag": '"1"', "Last-Modified": "Mon", "Age": "7"}, PAGE),
    "/xhtml": (200, {"Content-Type": "application/xhtml+xml"}, PAGE),
    "/untyped": (200, {}, PAGE),
    "/untyped-file": (200, {}, b"%PDF"),
    "/file.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF"),
    "/large": (200, HTML, b" " * (MAX_PAGE + 1)),
    "/empty": (200, HTML, b" \n"),
    "/nowhere": (301, {}, b""),
    "/same": (304, {"ETag": '"1"'}, b""),
    "/gone": (404, HTML, PAGE),
    "/gone-for-good": (410, HTML, PAGE),
    "/denied": (403, HTML, PAGE),
    "/unauthorised": (401, HTML, b"<html>Drupal"),
    "/moved": (301, {"Location": "/page"}, b""),
    "/to-login": (302, {"Location": "/user/login?destination=/to-login"}, b""),
    "/user/login": (200, HTML, PAGE),
    "/user/login?destination=/to-login": (200, HTML, PAGE),
    "/to-private": (302, {"Location": "/private/x"}, b""),
    "/private/x": (200, HTML, PAGE),
    "/away": (301, {"Location": "https://other.example/"}, b""),
    "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/to-secret": (302, {"Location": "/page?token=s3cret"}, b""),
    "/page?token=s3cret": (200, HTML, PAGE),
    "/broken": (500, HTML, PAGE),
    "/busy": (503, {}, b""),
    "/door": (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"<html>"),
    "/firewall": (403, {"cf-mitigated": "challenge"}, b"<html>"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with Scripted(lambda path, _: TOLD[path]) as made:
        yield made


@pytest.fixture
def http(server: Scripted) -> Iterator[Http]:
    server.seen.clear()
    made = Http(server.url, patience=Patience(attempts=0), timeout=30)
    yield made
    made.close()


def visitor(
    http: Http,
    rules: Robots | None = None,
    *,
    logged_in: bool = False,
    stop: threading.Event | None = None,
) -> Visitor:
    return Visitor(
        http,
        rules or FORBIDDING,
        logged_in=logged_in,
        stop=stop or threading.Event(),
    )


def asked(server: Scripted) -> list[str]:
    return [path for _, path, _ in server.seen]


@pytest.mark.parametrize(
    ("path", "met"),
    [
        ("/page", Met.READ),
        ("/xhtml", Met.READ),
        ("/untyped", Met.READ),
        ("/moved", Met.READ),
        ("/user/login", Met.READ),
        ("/untyped-file", Met.NO_PAGE),
        ("/file.pdf", Met.NO_PAGE),
        ("/large", Met.NO_PAGE),
        ("/same", Met.UNCHANGED),
        ("/gone", Met.GONE),
        ("/gone-for-good", Met.GONE),
        ("/denied", Met.NOT_PUBLIC),
        ("/unauthorised", Met.NOT_PUBLIC),
        ("/to-login", Met.NOT_PUBLIC),
        ("/private/x", Met.FORBIDDEN),
        ("/to-private", Met.FORBIDDEN),
        ("/away", Met.ELSEWHERE),
        ("/to-file", Met.ELSEWHERE),
        ("/nowhere", Met.FAILED),
        ("/empty", Met.NO_PAGE),
        ("/to-secret", Met.FAILED),
        ("/broken", Met.FAILED),
        ("/busy", Met.FAILED),
    ],
)
def test_what_becomes_of_a_page(
    server: Scripted, http: Http, path: str, met: Met
) -> None:
    found = visitor(http).read(Asking(server.url + path))
    assert (found.url, found.met) == (server.url + path, met)
    assert (found.file is not None) == (met in (Met.READ, Met.UNCHANGED))
    assert bool(found.why) == (met is Met.FAILED)
    assert "s3cret" not in found.why
    assert "/private/x" not in asked(server)


@pytest.mark.parametrize(
    ("path", "logged_in", "error"),
    [
        ("/door", False, FrontDoor),
        ("/firewall", False, Challenged),
        ("/unauthorised", True, LoginFailed),
    ],
)
def test_what_ends_the_run(
    server: Scripted, http: Http, path: str, logged_in: bool, error: type[SourceError]
) -> None:
    with pytest.raises(error):
        visitor(http, logged_in=logged_in).read(Asking(server.url + path))


def test_a_door_before_a_part_of_the_site_is_met_by_its_pages_alone(
    server: Scripted, http: Http
) -> None:
    reading = visitor(http)
    met = [reading.read(Asking(server.url + path)).met for path in ("/page", "/door")]
    assert met == [Met.READ, Met.NOT_PUBLIC]


def test_a_page_as_it_came(server: Scripted, http: Http) -> None:
    """At the address that a redirect led to, with what tells its age."""
    found = visitor(http).read(Asking(server.url + "/moved#top"))
    url = server.url + "/page"
    file = PageFile(url, PAGE, False, (("age", "7"),), '"1"', "Mon", "utf-8")
    assert found == Visited(server.url + "/moved#top", Met.READ, file)


def test_only_what_changed_is_asked_for(server: Scripted, http: Http) -> None:
    reading = visitor(http)
    reading.read(Asking(server.url + "/page"))
    found = reading.read(Asking(server.url + "/same", '"1"', "Mon"))
    assert found.file == PageFile(server.url + "/same", b"", etag='"1"')
    first, second = (headers for _, _, headers in server.seen)
    assert "if-none-match" not in first
    assert "if-modified-since" not in first
    assert (second["if-none-match"], second["if-modified-since"]) == ('"1"', "Mon")
    assert second["accept"].startswith("text/html")
    assert "authorization" not in second


def test_a_header_that_is_no_plain_short_text_is_not_kept(
    server: Scripted, http: Http
) -> None:
    TOLD["/odd"] = (200, {**HTML, "ETag": "x" * (LONGEST + 1), "Via": "a\tb"}, PAGE)
    file = visitor(http).read(Asking(server.url + "/odd")).file
    assert file is not None
    assert (file.etag, file.caching) == ("", ())


def test_the_pace_is_kept_by_all_threads_together(server: Scripted, http: Http) -> None:
    reading = visitor(http, parse(b"User-agent: *\nCrawl-delay: 0.05"))
    started = time.monotonic()
    threads = [
        threading.Thread(target=reading.read, args=(Asking(server.url + "/page"),))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started >= 0.15
    assert asked(server) == ["/page"] * 4


def test_who_stops_does_not_wait_for_the_pace(server: Scripted, http: Http) -> None:
    stop = threading.Event()
    reading = visitor(http, parse(b"User-agent: *\nCrawl-delay: 9"), stop=stop)
    reading.read(Asking(server.url + "/page"))
    threading.Timer(0.05, stop.set).start()
    with pytest.raises(Interrupted):
        reading.read(Asking(server.url + "/page"))
    assert len(asked(server)) == 1
