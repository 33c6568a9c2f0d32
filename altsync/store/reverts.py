"""What can be taken back: the journal's applied rows, each with what it sent and what
it replaced."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from altsync.models import Label, Origin, RevertRow, WhereInText
from altsync.store import rows as by_name
from altsync.store.mirror import SENT_BY
from altsync.store.reach import IN_REACH
from altsync.store.standing import TITLE, WHERE

_SENDS = """
EXISTS (
  SELECT 1 FROM json_each(p.patch) j WHERE json_extract(j.value, '$.op') = 'replace')
"""
"""A row that only tests found its text already there: altsync sent nothing, so nothing
is its to take back."""

_STANDING = f"""
  SELECT p.image_id, max(p.id) AS item FROM push_items p
  WHERE p.status = 'applied' AND {_SENDS} AND p.image_id IN (SELECT image_id FROM wanted)
  GROUP BY p.image_id
  UNION ALL
  SELECT s.image_id, (
    SELECT max(p.id) FROM push_items p
    WHERE p.image_id = s.image_id AND p.id < back.reverts
      AND p.status = 'applied' AND {_SENDS})
  FROM standing s
  JOIN push_items back ON back.id = s.item
  WHERE back.reverts IS NOT NULL
"""  # noqa: S608
"""The rows whose words altsync left on the site: an image's newest, and where that took
another back, what stood before the other. What any other row sent has been replaced
since; should the site say it again, that is somebody else's doing."""

_SENT = f"""
WITH RECURSIVE wanted AS (
  SELECT p.image_id, max(p.id) AS id FROM push_items p
  WHERE p.status = 'applied' AND {_SENDS} AND (
    p.push_id IN (SELECT value FROM json_each(:pushes))
    OR p.image_id IN (SELECT value FROM json_each(:images)))
  GROUP BY p.image_id
), standing (image_id, item) AS ({_STANDING})
SELECT i.id AS image, i.entity, i.language, i.album, p.id AS item, p.push_id AS push,
  i.alt AS site, i.label, i.has_label, p.patch,
  o.id IS NOT NULL AS observed, o.alt AS seen, o.label AS seen_label,
  (
    SELECT b.origin FROM observations b
    WHERE b.image_id = i.id AND b.seq < p.seq AND b.id < coalesce(o.id, b.id + 1)
      AND b.push_item_id IS NOT p.id
    ORDER BY b.id DESC LIMIT 1
  ) AS former_origin,
  coalesce(c.model, t.model) AS model,
  i.entity <> i.id AND EXISTS (
    SELECT 1 FROM images s
    WHERE s.entity = i.entity AND s.entity <> s.id AND s.language IS i.language
      AND s.id <> i.id AND s.gone_at IS NULL AND s.origin = 'ai' AND s.tag IS NULL
      AND s.id NOT IN (
        SELECT q.image_id FROM wanted v JOIN push_items q ON q.id = v.id)
  ) AS shares_label,
  p.reverts, {TITLE} AS title, {WHERE},
  EXISTS (SELECT 1 FROM standing s WHERE s.item = p.id) AS stands,
  i.long_description AS site_description, i.tag IS NOT NULL AS in_text, i.place,
  i.tag IS NOT NULL AND i.origin IS 'human'
    AND coalesce(o.origin, {SENT_BY}) IS NOT 'human' AS theirs
FROM wanted w
JOIN push_items p ON p.id = w.id
JOIN images i ON i.id = p.image_id
LEFT JOIN observations o ON o.id = (
  SELECT max(y.id) FROM observations y
  WHERE y.image_id = i.id AND y.push_item_id = p.id)
LEFT JOIN candidates c ON c.id = p.candidate_id
LEFT JOIN push_items r ON r.id = p.reverts
LEFT JOIN candidates t ON t.id = r.candidate_id
WHERE {IN_REACH}
ORDER BY i.entity, i.language, i.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row of the journal that sent something, with its image as mirrored."""

    image: str
    entity: str
    language: str | None
    album: str
    item: int
    push: int
    site: str | None
    label: Label | None
    has_label: bool
    patch: list[dict[str, Any]]
    observed: bool
    """There is a note of what the site has made of it: `seen`, `seen_label`."""
    seen: str | None
    seen_label: Label | None
    former_origin: Origin | None
    model: str | None
    shares_label: bool
    reverts: int | None
    """The row took this one back."""
    title: str | None
    stands: bool
    """altsync itself has not replaced since what this row sent."""
    site_description: str | None
    in_text: bool
    place: str | None
    theirs: bool
    where: WhereInText


