"""The review queue: which images wait, in which order; and the risk that it is sorted
by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from altsync.models import Mirrored, State
from altsync.store import mirror, search
from altsync.store.looks import Candidate, open_to
from altsync.store.reach import IN_REACH
from altsync.store.rows import column, value

BY_HEAD = frozenset(
    {
        State.APPROVED,
        State.CONFLICT,
        State.UNSURE,
        State.WOULD_REPLACE,
        State.NEEDS_REVIEW,
        State.REJECTED,
        State.CLEARED,
    }
)
"""States that come from candidates: their queue is sorted by risk, the others' by id.
"""

COUNTED = 500
"""Up to this place it is told exactly: to count from anywhere to the top of a long queue
would take as long as the page."""


ME = "*"
"""In place of a name: whoever looks."""


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
    words: str = ""
    """As a person types them (terms.asked): all are said of the image."""
    asked: str = ""
    """Whom somebody who is unsure asks about it; `ME`: the reviewer `me`, or nobody in
    particular."""
    me: str = ""
    """Who looks at the queue."""


_MODEL = """
EXISTS (SELECT 1 FROM candidates c WHERE c.image_id = i.id AND c.model = :model)
"""
# findings are written by altsync alone (candidates.add), so their spelling is known;
# json_each costs ten times
_RULE = """
EXISTS (
  SELECT 1 FROM candidates c WHERE c.image_id = i.id AND instr(c.findings, :rule))
"""
_RISK = """
coalesce((SELECT r.risk FROM image_risks r WHERE r.image_id = i.id), 0) >= :risk
"""


_ASKED = """
EXISTS (
  SELECT 1 FROM open_candidates c JOIN candidate_verdicts v ON v.candidate_id = c.id
  WHERE c.image_id = i.id AND c.base IS i.alt AND c.place IS i.place
    AND v.verdict = 'unsure' AND {of})
"""
_OF = _ASKED.format(of="v.asked = :asked COLLATE NOCASE")
_OF_ME = _ASKED.format(
    of="(v.asked = :me COLLATE NOCASE OR v.asked IS NULL AND v.reviewer <> :me)"
)


def _conditions(
    conn: sqlite3.Connection, wanted: Filter
) -> tuple[str, dict[str, object]]:
    """SQL on `i` (images) for everything but the state."""
    asked = (
        (wanted.album, "i.album = :album"),
        (wanted.language, "i.language = :language"),
        (wanted.model, _MODEL),
        (wanted.rule, _RULE),
        (wanted.risk, _RISK),
        (wanted.asked, _OF_ME if wanted.asked == ME else _OF),
    )
    parts = [IN_REACH, *(sql for value, sql in asked if value)]
    found: dict[str, object] = {}
    if wanted.words:
        said, found = search.condition(conn, wanted.words)
        parts.append(said)
    return " AND ".join(parts), {
        **found,
        "state": str(wanted.state),
        "album": wanted.album,
        "language": wanted.language,
        "model": wanted.model,
        "rule": f'"rule": {json.dumps(wanted.rule)}',
        "risk": wanted.risk,
        "asked": wanted.asked,
        "me": wanted.me,
    }


@dataclass(frozen=True, slots=True)
class _Order:
    """A way to walk the images of a queue, cheap from any place on."""

    source: str
    """FROM, with the condition of the state."""
    counted: str
    """The same images, where their order does not matter."""
    order: str
    """The key that they are sorted by."""
    back: str
    """The same, the other way round."""
    after: str
    """The condition to stand after the image `:here`."""
    before: str


_BY_RISK = _Order(
    source="""
