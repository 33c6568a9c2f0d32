"""What happened, in order, and whose each text is: read from the append-only tables,
streamed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

RUNS = ("pull", "generate", "push")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `at` is UTC, ISO 8601."""

    at: str
    kind: str
    """pull, push, generate (a run began); pulled, edited, gone, proposed, judged,
    pushed, reverted, failed."""
    image: str | None
    run: str | None
    """Such as `push 3`."""
    alt: str | None
    by: str | None
    """The model, the reviewer, or whose text it is."""
    detail: str | None
    """The verdict, the status of the journal row, the error."""


# Per event: SQL, the column of its image, of its time, and of its run by kind of run.
_EVENTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        (
            "SELECT p.started_at, 'pull', NULL, 'pull ' || p.id, NULL, NULL, p.kind ||"
            " ', ' || p.listed || ' listed' || coalesce(', ' || p.error, '') FROM pulls"
            " p WHERE 1"
        ),
        "",
        "p.started_at",
        {"pull": "p.id"},
    ),
    (
        (
            "SELECT o.seen_at, iif(o.id = (SELECT min(x.id) FROM observations x WHERE"
            " x.image_id = o.image_id), 'pulled', 'edited'), o.image_id, 'pull ' ||"
            " o.pull_id, o.alt, o.origin, iif(o.label IS NULL, NULL, 'label ' ||"
            " o.label) FROM observations o WHERE o.pull_id IS NOT NULL"
        ),
        "o.image_id",
        "o.seen_at",
        {"pull": "o.pull_id"},
    ),
    (
        (
            "SELECT i.gone_at, 'gone', i.id, NULL, i.alt, NULL, NULL FROM images i"
            " WHERE i.gone_at IS NOT NULL"
        ),
        "i.id",
        "i.gone_at",
        {},
    ),
    (
        (
            "SELECT r.started_at, 'generate', NULL, 'generate ' || r.id, NULL,"
            " r.models, r.error FROM runs r WHERE 1"
        ),
        "",
        "r.started_at",
        {"generate": "r.id"},
    ),
    (
        (
            "SELECT c.created_at, 'proposed', c.image_id, 'generate ' || c.run_id,"
            " c.alt, coalesce(c.model, c.origin), c.decision FROM candidates c WHERE 1"
        ),
        "c.image_id",
        "c.created_at",
        {"generate": "c.run_id"},
    ),
    (
        (
            "SELECT v.created_at, 'judged', c.image_id, NULL, c.alt, v.reviewer,"
            " v.verdict || iif(v.scope = 'bulk', ', in bulk', '') || coalesce(': ' ||"
            " v.note, '') FROM reviews v JOIN candidates c ON c.id = v.candidate_id"
            " WHERE 1"
        ),
        "c.image_id",
        "v.created_at",
        {},
    ),
    (
        (
            "SELECT u.started_at, 'push', NULL, 'push ' || u.id, NULL, u.started_by,"
            " 'plan ' || u.checksum || ', ' || u.planned || ' planned' || coalesce(', '"
            " || u.error, '') FROM pushes u WHERE 1"
        ),
        "",
        "u.started_at",
        {"push": "u.id"},
    ),
    (
        (
            "SELECT coalesce(p.settled_at, p.created_at), iif(p.reverts IS NULL,"
            " 'pushed', 'reverted'), p.image_id, 'push ' || p.push_id, (SELECT"
            " json_extract(j.value, '$.value') FROM json_each(p.patch) j WHERE"
            " json_extract(j.value, '$.path') = '/alt' ORDER BY j.id DESC LIMIT 1),"
            " (SELECT c.model FROM candidates c WHERE c.id = p.candidate_id), p.status"
            " || coalesce(': ' || p.error, '') FROM push_items p WHERE 1"
        ),
        "p.image_id",
        "coalesce(p.settled_at, p.created_at)",
        {"push": "p.push_id"},
    ),
    (
        (
            "SELECT f.created_at, 'failed', f.image_id, iif(f.run_id IS NULL, NULL,"
            " 'generate ' || f.run_id), NULL, f.model, f.stage || ': ' || f.error FROM"
            " failures f WHERE 1"
        ),
        "f.image_id",
        "f.created_at",
        {"generate": "f.run_id"},
    ),
)