def rows(conn: sqlite3.Connection, targets: Sequence[str]) -> Iterator[RevertRow]:
    """What `targets` (push numbers, image ids) would take back: per image the newest
    row that sent something.

    Images that are not on the site any more are left out. Ordered as a plan has to be,
    by entity.
    """
    pushes = [int(t) for t in targets if t.isdecimal()]
    images = [t for t in targets if not t.isdecimal()]
    values = {"pushes": json.dumps(pushes), "images": json.dumps(images)}
    for sent in by_name.rows(conn, _Sent, _SENT, values):
        yield _taken_back(conn, sent)


def _taken_back(conn: sqlite3.Connection, sent: _Sent) -> RevertRow:
    before, after = _sides(sent.patch)
    text, label = after["/alt"], _label(after.get("/label"))
    if sent.observed:
        text, label = sent.seen, sent.seen_label
    former = before
    if sent.reverts is not None:
        former = _asked(conn, sent.reverts)
    return RevertRow(
        image=sent.image,
        entity=sent.entity,
        language=sent.language,
        album=sent.album,
        item=sent.item,
        push=sent.push,
        site=sent.site,
        label=sent.label,
        has_label=sent.has_label,
        sent=text,
        sent_label=label,
        former=former["/alt"],
        former_label=_label(former.get("/label")),
        labelled="/label" in before,
        former_origin=sent.former_origin,
        model=sent.model,
        shares_label=sent.shares_label,
        title=sent.title,
        stands=sent.stands,
        site_description=sent.site_description,
        sent_description=after.get("/long_description"),
        former_description=former.get("/long_description"),
        in_text=sent.in_text,
        place=sent.place,
        sent_place=before.get("/place"),
        theirs=sent.theirs,
        where=sent.where,
    )


def _sides(patch: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a patch tested for, and what stands after it."""
    before = {op["path"]: op["value"] for op in patch if op["op"] == "test"}
    return before, before | {
        op["path"]: op["value"] for op in patch if op["op"] == "replace"
    }


def _asked(conn: sqlite3.Connection, item: int) -> dict[str, Any]:
    """Text and label that stood for a journal row before it was taken back.

    What the row asked for, not what was read back: a site may have mangled the text,
    and a label that speaks for several texts of an entity is read as unset. A row that
    is a revert itself put back what stood before the row that it took back.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    odd = True
    step: int | None = item
    while step is not None:
        odd = not odd
        patch, step = conn.execute(
            "SELECT patch, reverts FROM push_items WHERE id = ?", (step,)
        ).fetchone()
        before, after = _sides(json.loads(patch))
    return before if odd else after


def unknown(conn: sqlite3.Connection, targets: Sequence[str]) -> list[str]:
    """The targets that are neither a push nor an image of the mirror."""
    return [target for target in targets if not _known(conn, target)]


def _known(conn: sqlite3.Connection, target: str) -> bool:
    if target.isdecimal():
        found = by_name.value(conn, "SELECT 1 FROM pushes WHERE id = ?", (int(target),))
    else:
        found = by_name.value(conn, "SELECT 1 FROM images WHERE id = ?", (target,))
    return found is not None


def nothing_sent(conn: sqlite3.Connection, target: str) -> bool:
    """altsync never sent anything for this target."""
    sql = f"SELECT 1 FROM push_items p WHERE p.status = 'applied' AND {_SENDS}"  # noqa: S608
    if target.isdecimal():
        found = by_name.value(conn, f"{sql} AND p.push_id = ?", (int(target),))
    else:
        found = by_name.value(conn, f"{sql} AND p.image_id = ?", (target,))
    return found is None


def _label(value: object) -> Label | None:
    return None if value is None else Label(str(value))
