"""Where pages are to be found: in the sitemaps of a site, at an address, in a directory.
Nothing here is believed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from altsync.addresses import shown, trouble, without_login
from altsync.errors import NotThere, SourceError, UsageError
from altsync.models import PageFile
from altsync.render.text import count
from altsync.sources import sitemap
from altsync.sources.answers import origin, place
from altsync.sources.http import Http, as_sent
from altsync.sources.robots import Robots
from altsync.sources.visit import MAX_PAGE

MARKDOWN = (".md", ".markdown")
SUFFIXES = (*MARKDOWN, ".html", ".htm")
XML = {"Accept": "application/xml, text/html;q=0.9, */*;q=0.1"}

Tell = Callable[[str], object]
"""Is told, in a sentence, what could not be found."""


def files(root: Path, tell: Tell) -> list[Path]:
    """A file, or every Markdown and HTML file below a directory, in the order of names.
    Raises UsageError where there is none."""
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise UsageError(f"There is no file or directory {root}.")
    every = [file for file in sorted(root.rglob("*")) if _is_page(file)]
    if not every:
        raise UsageError(f"There is no page below {root}: no {', '.join(SUFFIXES)}.")
    found = [file for file in every if file.stat().st_size <= MAX_PAGE]
    if large := sorted({*every} - {*found}):
        most = count(MAX_PAGE, "byte")
        tell(
            f"Larger than {most} and not read: {count(len(large), 'file')}, such as {large[0]}."
        )
    return found


def _is_page(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file()


def name_of(root: Path, file: Path) -> str:
    """What the page is called that a file holds: its path below `root`. Bytes of it that
    are no UTF-8 are written out: `\\xff`."""
    path = file.name if file == root else file.relative_to(root).as_posix()
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def file_at(root: Path, file: Path) -> PageFile:
    """The page that a file holds; its address is its path below `root`."""
    return PageFile(
        name_of(root, file), file.read_bytes(), file.suffix.lower() in MARKDOWN
    )


def of_site(http: Http, robots: Robots, tell: Tell) -> Iterator[str]:
    """The pages of the sitemaps that robots.txt names; of /sitemap.xml where it names
    none."""
    named = [url for url in robots.sitemaps if sitemap.is_at(url, http.origin)]
    for other in robots.sitemaps:
        if other not in named:
            tell(f"The sitemap {place(other)} is not on {http.origin}: not read.")
    for url in named or [f"{http.base}/sitemap.xml"]:
        if not robots.allows(url):
            tell(f"robots.txt forbids the sitemap {place(url)}: not read.")
            continue
        try:
            first = http.get(url, headers=XML, max_bytes=sitemap.MAX_BYTES).body
            yield from _named(http, url, first, tell)
        except NotThere:
            tell(f"There is no sitemap at {place(url)}.")
        except SourceError as error:
            if error.stops_run:
                raise
            tell(f"The sitemap at {place(url)} could not be read: {error}")


def of_address(http: Http, url: str, tell: Tell) -> Iterator[str]:
    """`url` itself where it is a page; every page that it names, on the same origin,
    where it is a sitemap. Raises SourceErrors."""
    first = http.get(url, headers=XML, max_bytes=sitemap.MAX_BYTES).body
    if _is_sitemap(first):
        yield from _named(http, url, first, tell)
    else:
        yield url


def _is_sitemap(body: bytes) -> bool:
    head = body[:512].lower()
    return (
        body[:2] == b"\x1f\x8b"
        or b"<urlset" in head
        or b"<sitemapindex" in head
        or (b"<?xml" in head[:10] and b"<html" not in head)
    )


def _named(http: Http, url: str, first: bytes, tell: Tell) -> Iterator[str]:
    """The pages of a sitemap and of those that it names. They are a help, not a listing:
    what cannot be read of them is told and left out."""
    new = _New(origin(url), {url})
    queue: deque[tuple[str, int, bytes | None]] = deque([(url, 0, first)])
    while queue:
        here, depth, body = queue.popleft()
        try:
            relative, children, pages = sitemap.read(http, here, body)
        except SourceError as error:
            if body is not None or error.stops_run:
                raise
            tell(f"A sitemap could not be read: {error}")
            continue
        if relative:
            tell(
                f"{place(here)} names {relative}, which is no address of the web: not read."
            )
        yield from new.among(page.url for page in pages)
        if depth < sitemap.MAX_DEPTH and len(new.seen) < sitemap.MAX_FILES:
            queue.extend((child, depth + 1, None) for child in new.among(children))
    if new.secret:
        tell(
            f"{place(url)} names {count(new.secret, 'address', 'addresses')} with a secret"
            f" in it, such as {shown(new.secret_example)}: not read."
        )
    if new.elsewhere:
        tell(
            f"{place(url)} names {count(new.elsewhere, 'address', 'addresses')} outside"
            f" {new.home}, such as {place(new.example)}: not read. If that is the same"
            " site, mend its base address in Drupal's sitemap module."
        )


@dataclass(slots=True)
class _New:
    """Which addresses are met for the first time, and lie on the origin `home`."""

    home: str
    seen: set[str]
    elsewhere: int = 0
    example: str = ""
    secret: int = 0
    secret_example: str = ""

    def among(self, urls: Iterable[str]) -> Iterator[str]:
        for url in map(clean, urls):
            if url in self.seen:
                continue
            if trouble(url):
                self.secret += 1
                self.secret_example = self.secret_example or url
            elif sitemap.is_at(url, self.home):
                self.seen.add(url)
                yield url
            elif url.lower().startswith(("http://", "https://")):
                self.elsewhere += 1
                self.example = self.example or url


def clean(url: str) -> str:
    """The address of a page as it is asked for and kept: no user and password, no place
    on the page; the same whether it was quoted or not."""
    return as_sent(without_login(url).partition("#")[0])
