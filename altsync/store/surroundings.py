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

_GALLERY = f"""
WITH mine AS (
  SELECT page_url, place FROM usages
  WHERE image_id = :image AND region = 'gallery'
  ORDER BY page_url, place LIMIT 1),
near AS (
  SELECT u.image_id AS id, min(abs(u.place - mine.place)) AS far,
    u.place > mine.place AS later
  FROM usages u JOIN mine ON u.page_url = mine.page_url
  WHERE u.region = 'gallery' AND u.image_id <> :image
    AND abs(u.place - mine.place) <= :reach
  GROUP BY u.image_id)
SELECT {_TEXT} FROM near ORDER BY far, later
"""  # noqa: S608
_SERIES = f"""
WITH near AS (
  SELECT * FROM (
    SELECT id FROM images WHERE {{of}} AND id < :image ORDER BY id DESC LIMIT :reach)
  UNION ALL
  SELECT * FROM (
    SELECT id FROM images WHERE {{of}} AND id > :image ORDER BY id LIMIT :reach))
SELECT {_TEXT} FROM near
"""  # noqa: S608
_ENTITY = _SERIES.format(of="entity = :entity AND entity <> id")
_ALBUM = _SERIES.format(
    of="album = :album AND id > :album || '/' AND id < :album || '0'"
)
"""('0' comes right after '/'.)"""
REACH = 2
"""Pictures to each side."""


def beside(conn: sqlite3.Connection, image: str) -> list[str]:
    """What the pictures right beside an image say, as approved or published: of a gallery
    on a page, else of its own entity, else, of a source without entities, of its album.
    At most four, none of them blank."""
    sql = "SELECT album, entity FROM images WHERE id = ?"
    album, entity = conn.execute(sql, (image,)).fetchone()
    wanted = {"image": image, "reach": REACH, "album": album, "entity": entity}
    own = _ALBUM if entity == image else _ENTITY
    for series in (_GALLERY, own):
        texts = [text for text in column(conn, series, wanted) if text and text.strip()]
        if texts:
            return list(dict.fromkeys(texts))[: 2 * REACH]
    return []
