"""Pictures in formatted texts, counted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

TAGS = {"<img>": "<img", "<drupal-media>": "<drupal-media"}
"""What people put pictures into texts with, and what finds it."""
_PATTERNS = {
    tag: re.compile(f"{start}(?=[\\s/>])", re.IGNORECASE) for tag, start in TAGS.items()
}


@dataclass(slots=True)
class Pictures:
    """In the texts of one field: tag -> how many, and in how many texts."""

    tags: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TAGS, 0))
    texts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TAGS, 0))

    def add(self, html: str) -> None:
        for tag, pattern in _PATTERNS.items():
            found = len(pattern.findall(html))
            self.tags[tag] += found
            self.texts[tag] += found > 0

    def __bool__(self) -> bool:
        return any(self.tags.values())


def formatted(value: Any) -> list[str]:
    """The HTML of a text attribute, or of each text of a list of them; nothing for what
    is no formatted text: there a tag is shown as letters (460)."""
    values = value if isinstance(value, list) else [value]
    return [
        one["value"]
        for one in values
        if isinstance(one, dict)
        and isinstance(one.get("value"), str)
        and "format" in one
    ]


def tally(rows: Iterable[Mapping[str, Any]], into: dict[str, Pictures]) -> None:
    """Count the pictures in all formatted texts of the rows, by attribute."""
    for row in rows:
        for name, value in (row.get("attributes") or {}).items():
            for html in formatted(value):
                into.setdefault(name, Pictures()).add(html)