image_risks k
CROSS JOIN image_heads h ON h.image_id = k.image_id AND h.state = :state
CROSS JOIN images i ON i.id = k.image_id
WHERE 1
""",
    counted="image_heads h JOIN images i ON i.id = h.image_id WHERE h.state = :state",
    order="k.risk DESC, k.image_id",
    back="k.risk, k.image_id DESC",
    # two steps: SQLite walks the index from there only if the outer condition is on its
    # first column
    after="k.risk <= :at AND (k.risk < :at OR k.image_id > :here)",
    before="k.risk >= :at AND (k.risk > :at OR k.image_id < :here)",
)
_IN_STATE = "images i JOIN image_states s ON s.image_id = i.id WHERE s.state = :state"
_BY_ID = _Order(
    source=_IN_STATE,
    counted=_IN_STATE,
    order="i.id",
    back="i.id DESC",
    after="i.id > :here",
    before="i.id < :here",
)


def _order(wanted: Filter) -> _Order:
    return _BY_RISK if wanted.state in BY_HEAD else _BY_ID


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
    where, values = _conditions(conn, wanted)
    way = _order(wanted)
    order = way.back if before else way.order
    if after:
        where += f" AND {way.after}"
    elif before:
        where += f" AND {way.before}"
    values["here"] = after or before
    values["at"] = _risk(conn, after or before)
    values["limit"] = limit
    sql = f"SELECT i.id FROM {way.source} AND {where} ORDER BY {order} LIMIT :limit"  # noqa: S608
    return list(column(conn, sql, values))


def count(conn: sqlite3.Connection, wanted: Filter) -> int:
    """How many images are in the queue."""
    where, values = _conditions(conn, wanted)
    source = _order(wanted).counted
    return int(value(conn, f"SELECT count(*) FROM {source} AND {where}", values))  # noqa: S608


def place(conn: sqlite3.Connection, wanted: Filter, image: str) -> int:
    """Where an image stands in the queue, from 1; 0 where it is not in it. COUNTED + 1
    is any place behind the first COUNTED."""
    where, values = _conditions(conn, wanted)
    way = _order(wanted)
    values["here"] = image
    values["at"] = _risk(conn, image)
    values["limit"] = COUNTED
    found = f"SELECT 1 FROM {way.source} AND {where}"  # noqa: S608
    if value(conn, f"{found} AND i.id = :here", values) is None:
        return 0
    before = f"{found} AND {way.before} ORDER BY {way.back} LIMIT :limit"
    return 1 + int(value(conn, f"SELECT count(*) FROM ({before})", values))  # noqa: S608


def elsewhere(conn: sqlite3.Connection, wanted: Filter) -> dict[State, int] | None:
    """How many images the same filter has in every other state, the most first. None
    where the words are found in so much of a mirror that it takes long to count."""
    where, values = _conditions(conn, wanted)
    if wanted.words and "found" not in values:
        return None
    sql = f"""
SELECT s.state, count(*) FROM images i JOIN image_states s ON s.image_id = i.id
WHERE {where} AND s.state <> :state
GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608
    return {State(state): number for state, number in conn.execute(sql, values)}


def choices(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """What the filters offer: all albums; models and languages, at most 200 of each."""

    def distinct(table: str, name: str, limit: int = 200) -> list[str]:
        # one index-free pass per list would cost 100 ms at 100,000 images: skip-scan
        # where there is an index
        sql = (
            f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL"  # noqa: S608
            " ORDER BY 1 LIMIT ?"
        )
        return list(column(conn, sql, (limit,)))

    return {
        "album": distinct("images", "album", -1),
        "model": distinct("candidates", "model"),
        "language": distinct("images", "language"),
    }


def has_album(conn: sqlite3.Connection, name: str) -> bool:
    """There is an image of this album, seen or not."""
    sql = "SELECT EXISTS (SELECT 1 FROM images WHERE album = ?)"
    return bool(value(conn, sql, (name,)))


def empty(conn: sqlite3.Connection) -> bool:
    """No pull has brought an image yet."""
    return not value(conn, "SELECT EXISTS (SELECT 1 FROM images)")


_REVIEWERS = """
SELECT reviewer FROM reviews WHERE reviewer NOT LIKE 'sample:%'
UNION
SELECT asked FROM reviews WHERE asked IS NOT NULL
ORDER BY 1
LIMIT 200
"""


def reviewers(conn: sqlite3.Connection) -> list[str]:
    """People who gave a verdict, and whom they asked (at most 200)."""
    return list(column(conn, _REVIEWERS))


def _risk(conn: sqlite3.Connection, image: str) -> float:
    """The risk that the queue is sorted by; 2, above all, for an image that has none."""
    risk = value(conn, "SELECT risk FROM image_risks WHERE image_id = ?", (image,))
    return 2.0 if risk is None else float(risk)


def unscored(conn: sqlite3.Connection, limit: int) -> list[str]:
    """Images whose risk is to be worked out (anew): a candidate came since, or something
    became known of the picture or of its places. Triggers note that (views.sql)."""
    sql = (
        "SELECT image_id FROM image_risks WHERE scored_to = 0 ORDER BY image_id LIMIT ?"
    )
    return list(column(conn, sql, (limit,)))


def score(
    tx: sqlite3.Connection,
    work_out: Callable[[Mirrored, Sequence[Candidate]], float],
    limit: int = 500,
) -> int:
    """Work out the risk of images of which something is new. Returns how many; 0 when
    all are done."""
    images = unscored(tx, limit)
    for mirrored in mirror.named(tx, images):
        image = mirrored.image.id
        candidates = open_to(tx, image)
        risk = work_out(mirrored, candidates) if candidates else 0.0
        sql = "UPDATE image_risks SET risk = ?, scored_to = 1 WHERE image_id = ?"
        tx.execute(sql, (risk, image))
    return len(images)
