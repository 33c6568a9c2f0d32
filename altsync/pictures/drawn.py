"""What came of drawing one image file, on its way from the decoder's process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from altsync.models import Quality
from altsync.pictures import frames

Refusal = tuple[str, str]
"""A sentence for the owner, and its kind, as PictureError has it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The JPEGs of one picture."""

    whole: bytes
    """For people; for models too, unless there are `parts`."""
    parts: tuple[bytes, ...] = ()
    """What a model sees of a picture of extreme shape, in order."""
    across: bool = False
    """The parts stand from left to right, not from top to bottom."""
    refused: Refusal | None = None
    """Why no model is asked about it; people see `whole` all the same."""
    quality: Quality | None = None
    """None for what is refused."""

    def pack(self) -> bytes:
        """As bytes."""
        quality = self.quality and asdict(self.quality)
        head = {"across": self.across, "refused": self.refused, "quality": quality}
        return frames.joined([json.dumps(head).encode(), self.whole, *self.parts])

    @classmethod
    def unpack(cls, packed: bytes) -> Drawn:
        """From what `pack` made."""
        head, whole, *parts = frames.split(packed)
        told = json.loads(head)
        refused = told["refused"] and (told["refused"][0], told["refused"][1])
        quality = told["quality"] and Quality(**told["quality"])
        return cls(whole, tuple(parts), told["across"], refused, quality)
