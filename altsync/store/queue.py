"""What the review pages ask: which images wait, in which order, and everything that is
known about one of them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from altsync.models import Decision, Finding, Mirrored, Origin, State, Use, Verdict
from altsync.store import files, mirror
from altsync.store.candidates import findings_of
from altsync.store.rows import rows

BY_HEAD = frozenset(
    {State.APPROVED, State.CONFLICT, State.NEEDS_REVIEW, State.REJECTED, State.CLEARED}
)
"""States that come from candidates: their queue is sorted by risk, the others' by id.
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which images are in the queue. Empty means any."""

    state: State = State.NEEDS_REVIEW
    album: str = ""
    rule: str = ""
    model: str = ""
    language: str = ""
    risk: float = 0.0
    """At least this risk, 0 to 1."""
    sample: int = 0
    """Only what is not yet judged of this sample, in the order in which it was drawn,
    whatever its state."""


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


@dataclass(frozen=True, slots=True)
class Look:
    """One image as a reviewer sees it. `seen` names this very sight: a verdict that
    carries it stands on it."""

    mirrored: Mirrored
    candidates: tuple[Candidate, ...]
    """Unspent ones, newest first."""
    seen: str
    file: str | None
    """SHA-256 of the image's file, where a model has looked at it."""


_CANDIDATES = """
SELECT c.id, c.alt, c.base, c.decision, c.origin, c.model, c.resolved_model, c.prompt_id, c.context, c.image_sha256,
       c.cost_usd, c.duration_ms, c.flags, c.findings, c.created_at,
       NOT EXISTS (SELECT 1 FROM open_candidates o WHERE o.id = c.id), v.verdict, v.reviewer, v.created_at
FROM candidates c LEFT JOIN candidate_verdicts v ON v.candidate_id = c.id
WHERE c.image_id = ? ORDER BY c.id DESC
"""


def candidates_of(conn: sqlite3.Connection, image: str) -> list[Candidate]:
    """Every candidate that an image ever had, newest first."""
    return [
        Candidate(
            r[0],
            r[1],
            r[2],
            Decision(r[3]),
            Origin(r[4]),
            r[5],
            r[6],
            r[7],
            r[8],
            r[9],
            r[10],
            r[11],
            json.loads(r[12]),
            findings_of(r[13]),
            r[14],
            bool(r[15]),
            None if r[16] is None else Verdict(r[16]),
            r[17],
            r[18],
        )
        for r in conn.execute(_CANDIDATES, (image,))
    ]


def look(conn: sqlite3.Connection, image: str) -> Look | None:
    """Everything about one image that a verdict needs; None for an id that is not in
    the mirror."""
    found = mirror.named(conn, [image])
    if not found:
        return None
    return Look(
        mirrored=found[0],
        candidates=tuple(p for p in candidates_of(conn, image) if not p.spent),
        seen=sight(conn, image),
        file=files.seen(conn, image),
    )


def sight(conn: sqlite3.Connection, image: str) -> str:
    """Changes when the site's text, a verdict or a push of this image does; a further
    candidate changes nothing."""
    row = conn.execute(
        "SELECT i.alt, i.gone_at, (SELECT max(r.id) FROM reviews r JOIN candidates c ON"
        " c.id = r.candidate_id WHERE c.image_id = i.id), (SELECT max(p.id) FROM"
        " push_items p WHERE p.image_id = i.id AND p.status = 'applied') FROM images i"
        " WHERE i.id = ?",
        (image,),
    ).fetchone()
    return hashlib.sha256(
        json.dumps(None if row is None else list(row)).encode()
    ).hexdigest()[:16]


def _conditions(wanted: Filter) -> tuple[str, dict[str, object]]:
    """SQL on `i` (images) for everything but the state."""
    parts = ["i.gone_at IS NULL"]
    if wanted.album:
        parts.append("i.album = :album")
    if wanted.language:
        parts.append("i.language = :language")
    if wanted.model:
        parts.append(
            "EXISTS (SELECT 1 FROM candidates c WHERE c.image_id = i.id AND c.model ="
            " :model)"
        )
    if wanted.rule:
        # findings are written by altsync alone (candidates.add), so their spelling is
        # known; json_each costs ten times
        parts.append(
            "EXISTS (SELECT 1 FROM candidates c WHERE c.image_id = i.id AND"
            " instr(c.findings, :rule))"
        )
    if wanted.risk:
        parts.append(
            "coalesce((SELECT r.risk FROM image_risks r WHERE r.image_id = i.id), 0) >="
            " :risk"
        )
    return " AND ".join(parts), {
        "state": str(wanted.state),
        "album": wanted.album,
        "language": wanted.language,
        "model": wanted.model,
        "rule": f'"rule": {json.dumps(wanted.rule)}',
        "risk": wanted.risk,
        "sample": wanted.sample,
    }


