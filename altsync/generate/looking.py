"""An image of a run -> its picture, and what its file says. What is seen of the picture
on the way is written down, once for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from altsync.errors import PictureError
from altsync.generate.books import Books
from altsync.generate.context import Piece
from altsync.generate.settings import Settings, Ways
from altsync.models import ReadLine, SiteImage
from altsync.pictures.prepare import Picture, measured, prepare
from altsync.sources.base import Source
from altsync.store.files import SeenFile


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at pictures. Threads may share it."""

    source: Source
    settings: Settings
    ways: Ways
    books: Books

    def at(self, image: SiteImage) -> tuple[Picture, Sequence[Piece]]:
        """The picture, and what its file says. Raises Interrupted, PictureError and
        SourceError."""
        file = self.source.file(image)
        picture = prepare(file.data, self.settings.side, self.settings.cache)
        in_file = self.ways.inspect(file.data)
        self.books.looked(image.id, SeenFile(picture.sha256, file.facts))
        if not self.books.has_quality(picture.sha256):
            quality = picture.quality or measured(file.data, self.settings.side)
            self.books.measured(image.id, picture.sha256, quality)
        return picture, in_file

    def words(self, image: SiteImage, picture: Picture) -> tuple[ReadLine, ...] | None:
        """The lines that can be read in it; None where nobody reads. What breaks the
        engine has none, is counted, and is not read again by it."""
        reader = self.ways.reader
        if reader is None:
            return None
        known = self.books.words(picture.sha256, reader.engine)
        if known is not None:
            return known
        lines: tuple[ReadLine, ...] = ()
        try:
            lines = reader.lines(picture)
        except PictureError:
            self.books.count(unread=1)
        self.books.read(image.id, picture.sha256, reader.engine, lines)
        return lines
