"""Pictures in formatted texts, counted. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from altsync.errors import BadAnswer
from altsync.models import Tag
from altsync.sources.jsonapi.in_text import InText, texts_of


@dataclass(slots=True)
class Pictures:
    """In the texts of one field: tag -> how many, and in how many texts."""

    tags: dict[Tag, int] = field(default_factory=lambda: dict.fromkeys(Tag, 0))
    texts: dict[Tag, int] = field(default_factory=lambda: dict.fromkeys(Tag, 0))

    def add(self, images: Iterable[InText]) -> None:
        """Those of one field of one item."""
        holding = set()
        for one in images:
            self.tags[one.slot.tag] += 1
            holding.add((one.slot.tag, one.slot.delta))
        for tag, _ in holding:
            self.texts[tag] += 1

    def __bool__(self) -> bool:
        return any(self.tags.values())


def tally(
    rows: Iterable[Mapping[str, Any]],
    into: dict[str, Pictures],
    without: Collection[str] = (),
) -> None:
    """Count the pictures in the formatted texts of the rows by attribute, `without` some
    of them. An attribute that has a text is there, with pictures or not."""
    for row in rows:
        attributes = row.get("attributes") or {}
        for name in attributes.keys() - set(without):
            try:
                found = texts_of("", [name], attributes, "")
            except BadAnswer:
                continue
            for text in found.values():
                into.setdefault(name, Pictures()).add(text.images)
