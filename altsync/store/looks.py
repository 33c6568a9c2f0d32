"""One image as a reviewer sees it: everything that a verdict stands on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from altsync.models import Decision, Finding, How, Mirrored, Origin, Scope, Verdict
from altsync.store import files, mirror
from altsync.store.handovers import IN_WORDS
from altsync.store.rows import rows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate with its provenance and the verdict that counts."""

    id: int
    alt: str
    base: str | None
    decision: Decision
    origin: Origin
    model: str | None
    resolved_model: str | None
    prompt_id: str | None
    context: str
    image_sha256: str | None
    cost_usd: float | None
    duration_ms: int | None
    flags: dict[str, Any]
    findings: tuple[Finding, ...]
    created_at: str
    spent: bool
    verdict: Verdict | None = None
    reviewer: str | None = None
    judged_at: str | None = None
    long_description: str | None = None
    place: str | None = None
    replaces: str | None = None
    """As in `NewCandidate`."""
    reference: bool = False
    """Asked of the reference model, to compare others with."""
    note: str | None = None
    """What its reviewer said beside the verdict; of one over many the rule."""
    scope: Scope | None = None
    asked: str | None = None
    """Whom a reviewer who is unsure asks; None: anybody."""
    how: How | None = None
    """What that reviewer was shown; None where it is not known."""
    handed: str | None = None
    """By which handover it came, as `batch 3`; None for an answer to a live call."""

    @property
    def author(self) -> str:
        """Whose text it is."""
        return "a person" if self.origin is Origin.HUMAN else self.model or "a machine"

    @property
    def says_something(self) -> bool:
        """It is a word on the picture: what a person rejected is none, nor an empty
        text."""
        return bool(self.alt.strip()) and self.verdict is not Verdict.REJECTED


@dataclass(frozen=True, slots=True)
class Look:
    """One image as a reviewer sees it. `seen` names this very sight: a verdict that
    carries it stands on it."""

    mirrored: Mirrored
    candidates: tuple[Candidate, ...]
    """Unspent ones, as `open_to` has them."""
    seen: str
    file: str | None
    """SHA-256 of the image's file, where altsync has looked at it."""

    def stands(self, one: Candidate) -> bool:
        """The site still has what this candidate was proposed on: text, place and
        picture."""
        image = self.mirrored.image
        same = one.base == image.alt and one.place == image.place
        return same and not self.replaced(one)

    def replaced(self, one: Candidate) -> bool:
        """The picture is another one than this candidate was made for."""
        return None not in (one.image_sha256, self.file) and (
            one.image_sha256 != self.file
        )


_CANDIDATES = f"""
SELECT c.id, c.alt, c.base, c.decision, c.origin, c.model, c.resolved_model, c.prompt_id,
  c.context, c.image_sha256, c.duration_ms, c.flags, c.findings, c.created_at,
  c.long_description, c.place, c.replaces, c.reference,
  (SELECT k.cost_usd FROM candidate_costs k WHERE k.id = c.id) AS cost_usd,
  {IN_WORDS.format(candidate="c")} AS handed,
  NOT EXISTS (SELECT 1 FROM open_candidates o WHERE o.id = c.id) AS spent,
  v.verdict, v.reviewer, v.created_at AS judged_at, v.note, v.scope, v.asked, v.how
FROM candidates c
LEFT JOIN candidate_verdicts v ON v.candidate_id = c.id
WHERE c.image_id = ?
ORDER BY c.id DESC
"""  # noqa: S608


def candidates_of(conn: sqlite3.Connection, image: str) -> list[Candidate]:
    """Every candidate that an image ever had, newest first."""
    return list(rows(conn, Candidate, _CANDIDATES, (image,)))


def open_to(conn: sqlite3.Connection, image: str) -> list[Candidate]:
    """Those that can still be applied, newest first; what the reference model said
    comes last, since others are compared with it."""
    found = [one for one in candidates_of(conn, image) if not one.spent]
    return sorted(found, key=lambda one: one.reference)


def look(conn: sqlite3.Connection, image: str) -> Look | None:
    """Everything about one image that a verdict needs; None for an id that is not in
    the mirror."""
    found = mirror.named(conn, [image])
    if not found:
        return None
    return Look(
        mirrored=found[0],
        candidates=tuple(open_to(conn, image)),
        seen=sight(conn, image),
        file=files.seen(conn, image),
    )


_SIGHT = f"""
SELECT i.alt, i.long_description, i.place, i.gone_at, i.out_of_reach,
  (
    SELECT max(r.id) FROM reviews r JOIN candidates c ON c.id = r.candidate_id
    WHERE c.image_id = i.id
  ),
  (
    SELECT max(p.id) FROM push_items p
    WHERE p.image_id = i.id AND p.status = 'applied'
  ),
  {files.SEEN}
FROM images i
WHERE i.id = ?
"""  # noqa: S608


def sight(conn: sqlite3.Connection, image: str) -> str:
    """Changes when one of the site's texts, the picture, a verdict or a push of this image does;
    a further candidate changes nothing."""
    row = conn.execute(_SIGHT, (image,)).fetchone()
    seen = None if row is None else list(row)
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


_LATEST = """
SELECT r.seq, r.created_at AS at, r.verdict, r.reviewer, c.alt, c.long_description,
  c.id AS candidate, iif(r.scope = 'one', r.note, NULL) AS note, r.asked, r.scope,
  FALSE AS sent
FROM reviews r
JOIN candidates c ON c.id = r.candidate_id
WHERE c.image_id = :image
UNION ALL
SELECT seq, seen_at, NULL, NULL, alt, NULL, NULL, NULL, NULL, NULL, pull_id IS NULL
FROM observations
WHERE image_id = :image
ORDER BY seq DESC
LIMIT 3
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """A verdict on an image, or a text of it that the site had."""

    seq: int
    at: str
    verdict: Verdict | None
    """None: no verdict."""
    reviewer: str | None
    alt: str | None
    long_description: str | None
    candidate: int | None
    note: str | None
    """What its reviewer said beside it."""
    asked: str | None
    scope: Scope | None
    sent: bool
    """By altsync; else a pull saw it."""


def latest_events(conn: sqlite3.Connection, image: str) -> list[Happened]:
    """What happened to an image last, newest first: verdicts, pulls and pushes."""
    return list(rows(conn, Happened, _LATEST, {"image": image}))
