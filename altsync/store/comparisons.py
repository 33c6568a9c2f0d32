"""Comparisons of models on the same images: what was shown in which order, and how it
was graded. Append-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from altsync.models.comparison import HUMAN, Choice, Comparison, GradeGiven
from altsync.store.reach import IN_REACH
from altsync.store.rows import column, rows
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class Comparable:
    """A model's newest text by one prompt for one image."""

    image: str
    language: str | None
    model: str
    prompt: str | None
    candidate: int
    alt: str
    own: str | None
    """What the site has."""


def begin(
    tx: sqlite3.Connection,
    models: Sequence[str],
    human: bool,
    drawn_by: str,
    images: Sequence[tuple[str, Sequence[tuple[int | None, str]]]],
) -> int:
    """Keep a run: per image its (candidate or None for the person's, text), already in
    the order to show."""
    cursor = tx.execute(
        "INSERT INTO comparisons (models, human, drawn_by, created_at)"
        " VALUES (?, ?, ?, ?)",
        (json.dumps(list(models)), int(human), drawn_by, now()),
    )
    run = int(cursor.lastrowid or 0)
    for place, (image, texts) in enumerate(images, 1):
        tx.executemany(
            "INSERT INTO comparison_choices"
            " (comparison_id, place, slot, image_id, candidate_id, alt)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (run, place, slot, image, candidate, alt)
                for slot, (candidate, alt) in enumerate(texts, 1)
            ],
        )
    return run


def all_runs(conn: sqlite3.Connection) -> list[Comparison]:
    """Every run, newest first."""
    sql = """
    SELECT id, models, human, drawn_by, created_at FROM comparisons ORDER BY id DESC
    """
    return list(rows(conn, Comparison, sql))


_CHOICES = """
SELECT h.id, h.place, h.slot, h.image_id AS image, h.alt,
  coalesce(c.model, :human) AS model, c.prompt_id AS prompt, c.duration_ms,
  (SELECT k.cost_usd FROM candidate_costs k WHERE k.id = c.id) AS cost_usd,
  coalesce(c.findings, '[]') AS findings
FROM comparison_choices h
LEFT JOIN candidates c ON c.id = h.candidate_id
WHERE h.comparison_id = :run
ORDER BY h.place, h.slot
"""


def choices(conn: sqlite3.Connection, run: int) -> list[Choice]:
    """The choices of a run, by place and slot."""
    return list(rows(conn, Choice, _CHOICES, {"run": run, "human": HUMAN}))


_MARKS = """
SELECT m.choice_id, m.reviewer, m.mark FROM comparison_marks m
JOIN comparison_choices h ON h.id = m.choice_id
WHERE h.comparison_id = ?
ORDER BY m.id
"""


def marks(conn: sqlite3.Connection, run: int) -> list[GradeGiven]:
    """What each person last said of each choice of a run."""
    found: dict[tuple[int, str], GradeGiven] = {}
    for choice, grader, said in conn.execute(_MARKS, (run,)):
        known = found.get((choice, grader)) or GradeGiven(choice, grader)
        if len(said) == 1:
            known = replace(known, grade=said)
        else:
            known = replace(known, picked=said == "picked")
        found[choice, grader] = known
    return list(found.values())


def mark(tx: sqlite3.Connection, choice: int, value: str, reviewer: str) -> None:
    """Append a grade (A to F), or `picked` / `not picked`; the latest one counts."""
    tx.execute(
        "INSERT INTO comparison_marks (choice_id, mark, reviewer, created_at)"
        " VALUES (?, ?, ?, ?)",
        (choice, value, reviewer, now()),
    )


_WRITTEN = """
SELECT i.id AS image, i.language, c.model, c.prompt_id AS prompt, max(c.id) AS candidate,
  c.alt, i.alt AS own
FROM candidates c
JOIN images i ON i.id = c.image_id
WHERE {reach} AND c.origin = 'ai' AND NOT c.reference
  AND c.model IN (SELECT value FROM json_each(:models)) {where}
GROUP BY i.id, c.model, c.prompt_id
ORDER BY i.id, candidate
"""


def comparable(
    conn: sqlite3.Connection,
    models: Sequence[str],
    images: Sequence[str] | None,
    human: bool,
) -> list[Comparable]:
    """What these models have written: of each prompt the newest text for an image.

    `human`: only images that have a person's text. `images` None: any image.
    """
    where = ""
    if images is not None:
        where += " AND i.id IN (SELECT value FROM json_each(:images))"
    if human:
        where += f" AND {_A_PERSONS}"
    return list(
        rows(
            conn,
            Comparable,
            _WRITTEN.format(reach=IN_REACH, where=where),
            {
                "models": json.dumps(list(models)),
                "images": json.dumps(list(images or ())),
            },
        )
    )


_A_PERSONS = "i.origin = 'human' AND NOT i.blank"
_WITHOUT = """
SELECT i.id FROM images i
WHERE i.id IN (SELECT value FROM json_each(?)) AND ({condition}) IS NOT 1
"""


def without_words(conn: sqlite3.Connection, images: Sequence[str]) -> list[str]:
    """Those of these images that have no text by a person."""
    sql = _WITHOUT.format(condition=_A_PERSONS)
    return list(column(conn, sql, (json.dumps(list(images)),)))


_POOL = """
SELECT i.id FROM images i JOIN image_states s ON s.image_id = i.id
WHERE {where}
ORDER BY i.id
"""


def pool(conn: sqlite3.Connection, human: bool) -> list[str]:
    """Images that a comparison may draw: with a person's text (`human`), else those
    that still need one."""
    where = "s.state IN ('missing', 'needs-review')"
    if human:
        where = f"{_A_PERSONS} AND {IN_REACH}"
    return list(column(conn, _POOL.format(where=where)))
