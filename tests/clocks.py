"""A wall clock that goes wrong when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Jumping:
    """The clock of this machine, so many hours off: put in the place of
    `altsync.clock.now`."""

    hours = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=self.hours)
