"""What the pictures beside an image say: those of a gallery, an album or an entity."""

from __future__ import annotations

import sqlite3

from altsync.store.rows import column

_TEXT = """
(SELECT coalesce(
   (SELECT c.alt FROM image_heads h JOIN candidates c ON c.id = h.candidate_id
    WHERE h.image_id = i.id),
   i.alt)
 FROM images i
 WHERE i.id = near.id AND i.gone_at IS NULL AND i.out_of_reach IS NULL)
"""
"""What a picture beside it says: as a person approved it, else as the site shows it."""

_IN_GALLERY = f"""
WITH mine AS (
  SELECT page_url, place FROM usages
  WHERE image_id = :image AND region = 'gallery'
  ORDER BY page_url, place LIMIT 1),
near AS (
  SELECT u.image_id AS id, min(abs(u.place - mine.place)) AS far, u.place > mine.place AS later
  FROM usages u JOIN mine ON u.page_url = mine.page_url
  WHERE u.region = 'gallery' AND u.image_id <> :image
    AND abs(u.place - mine.place) <= :reach
  GROUP BY u.image_id)
SELECT text FROM (SELECT {_TEXT} AS text, far, later FROM near)
WHERE text IS NOT NULL
ORDER BY far, later
"""  # noqa: S608
_IN_SERIES = f"""
WITH me AS (SELECT id, album, entity FROM images WHERE id = :image),
series AS (
  SELECT i.id FROM images i JOIN me ON i.entity = me.entity
  WHERE i.entity <> i.id AND me.entity <> me.id
  UNION ALL
  SELECT i.id FROM me JOIN images i
    ON i.id > me.album || '/' AND i.id < me.album || '0' AND i.album = me.album
  WHERE me.entity = me.id),
near AS (
  SELECT * FROM (SELECT id FROM series WHERE id < :image ORDER BY id DESC LIMIT :reach)
  UNION ALL
  SELECT * FROM (SELECT id FROM series WHERE id > :image ORDER BY id LIMIT :reach))
SELECT text FROM (SELECT {_TEXT} AS text FROM near)
WHERE text IS NOT NULL
"""  # noqa: S608
"""The images of one entity; of a source without entities, those of the album ('0' comes
right after '/')."""
REACH = 2
"""Pictures to each side."""


def beside(conn: sqlite3.Connection, image: str) -> list[str]:
    """What the pictures right beside an image say, as approved or published: of a gallery
    on a page, else of its own album or entity. At most four, none of them blank."""
    wanted = {"image": image, "reach": REACH}
    for series in (_IN_GALLERY, _IN_SERIES):
        texts = [text for text in column(conn, series, wanted) if text.strip()]
        if texts:
            return list(dict.fromkeys(texts))[: 2 * REACH]
    return []
