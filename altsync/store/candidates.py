"""Prompts, candidates and reviews: append-only, guarded by triggers (views.sql)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from altsync.models import Decision, Finding, NewCandidate, Origin, Severity, Verdict
from altsync.store.store import now

_COLUMNS = (*(field.name for field in fields(NewCandidate)), "created_at")
_ADD = (
    f"INSERT INTO candidates ({', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)


@dataclass(frozen=True, slots=True)
class Open:
    """A candidate that has not been applied, whose base is what the site has, as a
    verdict needs it."""

    id: int
    image: str
    alt: str
    decision: Decision
    origin: Origin
    model: str | None
    findings: tuple[Finding, ...]
    verdict: Verdict | None = None
    prompt: str | None = None
    """The prompt's id."""
    over_person: bool = False
    """The site has a person's words there: the candidate is a suggestion."""


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


def add(tx: sqlite3.Connection, candidate: NewCandidate) -> int:
    """Store a candidate with its provenance; return its id."""
    row = {field.name: getattr(candidate, field.name) for field in fields(candidate)}
    found = [finding.as_dict() for finding in candidate.findings]
    row["findings"] = json.dumps(found, ensure_ascii=False)
    row["created_at"] = now()
    return int(tx.execute(_ADD, row).lastrowid or 0)


def findings_of(text: str) -> tuple[Finding, ...]:
    """The stored findings of a candidate."""
    return tuple(
        Finding(f["rule"], Severity(f["severity"]), f["message"])
        for f in json.loads(text)
    )


def open_candidates(
    conn: sqlite3.Connection,
    images: Sequence[str] | None = None,
    *,
    judged: bool = False,
) -> Iterator[list[Open]]:
    """Per image, its candidates without a verdict (`judged`: with one too), newest last.

    Only those that still propose to replace what the site has, and were never applied.
    `images` None means all.
    """
    where = (
        ""
        if images is None
        else "AND c.image_id IN (SELECT value FROM json_each(:images))"
    )
    verdict = "" if judged else "AND v.verdict IS NULL"
    group: list[Open] = []
    for row in conn.execute(
        f"""SELECT c.id, c.image_id, c.alt, c.decision, c.origin, c.model, c.findings, v.verdict, c.prompt_id,
              i.origin IS 'human'
            FROM open_candidates c JOIN images i ON i.id = c.image_id
            LEFT JOIN candidate_verdicts v ON v.candidate_id = c.id
            WHERE i.gone_at IS NULL AND c.base IS i.alt {where} {verdict}
            ORDER BY c.image_id, c.id""",  # noqa: S608
        {"images": json.dumps(list(images or ()))},
    ):
        item = Open(
            row[0],
            row[1],
            row[2],
            Decision(row[3]),
            Origin(row[4]),
            row[5],
            findings_of(row[6]),
            None if row[7] is None else Verdict(row[7]),
            row[8],
            bool(row[9]),
        )
        if group and group[0].image != item.image:
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def judge(
    tx: sqlite3.Connection,
    candidate: int,
    verdict: str,
    reviewer: str,
    scope: str = "one",
    note: str | None = None,
) -> int:
    """Append a verdict; the latest one counts. Returns its id."""
    cursor = tx.execute(
        "INSERT INTO reviews (candidate_id, verdict, reviewer, scope, note, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (candidate, verdict, reviewer, scope, note, now()),
    )
    return int(cursor.lastrowid or 0)