def _source(wanted: Filter) -> tuple[str, str]:
    """(FROM with the state's condition, key of the order): cheap to walk from any place on."""
    if wanted.sample:
        return (
            (
                "sample_verdicts t JOIN images i ON i.id = t.image_id WHERE t.sample_id"
                " = :sample AND t.judged IS NULL"
            ),
            "t.place",
        )
    if wanted.state in BY_HEAD:
        return (
            (
                "image_risks k CROSS JOIN image_heads h ON h.image_id = k.image_id AND"
                " h.state = :state CROSS JOIN images i ON i.id = k.image_id WHERE 1"
            ),
            "k.risk DESC, k.image_id",
        )
    return (
        "images i JOIN image_states s ON s.image_id = i.id WHERE s.state = :state",
        "i.id",
    )


def waiting(
    conn: sqlite3.Connection,
    wanted: Filter,
    limit: int,
    after: str = "",
    before: str = "",
) -> list[str]:
    """Ids of images in the queue, in its order: from the first one, right after
    `after`, or right before `before` (the nearest first). An image that is not in the
    queue any more still has its place in the order.
    """
    where, values = _conditions(wanted)
    source, order = _source(wanted)
    place = ""
    if after or before:
        values["here"] = after or before
        sign, turned = (">", "<") if after else ("<", ">")
        if wanted.sample:
            here = (
                "SELECT x.place FROM sample_items x WHERE x.sample_id = :sample AND"
                " x.image_id = :here"
            )
            place = f" AND t.place {sign} ({here})"
        elif wanted.state in BY_HEAD:
            risk = conn.execute(
                "SELECT risk FROM image_risks WHERE image_id = ?", (after or before,)
            ).fetchone()
            values["at"] = 2.0 if risk is None else risk[0]
            # two steps: SQLite walks the index from there only if the outer condition
            # is on its first column
            place = (
                f" AND k.risk {turned}= :at AND (k.risk {turned} :at OR k.image_id"
                f" {sign} :here)"
            )
        else:
            place = f" AND i.id {sign} :here"
    if before:
        order = {"t.place": "t.place DESC", "i.id": "i.id DESC"}.get(
            order, "k.risk, k.image_id DESC"
        )
    sql = f"SELECT i.id FROM {source} AND {where}{place} ORDER BY {order} LIMIT :limit"  # noqa: S608
    return [str(row[0]) for row in conn.execute(sql, {**values, "limit": limit})]


def count(conn: sqlite3.Connection, wanted: Filter) -> int:
    """How many images are in the queue."""
    where, values = _conditions(wanted)
    if wanted.state in BY_HEAD and not wanted.sample:
        source = (
            "image_heads h JOIN images i ON i.id = h.image_id WHERE h.state = :state"
        )
    else:
        source = _source(wanted)[0]
    return int(
        conn.execute(f"SELECT count(*) FROM {source} AND {where}", values).fetchone()[0]  # noqa: S608
    )


def choices(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """What the filters offer: albums, models, languages (at most 200 of each)."""

    def distinct(table: str, column: str) -> list[str]:
        # one index-free pass per list would cost 100 ms at 100,000 images: skip-scan
        # where there is an index
        rows = conn.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 200"  # noqa: S608
        )
        return [str(row[0]) for row in rows]

    return {
        "album": distinct("images", "album"),
        "model": distinct("candidates", "model"),
        "language": distinct("images", "language"),
    }


def risk_of(conn: sqlite3.Connection, image: str) -> float | None:
    """The risk that the queue is sorted by."""
    row = conn.execute(
        "SELECT risk FROM image_risks WHERE image_id = ?", (image,)
    ).fetchone()
    return None if row is None else float(row[0])


def unscored(conn: sqlite3.Connection, limit: int) -> tuple[list[str], int]:
    """(images with candidates that came since the last scoring, the candidate id up to
    which these go)."""
    done = conn.execute(
        "SELECT coalesce(max(scored_to), 0) FROM image_risks"
    ).fetchone()[0]
    rows = conn.execute(
        "SELECT id, image_id FROM candidates WHERE id > ? ORDER BY id LIMIT ?",
        (done, limit),
    ).fetchall()
    return list(dict.fromkeys(str(row[1]) for row in rows)), (
        int(rows[-1][0]) if rows else 0
    )


