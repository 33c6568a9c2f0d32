"""What a reviewer has judged since a moment: their session, as far as verdicts tell."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.models import Verdict
from altsync.store.rows import rows

NEWEST = 20_000
"""Verdicts that are looked at, everybody's: a year of sweeps costs a page nothing."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A verdict as the ledger has it."""

    created_at: str
    verdict: Verdict
    image: str


@dataclass(frozen=True, slots=True)
class Session:
    """One by one, never in bulk."""

    images: int
    """Those whose last verdict still counts."""
    times: tuple[str, ...]
    """When each verdict was given, the newest first."""


_GIVEN = """
SELECT r.created_at, r.verdict, c.image_id AS image
FROM reviews r
CROSS JOIN candidates c ON c.id = r.candidate_id
WHERE r.id > (SELECT max(id) FROM reviews) - :newest
  AND r.reviewer = :by AND r.scope = 'one' AND r.created_at >= :since
ORDER BY r.id DESC
"""


def session(conn: sqlite3.Connection, reviewer: str, since: str) -> Session:
    """Among the newest verdicts, those from `since` (UTC, ISO 8601) on."""
    asked = {"by": reviewer, "since": since, "newest": NEWEST}
    last: dict[str, Verdict] = {}
    times = []
    for one in rows(conn, _Given, _GIVEN, asked):
        last.setdefault(one.image, one.verdict)
        if one.verdict is not Verdict.WITHDRAWN:
            times.append(one.created_at)
    counted = [verdict for verdict in last.values() if verdict is not Verdict.WITHDRAWN]
    return Session(len(counted), tuple(times))
