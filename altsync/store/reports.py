"""What `status` and the dashboard count."""

from __future__ import annotations

import sqlite3

from altsync.models import OutOfReach, State, Status
from altsync.store import failures, handovers, journal, unseen, vain
from altsync.store.reach import INHERITS, SEEN, seen
from altsync.store.rows import value


def site_url(conn: sqlite3.Connection) -> str:
    """The site that is mirrored; '' before the first pull."""
    return value(conn, "SELECT url FROM site") or ""


_BLANK = f"""
SELECT count(*), coalesce(sum({INHERITS}), 0)
FROM images i INDEXED BY images_by_state
WHERE {SEEN} AND i.blank AND i.origin IS NULL
"""  # noqa: S608
_UNFOLLOWED = f"""
SELECT count(*) FROM images i INDEXED BY images_by_state
WHERE {SEEN} AND {INHERITS} AND NOT EXISTS (
  SELECT 1 FROM images own
  WHERE own.entity = i.medium AND own.entity <> own.id AND own.tag IS NULL
    AND {seen("own")})
"""  # noqa: S608
_DECORATIVE = f"""
SELECT count(*)
FROM image_heads h
JOIN images i ON i.id = h.image_id
WHERE h.state = 'decorative' AND {SEEN} AND i.origin IS NULL
"""  # noqa: S608
_PUSHED = """
SELECT finished_at FROM pushes
WHERE finished_at IS NOT NULL
ORDER BY id DESC LIMIT 1
"""
_PULLED = """
SELECT finished_at FROM pulls
WHERE finished_at IS NOT NULL AND error IS NULL
ORDER BY id DESC LIMIT 1
"""
_BROKE_OFF = """
SELECT error FROM pulls
WHERE finished_at IS NOT NULL
ORDER BY id DESC LIMIT 1
"""
_PAGES_ASKED = "SELECT EXISTS (SELECT 1 FROM page_runs)"


def last_pull(conn: sqlite3.Connection) -> str | None:
    """When the last pull that came to its end did: UTC, ISO 8601."""
    found: str | None = value(conn, _PULLED)
    return found


def status(conn: sqlite3.Connection) -> Status:
    """Count the states of all images, in the order in which they win."""
    counted = "SELECT state, count(*) FROM image_states GROUP BY state"
    found = dict(conn.execute(counted).fetchall())
    states = {str(state): found.get(str(state), 0) for state in State}
    away = ("gone", *(why for why in OutOfReach if not why.seen))
    there = sum(states.values()) - sum(states[why] for why in away)
    blank, inheriting = conn.execute(_BLANK).fetchone()
    lacking = blank - inheriting - value(conn, _DECORATIVE)
    own = there - inheriting
    asked, facts = unseen.last(conn)
    return Status(
        site=site_url(conn),
        images=there,
        states=states,
        inheriting=inheriting,
        unfollowed=value(conn, _UNFOLLOWED) if inheriting else 0,
        coverage=(own - lacking) / own if own else 0.0,
        last_pull=last_pull(conn),
        last_push=value(conn, _PUSHED),
        failures=failures.count(conn),
        never_read=failures.never_read(conn),
        in_vain=vain.count(conn),
        pages_asked=bool(value(conn, _PAGES_ASKED)),
        handed_over=tuple(handovers.not_done(conn)),
        waiting=handovers.lacking(conn),
        open=journal.open_patches(conn),
        broke_off=value(conn, _BROKE_OFF),
        unseen=facts,
        asked=asked,
    )
