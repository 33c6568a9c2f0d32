"""What the review pages ask: which image is next, what is known about it, and verdicts that stand on what was seen."""

from __future__ import annotations

import sqlite3


def picture_of(conn: sqlite3.Connection, image: str) -> str | None:
    """Hash of the picture that was last prepared for an image; None where none was."""
    row = conn.execute(
        "SELECT image_sha256 FROM candidates WHERE image_id = ? AND image_sha256 IS NOT NULL ORDER BY id DESC LIMIT 1",
        (image,),
    ).fetchone()
    return None if row is None else str(row[0])
