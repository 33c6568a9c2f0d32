"""Where prepared pictures are kept, and under which name. Nothing else knows.

    data/thumbnails/3f/3f…(64 digits)…-768q85.jpg

What a model sees in another way than people do stands beside what people see:

    3f…-768q85.whole.jpg          for people alone
    3f…-768q85.1of3-down.jpg      for models: parts of a long and thin picture, in order

The name of a picture is 64 hex digits. Where a model has seen the image's file it is
the SHA-256 of that file, so that two images of one file share a picture; before that
it follows from the image and its address (`preview`), since nobody has noted what the
file is; of images in texts, of which hundreds may embed one medium, from the address
alone. How the picture was prepared stands behind the name: one name may be kept in
several sizes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from altsync.atomic import beside, make_directory
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

WHOLE = ".whole"
"""Behind the size, where models are shown its parts, or nothing."""
ACROSS, DOWN = "across", "down"
"""How the parts follow each other."""

_NAME = re.compile(NAME)
_PART = re.compile(rf"\.([1-9])of([1-9])-({ACROSS}|{DOWN})\Z")


def profile(side: int) -> str:
    """Names how a picture was prepared; also part of the key of generate's work."""
    return f"{side}q{QUALITY}"


def name_of(
    image: str, url: str | None, seen: str | None, in_text: bool = False
) -> str:
    """The name of an image's picture. `seen`: SHA-256 of its file, where a model has
    looked at it; `in_text`: it is an image in a text."""
    return seen or preview("" if in_text and url else image, url)


def preview(image: str, url: str | None) -> str:
    """The name of a picture that no model has seen."""
    where = json.dumps(["preview", image, url])
    return hashlib.sha256(where.encode()).hexdigest()


def name_in(conn: sqlite3.Connection, image: str) -> str | None:
    """The name of an image's picture; None for an id that is not in the mirror."""
    known = files.known(conn, image)
    if known is None:
        return None
    return name_of(image, known.url, known.seen, known.in_text)


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
        """The picture of that name as people see it, in whatever size there is, or
        None.

        What is no name is never looked for: no path from outside gets here.
        """
        if name is None or not _NAME.fullmatch(name):
            return None
        kept = self._folder(name).glob(f"{name}-*{SUFFIX}")
        return min((path for path in kept if not _PART.search(path.stem)), default=None)

    def has(self, name: str, side: int) -> bool:
        """Whether people can see the picture in this size."""
        path = self.path(name, side)
        return path.exists() or _behind(path, WHOLE).exists()

    def parts(self, name: str, side: int) -> list[Path]:
        """The parts in which a model sees the picture, in order; [] where they are not
        all there. `is_across` tells how they follow each other."""
        path = self.path(name, side)
        if not _behind(path, WHOLE).exists():
            return []  # as for nearly every picture
        found = sorted(path.parent.glob(f"{path.stem}.*of*{SUFFIX}"))
        matches = [match for one in found if (match := _PART.search(one.stem))]
        wanted = [str(number) for number in range(1, len(matches) + 1)]
        whole = [match[1] for match in matches] == wanted
        if not whole or {match[2] for match in matches} != {str(len(matches))}:
            return []
        return found

    def keep(self, name: str, side: int, jpeg: bytes) -> Path:
        """Keep a picture; returns where."""
        return _written(self.path(name, side), jpeg)

    def keep_aside(
        self, name: str, side: int, whole: bytes, parts: Sequence[bytes], way: str
    ) -> list[Path]:
        """Keep a picture for people, and the parts of it that models see (none: they
        see nothing). Returns where the parts are. `way`: ACROSS or DOWN."""
        path = self.path(name, side)
        kept = [
            _written(_behind(path, f".{number}of{len(parts)}-{way}"), part)
            for number, part in enumerate(parts, 1)
        ]
        _written(_behind(path, WHOLE), whole)
        return kept

    def _folder(self, name: str) -> Path:
        return self.directory / name[:DIGITS]


def is_across(part: Path) -> bool:
    """Whether a part stands to the left or right of the next one."""
    return part.stem.endswith(ACROSS)


def _behind(path: Path, what: str) -> Path:
    return path.with_name(f"{path.stem}{what}{path.suffix}")


def _written(path: Path, jpeg: bytes) -> Path:
    make_directory(path.parent)
    with beside(path) as part:
        part.write_bytes(jpeg)
        part.replace(path)
    return path
