"""Which images of the mirror a picture of a page is.

    matcher = Matcher(conn)
    matcher.images(placed, page)     # [("trip/pass", Match.PATH)]

A wrong image is worse than none: `verify` would tell of texts that nobody shows, and a
model would hear of another picture. So a picture is only what one file alone can be:

1. the medium (or another entity of the mirror) whose uuid its element names. An element
   that names another uuid is a picture of its own in a text, with a text of its own that
   is no image of the mirror (778), whichever other images its file fills;
2. the whole path of its file, image styles and appended extensions mapped back;
3. folder and name without what derivatives add, where all that fits is one file;
4. album and name at the end of its path, where that is one image of an album site.

Pictures on foreign hosts are no files of the site, except where a host keeps copies of
them (`uses.hosts`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

from altsync.derivatives import files_of, host_of, may_be_made_of, names_of
from altsync.models import Match, PageContent, Placed, same_text
from altsync.store import picture_files, usages
from altsync.store.picture_files import FileSlot
from altsync.uses.hosts import OwnHosts

BESIDE = 200
"""Pictures of a page that one of them is compared with."""
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
        slots, match = self._found(placed, page)
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
        self, placed: Placed, page: PageContent
    ) -> tuple[Sequence[FileSlot], Match]:
        if placed.uuid:
            return picture_files.of_uuid(self._conn, placed.uuid), Match.UUID
        for find, match in (
            (self._by_path, Match.PATH),
            (self._by_name, Match.NAME),
            (self._by_tail, Match.NAME),
        ):
            slots = next(filter(None, find(self.own(placed, page))), None)
            if slots:
                return slots, match
        if any(map(self._learn, placed.addresses)):
            return self._found(placed, page)
        return [], Match.PATH

    def _learn(self, address: str) -> bool:
        """Whether a host turns out to keep copies of the site's files, by this one."""
        paths = (
            path
            for path in files_of(address)
            if picture_files.of_path(self._conn, path)
        )
        path = next(paths, None)
        return path is not None and self._hosts.saw(host_of(address), path)

    def _by_path(self, own: Iterable[str]) -> Iterator[list[FileSlot]]:
        return (picture_files.of_path(self._conn, path) for path in _paths(own))

    def _by_name(self, own: Iterable[str]) -> Iterator[list[FileSlot]]:
        for path in _paths(own):
            for name in names_of(path):
                slots = picture_files.of_name(self._conn, name)
                yield one_file([s for s in slots if may_be_made_of(path, s.path)])

    def _by_tail(self, own: Iterable[str]) -> Iterator[list[FileSlot]]:
        """A path of the site's own begins as the picture in the mirror does, as
        `/files/cache/trip/pass-640w.jpg` and `/files/trip/pass.jpg`: the pictures of a
        theme lie elsewhere. That of a file beside a page may begin anyhow."""
        addresses = list(own)
        loose = not any(url.startswith("/") or host_of(url) for url in addresses)
        for name in _once(n for path in _paths(addresses) for n in names_of(path)):
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


def narrowed(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> Sequence[FileSlot]:
    """Of the images that one file fills those that the page shows: a step that would
    leave none says nothing.

    1. The page: an image that names it as its own is what stands there, whatever its
       text; but where the page shows that image with its text at another place, and here
       the very text of another image, it is that one (a field, and a medium with the
       same file in the body).
    2. The text picks the item, in whichever of its languages: a medium without a
       translation stands on every page in its own.
    3. The language picks the translation, even where the page shows the text of another
       one: that is what `verify` is to find.
    4. The text, among several of one item. Not before: it may be an old one of the right
       image, and by chance that of a wrong one.
    """
    said = [slot for slot in slots if same_text(slot.alt, placed.use.alt)]
    here = [slot for slot in slots if _is_of(slot, page)]
    if not said or _common(said, here) or not _shown_elsewhere(here, placed, page):
        slots = here or slots
    items = {slot.item for slot in _common(slots, said)}
    slots = [slot for slot in slots if slot.item in items] or slots
    slots = _in_language(slots, placed.use.language or page.language) or slots
    return _common(slots, said) or slots


def _is_of(slot: FileSlot, page: PageContent) -> bool:
    return bool(slot.page_url) and path_at(slot.page_url or "") == path_at(page.url)


def _in_language(slots: Iterable[FileSlot], tag: str) -> list[FileSlot]:
    """In this very language, else in another variety of it."""
    every = [(slot, (slot.language or "").lower()) for slot in slots]
    exact = [slot for slot, language in every if language == tag.lower()]
    main = tag.lower().partition("-")[0]
    return exact or [slot for slot, other in every if other.partition("-")[0] == main]


def _common(some: Iterable[FileSlot], others: Sequence[FileSlot]) -> list[FileSlot]:
    return [slot for slot in some if slot in others]


def _shown_elsewhere(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> bool:
    """Another picture of the page has the same file and the text of one of these."""
    paths = set(_paths(placed.addresses))
    return any(
        same_text(slot.alt, other.use.alt)
        for other in page.pictures[:BESIDE]
        if other is not placed and not paths.isdisjoint(_paths(other.addresses))
        for slot in slots
    )


def _paths(addresses: Iterable[str]) -> Iterator[str]:
    """The paths of the files that any of the addresses may show, each once."""
    return _once(path for address in addresses for path in files_of(address))


def _once(items: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for item in items:
        if item not in seen:
            seen.add(item)
            yield item


def path_at(url: str) -> str:
    """The path of a page: the same at every host, with and without a slash at its end."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = url
    return unquote(path).rstrip("/")
