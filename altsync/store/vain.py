"""What models were asked in vain: they answered or refused, and gave no text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from altsync.store.rows import value

IN_VAIN = """
EXISTS (
  SELECT 1 FROM failures f
  WHERE f.image_id = i.id AND f.stage = 'generate' AND f.work_key IS NOT NULL)
"""
"""A model had no text for the image `i`, and is not asked the same again by itself."""
_QUESTIONS = """
SELECT image_id, question, error FROM failures
WHERE stage = 'generate' AND question IS NOT NULL
  AND model IN (SELECT value FROM json_each(?))
ORDER BY id
"""


def questions(
    conn: sqlite3.Connection, models: Sequence[str]
) -> dict[tuple[str, str], str]:
    """(image, question) that one of these models had no text for -> what came of it."""
    found = conn.execute(_QUESTIONS, (json.dumps(models),))
    return {(image, question): error for image, question, error in found}


def knows(conn: sqlite3.Connection, image: str, question: str) -> bool:
    """Whether it is on record that this question about this image got no text."""
    sql = "SELECT 1 FROM failures WHERE image_id = ? AND question = ?"
    return value(conn, sql, (image, question)) is not None


def latest_run(conn: sqlite3.Connection) -> dict[str, int]:
    """Images that a model had no text for -> the latest run in which that was so."""
    sql = """
      SELECT image_id, max(coalesce(run_id, 0)) FROM failures
      WHERE stage = 'generate' AND work_key IS NOT NULL GROUP BY image_id"""
    return dict(conn.execute(sql).fetchall())


_TEXTS = f"""
SELECT DISTINCT c.image_id, c.model FROM candidates c JOIN images i ON i.id = c.image_id
WHERE c.base IS i.alt AND c.place IS i.place
  AND c.model IN (SELECT value FROM json_each(?)) AND {IN_VAIN}
"""  # noqa: S608


def texts(conn: sqlite3.Connection, models: Sequence[str]) -> set[tuple[str, str]]:
    """(image, model) of those that one model had no text for, and this one has."""
    return set(conn.execute(_TEXTS, (json.dumps(models),)))


_COUNT = f"""
SELECT count(*) FROM images i JOIN image_states s ON s.image_id = i.id
WHERE s.state = 'missing' AND {IN_VAIN}
"""  # noqa: S608


def count(conn: sqlite3.Connection) -> int:
    """How many images miss a text that a model had none for."""
    return int(value(conn, _COUNT))
