"""How old a page was when it came, as its own headers tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_TELLS_NOTHING = "expires"
"""Drupal's is a day in 1978, always."""
_FOREVER = 10**9
"""Seconds: an Age beyond is none."""


@dataclass(frozen=True, slots=True)
class Age:
    """When a page was made, and the headers that say so."""

    headers: tuple[tuple[str, str], ...]
    made: datetime | None
    """None where nothing tells."""

    @classmethod
    def of(cls, caching: Mapping[str, str], modified: str, read_at: str) -> Age:
        """`caching`: headers, lower case; `modified`: `Last-Modified`; `read_at`: UTC,
        ISO 8601."""
        told = {**caching, "last-modified": modified} if modified else dict(caching)
        headers = tuple(
            (name, text)
            for name, text in sorted(told.items())
            if name != _TELLS_NOTHING
        )
        known = [
            at
            for at in (
                _since(told.get("age", ""), read_at),
                _date(told.get("date", "")),
                _date(modified),
            )
            if at is not None
        ]
        return cls(headers, min(known, default=None))

    def before(self, at: str) -> bool:
        """The page was made before that moment (UTC, ISO 8601; '' is unknown)."""
        return bool(at) and self.made is not None and self.made < _utc(at)

    @property
    def sentence(self) -> str:
        """When the page was made, for the owner; '' where nothing tells."""
        if self.made is None:
            return ""
        return f"The page was made {self.made:%Y-%m-%d %H:%M} UTC and kept since."


def _utc(at: str) -> datetime:
    found = datetime.fromisoformat(at)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _since(age: str, read_at: str) -> datetime | None:
    """Of `Age`: by our own clock."""
    if not (age.isascii() and age.isdigit()) or int(age) > _FOREVER:
        return None
    return _utc(read_at) - timedelta(seconds=int(age))


def _date(text: str) -> datetime | None:
    """Of a date of HTTP."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
