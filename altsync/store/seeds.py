"""Known-bad texts in samples: made wrong on purpose, no candidates, never sent.

They stand in tables of their own, which no plan reads: a text can only be sent as a row of
`candidates`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from altsync.models import Swap, Verdict
from altsync.store.files import REPLACED, SEEN
from altsync.store.reach import IN_REACH
from altsync.store.rows import column, first, rows, value
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class TrueText:
    """A text that a person vouches for: what a known-bad one can be made of."""

    candidate: int | None
    """None: the site has it, in a person's words."""
    image: str
    alt: str
    language: str | None
    alike: bool
    """Of the model and prompt whose texts the sample draws."""
    pictured: bool
    """altsync has looked at its picture."""


_PRINTED = """
EXISTS (SELECT 1 FROM usages u WHERE u.image_id = i.id AND instr(
  coalesce(u.caption, '') || char(10) || coalesce(u.before, '') || char(10)
  || coalesce(u.after, ''), {text}) > 0)
"""
"""The page prints the text beside the image: there is nothing to look at the picture for."""
_TRUE = f"""
SELECT c.id AS candidate, i.id AS image, c.alt, i.language,
  (c.model IS :model AND c.prompt_id IS :prompt) AS alike, {SEEN} IS NOT NULL AS pictured
FROM candidate_verdicts v
JOIN candidates c ON c.id = v.candidate_id
JOIN images i ON i.id = c.image_id
WHERE v.verdict = 'approved' AND v.scope = 'one' AND c.decision NOT IN ('decorative', 'complex')
  AND c.long_description IS NULL AND NOT {REPLACED} AND {IN_REACH}
  AND NOT {_PRINTED.format(text="c.alt")}
UNION ALL
SELECT NULL, i.id, i.alt, i.language, 0, {SEEN} IS NOT NULL
FROM images i
WHERE i.origin = 'human' AND NOT i.blank AND {IN_REACH}
  AND NOT {_PRINTED.format(text="i.alt")}
"""  # noqa: S608


def true_texts(
    conn: sqlite3.Connection, model: str | None, prompt: str | None
) -> list[TrueText]:
    """Texts that a person approved by themselves, and a person's own on the site; none
    that its page prints in words beside the image, where a reader would see it."""
    values = {"model": model, "prompt": prompt}
    return list(rows(conn, TrueText, _TRUE, values))


def are_pictured(conn: sqlite3.Connection, images: Collection[str]) -> bool:
    """Whether altsync has looked at the picture of one of these."""
    sql = f"""
    SELECT EXISTS (SELECT 1 FROM images i
      WHERE i.id IN (SELECT value FROM json_each(?)) AND {SEEN} IS NOT NULL)
    """  # noqa: S608
    return bool(value(conn, sql, (json.dumps(list(images)),)))


@dataclass(frozen=True, slots=True)
class SeededText:
    """One known-bad text of a sample, and how it was judged."""

    id: int
    place: int
    """Among the texts that were drawn: no place is taken twice."""
    image: str
    alt: str
    swap: str
    """What was made wrong: a `Swap` as JSON."""
    first: str | None
    """The first verdict on it: approved, rejected, rewritten, decorative."""
    now: str | None
    """The last one; None where it was taken back, asks a colleague, or there is none."""
    lost: bool
    """Its image is gone from the site, or out of reach, or has another picture there."""

    @property
    def caught(self) -> bool:
        """Its reader saw that it is wrong."""
        return self.now is not None and self.first != "approved"


_SEEDED = f"""
SELECT t.id, t.place, t.image_id AS image, t.alt, t.swap,
  (SELECT v.verdict FROM seeded_verdicts v
   WHERE v.seeded_id = t.id AND v.verdict NOT IN ('withdrawn', 'unsure')
   ORDER BY v.id LIMIT 1) AS first,
  (SELECT iif(v.verdict IN ('withdrawn', 'unsure'), NULL, v.verdict) FROM seeded_verdicts v
   WHERE v.seeded_id = t.id ORDER BY v.id DESC LIMIT 1) AS now,
  (i.gone_at IS NOT NULL OR i.out_of_reach IS NOT NULL OR {REPLACED}) AS lost
FROM seeded_texts t
JOIN images i ON i.id = t.image_id
LEFT JOIN candidates c ON c.id = t.made_from
WHERE t.sample_id = ?
ORDER BY t.place
"""  # noqa: S608


def texts(conn: sqlite3.Connection, sample: int) -> list[SeededText]:
    """The known-bad texts of a sample, by their places."""
    return list(rows(conn, SeededText, _SEEDED, (sample,)))


def images(conn: sqlite3.Connection) -> set[str]:
    """Those that had a known-bad text in any sample."""
    return set(column(conn, "SELECT DISTINCT image_id FROM seeded_texts"))


def add(
    tx: sqlite3.Connection, sample: int, made: Sequence[tuple[int, TrueText, Swap]]
) -> None:
    """Keep what was made: (place, of what, how)."""
    tx.executemany(
        "INSERT INTO seeded_texts (sample_id, place, image_id, made_from, alt, swap)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                sample,
                place,
                true.image,
                true.candidate,
                swap.text,
                json.dumps(asdict(swap), ensure_ascii=False),
            )
            for place, true, swap in made
        ],
    )


