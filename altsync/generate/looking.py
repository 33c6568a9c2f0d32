"""An image of a run -> its picture, and what its file says. What is seen of the picture
on the way is written down, once for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from altsync.errors import PictureError
from altsync.generate.books import Books
from altsync.generate.context import Piece
from altsync.generate.eyes import Eyes
from altsync.models import ReadLine, SiteImage
from altsync.pictures.prepare import Picture
from altsync.store.files import SeenFile


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at pictures, with whatever eyes. Threads may share it."""

    eyes: Eyes
    books: Books
    stopped: Callable[[], bool]

    def at(self, image: SiteImage) -> tuple[Picture, Sequence[Piece]]:
        """The picture, and what its file says. Raises Interrupted, PictureError and
        SourceError."""
        sight = self.eyes.see(image, self.books.has_quality, self.stopped)
        name = sight.picture.sha256
        self.books.looked(image.id, SeenFile(name, sight.facts))
        if sight.quality is not None and not self.books.has_quality(name):
            self.books.measured(image.id, name, sight.quality)
        return sight.picture, sight.in_file

    def words(self, image: SiteImage, picture: Picture) -> tuple[ReadLine, ...] | None:
        """The lines that can be read in it; None where nobody reads. What breaks the
        engine has none, is counted, and is not read again by it."""
        engine = self.eyes.engine
        if engine is None:
            return None
        known = self.books.words(picture.sha256, engine)
        if known is not None:
            return known
        lines: tuple[ReadLine, ...] = ()
        try:
            lines = tuple(self.eyes.lines(picture))
        except PictureError:
            self.books.count(unread=1)
        self.books.read(image.id, picture.sha256, engine, lines)
        return lines
