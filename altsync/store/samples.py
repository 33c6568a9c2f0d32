"""Samples that were drawn, the frame of each, and how they were judged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields

from altsync.models import How
from altsync.store.files import REPLACED
from altsync.store.rows import column, first, rows, value
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class Sample:
    """One draw, of one model and prompt, unflagged. Its frame, the texts that it could
    draw, has `population` of them."""

    id: int
    model: str | None
    prompt_id: str | None
    bound: float
    confidence: float
    tolerated: int
    population: int
    size: int
    """Texts to read, if it does not end before."""
    after: int
    upto: int
    """The frame's candidate ids are above `after`, and at most this."""
    drawn_by: str
    created_at: str
    review_id: int | None = None
    """The last verdict before the draw: those after it judge the sample."""
    looks: str | None = None
    """Where it may end, as JSON: [[texts read, wrong ones at most], …]. None for a
    sample that was drawn before frames were kept: it has none."""

    @property
    def stops(self) -> list[tuple[int, int]]:
        """Where it may end: (texts read, wrong ones at most)."""
        if self.looks is None:
            return [(self.size, self.tolerated)]
        return [(read, wrong) for read, wrong in json.loads(self.looks)]


@dataclass(frozen=True, slots=True)
class DrawnText:
    """One text of a sample, and how it was judged there: right, wrong, or None (not yet,
    or taken back)."""

    place: int
    """In the order of the draw."""
    candidate: int
    image: str
    judged: str | None
    """By the first verdict on it after the draw: that one counts."""
    first: str | None
    """The same, also of a text whose verdicts were all taken back."""
    now: str | None
    """By the verdicts that count now."""
    lost: bool
    """Its image is gone from the site, or out of reach, or has other words or another
    picture there by now: nobody can judge it."""
    sent: bool
    """It, or a later text of its image, was sent to the site: what is said of it now is
    for the sample alone."""
    on_site: bool
    """It was the last text that was sent there."""


_COLUMNS = ", ".join(field.name for field in fields(Sample))
_DRAW = """
INSERT INTO samples (model, prompt_id, bound, confidence, tolerated, population, size,
  after, upto, drawn_by, created_at, review_id, looks)
VALUES (:model, :prompt_id, :bound, :confidence, :tolerated, :population, :size,
  :after, :upto, :drawn_by, :created_at, (SELECT coalesce(max(id), 0) FROM reviews), :looks)
"""


def draw(
    tx: sqlite3.Connection,
    *,
    model: str | None,
    prompt_id: str | None,
    bound: float,
    confidence: float,
    tolerated: int,
    after: int,
    drawn_by: str,
    stops: Sequence[tuple[int, int]],
    frame: Collection[int],
    items: Sequence[tuple[int, int, str]],
) -> int:
    """Keep a draw: its frame (candidates), and what was drawn of it (place, candidate,
    image). Returns its id."""
    cursor = tx.execute(
        _DRAW,
        {
            "model": model,
            "prompt_id": prompt_id,
            "bound": bound,
            "confidence": confidence,
            "tolerated": tolerated,
            "population": len(frame),
            "size": stops[-1][0],
            "after": after,
            "upto": max(frame),
            "drawn_by": drawn_by,
            "created_at": now(),
            "looks": json.dumps(stops),
        },
    )
    sample = int(cursor.lastrowid or 0)
    tx.executemany(
        "INSERT INTO sample_frames VALUES (?, ?)",
        [(sample, candidate) for candidate in sorted(frame)],
    )
    add_items(tx, sample, items)
    return sample


def add_items(
    tx: sqlite3.Connection, sample: int, items: Sequence[tuple[int, int, str]]
) -> None:
    """Keep what was drawn: (place, candidate, image)."""
    tx.executemany(
        "INSERT INTO sample_items VALUES (?, ?, ?, ?)",
        [(sample, *item) for item in items],
    )


def all_samples(conn: sqlite3.Connection) -> list[Sample]:
    """Every draw, newest first."""
    return list(rows(conn, Sample, f"SELECT {_COLUMNS} FROM samples ORDER BY id DESC"))  # noqa: S608


def named(conn: sqlite3.Connection, sample: int) -> Sample | None:
    """One draw."""
    sql = f"SELECT {_COLUMNS} FROM samples WHERE id = ?"  # noqa: S608
    return first(conn, Sample, sql, (sample,))


_SENT = "NOT EXISTS (SELECT 1 FROM open_candidates o WHERE o.id = c.id)"
"""It, or a later text of its image, was sent: what the site has now is no matter."""
_LOST = f"""
(i.gone_at IS NOT NULL OR i.out_of_reach IS NOT NULL OR NOT {_SENT} AND (
  c.base IS NOT i.alt OR c.place IS NOT i.place OR i.origin IS 'human' OR {REPLACED}))
"""
"""The candidate `c` of the image `i` can be judged in no sample. A reader of one is not
shown what the site has: a yes to what stands in its way there could not be meant."""
_PUSH = """
(SELECT iif(p.reverts IS NULL AND p.candidate_id = c.id, p.push_id, NULL) FROM push_items p
 WHERE p.image_id = i.id AND p.status = 'applied'
 ORDER BY p.settled_seq DESC LIMIT 1)
"""
"""The push that sent the candidate `c`, where that was the last of its image `i`."""
_TEXTS = f"""
SELECT v.place, v.candidate_id AS candidate, v.image_id AS image, v.judged, v.first, v.now,
  {_LOST} AS lost, {_SENT} AS sent, {_PUSH} IS NOT NULL AS on_site
FROM sample_verdicts v
JOIN candidates c ON c.id = v.candidate_id
JOIN images i ON i.id = v.image_id
WHERE v.sample_id = ?
ORDER BY v.place
"""  # noqa: S608


