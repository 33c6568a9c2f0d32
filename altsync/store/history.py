"""What happened, in order, and whose each text is: read from the append-only tables,
streamed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from altsync.models import Event, Ownership
from altsync.store.handovers import IN_WORDS
from altsync.store.rows import column, rows
from altsync.store.standing import TITLE, WHERE

RUNS = ("pull", "generate", "push")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one kind of event is written down."""

    sql: str
    at: str
    """The column of its time."""
    image: str = ""
    """The column of its image; '' where it is about none."""
    runs: Mapping[str, str] = field(default_factory=dict)
    """By kind of run, the column of its number."""


_PULL = _Source(
    """
SELECT p.seq,
  p.started_at AS at, 'pull' AS kind, NULL AS image, 'pull ' || p.id AS run,
  NULL AS alt, NULL AS by,
  p.kind || ', ' || p.listed || ' listed' || coalesce(', ' || p.error, '') AS detail,
  NULL AS answer, NULL AS note
FROM pulls p
WHERE 1
""",
    at="p.started_at",
    runs={"pull": "p.id"},
)
_SEEN = _Source(
    """
SELECT o.seq,
  o.seen_at AS at,
  iif(
    o.id = (SELECT min(x.id) FROM observations x WHERE x.image_id = o.image_id),
    'pulled', iif(o.reread, 'reread', 'edited')
  ) AS kind,
  o.image_id AS image, 'pull ' || o.pull_id AS run, o.alt AS alt, o.origin AS by,
  iif(o.label IS NULL, NULL, 'label ' || o.label) AS detail,
  NULL AS answer, NULL AS note
FROM observations o
WHERE o.pull_id IS NOT NULL
""",
    at="o.seen_at",
    image="o.image_id",
    runs={"pull": "o.pull_id"},
)
_GONE = _Source(
    """
SELECT i.gone_seq AS seq,
  i.gone_at AS at, 'gone' AS kind, i.id AS image, NULL AS run, i.alt AS alt,
  NULL AS by, NULL AS detail,
  NULL AS answer, NULL AS note
FROM images i
WHERE i.gone_at IS NOT NULL
""",
    at="i.gone_at",
    image="i.id",
)
_GENERATE = _Source(
    """
SELECT r.seq,
  r.started_at AS at, 'generate' AS kind, NULL AS image,
  'generate ' || r.id AS run, NULL AS alt, r.models AS by, r.error AS detail,
  NULL AS answer, NULL AS note
FROM runs r
WHERE 1
""",
    at="r.started_at",
    runs={"generate": "r.id"},
)
_PROPOSED = _Source(
    f"""
SELECT c.seq,
  c.created_at AS at, 'proposed' AS kind, c.image_id AS image,
  'generate ' || c.run_id AS run, c.alt AS alt, coalesce(c.model, c.origin) AS by,
  c.decision || coalesce(', by ' || {IN_WORDS.format(candidate="c")}, '') AS detail,
  NULL AS answer, NULL AS note
FROM candidates c
WHERE 1
""",  # noqa: S608
    at="c.created_at",
    image="c.image_id",
    runs={"generate": "c.run_id"},
)
_JUDGED = _Source(
    """
SELECT v.seq,
  v.created_at AS at, 'judged' AS kind, c.image_id AS image, NULL AS run,
  c.alt AS alt, v.reviewer AS by,
  v.verdict || iif(v.scope = 'bulk', ', in bulk', '')
    || iif(v.verdict = 'unsure', ', asks ' || coalesce(v.asked, 'anybody'), '')
    || iif(v.how = 'words', ', without the picture', '') AS detail,
  NULL AS answer, v.note
FROM reviews v JOIN candidates c ON c.id = v.candidate_id
WHERE 1
""",
    at="v.created_at",
    image="c.image_id",
)
_PUSH = _Source(
    """
SELECT u.seq,
  u.started_at AS at, 'push' AS kind, NULL AS image, 'push ' || u.id AS run,
  NULL AS alt, u.started_by AS by,
  'plan ' || u.checksum || ', ' || u.planned || ' planned'
    || coalesce(', ' || u.error, '') AS detail,
  NULL AS answer, NULL AS note
FROM pushes u
WHERE 1
""",
    at="u.started_at",
    runs={"push": "u.id"},
)
_PUSHED = _Source(
    """
SELECT coalesce(p.settled_seq, p.seq) AS seq,
  coalesce(p.settled_at, p.created_at) AS at,
  iif(p.reverts IS NULL, 'pushed', 'reverted') AS kind, p.image_id AS image,
  'push ' || p.push_id AS run,
  (
    SELECT json_extract(j.value, '$.value') FROM json_each(p.patch) j
    WHERE json_extract(j.value, '$.path') = '/alt'
    ORDER BY j.id DESC LIMIT 1
  ) AS alt,
  (SELECT c.model FROM candidates c WHERE c.id = p.candidate_id) AS by,
  p.status || coalesce(': ' || p.error, '') AS detail,
  NULL AS answer, NULL AS note
FROM push_items p
WHERE 1
""",
    at="coalesce(p.settled_at, p.created_at)",
    image="p.image_id",
    runs={"push": "p.push_id"},
)
_FAILED = _Source(
    """
SELECT f.seq,
  f.created_at AS at, 'failed' AS kind, f.image_id AS image,
  iif(f.run_id IS NULL, NULL, 'generate ' || f.run_id) AS run, NULL AS alt,
  f.model AS by,
  f.stage || ': ' || f.error || coalesce(' It says: "' || f.reason || '"', '') AS detail,
  f.answer AS answer, NULL AS note
FROM failures f
WHERE 1
""",
    at="f.created_at",
    image="f.image_id",
    runs={"generate": "f.run_id"},
)
_SOURCES = (
    _PULL,
    _SEEN,
    _GONE,
    _GENERATE,
    _PROPOSED,
    _JUDGED,
    _PUSH,
    _PUSHED,
    _FAILED,
)

