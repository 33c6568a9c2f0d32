"""The filmstrip: an image between its neighbours in the album, small."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.pictures.cache import name_in
from altsync.store import neighbours
from altsync.store.looks import Look
from altsync.store.neighbours import Neighbour


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of the strip."""

    image: Neighbour
    picture: str | None
    """The name of its prepared picture."""
    here: bool
    """The image that the page is about."""

    @property
    def about(self) -> str:
        """What is said of it, if only in its title."""
        return self._words or "no text"

    @property
    def language(self) -> str | None:
        """Of the site's words; altsync's own are English."""
        return self.image.language if self._words else None

    @property
    def _words(self) -> str:
        return self.image.text.strip() or self.image.title or ""


def film(conn: sqlite3.Connection, look: Look | None) -> list[Frame]:
    """Up to 4 images before and after; empty where it stands alone."""
    if look is None:
        return []
    image = look.mirrored.image
    return [
        Frame(one, name_in(conn, one.id), one.id == image.id)
        for one in neighbours.around(conn, image.id, image.album)
    ]
