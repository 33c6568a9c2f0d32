"""All that is known about an image, gathered from the mirror, the owner's notes, the
pages and the file itself."""

from __future__ import annotations

import functools
import sqlite3
from pathlib import Path

from altsync.config import Config
from altsync.errors import ConfigError
from altsync.generate import infile
from altsync.generate.context import Piece, Trust, from_site
from altsync.models import Mirrored, Use
from altsync.store import usages


class Describer:
    """Gathers pieces for one run. `pieces` reads the database and belongs to the
    calling thread."""

    def __init__(
        self, config: Config, conn: sqlite3.Connection | None, note: str | None = None
    ) -> None:
        """`note`: what the owner says on the command line about all images of this run.
        Raises ConfigError."""
        self._notes = config.base / config.generate.context_dir
        self._conn = conn
        self._note = note
        self._place = config.generate.place
        if self._place and not infile.can_name_places():
            raise ConfigError(
                "[generate] place needs an extra: pip install 'altsync[place]', or set"
                " place = false."
            )
        self._album_note = functools.lru_cache(1000)(self._read_note)

    def pieces(self, target: Mirrored) -> list[Piece]:
        """What is known without the file."""
        image = target.image
        found = from_site(image)
        if self._note:
            found.append(Piece("note", self._note, Trust.OWNER, "--context"))
        if text := self._album_note(image.album):
            source = self._note_path(image.album).name
            found.append(Piece("album note", text, Trust.OWNER, source))
        if self._conn is not None:
            for use in usages.of(self._conn, image.id):
                found += _around(use)
        return found

    def in_file(self, data: bytes) -> list[Piece]:
        """What the file itself says. Called from many threads."""
        return infile.read(data, place=self._place)

    def _note_path(self, album: str) -> Path:
        return self._notes / f"{album}.md"

    def _read_note(self, album: str) -> str:
        path = self._note_path(album)
        if not path.resolve().is_relative_to(self._notes.resolve()):
            return ""  # the album's name comes from the site
        try:
            return path.read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"The album note {path} cannot be read ({error})."
            ) from None


def _around(use: Use) -> list[Piece]:
    """What stands around an image on a page."""
    words = (
        ("page title", use.page_title),
        ("text before", use.before),
        ("text after", use.after),
    )
    return [Piece(kind, text, Trust.PAGE, use.page_url) for kind, text in words if text]