def texts(conn: sqlite3.Connection, sample: int) -> list[DrawnText]:
    """What was drawn, in the order of the draw.

    Right: approved as it is, by a person looking at it. Wrong: rejected, or the image
    got another text of a person's instead. A verdict over many at once says nothing
    about one text: it counts as not judged.
    """
    return list(rows(conn, DrawnText, _TEXTS, (sample,)))


@dataclass(frozen=True, slots=True)
class Judge:
    """Who gave the verdicts of a sample that count, and what they were shown."""

    reviewer: str
    how: How | None
    """None: it is not known, as for a verdict by name."""
    number: int


_JUDGES = """
SELECT reviewer, how, count(*) AS number
FROM (
  SELECT r.reviewer, r.how
  FROM sample_verdicts v JOIN reviews r ON r.id = v.review_id
  WHERE v.sample_id = :sample AND v.judged IS NOT NULL
  UNION ALL
  SELECT f.reviewer, f.how
  FROM seeded_texts t
  JOIN seeded_verdicts f ON f.id = (
    SELECT min(x.id) FROM seeded_verdicts x
    WHERE x.seeded_id = t.id AND x.verdict NOT IN ('withdrawn', 'unsure'))
  JOIN seeded_verdicts l ON l.id = (
    SELECT max(x.id) FROM seeded_verdicts x WHERE x.seeded_id = t.id)
  WHERE t.sample_id = :sample AND l.verdict NOT IN ('withdrawn', 'unsure')
)
GROUP BY reviewer, how
ORDER BY reviewer, how IS NULL, how
"""


def judges(conn: sqlite3.Connection, sample: int) -> list[Judge]:
    """Who judged a sample, and how: of each text that has a verdict the first one, of
    known-bad texts too."""
    return list(rows(conn, Judge, _JUDGES, {"sample": sample}))


def frame(conn: sqlite3.Connection, sample: int) -> dict[int, str]:
    """The texts that a sample could draw: candidate -> image. Empty for one that was
    drawn before frames were kept."""
    sql = """
    SELECT f.candidate_id, c.image_id
    FROM sample_frames f JOIN candidates c ON c.id = f.candidate_id
    WHERE f.sample_id = ?
    """
    return dict(conn.execute(sql, (sample,)).fetchall())


def left_to_draw(conn: sqlite3.Connection, sample: int) -> list[tuple[int, str]]:
    """(candidate, image) of what is in a sample's frame, was not drawn, and can be judged."""
    sql = f"""
    SELECT f.candidate_id, i.id
    FROM sample_frames f
    JOIN candidates c ON c.id = f.candidate_id
    JOIN images i ON i.id = c.image_id
    WHERE f.sample_id = ?1 AND NOT {_LOST}
      AND f.candidate_id NOT IN (
        SELECT t.candidate_id FROM sample_items t WHERE t.sample_id = ?1)
    """  # noqa: S608
    found = conn.execute(sql, (sample,))
    return [(candidate, image) for candidate, image in found]


def framed(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(image, text) of all that any sample could draw."""
    sql = """
    SELECT DISTINCT c.image_id, c.alt
    FROM sample_frames f JOIN candidates c ON c.id = f.candidate_id
    """
    yield from conn.execute(sql)


def in_frames(
    conn: sqlite3.Connection, candidates: Collection[int]
) -> list[tuple[int, int]]:
    """(sample, how many of these candidates are in its frame), the oldest first."""
    sql = """
    SELECT sample_id, count(*) FROM sample_frames
    WHERE candidate_id IN (SELECT value FROM json_each(?))
    GROUP BY sample_id ORDER BY sample_id
    """
    found = conn.execute(sql, (json.dumps(list(candidates)),))
    return [(sample, count) for sample, count in found]


def last_failed(
    conn: sqlite3.Connection, model: str | None, prompt_id: str | None
) -> int:
    """Up to which candidate samples without a frame, of this model and prompt, have
    found wrong texts; 0 where none has."""
    sql = """
    SELECT max(s.upto) FROM samples s
    WHERE s.model IS ? AND s.prompt_id IS ? AND s.looks IS NULL
      AND EXISTS (SELECT 1 FROM sample_verdicts v
                  WHERE v.sample_id = s.id AND v.judged = 'wrong')
    """
    return value(conn, sql, (model, prompt_id)) or 0


def rejected_since(conn: sqlite3.Connection, sample: Sample) -> set[int]:
    """Candidates that somebody rejected after the draw, also where that was taken back."""
    sql = "SELECT DISTINCT candidate_id FROM reviews WHERE id > ? AND verdict = 'rejected'"
    return set(column(conn, sql, (sample.review_id or 0,)))


def approved_by(conn: sqlite3.Connection, sample: int) -> int:
    """How many texts were approved on the word of a sample, and still are."""
    sql = "SELECT count(*) FROM candidate_verdicts WHERE reviewer = ?"
    return int(value(conn, sql, (f"sample:{sample}",)))


_UNREAD = f"""
SELECT {_PUSH} AS push, count(*)
FROM sample_frames f
JOIN candidates c ON c.id = f.candidate_id
JOIN images i ON i.id = c.image_id
WHERE f.sample_id = :sample AND push IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM sample_verdicts v
  WHERE v.sample_id = :sample AND v.candidate_id = c.id AND v.judged IS NOT NULL)
GROUP BY push ORDER BY push
"""  # noqa: S608


def sent_unread(conn: sqlite3.Connection, sample: int) -> dict[int, int]:
    """Push -> how many texts of a sample's frame it sent that stand on the site, and that
    nobody judged in the sample."""
    return dict(conn.execute(_UNREAD, {"sample": sample}).fetchall())
