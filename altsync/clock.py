"""The wall clock, asked in one place.

It goes back, stands still and differs between machines: what it says is shown to people
and held against dates that they name. What came before what is told by the order of the
rows (`seq`, store/views.sql), never by a time.
"""

from __future__ import annotations

from datetime import UTC, datetime, time


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def midnight() -> datetime:
    """When this day began where this machine is, in UTC."""
    today = now().astimezone().date()
    return datetime.combine(today, time.min).astimezone(UTC)
