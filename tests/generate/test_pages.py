"""Pages that use images: the words around each."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.demo.site import DemoSite
from altsync.generate.pages import (
    Page,
    Read,
    around,
    from_addresses,
    from_path,
    read_pages,
)
from altsync.pull import Pull
from altsync.sources.album import AlbumSource
from altsync.sources.http import Http
from altsync.sources.kinds import AlbumConfig
from altsync.sources.pages import addresses, fetch
from altsync.stage import Context
from altsync.store import usages
from tests.generate.conftest import Bench

HARBOUR = """\
<html><head><title>Harbour &amp; pier</title></head><body>
<nav><a href='/'>Home</a></nav>
<main><article><h1>Harbour</h1>
<p>The boats come in before noon, and the market opens when the first crates are
ashore.</p>
<img src='/f/a/n00001.jpg' alt='x'>
<p>In winter the quay is empty but for the gulls and the harbour master.</p>
</article></main></body></html>
"""

GALLERY = """\
<html><title>Album</title><body><nav>Menu</nav><main><h1>Walk</h1>
<figure><img src='/a/one.jpg'><figcaption>First.</figcaption></figure>
<figure><img src='/a/two.jpg'><figcaption>Second.</figcaption></figure>
</main></body></html>
"""


def test_words_around_an_image_of_a_web_page() -> None:
    ((src, title, before, after),) = around(Page("p", HARBOUR.encode()))
    assert (src, title) == ("/f/a/n00001.jpg", "Harbour & pier")
    assert before.endswith("first crates are ashore.")
    assert after.startswith("In winter the quay")
    assert "Home" not in before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>",
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;</p>",
    ],
)
def test_no_page_breaks_the_reading(body: bytes) -> None:
    assert all("root:" not in "".join(found) for found in around(Page("p", body)))


def test_one_page_may_be_read_alone(bench: Bench, tmp_path: Path) -> None:
    bench.add(1)
    bench.pull()
    page = tmp_path / "one.md"
    page.write_text(
        "# Title\n\n"
        "Some words before the image, enough of them.\n\n"
        "![](a/n00001.jpg)\n\n"
        "And after it.\n"
    )
    done = read_pages(from_path(page), bench.store, Read())
    assert (done.pages, done.usages) == (1, 1)
    assert usages.of(bench.store.conn, "a/n00001")[0].after == "And after it."


def test_a_gallery_is_read_although_it_has_few_words() -> None:
    found = {
        src: (title, before, after)
        for src, title, before, after in around(Page("p", GALLERY.encode()))
    }
    assert found["/a/one.jpg"] == ("Album", "Walk", "First. Second.")
    assert found["/a/two.jpg"] == ("Album", "Walk First.", "Second.")


def test_pages_that_a_sitemap_names_are_read(bench: Bench) -> None:
    with DemoSite(token="t") as site:
        config = AlbumConfig((f"{site.url}/sitemap.xml",), site.pixels)
        source = AlbumSource(site.url, config, token="t")
        Pull(Context(source, bench.store)).run()
        source.close()
        http = Http(site.url)
        done = Read()
        found = from_addresses(
            addresses(http, f"{site.url}/sitemap.xml"),
            lambda url: fetch(http, url),
            done.failed.append,
        )
        read_pages(found, bench.store, done)
        http.close()
        assert done.failed == []
        assert done.pages >= 18
    assert bench.rows("SELECT count(DISTINCT image_id) FROM usages") == [(13,)]
