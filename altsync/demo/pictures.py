"""The images of the demonstration site: thirteen that ship with altsync, or any number
of drawn ones."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

ALBUM_SIZE = 100
"""Drawn images an album."""


@dataclass(slots=True)
class DemoImage:
    """One image of the site, as its database has it."""

    id: str
    title: str = ""
    alt: str = ""
    caption: str = ""
    verified: int = 0
    file: str = ""
    """Path below `photos/`; empty for a drawn image."""
    credit: str = ""

    def document(self, *, label: bool) -> dict[str, Any]:
        """What GET answers."""
        found: dict[str, Any] = {
            "title": self.title,
            "alt": self.alt,
            "caption": self.caption,
        }
        return {**found, "verified": self.verified} if label else found

    @property
    def album(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]

    def pixels(self) -> tuple[bytes, str]:
        """(bytes, media type)"""
        if self.file:
            data = files("altsync.demo").joinpath("photos", self.file).read_bytes()
            return data, "image/png" if self.file.endswith(".png") else "image/jpeg"
        return _drawn(self.id), "image/jpeg"


def shipped() -> Iterator[DemoImage]:
    """The images whose pictures ship: most without alt, two with a person's text, one
    with an old model's."""
    for entry in json.loads(
        files("altsync.demo").joinpath("photos", "albums.json").read_text("utf-8")
    ):
        yield DemoImage(
            id=f"{entry['album']}/{entry['name']}",
            title=entry["title"],
            alt=entry["alt"],
            caption=entry["caption"],
            verified=entry["verified"],
            file=entry["file"],
            credit=f"{entry['creator']}, {entry['license']}",
        )


def drawn(count: int) -> Iterator[DemoImage]:
    """`count` images without alt, ALBUM_SIZE an album."""
    for number in range(count):
        yield DemoImage(
            f"album-{number // ALBUM_SIZE:05}/image-{number:07}",
            title=f"Image {number}",
        )


def _drawn(image_id: str) -> bytes:
    from zlib import crc32

    from PIL import Image, ImageDraw

    seed = crc32(image_id.encode("utf-8", "surrogatepass"))
    picture = Image.new(
        "RGB", (320, 240), (seed & 255, seed >> 8 & 255, seed >> 16 & 255)
    )
    ImageDraw.Draw(picture).ellipse(
        (seed % 200, 40, seed % 200 + 100, 140), fill=(255, 255, 255 - (seed & 255))
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
