"""Which images of the mirror a picture of a page is.

    matcher = Matcher(conn)
    matcher.images(placed, page)     # [("trip/pass", Match.PATH)]

A wrong image is worse than none: `verify` would tell of texts that nobody shows, and a
model would hear of another picture. So a picture is only what one file alone can be:

1. by the uuid that its element names, where that is an entity of the mirror;
2. by the whole path of its file, image styles and appended extensions mapped back;
3. by folder and name without what derivatives add, where all that fits is one file;
4. by album and name at the end of its path, where that is one image.

Addresses on a foreign host show no file of the site.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote, urlsplit

from altsync.derivatives import bare, files_of, host_of
from altsync.models import Match, PageContent, Placed, same_text
from altsync.store import usages
from altsync.store.usages import FileSlot

SEGMENTS = 6
"""Most parts of a path that an album and a name can be."""
NETWORKS = (
    "amazonaws.com",
    "azureedge.net",
    "b-cdn.net",
    "cloudfront.net",
    "cloudinary.com",
    "fastly.net",
    "googleapis.com",
    "imgix.net",
    "windows.net",
    "wp.com",
)
"""Hosts that keep copies for whoever pays: the same whole path there is the same file."""


class Matcher:
    """Finds images by pictures of pages. Belongs to the thread of its connection, and
    knows the mirror as it is when it is made."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        usages.index(conn)
        self._conn = conn
        self._hosts = {host_of(url) for url in usages.hosts(conn)}

    def images(self, placed: Placed, page: PageContent) -> list[tuple[str, Match]]:
        """The images that the picture is, with by what it was found; several where one
        file fills several and nothing tells which; none where it is no image."""
        slots, match = self._found(placed, page)
        return [(slot.image, match) for slot in narrowed(slots, placed, page)]

    def _found(
        self, placed: Placed, page: PageContent
    ) -> tuple[Sequence[FileSlot], Match]:
        if placed.uuid:
            slots = usages.of_uuid(self._conn, placed.uuid)
            if slots:
                return slots, Match.UUID
        own = [url for url in placed.addresses if self._is_own(url, page)]
        for find, match in (
            (self._by_path, Match.PATH),
            (self._by_name, Match.NAME),
            (self._by_tail, Match.NAME),
        ):
            slots = next(filter(None, map(find, own)), [])
            if slots:
                return slots, match
        return [], Match.PATH

    def _is_own(self, address: str, page: PageContent) -> bool:
        host = host_of(address)
        if not host or host in self._hosts or host == host_of(page.url):
            return True
        family = any(
            host.endswith(f".{own}") or own.endswith(f".{host}") for own in self._hosts
        )
        return family or host.endswith(NETWORKS)

    def _by_path(self, address: str) -> list[FileSlot]:
        found = (usages.of_path(self._conn, path) for path in files_of(address))
        return next(filter(None, found), [])

    def _by_name(self, address: str) -> list[FileSlot]:
        paths = files_of(address)
        return one_file(usages.of_name(self._conn, bare(paths[0]))) if paths else []

    def _by_tail(self, address: str) -> list[FileSlot]:
        paths = files_of(address)
        parts = bare(paths[0]).split("/")[1:] if paths else []
        for length in range(min(len(parts), SEGMENTS), 1, -1):
            tail = "/" + "/".join(parts[-length:])
            slots = usages.of_tail(self._conn, tail)
            if slots:
                return slots if len(slots) == 1 else []
        return []


def one_file(slots: Sequence[FileSlot]) -> list[FileSlot]:
    """The slots, where all of them are filled by one and the same file."""
    return list(slots) if len({slot.path for slot in slots}) == 1 else []


def narrowed(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> Sequence[FileSlot]:
    """Of the images that one file fills those that the page shows: a step that would
    leave none says nothing.

    The page first: an image that names it as its own is what stands there, whatever its
    text. Then the language: each translation has a text of its own. The shown text last:
    it may be an old one of the right image, and by chance the text of a wrong one.
    """
    here = path_at(page.url)
    language = (placed.use.language or page.language).lower()
    tests: Iterable[Callable[[FileSlot], bool]] = (
        lambda slot: bool(slot.page_url) and path_at(slot.page_url or "") == here,
        lambda slot: (slot.language or "").lower() == language,
        lambda slot: same_text(slot.alt, placed.use.alt),
    )
    for test in tests:
        if len(slots) < 2:
            break
        slots = list(filter(test, slots)) or slots
    return slots


def path_at(url: str) -> str:
    """The path of a page: the same at every host, with and without a slash at its end."""
    return unquote(urlsplit(url).path).rstrip("/")
