"""`6mo`, `30d`, `2w`, `1y`: how old a text may be."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from altsync import clock
from altsync.errors import UsageError

DAYS = {"d": 1.0, "w": 7.0, "mo": 30.44, "y": 365.25}


def before(age: str, now: datetime | None = None) -> str:
    """The moment that long ago (UTC, ISO 8601). Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(d|w|mo|y)", age.strip())
    if not found:
        raise UsageError(f"{age!r} is no age: say 30d, 2w, 6mo or 1y.")
    days = float(found[1]) * DAYS[found[2]]
    moment = (now or clock.now()) - timedelta(days=days)
    return moment.isoformat(timespec="microseconds")
