"""Texts that altsync wrote and that may be put back, or are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from altsync.models import OutOfReach, SiteImage
from altsync.store import mirror
from altsync.store.reach import IN_REACH
from altsync.store.rows import column

_WRITTEN = """
SELECT DISTINCT image_id FROM push_items
WHERE status = 'applied' AND settled_seq > coalesce((
  SELECT max(seq) FROM pulls
  WHERE id < ? AND finished_at IS NOT NULL AND error IS NULL
), 0)
"""
_THOSE = f"i.id IN (SELECT value FROM json_each(?)) AND {IN_REACH}"  # noqa: S608


def written_since(conn: sqlite3.Connection, pull_id: int) -> list[SiteImage]:
    """What was sent since the last pull before this one began that came to its end."""
    ids = json.dumps(list(column(conn, _WRITTEN, (pull_id,))))
    order = "i.entity, i.language, i.id"
    return [known.image for known in mirror.images(conn, _THOSE, (ids,), order)]


_OTHERS = """
SELECT i.id, i.alt FROM json_each(?) j JOIN images i ON i.id = json_extract(j.value, '$[0]')
WHERE i.alt IS NOT json_extract(j.value, '$[1]')
"""


def put_back(conn: sqlite3.Connection, images: Sequence[SiteImage]) -> list[SiteImage]:
    """Those that are read as they stood before what altsync sent last, which the mirror
    still has."""
    read = json.dumps([(image.id, image.alt) for image in images])
    was = dict(conn.execute(_OTHERS, (read,)))
    return [
        image
        for image in images
        if image.id in was
        and mirror.is_put_back(conn, image.id, was[image.id], image.alt)
    ]


def as_known(
    conn: sqlite3.Connection,
    images: Sequence[SiteImage],
    undecided: Collection[str],
    *,
    new: bool = True,
) -> Iterator[SiteImage]:
    """The images; of those that are `undecided`, where they stand is as the mirror has
    it. Without `new`, those that it does not have are left out."""
    ids = [image.id for image in images if image.id in undecided]
    known = {one.image.id: one.image for one in mirror.named(conn, ids)}
    for image in images:
        old = known.get(image.id)
        if old is not None:
            yield _where(old, image)
        elif new or image.id not in undecided:
            yield image


def _where(old: SiteImage, image: SiteImage) -> SiteImage:
    """`image` on the page of `old`, which has been seen at another time."""
    why = image.out_of_reach
    if why is None and old.out_of_reach in (OutOfReach.UNUSED, OutOfReach.INLINE):
        why = old.out_of_reach
    return replace(
        image,
        out_of_reach=why,
        page_url=old.page_url,
        page_title=old.page_title,
        page_text=old.page_text,
        raw=json.dumps(json.loads(old.raw) | json.loads(image.raw)),
    )
