"""`altsync export --html`: the mirror as a static site that can be searched without a
server. One album in memory at a time; every file is there only once it is whole.

    DIR/altsync-site.txt       says that altsync may overwrite what is here
    DIR/index.html             the albums, and the search
    DIR/search.js
    DIR/words/N.js             what the search looks through
    DIR/album-ALBUM.html       one page per album
    DIR/pictures/HASH.jpg      small pictures, each once
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from altsync.atomic import make_directory, replacing
from altsync.errors import UsageError
from altsync.models import Ownership
from altsync.models.underway import Work
from altsync.pictures.cache import Cache
from altsync.pictures.thumbnails import Thumbnails
from altsync.render import gallery
from altsync.render.gallery import GalleryAlbum, GalleryItem, Word
from altsync.render.uses import summary
from altsync.report import Quiet, Report
from altsync.store import export, history
from altsync.store.store import Store
from altsync.uses import whereabouts

MARK = "altsync-site.txt"
INDEX = "index.html"
WORDS, PICTURES = "words", "pictures"
BATCH = 20_000
"""Images per script of words."""


@dataclass(frozen=True, slots=True)
class Exhibited:
    """What was written."""

    images: int
    albums: int
    index: Path
    """The page to open."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Write the mirror of `site` to `directory` as pages."""

    store: Store
    cache: Cache
    site: str
    """The site's address, for the titles."""
    directory: Path
    report: Report = field(default_factory=Quiet)

    def run(self) -> Exhibited:
        """Do it once. Raises UsageError where something else is in the directory."""
        self._prepare()
        words = _WordScripts(self.directory / WORDS)
        albums = []
        self.report.start(Work.WRITE_PAGES)
        with self.store.snapshot() as conn:
            thumbnails = Thumbnails(self.cache, conn)
            owned = history.who(conn)
            for name, images in itertools.groupby(owned, key=lambda one: one.album):
                items = [
                    self._item(
                        one, thumbnails, summary(whereabouts.of(conn, one.image))
                    )
                    for one in images
                ]
                albums.append(self._album(name, items, words))
                self.report.step(len(items))
        pages = gallery.index(self.site, albums, words.close())
        _put(self.directory / INDEX, pages)
        images_written = sum(album.images for album in albums)
        return Exhibited(images_written, len(albums), self.directory / INDEX)

    def _prepare(self) -> None:
        """The directory, if it is altsync's to fill."""
        there = self.directory.exists() and any(self.directory.iterdir())
        if there and not (self.directory / MARK).is_file():
            raise UsageError(
                f"{self.directory} holds something else; nothing was written. Name"
                " another directory."
            )
        for folder in (WORDS, PICTURES):
            make_directory(self.directory / folder)
        mine = "Made by `altsync export --html`; files here are overwritten.\n"
        _put(self.directory / MARK, [mine])
        _put(self.directory / "search.js", [gallery.SEARCH])

    def _album(
        self, name: str, items: list[GalleryItem], words: _WordScripts
    ) -> GalleryAlbum:
        """Write the page of one album, and note its words."""
        file = f"album-{export.file_name(name)}.html".replace("%", "_")
        _put(self.directory / file, gallery.album(self.site, name, items))
        words.add(gallery.words_of(file, items))
        return GalleryAlbum(name, file, len(items))

    def _item(self, one: Ownership, thumbnails: Thumbnails, stands: str) -> GalleryItem:
        jpeg = thumbnails.jpeg(one.image)
        if jpeg is None:
            return gallery.item(one, None, stands)
        picture = f"{PICTURES}/{hashlib.sha256(jpeg).hexdigest()[:32]}.jpg"
        with replacing(self.directory / picture) as part:
            part.write_bytes(jpeg)
        return gallery.item(one, picture, stands)


class _WordScripts:
    """Scripts of words, each of at most so many images."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._batch: list[Word] = []
        self._scripts = 0

    def add(self, words: Iterator[Word]) -> None:
        for word in words:
            self._batch.append(word)
            if len(self._batch) == BATCH:
                self._write()

    def close(self) -> int:
        """How many scripts there are."""
        if self._batch:
            self._write()
        return self._scripts

    def _write(self) -> None:
        _put(self._directory / f"{self._scripts}.js", [gallery.words(self._batch)])
        self._scripts += 1
        self._batch = []


def _put(path: Path, pieces: Iterable[str]) -> None:
    with (
        replacing(path) as part,
        part.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(pieces)
