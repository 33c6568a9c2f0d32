"""Namesakes: ids of the mirror that differ only in upper and lower case, where the site
takes them for one image.

A pull notes which of its ids have upper-case letters; whatever else folds to the same is
then found by an index, so that a million images cost a site of lower-case names nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from altsync.models import caseless

_NOTED = """
CREATE TEMP TABLE IF NOT EXISTS folds (
  id TEXT PRIMARY KEY NOT NULL, fold TEXT NOT NULL
) WITHOUT ROWID
"""
_BY_FOLD = "CREATE INDEX IF NOT EXISTS temp.folds_by_fold ON folds (fold)"


def begin(tx: sqlite3.Connection) -> None:
    """Forget what the last pull noted."""
    tx.execute(_NOTED)
    tx.execute(_BY_FOLD)
    tx.execute("DELETE FROM temp.folds")


def note(tx: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Note those of these ids that have another case than their fold."""
    folds = [(image, caseless(image)) for image in ids]
    odd = [(image, fold) for image, fold in folds if image != fold]
    tx.executemany("INSERT OR IGNORE INTO temp.folds VALUES (?, ?)", odd)


_ALIKE = """
WITH twice AS (
  SELECT fold FROM temp.folds GROUP BY fold HAVING count(*) > 1
  UNION
  SELECT f.fold FROM temp.folds f JOIN temp.seen s ON s.id = f.fold
), named AS (
  SELECT f.fold, f.id FROM twice t JOIN temp.folds f ON f.fold = t.fold
  UNION
  SELECT fold, fold FROM twice
), there AS (
  SELECT n.fold, n.id
  FROM named n
  JOIN temp.seen s ON s.id = n.id
  JOIN images i ON i.id = n.id
  WHERE i.gone_at IS NULL
)
"""
"""What this pull saw, and read, of ids that are written in several ways. What is there
once is left out first, so that there is little to sort."""
_GROUPS = f"""
{_ALIKE}
SELECT json_group_array(id) FROM there
GROUP BY fold HAVING count(*) > 1
ORDER BY fold LIMIT ?
"""  # noqa: S608


def groups(tx: sqlite3.Connection, limit: int) -> list[list[str]]:
    """Ids that differ only in case, as this pull found them: at most so many groups."""
    return [sorted(json.loads(found)) for (found,) in tx.execute(_GROUPS, (limit,))]


_KEEP = f"""
INSERT OR REPLACE INTO namesakes (image_id, fold)
{_ALIKE}
SELECT id, fold FROM there
WHERE fold IN (SELECT fold FROM there GROUP BY fold HAVING count(*) > 1)
"""  # noqa: S608


def keep(tx: sqlite3.Connection) -> int:
    """Remember these as one image each; returns how many ids that are."""
    return tx.execute(_KEEP).rowcount


def forget(tx: sqlite3.Connection) -> None:
    """Nothing is a namesake any more."""
    tx.execute("DELETE FROM namesakes")


OTHERS = """
(
  SELECT group_concat(o.image_id, ', ')
  FROM namesakes n
  JOIN namesakes o ON o.fold = n.fold AND o.image_id <> n.image_id
  WHERE n.image_id = i.id
)
"""
"""What else the site takes for the image `i`; NULL where there is nothing."""