def judge(
    tx: sqlite3.Connection,
    seeded: int,
    verdict: str,
    reviewer: str,
    note: str | None = None,
    asked: str | None = None,
    how: str | None = None,
) -> None:
    """Append a verdict; `note`, `asked` and `how` as in `candidates.judge`."""
    tx.execute(
        "INSERT INTO seeded_verdicts"
        " (seeded_id, verdict, reviewer, note, asked, how, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seeded, verdict, reviewer, note, asked, how, now()),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody who is unsure of a text in a sample asks."""

    place: int
    reviewer: str
    note: str
    asked: str | None
    """None: anybody."""
    judged_at: str
    verdict: Verdict = Verdict.UNSURE


_QUESTIONS = """
SELECT t.place, v.reviewer, v.note, v.asked, v.created_at AS judged_at, v.verdict
FROM sample_items t
JOIN samples s ON s.id = t.sample_id
JOIN candidate_verdicts v ON v.candidate_id = t.candidate_id
WHERE t.sample_id = :sample AND v.verdict = 'unsure' AND v.review_id > coalesce(s.review_id, 0)
UNION ALL
SELECT t.place, v.reviewer, v.note, v.asked, v.created_at, v.verdict
FROM seeded_texts t
JOIN seeded_verdicts v ON v.id = (
  SELECT max(x.id) FROM seeded_verdicts x WHERE x.seeded_id = t.id)
WHERE t.sample_id = :sample AND v.verdict = 'unsure'
ORDER BY 1
"""


def questions(conn: sqlite3.Connection, sample: int) -> list[Question]:
    """Those that wait for an answer, of either kind of text, by their places."""
    return list(rows(conn, Question, _QUESTIONS, {"sample": sample}))


@dataclass(frozen=True, slots=True)
class SampleVerdict:
    """The last verdict of a reviewer in a sample that still counts."""

    seq: int
    """Its place in the order of all that happened."""
    place: int
    image: str
    candidate: int | None
    """The candidate that it is about; None: a known-bad text."""
    seeded: int | None
    sent: bool
    """Its text was sent to the site after the verdict."""


_LAST = """
SELECT r.seq, t.place, t.image_id AS image, r.candidate_id AS candidate, NULL AS seeded,
  EXISTS (SELECT 1 FROM push_items p
          WHERE p.image_id = t.image_id AND p.status = 'applied'
            AND p.settled_seq > r.seq) AS sent
FROM sample_items t
JOIN samples s ON s.id = t.sample_id
JOIN candidates c ON c.image_id = t.image_id AND (
  c.id = t.candidate_id OR c.id > t.candidate_id AND c.origin = 'human')
JOIN reviews r ON r.candidate_id = c.id
WHERE t.sample_id = :sample AND r.reviewer = :by AND r.scope = 'one'
  AND r.verdict <> 'withdrawn' AND r.id > coalesce(s.review_id, 0)
  AND r.id = (SELECT max(x.id) FROM reviews x WHERE x.candidate_id = r.candidate_id)
UNION ALL
SELECT v.seq, t.place, t.image_id, NULL, t.id, 0
FROM seeded_texts t
JOIN seeded_verdicts v ON v.seeded_id = t.id
WHERE t.sample_id = :sample AND v.reviewer = :by AND v.verdict <> 'withdrawn'
  AND v.id = (SELECT max(x.id) FROM seeded_verdicts x WHERE x.seeded_id = t.id)
ORDER BY 1 DESC
LIMIT 1
"""


def last_verdict(
    conn: sqlite3.Connection, sample: int, reviewer: str
) -> SampleVerdict | None:
    """What undo takes back in a sample, whichever kind of text it is about."""
    return first(conn, SampleVerdict, _LAST, {"sample": sample, "by": reviewer})


@dataclass(frozen=True, slots=True)
class SampleStep:
    """A thing that somebody did in a sample: a verdict, or taking one back."""

    seq: int
    at: str
    reviewer: str
    place: int
    image: str
    verdict: str
    alt: str | None
    """What a verdict on a drawn text was about; NULL for a known-bad one."""
    before: int | None
    """The `seq` of their verdict before it on the same text."""


_STEP = """
SELECT r.seq, r.created_at AS at, r.reviewer, t.place, t.image_id AS image, r.verdict, c.alt,
  (SELECT max(b.seq) FROM reviews b
   WHERE b.candidate_id = r.candidate_id AND b.reviewer = r.reviewer AND b.id < r.id) AS before
FROM sample_items t
JOIN samples s ON s.id = t.sample_id
JOIN candidates c ON c.image_id = t.image_id AND (
  c.id = t.candidate_id OR c.id > t.candidate_id AND c.origin = 'human')
JOIN reviews r ON r.candidate_id = c.id
WHERE t.sample_id = :sample AND r.scope = 'one' AND r.id > coalesce(s.review_id, 0)
  AND coalesce(r.reviewer = :by, 1) AND coalesce(t.place = :place, 1)
UNION ALL
SELECT v.seq, v.created_at, v.reviewer, t.place, t.image_id, v.verdict, NULL,
  (SELECT max(b.seq) FROM seeded_verdicts b
   WHERE b.seeded_id = v.seeded_id AND b.reviewer = v.reviewer AND b.id < v.id)
FROM seeded_texts t
JOIN seeded_verdicts v ON v.seeded_id = t.id
WHERE t.sample_id = :sample
  AND coalesce(v.reviewer = :by, 1) AND coalesce(t.place = :place, 1)
ORDER BY 1 DESC
LIMIT 1
"""


def last_step(
    conn: sqlite3.Connection,
    sample: int,
    *,
    reviewer: str | None = None,
    place: int | None = None,
) -> SampleStep | None:
    """What was done last in a sample: by this reviewer, at this place."""
    asked = {"sample": sample, "by": reviewer, "place": place}
    return first(conn, SampleStep, _STEP, asked)
