"""A sitemap, a sitemap index, gzip or not, as an inventory. Parsing is
ultimate-sitemap-parser's.

That library takes what it can get: a sitemap that was cut off, or a page in its place,
becomes a shorter list without a word. A shorter list would mark images gone, so every
file is checked whole before it is handed over. It fetches nothing here: one file at a
time goes through our own session, with its limits.
"""

from __future__ import annotations

import gzip
import io
import logging
import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from altsync.errors import BadAnswer, SourceError
from altsync.sources import names
from altsync.sources.answers import origin, place
from altsync.sources.http import Http

MAX_BYTES = 60_000_000
"""Unpacked; the protocol allows 50 MB."""
MAX_FILES = 50_000
MAX_DEPTH = 3
MAX_ELEMENTS = 1_000_000
"""Of one file. The protocol allows 50,000 addresses, which may have pictures below them."""
MAX_NESTED = 20
_LONG = re.compile(rb"<[^<]{65536}")
"""No tag with its text is as long; a tag of a million attributes is."""


class Gap(Protocol):
    """Is told what an inventory leaves out, so that the listing is not complete."""

    def __call__(self, reason: str, example: str, *, rest: bool = False) -> None:
        """`rest`: not one entry, but a page or a file with nobody knows how many."""


def ids(http: Http, url: str, first: bytes, gap: Gap) -> Iterator[str]:
    """The image ids of a sitemap whose bytes are `first`, and of the sitemaps it names
    on the same origin."""
    home = origin(url)
    base = urlsplit(http.base).path
    queue: deque[tuple[str, int, bytes | None]] = deque([(url, 0, first)])
    seen = {url}
    nested: set[str] = set()
    while queue:
        here, depth, body = queue.popleft()
        try:
            relative, children, pages = read(http, here, body)
        except SourceError as error:
            if body is not None:
                raise
            gap("a sitemap of the index cannot be read", str(error), rest=True)
            continue
        if relative:
            gap("an address is not absolute", relative)
        for child in children:
            if child in seen:
                continue
            if len(seen) >= MAX_FILES or depth >= MAX_DEPTH:
                gap("too many sitemaps, or nested too deeply", place(child), rest=True)
            elif not is_at(child, home):
                gap(
                    "a sitemap lies on another origin and was not read",
                    place(child),
                    rest=True,
                )
            else:
                seen.add(child)
                queue.append((child, depth + 1, None))
        yield from _images(pages, http.origin, base, nested, gap)


def read(
    http: Http, url: str, body: bytes | None = None
) -> tuple[str, list[str], Sequence[Any]]:
    """(the first relative address or '', the sitemaps that it names, the pages) of what
    is there, or of `body`. Raises BadAnswer for what is no whole sitemap."""
    if body is None:
        body = http.get(url, max_bytes=MAX_BYTES).body
    data = unpacked(body, url)
    return _check(data, url), *parse(url, data)


