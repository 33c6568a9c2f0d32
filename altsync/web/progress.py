"""How far the reviewer of a page has come today."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from altsync import clock
from altsync.models import State
from altsync.render.progress import in_words
from altsync.store import today as verdicts
from altsync.store.queue import Filter

WORK = frozenset(
    {
        State.NEEDS_REVIEW,
        State.UNSURE,
        State.WOULD_REPLACE,
        State.CONFLICT,
        State.MISSING,
    }
)
"""States whose queue gets shorter with each verdict."""


def today(conn: sqlite3.Connection, reviewer: str, wanted: Filter, left: int) -> str:
    """In words; '' for somebody who only looks, and where nothing was judged today."""
    if not reviewer or wanted.state not in WORK:
        return ""
    since = clock.midnight().isoformat(timespec="microseconds")
    session = verdicts.session(conn, reviewer, since)
    times = [datetime.fromisoformat(one) for one in session.times]
    return in_words(session.images, left, times)
