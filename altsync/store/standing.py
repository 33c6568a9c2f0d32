"""What people call an image, and where one in a text stands, as SQL on `i` (images)."""

from __future__ import annotations

from dataclasses import fields

from altsync.models import WhereInText

TITLE = """
iif(i.tag IS NULL,
  coalesce(nullif(i.title, ''), i.page_title),
  coalesce(i.page_title, nullif(i.title, '')))
"""
"""What the site calls it, else the page where it stands. Of an image in a text the page
first: its own title is a tooltip."""
WHERE = """
i.tag AS "where.tag", iif(i.tag IS NULL, NULL, i.page_title) AS "where.page",
i.place AS "where.place", i.before AS "where.before", i.after AS "where.after",
i.heading AS "where.heading",
i.link AS "where.link", i.link_text AS "where.link_text"
"""
"""The columns of a `WhereInText` in the field `where`."""
IN_NONE = ", ".join(f'NULL AS "where.{field.name}"' for field in fields(WhereInText))
"""The same of what is in no text."""
