"""Comparisons of models on the same images: what was shown in which order, and how it
was graded. Append-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from altsync.models import Finding
from altsync.store.reach import IN_REACH
from altsync.store.rows import column, rows
from altsync.store.store import now

HUMAN = "a person"
"""The choice that is the site's own text by a person: the yardstick."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run."""

    id: int
    models: tuple[str, ...]
    human: bool
    drawn_by: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One text of one image, at its place in the run and its slot on the page."""

    id: int
    place: int
    slot: int
    image: str
    alt: str
    model: str
    cost_usd: float | None
    duration_ms: int | None
    findings: tuple[Finding, ...]
    grade: str | None
    picked: bool | None
    """None: nobody has decided about this image's pick."""


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
  coalesce(c.model, :human) AS model, c.duration_ms,
  (SELECT k.cost_usd FROM candidate_costs k WHERE k.id = c.id) AS cost_usd,
  coalesce(c.findings, '[]') AS findings,
  (
    SELECT m.mark FROM comparison_marks m
    WHERE m.choice_id = h.id AND length(m.mark) = 1
    ORDER BY m.id DESC LIMIT 1
  ) AS grade,
  (
    SELECT m.mark = 'picked' FROM comparison_marks m
    WHERE m.choice_id = h.id AND length(m.mark) > 1
    ORDER BY m.id DESC LIMIT 1
  ) AS picked
FROM comparison_choices h
LEFT JOIN candidates c ON c.id = h.candidate_id
WHERE h.comparison_id = :run AND (:place IS NULL OR h.place = :place)
ORDER BY h.place, h.slot
"""


def choices(
    conn: sqlite3.Connection, run: int, place: int | None = None
) -> list[Choice]:
    """The choices of a run (of one place), with the latest mark of each."""
    values = {"run": run, "place": place, "human": HUMAN}
    return list(rows(conn, Choice, _CHOICES, values))


def mark(tx: sqlite3.Connection, choice: int, value: str, reviewer: str) -> None:
    """Append a grade (A to F), or `picked` / `not picked`; the latest one counts."""
    tx.execute(
        "INSERT INTO comparison_marks (choice_id, mark, reviewer, created_at)"
        " VALUES (?, ?, ?, ?)",
        (choice, value, reviewer, now()),
    )


_COMPARABLE = """
SELECT i.id, c.model, max(c.id), c.alt, i.alt
FROM candidates c
JOIN images i ON i.id = c.image_id
WHERE {reach} AND c.model IN (SELECT value FROM json_each(:models)) {where}
GROUP BY i.id, c.model
"""


def comparable(
    conn: sqlite3.Connection,
    models: Sequence[str],
    images: Sequence[str] | None,
    human: bool,
) -> list[tuple[str, list[tuple[int | None, str]]]]:
    """Images for which every one of these models has proposed a text (its newest one),
    with those texts.

    `human`: only images that have a person's text, which joins as one more. `images`
    None: any image.
    """
    wanted = list(dict.fromkeys(models))
    where = ""
    if images is not None:
        where += " AND i.id IN (SELECT value FROM json_each(:images))"
    if human:
        where += " AND i.origin = 'human' AND NOT i.blank"
    found: dict[str, list[tuple[int | None, str]]] = {}
    texts: dict[str, str] = {}
    for image, _, candidate, alt, own in conn.execute(
        _COMPARABLE.format(reach=IN_REACH, where=where),
        {"models": json.dumps(wanted), "images": json.dumps(list(images or ()))},
    ):
        found.setdefault(image, []).append((candidate, alt))
        texts[image] = own
    complete = {
        image: choices
        for image, choices in found.items()
        if len(choices) == len(wanted)
    }
    if human:
        for image, choices in complete.items():
            choices.append((None, texts[image]))
    return list(complete.items())


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
        where = f"i.origin = 'human' AND NOT i.blank AND {IN_REACH}"
    return list(column(conn, _POOL.format(where=where)))
