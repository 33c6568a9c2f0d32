"""Where prepared pictures are kept, and under which name. Nothing else knows.

    data/thumbnails/3f/3f…(64 digits)…-768q85.jpg

The name of a picture is 64 hex digits. Where a model has seen the image's file it is
the SHA-256 of that file, so that two images of one file share a picture; before that
it follows from the image and its address (`preview`), since nobody has noted what the
file is. How the picture was prepared stands behind the name: one name may be kept in
several sizes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from altsync.atomic import make_directory, replacing
from altsync.store import files

DIRECTORY = "thumbnails"
"""Beside the database."""
DIGITS = 2
"""Of the name, that name the folder: no folder gets too full."""
SUFFIX = ".jpg"
QUALITY = 85
"""Of the JPEG; part of the file name."""
NAME = "[0-9a-f]{64}"
"""What a name looks like, as a regular expression."""

_NAME = re.compile(NAME)


def profile(side: int) -> str:
    """Names how a picture was prepared; also part of the key of generate's work."""
    return f"{side}q{QUALITY}"


def name_of(image: str, url: str | None, seen: str | None) -> str:
    """The name of an image's picture. `seen`: SHA-256 of its file, where a model has
    looked at it."""
    return seen or preview(image, url)


def preview(image: str, url: str | None) -> str:
    """The name of a picture that no model has seen."""
    where = json.dumps(["preview", image, url])
    return hashlib.sha256(where.encode()).hexdigest()


def name_in(conn: sqlite3.Connection, image: str) -> str | None:
    """The name of an image's picture; None for an id that is not in the mirror."""
    known = files.known(conn, image)
    if known is None:
        return None
    return name_of(image, known.url, known.seen)


@dataclass(frozen=True, slots=True)
class Cache:
    """The pictures of one mirror. A picture is there only once it is whole."""

    directory: Path

    @classmethod
    def beside(cls, database: Path) -> Cache:
        """The cache that belongs to a database."""
        return cls(database.with_name(DIRECTORY))

    def path(self, name: str, side: int) -> Path:
        """Where the picture `name` of this size is kept, or would be."""
        return self._folder(name) / f"{name}-{profile(side)}{SUFFIX}"

    def find(self, name: str | None) -> Path | None:
        """The picture of that name in whatever size there is, or None.

        What is no name is never looked for: no path from outside gets here.
        """
        if name is None or not _NAME.fullmatch(name):
            return None
        return min(self._folder(name).glob(f"{name}-*{SUFFIX}"), default=None)

    def keep(self, name: str, side: int, jpeg: bytes) -> Path:
        """Keep a picture; returns where."""
        path = self.path(name, side)
        make_directory(path.parent)
        with replacing(path) as part:
            part.write_bytes(jpeg)
        return path

    def _folder(self, name: str) -> Path:
        return self.directory / name[:DIGITS]
