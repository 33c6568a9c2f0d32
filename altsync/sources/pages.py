"""Pages by address, and the pages that a sitemap names: for the words around images.
Nothing here is believed."""

from __future__ import annotations

from collections.abc import Iterator

from altsync.errors import BadAnswer, SourceError
from altsync.sources import sitemap
from altsync.sources.answers import origin
from altsync.sources.http import Http

MAX_PAGE = 5_000_000


def fetch(http: Http, url: str) -> bytes:
    """A page's bytes. Raises SourceErrors; redirects stay on its origin."""
    return http.get(url, max_bytes=MAX_PAGE).body


def addresses(http: Http, url: str) -> Iterator[str]:
    """`url` itself where it is a page; every page that it names, on the same origin,
    where it is a sitemap."""
    first = http.get(url, max_bytes=sitemap.MAX_BYTES).body
    head = first[:512].lower()
    if not (
        first[:2] == b"\x1f\x8b"
        or b"<urlset" in head
        or b"<sitemapindex" in head
        or b"<?xml" in head[:10]
    ):
        yield url
        return
    yield from _named(http, url, first, set())


def _named(http: Http, url: str, data: bytes, seen: set[str]) -> Iterator[str]:
    seen.add(url)
    children, pages = sitemap.parse(url, sitemap.unpacked(data, url))
    home = origin(url)
    for page in pages:
        if origin(page.url) == home and page.url not in seen:
            seen.add(page.url)
            yield page.url
    for child in children:
        if child in seen or origin(child) != home or len(seen) > sitemap.MAX_FILES:
            continue
        try:
            body = http.get(child, max_bytes=sitemap.MAX_BYTES).body
        except (SourceError, BadAnswer):
            # pages are a help for the texts, not a listing: what cannot be read is left
            # out
            continue
        yield from _named(http, child, body, seen)
