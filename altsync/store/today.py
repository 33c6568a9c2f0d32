"""What a reviewer has judged since a moment: their session, as far as verdicts tell."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from altsync.models import Verdict
from altsync.store.rows import rows

NEWEST = 20_000
"""Verdicts that are looked at, everybody's: a day of sweeps costs a page nothing."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A verdict as the ledger has it. `image`: only where it is one of those asked
    for."""

    created_at: str
    verdict: Verdict
    image: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One by one, never in bulk."""

    images: int
    """Those whose last verdict still counts."""
    times: tuple[str, ...]
    """When each verdict was given, the newest first."""


_GIVEN = """
SELECT r.created_at, r.verdict,
  iif(
    r.reviewer = :by AND r.scope = 'one',
    (SELECT c.image_id FROM candidates c WHERE c.id = r.candidate_id),
    NULL
  ) AS image
FROM reviews r
ORDER BY r.id DESC
LIMIT :newest
"""


def session(conn: sqlite3.Connection, reviewer: str, since: str) -> Session:
    """Read backwards to the first verdict before `since` (UTC, ISO 8601)."""
    last: dict[str, Verdict] = {}
    times = []
    for one in rows(conn, _Given, _GIVEN, {"by": reviewer, "newest": NEWEST}):
        if one.created_at < since:
            break
        if one.image is None:
            continue
        last.setdefault(one.image, one.verdict)
        if one.verdict is not Verdict.WITHDRAWN:
            times.append(one.created_at)
    counted = [verdict for verdict in last.values() if verdict is not Verdict.WITHDRAWN]
    return Session(len(counted), tuple(times))
