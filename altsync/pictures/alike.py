"""Which images a picture looks like, where nothing else tells: a perceptual hash of what
people see (`imagehash.phash`, 256 bits), near where pictures are alike.

Measured on 13 photos at up to 768 pixels, in bits that differ:

    the same, at 480 to 100 pixels, as WebP or JPEG of quality 30      at most  8
    the same, grey, brighter, more or less colour and contrast         at most 20
    the same, cropped by 3 %, 6 %, 10 %                           up to 38, 80, 128
    the next frame: the window moved by 1 %, 2 %, 3 %              from 22, 38, 58 on
    another part of the same view (60 %, moved by 10 % or more)        from 94 on
    another photo                                                     from 108 on

So up to LIMIT bits two pictures are the same. A cropped copy is not found: it cannot be
told from the next frame of a series. Drawings, charts, screenshots and logos are not
compared at all: two logos with different words differ in 8 bits. They are what has few
tones (`TONES`).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from altsync.errors import UsageError
from altsync.installation import extra
from altsync.pictures.cache import Cache, name_of
from altsync.store import picture_hashes
from altsync.store.picture_hashes import PictureOf
from altsync.store.store import Store

SIZE = 16
"""Of the hash: SIZE x SIZE bits."""
LIMIT = 20
"""Bits that may differ."""
SAME = 2
"""Two files whose pictures differ in so few bits show the same."""
CLEAR = 10
"""So many bits further away than the nearest must every other picture be."""
TONES = 3.0
"""Bits of information in the brightness of one pixel: photos have 4.7 to 7.7, charts,
screenshots and logos 0.7 to 1.6."""
MIN_SIDE = 64
"""Pixels: smaller ones are icons, which look alike."""
BATCH = 200

NOTHING = ""
"""The hash of a picture that cannot be told by its look."""


def check() -> None:
    """Raises UsageError without the extra."""
    try:
        import imagehash  # noqa: F401
    except ImportError:
        raise UsageError(
            f"--by-picture needs an extra: {extra('by-picture')}."
        ) from None


def look(jpeg: bytes) -> str:
    """The hash of a prepared picture, in hex; NOTHING for a small one and for one with
    few tones, or that cannot be read."""
    import imagehash
    from PIL import Image

    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            grey = picture.convert("L")
    except OSError:
        return NOTHING
    if min(grey.size) < MIN_SIDE or grey.entropy() < TONES:
        return NOTHING
    return str(imagehash.phash(grey, hash_size=SIZE))


@dataclass(slots=True)
class Looks:
    """The looks of the mirror's pictures."""

    images: dict[int, list[str]] = field(default_factory=dict)
    """Hash -> the images whose pictures look so."""
    lacking: int = 0
    """Images without a small picture."""

    def like(self, hash_: str) -> list[str]:
        """The images that look so; several where their files show the same. None where
        another picture of the mirror is nearly as near."""
        if hash_ == NOTHING:
            return []
        wanted = int(hash_, 16)
        far = {bits: (bits ^ wanted).bit_count() for bits in self.images}
        nearest = min(far, key=lambda bits: far[bits], default=None)
        if nearest is None or far[nearest] > LIMIT:
            return []
        same = {bits for bits in far if (bits ^ nearest).bit_count() <= SAME}
        bound = far[nearest] + CLEAR
        if any(far[bits] <= bound for bits in far if bits not in same):
            return []
        return [image for bits in sorted(same) for image in self.images[bits]]


def looks(
    store: Store,
    cache: Cache,
    step: Callable[[], object] = lambda: None,
    *,
    known: bool = False,
) -> Looks:
    """The looks of every picture in the cache. What was not worked out before is now,
    and kept; `known`: is left out. `step` is told of each image."""
    found = Looks()
    made: list[tuple[str, str]] = []
    with store.snapshot() as conn:
        for one in picture_hashes.of_images(conn):
            name = name_of(one.image, one.url, one.seen, one.in_text)
            hash_ = picture_hashes.known(conn, name)
            wanted = hash_ is None and not known
            if wanted and (file := cache.find(name)) is not None:
                hash_ = look(file.read_bytes())
                made.append((name, hash_))
            if len(made) >= BATCH:
                _keep(store, made)
            _add(found, one, hash_)
            step()
    _keep(store, made)
    return found


def _add(found: Looks, one: PictureOf, hash_: str | None) -> None:
    if hash_ is None:
        found.lacking += 1
    elif hash_ != NOTHING:
        found.images.setdefault(int(hash_, 16), []).append(one.image)


def _keep(store: Store, made: list[tuple[str, str]]) -> None:
    with store.write() as tx:
        picture_hashes.keep(tx, made)
    made.clear()