def events(
    conn: sqlite3.Connection,
    images: Sequence[str] = (),
    *,
    since: str | None = None,
    run: tuple[str, int] | None = None,
) -> Iterator[Event]:
    """Every event, oldest first. Narrowed to images, to a time (UTC, ISO 8601) and
    after, to one run (kind, number)."""
    parts = []
    for sql, image, at, runs in _EVENTS:
        if (images and not image) or (run and run[0] not in runs):
            continue
        where = (
            f" AND {image} IN (SELECT value FROM json_each(:images))" if images else ""  # noqa: S608
        )
        where += f" AND {at} >= :since" if since else ""
        where += f" AND {runs[run[0]]} = :run" if run else ""
        parts.append(sql + where)
    if not parts:
        return
    values = {"images": json.dumps(list(images)), "since": since, "run": run and run[1]}
    for row in conn.execute(" UNION ALL ".join(parts) + " ORDER BY 1", values):
        yield Event(*row)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose text an image has on the site now, and how it came to be."""

    image: str
    album: str
    alt: str | None
    origin: str | None
    """ai, human; None where there is no text and nobody decided that."""
    label: str | None
    language: str | None
    image_url: str | None
    page_url: str | None
    since: str | None
    """When altsync first saw this text stand there."""
    candidate: int | None
    """The candidate that wrote it, where altsync sent it; else None, and so is all that
    follows."""
    written_by: str | None
    """ai, or human for a person's rewrite in review."""
    model: str | None
    resolved_model: str | None
    prompt: str | None
    context: str | None
    recorded: bool
    proposed_at: str | None
    reviewer: str | None
    scope: str | None
    judged_at: str | None
    push: int | None
    sent_at: str | None
    sha256: str | None
    """Of the picture, as far as altsync has looked at it."""
    title: str | None = None
    """What the site calls the image, else the page where it stands."""


_WHO = """
SELECT i.id, i.album, i.alt, i.origin, i.label, i.language, i.image_url, i.page_url,
  (SELECT min(o.seen_at) FROM observations o WHERE o.image_id = i.id AND o.alt IS i.alt AND o.id > coalesce(
     (SELECT max(z.id) FROM observations z WHERE z.image_id = i.id AND z.alt IS NOT i.alt), 0)),
  c.id, c.origin, c.model, c.resolved_model, c.prompt_id, c.context, coalesce(c.recorded, 0), c.created_at,
  v.reviewer, v.scope, v.created_at, p.push_id, p.settled_at,
  (SELECT s.image_sha256 FROM candidates s WHERE s.image_id = i.id AND s.image_sha256 IS NOT NULL ORDER BY s.id DESC LIMIT 1),
  coalesce(nullif(i.title, ''), i.page_title)
FROM images i
LEFT JOIN push_items p ON p.id = (
  SELECT max(x.id) FROM push_items x JOIN candidates y ON y.id = x.candidate_id
  LEFT JOIN observations o ON o.image_id = x.image_id AND o.push_item_id = x.id
  WHERE x.image_id = i.id AND x.status = 'applied' AND coalesce(o.alt, y.alt) = i.alt)
LEFT JOIN candidates c ON c.id = p.candidate_id
LEFT JOIN reviews v ON v.id = (
  SELECT max(r.id) FROM reviews r
  WHERE r.candidate_id = c.id AND r.verdict = 'approved' AND r.created_at <= p.created_at)
WHERE i.gone_at IS NULL {where}
ORDER BY i.album, i.id
"""


def who(
    conn: sqlite3.Connection, images: Sequence[str] = (), albums: Sequence[str] = ()
) -> Iterator[Ownership]:
    """Whose text every image on the site has, in the order of album and id."""
    where = "AND i.id IN (SELECT value FROM json_each(:images))" if images else ""
    where += " AND i.album IN (SELECT value FROM json_each(:albums))" if albums else ""
    values = {"images": json.dumps(list(images)), "albums": json.dumps(list(albums))}
    for row in conn.execute(_WHO.format(where=where), values):
        yield Ownership(*(*row[:15], bool(row[15]), *row[16:]))


def prompt(conn: sqlite3.Connection, prompt_id: str) -> tuple[str | None, str] | None:
    """(system, text) of a prompt."""
    row = conn.execute(
        "SELECT system, text FROM prompts WHERE id = ?", (prompt_id,)
    ).fetchone()
    return None if row is None else (row[0], row[1])


def unknown(conn: sqlite3.Connection, images: Sequence[str]) -> list[str]:
    """Those that the mirror does not have."""
    known = {
        row[0]
        for row in conn.execute(
            "SELECT id FROM images WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(images)),),
        )
    }
    return [image for image in images if image not in known]
