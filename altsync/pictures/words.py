"""The words that can be read in a picture: opt-in, and only with the extra
`altsync[ocr]`.

Whoever made the picture wrote them, or nobody did: they are data, made printable and
bounded here. The engine reads apart, within bounds (`apart`, `ocr`).
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from importlib import metadata

from altsync.errors import ConfigError, PictureError
from altsync.installation import extra
from altsync.models import LONGEST_LINE, ReadLine
from altsync.pictures import apart
from altsync.pictures.prepare import Picture

READ = "altsync.pictures.ocr:read"
_PACKAGES = ("rapidocr", "onnxruntime")


def is_there() -> bool:
    """The extra is installed."""
    return all(importlib.util.find_spec(name) for name in _PACKAGES)


def engine() -> str:
    """What reads, with its version: what another one read is read again."""
    return f"rapidocr {metadata.version('rapidocr')}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pictures, one after the other."""

    engine: str
    """Its name and version."""
    function: str = READ
    """As `apart.run` wants it."""

    def lines(self, picture: Picture) -> tuple[ReadLine, ...]:
        """Of a picture, in all its parts. Raises PictureError."""
        jpegs = (picture.jpeg, *(part.jpeg for part in picture.more))
        return tuple(line for jpeg in jpegs for line in read(jpeg, self.function))


def reader() -> Reader:
    """Raises ConfigError without the extra."""
    if not is_there():
        raise ConfigError(
            f"[generate] ocr needs an extra: {extra('ocr')}, or set ocr = false."
        )
    return Reader(engine())


def read(jpeg: bytes, function: str = READ) -> tuple[ReadLine, ...]:
    """The lines in a prepared picture, from top to bottom; () where there are none.
    Raises PictureError for a picture that breaks the engine, or takes too long."""
    answer = apart.run(function, jpeg, words=True)
    try:
        lines = [_line(*line) for line in json.loads(answer)]
    except (TypeError, ValueError):
        raise PictureError("What was read is no list of lines.") from None
    return tuple(line for line in lines if line.text)


def _line(text: str, height: float, sure: float) -> ReadLine:
    shown = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return ReadLine(
        " ".join(shown[:LONGEST_LINE].split()), float(height), min(1.0, float(sure))
    )
