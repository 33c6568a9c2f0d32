"""The pages that a sitemap names, and no more requests than it is worth."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from altsync.errors import BadAnswer, UsageError
from altsync.models import PageFile
from altsync.sources import pages, robots, sitemap
from altsync.sources.http import Http
from altsync.sources.visit import MAX_PAGE
from tests.sources.test_http import QUICK, Scripted

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(*locations: str) -> str:
    entries = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in locations)
    return f"<sitemapindex {SPACE}>{entries}</sitemapindex>"


def urls(*locations: str) -> str:
    entries = "".join(f"<url><loc>{loc}</loc></url>" for loc in locations)
    return f"<urlset {SPACE}>{entries}</urlset>"


def found(
    say: Callable[[str, str], str | None],
    find: Callable[[Http, list[str]], Iterable[str]] | None = None,
) -> tuple[list[str], list[str], list[str]]:
    """(pages without their origin, what was asked for, what was told). `say`: path,
    origin -> document; `find`: what is asked of the module, else for the pages of /s."""

    def of_s(http: Http, told: list[str]) -> Iterable[str]:
        return pages.of_address(http, http.base + "/s", told.append)

    def script(path: str, _: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        document = say(path, server.url)
        if document is None:
            return 404, {}, b""
        return 200, {}, document.encode()

    with Scripted(script) as server:
        http = Http(server.url, patience=QUICK)
        told: list[str] = []
        listed = list((find or of_s)(http, told))
        http.close()
        asked = [path for _, path, _ in server.seen]
        own = [url.removeprefix(server.url) for url in listed]
        return own, asked, [each.replace(server.url, "HOME") for each in told]


def saying(documents: dict[str, str]) -> Callable[[str, str], str | None]:
    return lambda path, home: (
        documents[path].replace("HOME", home) if path in documents else None
    )


def of_site(text: str) -> Callable[[Http, list[str]], Iterable[str]]:
    """The pages of the site whose robots.txt says this."""

    def find(http: Http, told: list[str]) -> Iterable[str]:
        said = robots.parse(text.replace("HOME", http.origin).encode())
        return pages.of_site(http, said, told.append)

    return find


@pytest.mark.parametrize(
    ("text", "listed", "told"),
    [
        ("", ["/1"], []),
        ("Sitemap: HOME/other.xml\n", ["/2"], []),
        ("Sitemap: HOME/other.xml\nSitemap: HOME/sitemap.xml\n", ["/2", "/1"], []),
        (
            "Sitemap: HOME/none.xml\n",
            [],
            ["There is no sitemap at HOME/none.xml."],
        ),
        (
            "Sitemap: https://cdn.example/s.xml\n",
            ["/1"],
            ["The sitemap https://cdn.example/s.xml is not on HOME: not read."],
        ),
        (
            "User-agent: *\nDisallow: /sitemap\n",
            [],
            ["robots.txt forbids the sitemap HOME/sitemap.xml: not read."],
        ),
        (
            "Sitemap: HOME/page\n",
            [],
            [
                "The sitemap at HOME/page could not be read: HOME/page is no sitemap: it"
                " is a <p> document. Is it a login page?"
            ],
        ),
    ],
)
def test_the_sitemaps_of_a_site(text: str, listed: list[str], told: list[str]) -> None:
    documents = {
        "/sitemap.xml": urls("HOME/1"),
        "/other.xml": urls("HOME/2"),
        "/page": "<p>Not found",
    }
    assert found(saying(documents), of_site(text))[::2] == (listed, told)


def test_an_address_is_a_page_or_a_sitemap() -> None:
    """A page may be XHTML, and say so as XML does."""
    for page in ("<!DOCTYPE html><html>", '<?xml version="1.0"?><html xmlns="x">'):
        assert found(saying({"/s": page}))[0] == ["/s"]


def test_no_secret_and_no_place_of_a_page_is_kept() -> None:
    document = urls("HOME/1#top", "HOME/1", "HOME/2?token=s3cret", "HOME/3?page=2")
    listed, _, told = found(saying({"/s": document}))
    assert listed == ["/1", "/3?page=2"]
    assert told == [
        "HOME/s names 1 address with a secret in it, such as HOME/2?token=…: not read."
    ]


def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xe4rche.html"))
    file.write_bytes(b"x")
    assert [pages.file_at(tmp_path, one) for one in pages.files(tmp_path, print)] == [
        PageFile("l\\xe4rche.html", b"x")
    ]


def test_an_address_is_one_page_quoted_or_not() -> None:
    """A page is kept under the address that its answer names."""
    document = urls("HOME/caf\u00e9 A", "HOME/caf%C3%A9%20A", "HOME/x(1)")
    assert found(saying({"/s": document}))[0] == ["/caf%C3%A9%20A", "/x(1)"]
    assert pages.clean("http://[bad/") == "http://[bad/"


def test_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.html", "a/x.MD", "a/y.txt", "c.htm", "d.markdown"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "large.html").write_bytes(b" " * (MAX_PAGE + 1))
    told: list[str] = []
    every = pages.files(tmp_path, told.append)
    kept = [pages.file_at(tmp_path, file) for file in every]
    (large,) = told
    assert large.endswith(f"not read: 1 file, such as {tmp_path}/large.html.")
    assert [(file.url, file.markdown) for file in kept] == [
        ("a/x.MD", True),
        ("b.html", False),
        ("c.htm", False),
        ("d.markdown", True),
    ]
    (one,) = pages.files(tmp_path / "b.html", told.append)
    assert pages.file_at(tmp_path / "b.html", one) == PageFile("b.html", b"b.html")
    with pytest.raises(UsageError, match="no file or directory"):
        pages.files(tmp_path / "none", told.append)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"no page below .*: no \.md"):
        pages.files(tmp_path / "empty", told.append)


def test_pages_of_an_index_each_once_and_what_is_broken_left_out() -> None:
    documents = {
        "/s": index("HOME/a", "HOME/gone", "HOME/page", "HOME/b", "ftp://x/", "//["),
        "/a": urls("HOME/1", "HOME/2", "mailto:x", "http://other.example/3", "/4"),
        "/page": "<html>",
        "/b": urls("HOME/2", "HOME/5"),
    }
    listed, asked, told = found(saying(documents))
    assert listed == ["/1", "/2", "/5"]
    assert asked == ["/s", "/a", "/gone", "/page", "/b"]
    odd, relative, gone, page, elsewhere = told
    assert odd == "HOME/s names ftp://x/, which is no address of the web: not read."
    assert (
        relative == "HOME/a names mailto:x, which is no address of the web: not read."
    )
    assert gone.startswith("A sitemap could not be read: ")
    assert page.startswith("A sitemap could not be read: ")
    assert elsewhere.startswith(
        "HOME/s names 1 address outside HOME, such as http://other.example/3: not read."
    )


def test_an_index_that_names_another_for_ever() -> None:
    """It used to go on until Python had no stack left."""

    def say(path: str, home: str) -> str:
        number = int(path[2:] or 0)
        return index(f"{home}/s{number + 1}")

    listed, asked, _ = found(say)
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
