"""What a model is told about an image: pieces from the mirror, the owner's notes, the
pages and the file itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from altsync.config import Config
from altsync.errors import ConfigError
from altsync.generate import infile
from altsync.generate.context import (
    MEDIUM,
    TITLE,
    Piece,
    Trust,
    for_this_place,
    from_site,
)
from altsync.generate.placing import of_uses
from altsync.installation import extra
from altsync.models import Mirrored, SiteImage, Tag
from altsync.store import surroundings, usages
from altsync.texts.words import visible
from altsync.uses import BESIDE, NOTE, Known


class Describer:
    """Gathers pieces for one run. `pieces` and `known` read the database and belong to
    the calling thread."""

    def __init__(
        self, config: Config, conn: sqlite3.Connection, note: str | None = None
    ) -> None:
        """`note`: what the owner says on the command line about all images of this run.
        Raises ConfigError."""
        self.known = Known(config, conn)
        self._conn = conn
        self._note = note
        self._place = config.generate.place
        if self._place and not infile.can_name_places():
            raise ConfigError(
                f"[generate] place needs an extra: {extra('place')}, or set"
                " place = false."
            )

    def pieces(self, target: Mirrored) -> list[Piece]:
        """What is known without the file."""
        image = target.image
        found = [*from_site(image), *self._of_medium(image)]
        if self._note:
            found.append(Piece(NOTE, self._note, Trust.OWNER, "--context"))
        house = self.known.house
        if text := house.album_note(image.album):
            source = house.note_path(image.album).name
            found.append(Piece("album note", text, Trust.OWNER, source))
        places = self._places(image.id)
        if image.in_text:
            places = [piece for piece in places if piece.text != image.caption]
        found = [piece for piece in found if not _is_told(piece, places)] + places
        for text in surroundings.beside(self._conn, image.id):
            found.append(Piece(BESIDE, text, Trust.SITE, "alt"))
        return found

    def _places(self, image: str) -> list[Piece]:
        """What the image's uses tell."""
        uses = self.known.uses(image)
        links = {use.link for use in uses if use.functional and use.link}
        return of_uses(uses, usages.titles(self._conn, links))

    def _of_medium(self, image: SiteImage) -> Iterator[Piece]:
        """What an embedded medium says elsewhere; nothing of any other image."""
        if image.tag is Tag.MEDIA:
            texts = self.known.of_medium(image)
            yield Piece(MEDIUM, for_this_place(texts), Trust.SITE, "alt of the medium")

    def in_file(self, data: bytes) -> list[Piece]:
        """What the file itself says. Called from many threads."""
        return infile.read(data, place=self._place)


def _is_told(piece: Piece, places: list[Piece]) -> bool:
    """Do the pages say it that were read, of what the source says of the image's page?"""
    if piece.kind == TITLE:
        return any(piece.text in one.text for one in places if one.kind == TITLE)
    if piece.kind == "page text":
        return any(visible(piece.text) in one.text for one in places)
    return False
