"""An image file of the site -> the picture that a model sees.

The picture is upright, flat (on white, or on dark grey where it is bright and
transparent), 8 bit sRGB, JPEG, `side` pixels long (`shape` says what is longer, or sent
in parts), and carries no metadata (a photo's GPS position stays at home). Every way a
file can be wrong ends in PictureError: one bad file never stops a run. It is decoded
apart, within bounds of time and memory (`apart`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from altsync.errors import PictureError
from altsync.models import Quality
from altsync.pictures import apart, kinds
from altsync.pictures.cache import ACROSS, DOWN, Cache, is_across
from altsync.pictures.drawn import Drawn

SHRINK = "altsync.pictures.shrink:shrink"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is sent to a model."""

    sha256: str
    """Of the file as the site has it, not of `jpeg`."""
    jpeg: bytes
    """The whole, or its first part."""
    path: Path | None = None
    """Where `jpeg` is kept, if a cache was given."""
    more: tuple[Picture, ...] = ()
    """The other parts of a long and thin picture, in order."""
    across: bool = False
    """The parts stand from left to right, not from top to bottom."""
    quality: Quality | None = field(default=None, compare=False)
    """None where it was taken from the cache: see `measured`."""
    held: Any = field(default=None, compare=False)
    """Where a worker of a cluster has it, for who asks there."""

    @property
    def paths(self) -> tuple[Path | None, ...]:
        """Where each of what is sent is kept."""
        return self.path, *(part.path for part in self.more)


def prepare(data: bytes, side: int = 768, cache: Cache | None = None) -> Picture:
    """The picture for `data`, from the cache if it was prepared before. Raises
    PictureError; where that is because no model would see anything in it, people have
    it all the same."""
    digest = hashlib.sha256(data).hexdigest()
    if cache is None:
        return _sent(digest, _drawn(data, side))
    path = cache.path(digest, side)
    with suppress(FileNotFoundError):
        return Picture(digest, path.read_bytes(), path)
    with suppress(FileNotFoundError):
        if parts := cache.parts(digest, side):
            jpegs = [part.read_bytes() for part in parts]
            return _pictures(digest, jpegs, parts, is_across(parts[0]))
    return taken(digest, _drawn(data, side), side, cache)


def draw(data: bytes, side: int) -> tuple[str, Drawn]:
    """The name of the picture for `data`, and what is sent and shown of it, kept nowhere.
    Raises PictureError for what nobody can see at all."""
    return hashlib.sha256(data).hexdigest(), _drawn(data, side)


def taken(name: str, drawn: Drawn, side: int, cache: Cache | None) -> Picture:
    """The picture of what was drawn, here or elsewhere. Raises PictureError where no
    model would see anything in it; people have it all the same."""
    kept: list[Path] = []
    if cache is not None:
        with suppress(OSError):  # a full disk: the picture can be sent, and made again
            kept = _kept(name, drawn, side, cache)
    return _sent(name, drawn, kept)


def prepare_as(name: str | None, data: bytes, side: int, cache: Cache) -> None:
    """Prepare the picture for `data` and keep it for people to see: under `name`, else
    under the hash of `data`, where models find it too. Raises PictureError, and OSError
    where it cannot be kept."""
    drawn = _drawn(data, side)
    if name is None:
        _kept(hashlib.sha256(data).hexdigest(), drawn, side, cache)
    else:
        cache.keep(name, side, drawn.whole)


def measured(data: bytes, side: int) -> Quality | None:
    """How much the picture for `data` lets anybody see, where it is in the cache and
    nobody has measured it. Raises PictureError."""
    return _drawn(data, side).quality


def whole(data: bytes, side: int) -> bytes:
    """The JPEG that people would see, kept nowhere. Raises PictureError."""
    return _drawn(data, side).whole


def _kept(digest: str, drawn: Drawn, side: int, cache: Cache) -> list[Path]:
    """Where that is kept which a model sees."""
    if drawn.refused is None and not drawn.parts:
        return [cache.keep(digest, side, drawn.whole)]
    way = ACROSS if drawn.across else DOWN
    return cache.keep_aside(digest, side, drawn.whole, drawn.parts, way)


def _sent(digest: str, drawn: Drawn, kept: Sequence[Path] = ()) -> Picture:
    """Raises PictureError for what was refused."""
    if drawn.refused is not None:
        sentence, kind = drawn.refused
        raise PictureError(sentence, kind=kind)
    found = _pictures(digest, drawn.parts or (drawn.whole,), kept, drawn.across)
    return replace(found, quality=drawn.quality)


def _pictures(
    digest: str, jpegs: Sequence[bytes], kept: Sequence[Path], across: bool
) -> Picture:
    """`kept`: where each of them is; or none."""
    paths: Sequence[Path | None] = kept or [None] * len(jpegs)
    first, *rest = zip(jpegs, paths, strict=True)
    more = tuple(Picture(digest, jpeg, path) for jpeg, path in rest)
    return Picture(digest, *first, more, across)


def _drawn(data: bytes, side: int) -> Drawn:
    if kind := kinds.not_a_picture(data):
        raise PictureError(kind, kind="unsupported")
    return Drawn.unpack(apart.run(SHRINK, data, side=side))
