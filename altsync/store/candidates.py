"""Prompts, candidates and reviews: append-only, guarded by triggers (views.sql)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter

from altsync.models import (
    Decision,
    Finding,
    NewCandidate,
    Origin,
    Scope,
    Verdict,
)
from altsync.store.files import REPLACED
from altsync.store.reach import IN_REACH
from altsync.store.rows import first, rows, value
from altsync.store.store import now

_COLUMNS = (*(field.name for field in fields(NewCandidate)), "created_at")
_ADD = (
    f"INSERT INTO candidates ({', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)


@dataclass(frozen=True, slots=True)
class Open:
    """A candidate that can still be applied, as a verdict needs it."""

    id: int
    image: str
    alt: str
    decision: Decision
    origin: Origin
    model: str | None
    prompt: str | None
    """The prompt's id."""
    findings: tuple[Finding, ...]
    verdict: Verdict | None
    scope: Scope | None
    review: int | None
    """The verdict that counts: how it was given, and its place among all."""
    over_person: bool
    """The site has a person's words there: the candidate is a suggestion."""
    moved: bool
    """The site no longer has the candidate's base, or not its picture, or elsewhere."""
    described: bool = False
    """It comes with a long description."""
    replaces: str | None = None
    """As in `NewCandidate`."""
    reference: bool = False
    """Asked of the reference model, to compare others with."""


def prompt_id(system: str | None, text: str) -> str:
    """The name of a prompt: SHA-256 over its words, so that it changes when any word does."""
    return hashlib.sha256(
        json.dumps([system, text], ensure_ascii=True).encode()
    ).hexdigest()[:16]


def add_prompt(tx: sqlite3.Connection, system: str | None, text: str) -> str:
    """Keep a prompt's words once; return its id."""
    key = prompt_id(system, text)
    tx.execute(
        "INSERT OR IGNORE INTO prompts (id, system, text, created_at)"
        " VALUES (?, ?, ?, ?)",
        (key, system, text, now()),
    )
    return key


def add(tx: sqlite3.Connection, candidate: NewCandidate, at: str | None = None) -> int:
    """Store a candidate with its provenance; return its id. `at`: when its answer
    arrived, where that was not now."""
    row = {field.name: getattr(candidate, field.name) for field in fields(candidate)}
    found = [finding.as_dict() for finding in candidate.findings]
    row["findings"] = json.dumps(found, ensure_ascii=False)
    row["created_at"] = at or now()
    return int(tx.execute(_ADD, row).lastrowid or 0)


_OPEN = """
SELECT c.id, c.image_id AS image, c.alt, c.decision, c.origin, c.model,
       c.prompt_id AS prompt, c.findings, v.verdict, v.scope, v.review_id AS review,
       i.origin IS 'human' AS over_person,
       (c.base IS NOT i.alt OR c.place IS NOT i.place OR {replaced}) AS moved,
       c.long_description IS NOT NULL AS described, c.replaces,
       c.reference
FROM open_candidates c
JOIN images i ON i.id = c.image_id
LEFT JOIN candidate_verdicts v ON v.candidate_id = c.id
WHERE {reach} {only}
ORDER BY c.image_id, c.id
"""


def open_candidates(
    conn: sqlite3.Connection, images: Sequence[str] | None = None
) -> Iterator[list[Open]]:
    """Per image, every candidate that can still be applied, newest last: with a verdict
    or without one, on what the site has or on an earlier text.

    `images` None means all; an image without such a candidate is left out.
    """
    only = ""
    if images is not None:
        only = "AND c.image_id IN (SELECT value FROM json_each(:images))"
    values = {"images": json.dumps(list(images or ()))}
    sql = _OPEN.format(reach=IN_REACH, only=only, replaced=REPLACED)
    found = rows(conn, Open, sql, values)
    for _, group in groupby(found, key=attrgetter("image")):
        yield list(group)


def judge(
    tx: sqlite3.Connection,
    candidate: int,
    verdict: str,
    reviewer: str,
    scope: str = "one",
    note: str | None = None,
    asked: str | None = None,
    how: str | None = None,
) -> int:
    """Append a verdict; the latest one counts. Returns its id.

    `note`: what its reviewer says of it, or the rule of a verdict over many. `asked`:
    whom a reviewer who is unsure asks; None: anybody. `how`: see `models.How`; None
    where that is not known.
    """
    cursor = tx.execute(
        "INSERT INTO reviews"
        " (candidate_id, verdict, reviewer, scope, note, created_at, asked, how)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (candidate, verdict, reviewer, scope, note, now(), asked, how),
    )
    return int(cursor.lastrowid or 0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The last verdict of a reviewer that still counts."""

    review: int
    candidate: int
    image: str
    verdict: Verdict


_LAST = """
SELECT v.review_id AS review, v.candidate_id AS candidate, c.image_id AS image, v.verdict
FROM candidate_verdicts v
JOIN candidates c ON c.id = v.candidate_id
WHERE v.review_id = (
  SELECT max(r.id) FROM reviews r
  WHERE r.reviewer = :by AND r.scope = 'one' AND r.verdict <> 'withdrawn'
    AND r.id = (SELECT max(x.id) FROM reviews x WHERE x.candidate_id = r.candidate_id))
"""


def last_verdict(conn: sqlite3.Connection, reviewer: str) -> Judgement | None:
    """What undo takes back: this reviewer's latest verdict on a single image that still
    counts."""
    return first(conn, Judgement, _LAST, {"by": reviewer})


_TAKEN_BACK = """
SELECT c.image_id
FROM reviews r
JOIN candidates c ON c.id = r.candidate_id
JOIN reviews w ON w.id = (
  SELECT min(x.id) FROM reviews x WHERE x.candidate_id = r.candidate_id AND x.id > r.id)
WHERE r.id = ? AND r.reviewer = ? AND w.verdict = 'withdrawn' AND w.reviewer = r.reviewer
"""


def taken_back(conn: sqlite3.Connection, review: int, reviewer: str) -> str | None:
    """The image of this reviewer's verdict, if the next one on its candidate takes it
    back."""
    found: str | None = value(conn, _TAKEN_BACK, (review, reviewer))
    return found


_SWEPT = """
SELECT r.candidate_id, c.image_id
FROM reviews r
JOIN candidates c ON c.id = r.candidate_id
WHERE r.id BETWEEN ? AND ? AND r.reviewer = ? AND r.scope = 'bulk'
  AND r.verdict <> 'withdrawn'
  AND r.id = (SELECT max(x.id) FROM reviews x WHERE x.candidate_id = r.candidate_id)
ORDER BY r.id
"""


def swept(
    conn: sqlite3.Connection, reviewer: str, start: int, last: int
) -> list[tuple[int, str]]:
    """(candidate, image) of this reviewer's verdicts over many among the reviews
    `start` to `last` that still count."""
    found = conn.execute(_SWEPT, (start, last, reviewer))
    return [(candidate, image) for candidate, image in found]


_COUNTING = """
SELECT v.candidate_id FROM candidate_verdicts v
JOIN open_candidates c ON c.id = v.candidate_id
WHERE v.review_id = ?
"""


def counting(conn: sqlite3.Connection, review: int) -> int | None:
    """The candidate of a verdict that still counts and was not applied to the site;
    None where it does not."""
    found = value(conn, _COUNTING, (review,))
    return None if found is None else int(found)


def is_spent(conn: sqlite3.Connection, candidate: int) -> bool:
    """The candidate, or a later one of its image, was applied to the site."""
    sql = "SELECT 1 FROM open_candidates WHERE id = ?"
    return value(conn, sql, (candidate,)) is None
