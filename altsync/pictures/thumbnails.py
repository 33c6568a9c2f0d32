"""Smaller copies of prepared pictures, for pages that stand alone: `diff --html` and
`export --html`. Nothing is fetched, nothing is kept."""

from __future__ import annotations

import base64
import io
import sqlite3
from dataclasses import dataclass

from altsync.pictures.cache import Cache, name_in

QUALITY = 70


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """The pictures of a mirror, small."""

    cache: Cache
    conn: sqlite3.Connection
    side: int = 240
    """The longer side, in pixels."""

    def jpeg(self, image: str) -> bytes | None:
        """A small JPEG of an image's picture; None where there is none, or no whole one."""
        file = self.cache.find(name_in(self.conn, image))
        if file is None:
            return None
        from PIL import Image

        out = io.BytesIO()
        box = (self.side, self.side)
        try:
            with Image.open(file, formats=["JPEG"]) as picture:
                picture.draft("RGB", box)
                picture.thumbnail(box)
                picture.convert("RGB").save(out, "JPEG", quality=QUALITY)
        except OSError:
            return None
        return out.getvalue()

    def address(self, image: str) -> str | None:
        """The same as a `data:` address."""
        jpeg = self.jpeg(image)
        if jpeg is None:
            return None
        return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