def unpacked(body: bytes, url: str) -> bytes:
    """The XML, out of gzip where it is packed. Raises BadAnswer past MAX_BYTES or where
    it is damaged."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            data = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise BadAnswer(
            f"{place(url)} is damaged: its gzip cannot be unpacked."
        ) from None
    if len(data) > MAX_BYTES:
        raise BadAnswer(
            f"{place(url)} unpacks to more than {MAX_BYTES:,} bytes: not read."
        )
    return data


def _check(data: bytes, url: str) -> str:
    """Raise BadAnswer unless this is a whole sitemap or index, and no larger in any way
    than one is. Returns the first relative address, or ''."""
    from defusedxml.common import DefusedXmlException

    if _LONG.search(data):
        raise BadAnswer(f"{place(url)} is no sitemap: a part of it is far too long.")
    try:
        data.decode("utf-8")
        return _walk(data, url)
    except UnicodeDecodeError:
        raise BadAnswer(f"{place(url)} is not a sitemap in UTF-8.") from None
    except (ParseError, DefusedXmlException):
        raise BadAnswer(
            f"{place(url)} is not a whole sitemap: cut short, damaged, or something"
            " else."
        ) from None


def _walk(data: bytes, url: str) -> str:
    """The first relative address, or ''. Raises BadAnswer and what the parser raises."""
    from defusedxml.ElementTree import iterparse

    relative, count = "", 0
    above: list[Element] = []
    for event, element in iterparse(
        io.BytesIO(data), events=("start", "end"), forbid_dtd=True
    ):
        if event == "start":
            count += 1
            above.append(element)
            _check_place(element, count, len(above), url)
            continue
        above.pop()
        relative = relative or _relative(element)
        # Nothing is kept of what was looked at: a tree of it takes twenty times as much.
        element.clear()
        if above:
            above[-1].clear()
    return relative


def _check_place(element: Element, count: int, depth: int, url: str) -> None:
    tag = _tag(element)
    if depth == 1 and tag not in ("urlset", "sitemapindex"):
        raise BadAnswer(
            f"{place(url)} is no sitemap: it is a <{tag[:40]}> document. Is it a login"
            " page?"
        )
    if count > MAX_ELEMENTS or depth > MAX_NESTED:
        raise BadAnswer(
            f"{place(url)} is no sitemap: it has over {MAX_ELEMENTS:,} elements, or some"
            f" more than {MAX_NESTED} deep."
        )


def _relative(element: Element) -> str:
    """What a `loc` says, where that is no absolute address, else ''."""
    text = (element.text or "").strip()
    if (
        _tag(element) != "loc"
        or "sitemap-" in element.tag.rpartition("}")[0]
        or text.lower().startswith(("http://", "https://"))
    ):
        return ""
    return text[:100] or "(empty)"


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def parse(url: str, data: bytes) -> tuple[list[str], Sequence[Any]]:
    """The sitemaps that an index names, and the pages."""
    from usp.fetch_parse import SitemapFetcher
    from usp.objects.sitemap import InvalidSitemap
    from usp.web_client.abstract_client import (
        AbstractWebClient,
        LocalWebClientSuccessResponse,
    )

    # Without a handler its warnings would reach the terminal; what matters of them is a
    # gap of the listing.
    logging.getLogger("usp").addHandler(logging.NullHandler())

    class _Handed(AbstractWebClient):
        def set_max_response_data_length(
            self, max_response_data_length: int | None
        ) -> None:
            """The limit is kept where the bytes are fetched."""

        def get(self, url: str) -> LocalWebClientSuccessResponse:
            return LocalWebClientSuccessResponse(url=url, data=data.decode("utf-8"))

    children: list[str] = []

    def keep(urls: list[str], _level: int, _parents: set[str]) -> list[str]:
        children.extend(urls)
        return []

    # It would unpack a second time what is called .gz.
    parsed = SitemapFetcher(
        url.removesuffix(".gz"), 0, web_client=_Handed(), recurse_list_callback=keep
    ).sitemap()
    if isinstance(parsed, InvalidSitemap):
        raise BadAnswer(f"{place(url)} is no sitemap that can be read.")
    return children, parsed.pages


def _images(
    pages: Sequence[Any], home: str, base: str, nested: set[str], gap: Gap
) -> Iterator[str]:
    """The ids among the pages. The page of a nested album looks like an image's
    (`/album/outer/inner`): it is known by the images below it, in this file or one
    before it. `nested` gathers such albums.
    """
    found: list[str] = []
    for page in pages:
        try:
            image_id = names.from_path(urlsplit(page.url).path, base)
        except ValueError:
            gap("an album page has a name that cannot be read", place(page.url))
            continue
        if image_id is None or not page.url.lower().startswith("http"):
            continue
        if not is_at(page.url, home):
            gap(f"an album page is not on {home} (site.url)", place(page.url))
            continue
        found.append(image_id)
        if image_id.count("/") == 2:
            nested.add(names.split(image_id)[0])
    yield from (image_id for image_id in found if image_id not in nested)


def is_at(url: str, home: str) -> bool:
    """Does this address lie on the origin `home`?"""
    try:
        return origin(url) == home
    except SourceError:
        return False
