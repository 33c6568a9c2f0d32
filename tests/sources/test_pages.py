"""The pages that a sitemap names, and no more requests than it is worth."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from altsync.errors import BadAnswer
from altsync.sources import pages, sitemap
from altsync.sources.http import Http
from tests.sources.test_http import QUICK, Scripted

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(*locations: str) -> str:
    entries = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in locations)
    return f"<sitemapindex {SPACE}>{entries}</sitemapindex>"


def urls(*locations: str) -> str:
    entries = "".join(f"<url><loc>{loc}</loc></url>" for loc in locations)
    return f"<urlset {SPACE}>{entries}</urlset>"


def found(say: Callable[[str, str], str | None]) -> tuple[list[str], list[str]]:
    """(pages without their origin, what was asked for). `say`: path, origin -> document."""

    def script(path: str, _: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        document = say(path, server.url)
        if document is None:
            return 404, {}, b""
        return 200, {}, document.encode()

    with Scripted(script) as server:
        http = Http(server.url, patience=QUICK)
        listed = list(pages.addresses(http, server.url + "/s"))
        http.close()
        asked = [path for _, path, _ in server.seen]
        return [url.removeprefix(server.url) for url in listed], asked


def test_pages_of_an_index_each_once_and_what_is_broken_left_out() -> None:
    documents = {
        "/s": index("HOME/a", "HOME/gone", "HOME/page", "HOME/b", "ftp://x/", "//["),
        "/a": urls("HOME/1", "HOME/2", "mailto:x", "http://other.example/3", "/4"),
        "/page": "<html>",
        "/b": urls("HOME/2", "HOME/5"),
    }
    listed, asked = found(
        lambda path, home: (
            documents[path].replace("HOME", home) if path in documents else None
        )
    )
    assert listed == ["/1", "/2", "/5"]
    assert asked == ["/s", "/a", "/gone", "/page", "/b"]


def test_an_index_that_names_another_for_ever() -> None:
    """It used to go on until Python had no stack left."""

    def say(path: str, home: str) -> str:
        number = int(path[2:] or 0)
        return index(f"{home}/s{number + 1}")

    listed, asked = found(say)
    assert listed == []
    assert asked == [
        "/s",
        *(f"/s{number + 1}" for number in range(sitemap.MAX_DEPTH)),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "inside",
    ["<a/>" * 1_100_000, "<a>" * 100 + "</a>" * 100, "<a " + "b='>' " * 20_000 + "/>"],
    ids=["many", "deep", "long"],
)
def test_a_sitemap_that_is_a_bomb(inside: str) -> None:
    """A few kilobytes on the wire, gigabytes as a tree."""
    packed = gzip.compress(f"<urlset {SPACE}>{inside}</urlset>".encode())
    http = Http("http://127.0.0.1:9")
    with pytest.raises(BadAnswer, match="is no sitemap: "):
        sitemap.read(http, "http://127.0.0.1:9/s", packed)
    http.close()
