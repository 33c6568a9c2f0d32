"""robots.txt over real sockets: what it forbids, what its absence and its failure mean."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from altsync.errors import Challenged, FrontDoor, SourceError
from altsync.sources import robots
from altsync.sources.http import Http
from altsync.sources.robots import LONGEST_DELAY, Robots, parse
from altsync.sources.tries import Patience
from tests.sources.test_http import Scripted

ONCE = Patience(attempts=0)
Told = tuple[int, dict[str, str], bytes]


class Answering(Scripted):
    """A server that answers every address with what is set."""

    def __init__(self) -> None:
        self.told: Told = (404, {}, b"")
        super().__init__(lambda path, headers: self.told)


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    made = Answering()
    with made:
        yield made


def read(server: Answering, told: Told) -> Robots:
    server.told = told
    http = Http(server.url, patience=ONCE)
    try:
        return robots.read(http)
    finally:
        http.close()


def test_what_it_says_to_altsync_goes_before_what_it_says_to_all() -> None:
    said = parse(
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /\nCrawl-delay: 3\n\n"
        b"User-agent: Altsync\nDisallow: /admin\nDisallow: /*/edit$\nAllow: /admin/about\n"
        b"Crawl-delay: 0.5\nSitemap: https://example.org/s.xml\n"
    )
    allowed = {
        path: said.allows(f"https://example.org{path}")
        for path in ("/", "/admin", "/admin/about", "/node/1/edit", "/node/1/edit?x")
    }
    assert allowed == {
        "/": True,
        "/admin": False,
        "/admin/about": True,
        "/node/1/edit": False,
        "/node/1/edit?x": True,
    }
    assert said.delay == said.asked_delay == 0.5
    assert said.sitemaps == ["https://example.org/s.xml"]


def test_what_it_says_to_all_goes_for_altsync_too() -> None:
    said = parse(b"User-agent: *\nDisallow: /private/\nCrawl-delay: 3600\n")
    assert not said.allows("https://example.org/private/x")
    assert said.allows("https://example.org/public")
    assert (said.asked_delay, said.delay) == (3600, LONGEST_DELAY)


@pytest.mark.parametrize("status", [404, 410, 400, 403, 401])
def test_where_there_is_none_everything_is_allowed(
    server: Answering, status: int
) -> None:
    found = read(server, (status, {}, b"User-agent: *\nDisallow: /"))
    assert found.allows(server.url + "/x")
    assert (found.delay, found.sitemaps) == (0, [])


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_where_the_site_fails_nothing_is_allowed(
    server: Answering, status: int
) -> None:
    found = read(server, (status, {}, b""))
    assert not found.allows(server.url + "/x")
    assert f"({status} at {server.url}/robots.txt)" in found.forbids_all


def test_where_nobody_answers_nothing_is_allowed(server: Answering) -> None:
    http = Http("http://127.0.0.1:9", patience=ONCE)
    assert robots.read(http).forbids_all
    http.close()


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b"<html>"), FrontDoor),
        ((403, {"cf-mitigated": "challenge"}, b"<html>"), Challenged),
    ],
)
def test_a_door_before_the_site_says_nothing_about_robots(
    server: Answering, told: Told, error: type[SourceError]
) -> None:
    with pytest.raises(error):
        read(server, told)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        b"<!DOCTYPE html><html><body>User-agent: * Disallow: /</body></html>",
        b"User-agent: *\nCrawl-delay: -5\nCrawl-delay: inf\n" * 3,
        b"Disallow: /\n",
    ],
)
def test_what_is_no_robots_txt_forbids_nothing(body: bytes) -> None:
    found = parse(body)
    assert found.allows("https://example.org/x")
    assert found.delay == 0


def test_rules_of_many_wildcards_cost_no_time() -> None:
    rule = b"/" + b"*a" * 500
    found = parse(b"User-agent: *\n" + (b"Disallow: " + rule + b"b\n") * 20)
    started = time.perf_counter()
    assert found.allows("https://example.org/" + "a" * 2_000)
    assert time.perf_counter() - started < 1
