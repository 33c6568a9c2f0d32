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
from altsync.models import Mirrored
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

    def __enter__(self) -> Describer:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is kept open."""

    def pieces(self, target: Mirrored) -> list[Piece]:
        """What is known without the file."""
        found = from_site(target.image)
        if self._note:
            found.append(Piece("note", self._note, Trust.OWNER, "--context"))
        if text := self._album_note(target.image.album):
            found.append(
                Piece(
                    "album note",
                    text,
                    Trust.OWNER,
                    self._note_path(target.image.album).name,
                )
            )
        for usage in usages.of(self._conn, target.image.id) if self._conn else ():
            for kind, text in (
                ("page title", usage.page_title),
                ("text before", usage.before),
                ("text after", usage.after),
            ):
                if text:
                    found.append(Piece(kind, text, Trust.PAGE, usage.page_url))
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
