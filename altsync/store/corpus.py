"""What only all images together show: the rule `corpus` of the lint, in SQL.

Two slots show the same picture where the bytes are known to be equal (a candidate was
made for each, or for another image with its file) or where their files or addresses
are. Texts are compared as the site has them, without white space at their ends. A tag in
a text is there to say something else than its picture says in other places, so it is not
held against these.
"""

from __future__ import annotations

import sqlite3

from altsync.store.reach import SEEN

_SHOWN = f"""
WITH known AS MATERIALIZED (
  SELECT i.id, i.album, i.language, i.alt, i.blank, i.tag, i.file, i.image_url, (
      SELECT c.image_sha256 FROM candidates c
      WHERE c.image_id = i.id AND c.image_sha256 IS NOT NULL
      ORDER BY c.id DESC LIMIT 1
    ) AS sha256
  FROM images i
  WHERE {SEEN}
), files AS MATERIALIZED (
  SELECT file, max(sha256) AS sha256 FROM known WHERE file IS NOT NULL GROUP BY file
), shown AS MATERIALIZED (
  SELECT k.id, k.album, k.language, k.tag IS NOT NULL AS in_text,
    trim(k.alt, char(9, 10, 13, 32, 160)) AS alt,
    coalesce(k.sha256, f.sha256, k.file, k.image_url, k.id) AS picture
  FROM known k
  LEFT JOIN files f ON f.file = k.file
  WHERE NOT k.blank
)
"""  # noqa: S608

_OVER_AN_ALBUM = """
SELECT s.id, many.n
FROM shown s
JOIN (
  SELECT album, alt, count(DISTINCT picture) AS n
  FROM shown
  GROUP BY album, alt
  HAVING n >= :repeated
) many ON many.album = s.album AND many.alt = s.alt
"""

_SAME_TEXT = """
SELECT s.id, same.n
FROM shown s
JOIN (
  SELECT alt, count(DISTINCT picture) AS n
  FROM shown
  GROUP BY alt
  HAVING n > 1
) same ON same.alt = s.alt
"""

_SAME_PICTURE = """
SELECT s.id, same.n
FROM shown s
JOIN (
  SELECT picture, language, count(DISTINCT alt) AS n
  FROM shown
  WHERE NOT in_text
  GROUP BY picture, language
  HAVING n > 1
) same ON same.picture = s.picture AND same.language IS s.language
WHERE NOT s.in_text
"""


def findings(conn: sqlite3.Connection, repeated: int = 3) -> dict[str, str]:
    """Image id -> a sentence for the owner. `repeated`: how many pictures of one album
    make a text a repeated one."""
    found: dict[str, str] = {}
    for image, n in conn.execute(_SHOWN + _OVER_AN_ALBUM, {"repeated": repeated}):
        found[image] = (
            f"{n} different images of this album have the same alt text: say what each"
            " one shows."
        )
    for image, n in conn.execute(_SHOWN + _SAME_TEXT):
        found.setdefault(
            image,
            f"{n} different images have this same alt text: say what each one shows.",
        )
    for image, n in conn.execute(_SHOWN + _SAME_PICTURE):
        found.setdefault(
            image,
            f"The same picture has {n} different alt texts on this site: is one of them"
            " wrong?",
        )
    return found