_EVENTS = """
SELECT e.at, e.kind, e.image, e.run, e.alt, e.by, e.detail, e.answer, e.note, {where}
FROM (
{events}
) e
LEFT JOIN images i ON i.id = e.image
ORDER BY e.seq
"""


def events(
    conn: sqlite3.Connection,
    images: Sequence[str] = (),
    *,
    since: str | None = None,
    run: tuple[str, int] | None = None,
) -> Iterator[Event]:
    """Every event, in the order in which it happened, whatever the clock said. Narrowed
    to images, to what bears a time (UTC, ISO 8601) or a later one, to one run (kind,
    number)."""
    parts = []
    for source in _SOURCES:
        if (images and not source.image) or (run and run[0] not in source.runs):
            continue
        part = source.sql
        if images:
            part += f" AND {source.image} IN (SELECT value FROM json_each(:images))"  # noqa: S608
        if since:
            part += f" AND {source.at} >= :since"
        if run:
            part += f" AND {source.runs[run[0]]} = :run"
        parts.append(part)
    if not parts:
        return
    values = {"images": json.dumps(list(images)), "since": since, "run": run and run[1]}
    sql = _EVENTS.format(events=" UNION ALL ".join(parts), where=WHERE)
    yield from rows(conn, Event, sql, values)


_WHO = """
SELECT i.id AS image, i.album, i.alt, i.origin, i.label, i.language, i.image_url,
  i.page_url,
  (
    SELECT o.seen_at FROM observations o
    WHERE o.image_id = i.id AND o.alt IS i.alt AND o.id > coalesce((
      SELECT max(z.id) FROM observations z
      WHERE z.image_id = i.id AND z.alt IS NOT i.alt), 0)
    ORDER BY o.id LIMIT 1
  ) AS since,
  c.id AS candidate, c.origin AS written_by, c.model, c.resolved_model,
  c.prompt_id AS prompt, c.context, coalesce(c.recorded, 0) AS recorded,
  c.created_at AS proposed_at, v.reviewer, v.scope, v.created_at AS judged_at, v.note, v.how,
  p.push_id AS push, p.settled_at AS sent_at, {handed} AS handed,
  (
    SELECT s.image_sha256 FROM candidates s
    WHERE s.image_id = i.id AND s.image_sha256 IS NOT NULL
    ORDER BY s.id DESC LIMIT 1
  ) AS sha256,
  {title} AS title, i.long_description, {standing}
FROM images i
LEFT JOIN push_items p ON p.id = (
  SELECT max(x.id) FROM push_items x
  JOIN candidates y ON y.id = x.candidate_id
  LEFT JOIN observations o ON o.image_id = x.image_id AND o.push_item_id = x.id
  WHERE x.image_id = i.id AND x.status = 'applied' AND coalesce(o.alt, y.alt) = i.alt
    AND y.place IS i.place)
LEFT JOIN candidates c ON c.id = p.candidate_id
LEFT JOIN reviews v ON v.id = (
  SELECT max(r.id) FROM reviews r
  WHERE r.candidate_id = c.id AND r.verdict = 'approved'
    AND r.seq < p.seq)
WHERE i.gone_at IS NULL {where}
ORDER BY i.album, i.id
"""


def who(
    conn: sqlite3.Connection, images: Sequence[str] = (), albums: Sequence[str] = ()
) -> Iterator[Ownership]:
    """Whose text every image on the site has, in the order of album and id."""
    where = ""
    if images:
        where += " AND i.id IN (SELECT value FROM json_each(:images))"
    if albums:
        where += " AND i.album IN (SELECT value FROM json_each(:albums))"
    values = {"images": json.dumps(list(images)), "albums": json.dumps(list(albums))}
    handed = IN_WORDS.format(candidate="c")
    sql = _WHO.format(where=where, title=TITLE, standing=WHERE, handed=handed)
    return rows(conn, Ownership, sql, values)


def prompt(conn: sqlite3.Connection, prompt_id: str) -> tuple[str | None, str] | None:
    """(system, text) of a prompt."""
    words = "SELECT system, text FROM prompts WHERE id = ?"
    for system, text in conn.execute(words, (prompt_id,)):
        return system, text
    return None


def unknown(conn: sqlite3.Connection, images: Sequence[str]) -> list[str]:
    """Those that the mirror does not have."""
    sql = "SELECT id FROM images WHERE id IN (SELECT value FROM json_each(?))"
    known = set(column(conn, sql, (json.dumps(list(images)),)))
    return [image for image in images if image not in known]
