"""Which images of the mirror a picture of a page is.

    matcher = Matcher(conn)
    matcher.images(placed, page)     # [("trip/pass", Match.PATH)]

A wrong image is worse than none: `verify` would tell of texts that nobody shows, and a
model would hear of another picture. So a picture is only what one file alone can be:

1. the image in a text whose tag names the same uuid, or the medium (or another entity of
   the mirror) that has it. An element that names another uuid is a picture of its own in
   a text that the mirror does not have (778), whichever other images its file fills;
2. the whole path of its file, image styles and appended extensions mapped back;
3. folder and name without what derivatives add, where all that fits is one file;
4. album and name at the end of its path, where that is one image of an album site;
5. the very address, of a picture in a text that is on another host; of one that is
   written into the text (`data:`) its page and its alt.

Else pictures on foreign hosts are no files of the site, except where a host keeps copies
of them (`uses.hosts`). Of the images that are found so, `uses.narrowing` says which the
page shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from altsync.derivatives import files_of, host_of, may_be_made_of, names_of
from altsync.models import Match, PageContent, Placed, same_text
from altsync.store import picture_files, usages
from altsync.store.picture_files import DATA, NOWHERE, FileSlot, Sighting
from altsync.uses.hosts import OwnHosts
from altsync.uses.narrowing import is_of, narrowed, once, paths_of

SEGMENTS = 6
"""Most parts of a path that an album and a name can be."""


class Matcher:
    """Finds images by pictures of pages. Belongs to the thread of its connection, and
    knows the mirror as it is when it is made."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        picture_files.index(conn)
        self._conn = conn
        self._hosts = OwnHosts(map(host_of, picture_files.hosts(conn)))
        for address in usages.addresses_of_strangers(conn):
            self._learn(address)

    def images(self, placed: Placed, page: PageContent) -> list[tuple[str, Match]]:
        """The images that the picture is, with by what it was found; several where one
        file fills several and nothing tells which; none where it is no image."""
        met = Sighting(page.url, placed.use.alt)
        slots, match = self._found(placed, page, met)
        return [(slot.image, match) for slot in narrowed(slots, placed, page)]

    def chosen(
        self, images: Sequence[str], placed: Placed, page: PageContent
    ) -> list[str]:
        """Of images that may be the picture those that the page shows."""
        slots = [
            slot for one in images for slot in picture_files.of_image(self._conn, one)
        ]
        return [slot.image for slot in narrowed(slots, placed, page)]

    def own(self, placed: Placed, page: PageContent) -> Iterator[str]:
        """The addresses of the picture where the site's own files may be."""
        here = host_of(page.url)
        return (url for url in placed.addresses if self._hosts.has(host_of(url), here))

    def _found(
        self, placed: Placed, page: PageContent, met: Sighting
    ) -> tuple[Sequence[FileSlot], Match]:
        if placed.uuid:
            return picture_files.of_uuid(self._conn, placed.uuid, met), Match.UUID
        for find, match in (
            (self._by_path, Match.PATH),
            (self._by_name, Match.NAME),
            (self._by_tail, Match.NAME),
        ):
            slots = next(filter(None, find(self.own(placed, page), met)), None)
            if slots:
                return slots, match
        if any(map(self._learn, placed.addresses)):
            return self._found(placed, page, met)
        return self._by_address(placed, page, met), Match.PATH

    def _by_address(
        self, placed: Placed, page: PageContent, met: Sighting
    ) -> list[FileSlot]:
        """Pictures of other sites in texts. One that is written into a text has no name
        at all: it is that of this page which says what is shown."""
        address = next(iter(placed.addresses), "")
        if not address.startswith(DATA):
            return picture_files.of_address(self._conn, address, met)
        slots = picture_files.of_address(self._conn, DATA, met)
        return [
            slot for slot in slots if is_of(slot, page) and same_text(slot.alt, met.alt)
        ]

    def _learn(self, address: str) -> bool:
        """Whether a host turns out to keep copies of the site's files, by this one."""
        paths = (
            path
            for path in files_of(address)
            if picture_files.of_path(self._conn, path, NOWHERE)
        )
        path = next(paths, None)
        return path is not None and self._hosts.saw(host_of(address), path)

    def _by_path(self, own: Iterable[str], met: Sighting) -> Iterator[list[FileSlot]]:
        paths = paths_of(own)
        return (picture_files.of_path(self._conn, path, met) for path in paths)

    def _by_name(self, own: Iterable[str], met: Sighting) -> Iterator[list[FileSlot]]:
        for path in paths_of(own):
            for name in names_of(path):
                slots = picture_files.of_name(self._conn, name, met)
                yield one_file([s for s in slots if may_be_made_of(path, s.path)])

    def _by_tail(self, own: Iterable[str], _: Sighting) -> Iterator[list[FileSlot]]:
        """A path of the site's own begins as the picture in the mirror does, as
        `/files/cache/trip/pass-640w.jpg` and `/files/trip/pass.jpg`: the pictures of a
        theme lie elsewhere. That of a file beside a page may begin anyhow."""
        addresses = list(own)
        loose = not any(url.startswith("/") or host_of(url) for url in addresses)
        for name in once(n for path in paths_of(addresses) for n in names_of(path)):
            parts = name.split("/")[1:]
            for length in range(min(len(parts), SEGMENTS), 1, -1):
                tail = "/" + "/".join(parts[-length:])
                slots = picture_files.of_tail(self._conn, tail)
                if loose or all(begins_alike(slot.path, name) for slot in slots):
                    yield slots if len(slots) == 1 else []


def one_file(slots: Sequence[FileSlot]) -> list[FileSlot]:
    """The slots, where all of them are filled by one and the same file."""
    return list(slots) if len({slot.path for slot in slots}) == 1 else []


def begins_alike(path: str, name: str) -> bool:
    """Two paths have the same first folder, or one of them is not known."""
    return not path or path.split("/")[1] == name.split("/")[1]
