"""Whether Drupal shows an item as it was before its last save.

Core stores the normalised copy of an item after the answer that it was made for. A copy
that was read before a write and is stored after it counts as up to date, and answers from
then on, the old `changed` included, until the item is saved again or caches are cleared
(seen on a real one, once among 276 writes). Filters read the database.
"""

from __future__ import annotations

import json
from datetime import datetime

from altsync.errors import ConfigError, SourceError
from altsync.models import SiteImage
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.holding import only_in
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.walk import condition, rows_of


def is_behind(
    client: Client, schema: Schema, image: SiteImage, item: Item | None
) -> bool:
    """The database has a later `changed` than `item` shows, else than the image was
    listed with, in its language. One request.

    False where that cannot be known: a type without `changed` or a language to filter by,
    what filters hide (unpublished items, paragraphs), an error.
    """
    spoken = [] if image.language is None else only_in(schema, image.language)
    seconds = _seconds(schema, image, item)
    if seconds is None or not (spoken or image.language is None):
        return False  # another translation may be later
    query = [
        *condition("this", "id", "=", image.entity.partition("/")[2]),
        # UNIX seconds: the ISO text finds nothing, silently (031).
        *condition("later", schema.changed, ">", str(seconds)),
        *spoken,
        (f"fields[{schema.kind}]", schema.changed),
    ]
    try:
        url = client.url(schema.kind, image.language)
        document, _ = client.get(url, query, fresh=True)
    except (SourceError, ConfigError):
        return False
    return bool(rows_of(document))


def _seconds(schema: Schema, image: SiteImage, item: Item | None) -> int | None:
    changed = json.loads(image.raw).get("changed")
    if item is not None:
        changed = item.attributes.get(schema.changed)
    try:
        return int(datetime.fromisoformat(str(changed)).timestamp())
    except (ValueError, OverflowError):
        return None
