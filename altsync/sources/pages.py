"""Pages by address, and the pages that a sitemap names: for the words around images.
Nothing here is believed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from altsync.addresses import without_login
from altsync.errors import SourceError
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
    yield from _named(http, url, first)


def _named(http: Http, url: str, first: bytes) -> Iterator[str]:
    """The pages of a sitemap and of those that it names. They are a help for the texts,
    not a listing: what cannot be read of them is left out."""
    home = origin(url)
    seen = {url}
    queue: deque[tuple[str, int, bytes | None]] = deque([(url, 0, first)])
    while queue:
        here, depth, body = queue.popleft()
        try:
            _, children, pages = sitemap.read(http, here, body)
        except SourceError:
            if body is not None:
                raise
            continue
        yield from _new((page.url for page in pages), home, seen)
        if depth < sitemap.MAX_DEPTH and len(seen) < sitemap.MAX_FILES:
            queue.extend(
                (child, depth + 1, None) for child in _new(children, home, seen)
            )


def _new(urls: Iterable[str], home: str, seen: set[str]) -> Iterator[str]:
    """Those on the origin `home` that are not among `seen`, which they join. A user and
    password in one are left out."""
    for url in map(without_login, urls):
        if url not in seen and sitemap.is_at(url, home):
            seen.add(url)
            yield url
