"""What `status` and the dashboard count."""

from __future__ import annotations

import sqlite3

from altsync.models import State, Status


def site_url(conn: sqlite3.Connection) -> str:
    """The site that is mirrored; '' before the first pull."""
    row = conn.execute("SELECT url FROM site").fetchone()
    return str(row[0]) if row else ""


def status(conn: sqlite3.Connection) -> Status:
    """Count the states of all images, in the order in which they win."""
    found = dict(
        conn.execute(
            "SELECT state, count(*) FROM image_states GROUP BY state"
        ).fetchall()
    )
    states = {str(state): found.get(str(state), 0) for state in State}
    there = sum(states.values()) - states["gone"]
    blank = conn.execute(
        "SELECT count(*) FROM images INDEXED BY images_by_state WHERE gone_at IS NULL"
        " AND blank AND origin IS NULL"
    ).fetchone()[0]
    decorative = conn.execute(
        "SELECT count(*) FROM image_heads h JOIN images i ON i.id = h.image_id "
        "WHERE h.state = 'decorative' AND i.gone_at IS NULL AND i.origin IS NULL"
    ).fetchone()[0]
    site = conn.execute("SELECT url FROM site").fetchone()
    pulled = conn.execute(
        "SELECT max(finished_at) FROM pulls WHERE error IS NULL"
    ).fetchone()[0]
    pushed = conn.execute("SELECT max(finished_at) FROM pushes").fetchone()[0]
    since = conn.execute("SELECT max(started_at) FROM pulls").fetchone()[0] or ""
    return Status(
        site=site[0] if site else "",
        images=there,
        states=states,
        coverage=(there - blank + decorative) / there if there else 1.0,
        last_pull=pulled,
        last_push=pushed,
        unsettled=conn.execute(
            "SELECT count(*) FROM push_items WHERE status = 'intended'"
        ).fetchone()[0],
        failures=conn.execute(
            "SELECT count(DISTINCT image_id) FROM failures WHERE created_at >= ?",
            (since,),
        ).fetchone()[0],
    )
