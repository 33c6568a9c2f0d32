"""Who looks at the pictures of a run: fetches the file, prepares what a model sees, and
reads what the file says. This process, or the workers of a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from altsync.generate.context import Piece
from altsync.models import FileFacts, Quality, ReadLine, SiteImage
from altsync.pictures.cache import Cache
from altsync.pictures.prepare import Picture, measured, prepare
from altsync.pictures.words import Reader
from altsync.sources.base import Source

LOOKING = 4 * (os.cpu_count() or 1)
"""Original files in memory at a time: they have megabytes each, and only a few can be
decoded at once."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of one image."""

    picture: Picture
    in_file: tuple[Piece, ...]
    """What its file says."""
    facts: FileFacts
    quality: Quality | None
    """How much it lets anybody see; None where that is known already."""


class Eyes(Protocol):
    """Look at pictures. Threads may share them."""

    @property
    def most(self) -> int:
        """Images that are looked at at a time."""

    @property
    def engine(self) -> str | None:
        """What reads the words in pictures, with its version; None: nobody does."""

    def see(
        self,
        image: SiteImage,
        is_measured: Callable[[str], bool],
        stopped: Callable[[], bool],
    ) -> Sight:
        """The picture of an image, and what its file says. `is_measured`: the quality of
        the picture of that name is known. Raises Interrupted, once `stopped` says so
        where it waits for others; PictureError and SourceError."""

    def lines(self, picture: Picture) -> Sequence[ReadLine]:
        """The lines that can be read in it. Raises PictureError."""


@dataclass(frozen=True, slots=True)
class OwnEyes:
    """This process looks."""

    source: Source
    side: int
    cache: Cache | None
    inspect: Callable[[bytes], Sequence[Piece]]
    """What the file says."""
    reader: Reader | None
    most: int = LOOKING

    @property
    def engine(self) -> str | None:
        """Of the words."""
        return None if self.reader is None else self.reader.engine

    def see(
        self,
        image: SiteImage,
        is_measured: Callable[[str], bool],
        stopped: Callable[[], bool],
    ) -> Sight:
        """The source itself hears of a stop (`Source.halt`)."""
        file = self.source.file(image)
        picture = prepare(file.data, self.side, self.cache)
        in_file = tuple(self.inspect(file.data))
        quality = None
        if not is_measured(picture.sha256):
            quality = picture.quality or measured(file.data, self.side)
        return Sight(picture, in_file, file.facts, quality)

    def lines(self, picture: Picture) -> Sequence[ReadLine]:
        """Those of the engine."""
        return () if self.reader is None else self.reader.lines(picture)
