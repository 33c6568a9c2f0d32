"""What can be taken back: the journal's applied rows, each with what it sent and what
it replaced."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from altsync.models import Label, Origin, RevertRow

_SENDS = (
    "EXISTS (SELECT 1 FROM json_each(p.patch) j WHERE json_extract(j.value, '$.op') ="
    " 'replace')"
)
"""A row that only tests found its text already there: altsync sent nothing, so nothing
is its to take back."""

_ROWS = f"""
WITH wanted AS (
  SELECT max(p.id) AS id FROM push_items p
  WHERE p.status = 'applied' AND {_SENDS}
    AND (p.push_id IN (SELECT value FROM json_each(:pushes)) OR p.image_id IN (SELECT value FROM json_each(:images)))
  GROUP BY p.image_id)
SELECT i.id, i.entity, i.language, i.album, p.id, p.push_id, i.alt, i.label, i.has_label, p.patch,
       o.id, o.alt, o.label,
       (SELECT b.origin FROM observations b
        WHERE b.image_id = i.id AND b.seen_at <= p.created_at AND b.id IS NOT o.id ORDER BY b.id DESC LIMIT 1),
       coalesce(c.model, t.model),
       i.entity <> i.id AND EXISTS (
         SELECT 1 FROM images s WHERE s.entity = i.entity AND s.entity <> s.id AND s.language IS i.language
           AND s.id <> i.id AND s.gone_at IS NULL AND s.origin = 'ai'
           AND s.id NOT IN (SELECT q.image_id FROM wanted v JOIN push_items q ON q.id = v.id)),
       p.reverts, coalesce(nullif(i.title, ''), i.page_title)
FROM wanted w
JOIN push_items p ON p.id = w.id
JOIN images i ON i.id = p.image_id
LEFT JOIN observations o ON o.image_id = i.id AND o.push_item_id = p.id
LEFT JOIN candidates c ON c.id = p.candidate_id
LEFT JOIN push_items r ON r.id = p.reverts
LEFT JOIN candidates t ON t.id = r.candidate_id
WHERE i.gone_at IS NULL
ORDER BY i.entity, i.language, i.id
"""  # noqa: S608


def rows(conn: sqlite3.Connection, targets: Sequence[str]) -> Iterator[RevertRow]:
    """What `targets` (push numbers, image ids) would take back: per image the newest
    row that sent something.

    Images that are not on the site any more are left out. Ordered as a plan has to be,
    by entity.
    """
    pushes = [int(t) for t in targets if t.isdecimal()]
    images = [t for t in targets if not t.isdecimal()]
    for r in conn.execute(
        _ROWS, {"pushes": json.dumps(pushes), "images": json.dumps(images)}
    ):
        patch: list[dict[str, Any]] = json.loads(r[9])
        before, after = _sides(patch)
        observed = r[10] is not None
        yield RevertRow(
            image=r[0],
            entity=r[1],
            language=r[2],
            album=r[3],
            item=r[4],
            push=r[5],
            site=r[6],
            label=_label(r[7]),
            has_label=bool(r[8]),
            sent=r[11] if observed else after["/alt"],
            sent_label=_label(r[12] if observed else after.get("/label")),
            former=before["/alt"],
            former_label=_label(
                before.get("/label") if r[16] is None else _asked(conn, r[16])
            ),
            labelled="/label" in before,
            former_origin=None if r[13] is None else Origin(r[13]),
            model=r[14],
            shares_label=bool(r[15]),
            title=r[17],
        )


def _sides(patch: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a patch tested for, and what stands after it."""
    before = {op["path"]: op["value"] for op in patch if op["op"] == "test"}
    return before, before | {
        op["path"]: op["value"] for op in patch if op["op"] == "replace"
    }


def _asked(conn: sqlite3.Connection, item: int) -> Any:
    """The label that stood for a journal row before it was taken back.

    What the row asked for, not what was read back: a label that speaks for several
    texts of an entity is read as unset. A row that is a revert itself put back what
    stood before the row that it took back.
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
    return (before if odd else after).get("/label")


def unknown(conn: sqlite3.Connection, targets: Sequence[str]) -> list[str]:
    """The targets that are neither a push nor an image of the mirror."""
    return [
        target
        for target in targets
        if not conn.execute(
            (
                "SELECT 1 FROM pushes WHERE id = ?"
                if target.isdecimal()
                else "SELECT 1 FROM images WHERE id = ?"
            ),
            (int(target) if target.isdecimal() else target,),
        ).fetchone()
    ]


def nothing_sent(conn: sqlite3.Connection, target: str) -> bool:
    """altsync never sent anything for this target."""
    column, value = (
        ("push_id", int(target)) if target.isdecimal() else ("image_id", target)
    )
    return not conn.execute(
        f"SELECT 1 FROM push_items p WHERE p.{column} = ? AND p.status = 'applied' AND"  # noqa: S608
        f" {_SENDS} LIMIT 1",
        (value,),
    ).fetchone()


def _label(value: object) -> Label | None:
    return None if value is None else Label(str(value))