def score(
    tx: sqlite3.Connection,
    work_out: Callable[[Mirrored, Sequence[Candidate]], float],
    limit: int = 500,
) -> int:
    """Work out the risk of images whose candidates are new. Returns how many; 0 when
    all are done."""
    images, upto = unscored(tx, limit)
    for mirrored in mirror.named(tx, images):
        image = mirrored.image.id
        candidates = [p for p in candidates_of(tx, image) if not p.spent]
        value = work_out(mirrored, candidates) if candidates else 0.0
        tx.execute("REPLACE INTO image_risks VALUES (?, ?, ?)", (image, value, upto))
    return len(images)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The last verdict of a reviewer that still counts."""

    review: int
    candidate: int
    image: str
    verdict: Verdict


def last_verdict(conn: sqlite3.Connection, reviewer: str) -> Judgement | None:
    """What undo takes back: this reviewer's latest verdict on a single image that still
    counts."""
    row = conn.execute(
        "SELECT v.review_id, v.candidate_id, c.image_id, v.verdict FROM"
        " candidate_verdicts v JOIN candidates c ON c.id = v.candidate_id WHERE"
        " v.review_id = (SELECT max(r.id) FROM reviews r WHERE r.reviewer = :by AND"
        " r.scope = 'one' AND r.verdict <> 'withdrawn' AND r.id = (SELECT max(x.id)"
        " FROM reviews x WHERE x.candidate_id = r.candidate_id))",
        {"by": reviewer},
    ).fetchone()
    return None if row is None else Judgement(row[0], row[1], row[2], Verdict(row[3]))


def swept(
    conn: sqlite3.Connection, reviewer: str, first: int, last: int
) -> list[tuple[int, str]]:
    """(candidate, image) of this reviewer's verdicts over many among the reviews
    `first` to `last` that still count."""
    rows = conn.execute(
        "SELECT r.candidate_id, c.image_id FROM reviews r JOIN candidates c ON c.id ="
        " r.candidate_id WHERE r.id BETWEEN ? AND ? AND r.reviewer = ? AND r.scope ="
        " 'bulk' AND r.verdict <> 'withdrawn' AND r.id = (SELECT max(x.id) FROM reviews"
        " x WHERE x.candidate_id = r.candidate_id) ORDER BY r.id",
        (first, last, reviewer),
    )
    return [(int(row[0]), str(row[1])) for row in rows]


def is_spent(conn: sqlite3.Connection, candidate: int) -> bool:
    """The candidate, or a later one of its image, was applied to the site."""
    return (
        conn.execute(
            "SELECT 1 FROM open_candidates WHERE id = ?", (candidate,)
        ).fetchone()
        is None
    )


def latest_events(conn: sqlite3.Connection, image: str) -> list[tuple[str, str, str]]:
    """What happened to an image last, newest first: (when, kind, text) of verdicts,
    pulls and pushes."""
    return [
        (row[0], row[1], row[2])
        for row in conn.execute(
            "SELECT r.created_at, r.verdict || ' by ' || r.reviewer, c.alt FROM reviews"
            " r JOIN candidates c ON c.id = r.candidate_id WHERE c.image_id = :image"
            " UNION ALL SELECT seen_at, iif(pull_id IS NULL, 'sent to the site', 'seen"
            " on the site'), coalesce(alt, '') FROM observations WHERE image_id ="
            " :image ORDER BY 1 DESC LIMIT 3",
            {"image": image},
        )
    ]


_USES = """
SELECT page_url, coalesce(page_title, '') AS page_title, coalesce(before, '') AS before,
  coalesce(after, '') AS after
FROM usages
WHERE image_id = ?
ORDER BY page_url
LIMIT 5
"""
_OWN_PAGE = """
SELECT page_url, coalesce(page_title, '') AS page_title,
  coalesce(page_text, '') AS before, '' AS after
FROM images
WHERE id = ? AND page_url IS NOT NULL
"""


def places(conn: sqlite3.Connection, image: str) -> list[Use]:
    """The pages that use an image, as the source or the context of generate found them
    (at most 5)."""
    found = list(rows(conn, Use, _USES, (image,)))
    return found or list(rows(conn, Use, _OWN_PAGE, (image,)))
