"""Packets: what was handed out, and what came back. Append-only (views.sql)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from altsync.models.packet import OnPaper, PacketLine, Ticked
from altsync.store.rows import column, first, rows
from altsync.store.store import now


@dataclass(frozen=True, slots=True)
class Packet:
    """One folder that was written."""

    id: str
    made_by: str
    given_to: str
    """Whose verdicts they are, unless a file says otherwise; '' where nobody was named."""
    selection: str
    """Which images, in words."""
    created_at: str


@dataclass(frozen=True, slots=True)
class Returned:
    """One verdict that came back."""

    id: int
    verdict: OnPaper
    review: int | None
    """The review that it became; None where a later verdict counted already."""
    before: str
    """`Look.seen` before it was given, and after."""
    after: str


_ADD = """
INSERT INTO packets (id, made_by, given_to, selection, created_at)
VALUES (?, ?, ?, ?, ?)
"""
_ADD_LINE = """
INSERT INTO packet_lines (packet_id, line, image_id, candidate_id, seen, shown,
  long_description)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def add(
    tx: sqlite3.Connection,
    packet: str,
    made_by: str,
    given_to: str,
    selection: str,
    lines: Iterable[PacketLine],
) -> None:
    """Keep what is handed out."""
    tx.execute(_ADD, (packet, made_by, given_to, selection, now()))
    tx.executemany(
        _ADD_LINE,
        (
            (
                packet,
                one.line,
                one.image,
                one.candidate,
                one.seen,
                one.shown,
                one.long_description,
            )
            for one in lines
        ),
    )


_PACKET = """
SELECT id, made_by, given_to, selection, created_at FROM packets WHERE id = ?
"""


def packet(conn: sqlite3.Connection, name: str) -> Packet | None:
    """One packet; None where there is none of this id."""
    return first(conn, Packet, _PACKET, (name,))


_LINES = """
SELECT packet_id AS packet, line, image_id AS image, candidate_id AS candidate, seen,
  shown, long_description
FROM packet_lines
WHERE packet_id = ?
ORDER BY line
"""


def lines(conn: sqlite3.Connection, name: str) -> Iterator[PacketLine]:
    """The lines of a packet."""
    return rows(conn, PacketLine, _LINES, (name,))


@dataclass(frozen=True, slots=True)
class _KeptVerdict:
    id: int
    packet: str
    line: int
    image: str
    candidate: int | None
    answer: Ticked
    text: str
    note: str
    by: str
    at: str
    timed: bool
    review: int | None
    before: str
    after: str


_RETURNED = """
SELECT v.id, v.packet_id AS packet, v.line, v.image_id AS image,
  l.candidate_id AS candidate, v.verdict AS answer, v.text, v.note, v.reviewer AS "by",
  v.checked_at AS at, v.timed, v.review_id AS review, v.seen_before AS before,
  v.seen_after AS after
FROM packet_verdicts v
JOIN packet_lines l ON l.packet_id = v.packet_id AND l.line = v.line
WHERE v.image_id = ?
ORDER BY v.id
"""


def returned(conn: sqlite3.Connection, image: str) -> list[Returned]:
    """What packets said of an image, in the order in which it was taken."""
    return [
        Returned(
            id=row.id,
            verdict=OnPaper(
                packet=row.packet,
                line=row.line,
                image=row.image,
                candidate=row.candidate,
                answer=row.answer,
                text=row.text,
                note=row.note,
                by=row.by,
                at=row.at,
                timed=row.timed,
            ),
            review=row.review,
            before=row.before,
            after=row.after,
        )
        for row in rows(conn, _KeptVerdict, _RETURNED, (image,))
    ]


_KEEP = """
INSERT INTO packet_verdicts (packet_id, line, image_id, verdict, text, note, reviewer,
  checked_at, timed, review_id, seen_before, seen_after, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def keep(
    tx: sqlite3.Connection,
    said: OnPaper,
    review: int | None,
    before: str,
    after: str,
) -> None:
    """Keep a verdict that came back, with what became of it."""
    tx.execute(
        _KEEP,
        (
            said.packet,
            said.line,
            said.image,
            said.answer,
            said.text,
            said.note,
            said.by,
            said.at,
            said.timed,
            review,
            before,
            after,
            now(),
        ),
    )


_HANDED_OUT = """
SELECT DISTINCT image_id FROM packet_lines
WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY 1
"""


def handed_out(conn: sqlite3.Connection, images: Iterable[str]) -> list[str]:
    """Those of these images that a packet has a line of."""
    return list(column(conn, _HANDED_OUT, (json.dumps(list(images)),)))
