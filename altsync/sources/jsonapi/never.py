"""What is never written, whatever the mirror says of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from altsync.errors import NeverWritten
from altsync.models import OutOfReach, SiteImage
from altsync.sources.jsonapi.says import see
from altsync.sources.jsonapi.shape import PAGE, Item


def refuse(images: Sequence[SiteImage], item: Item) -> None:
    """Raises NeverWritten. `images`: those of the item, as the mirror has them; the item
    as it was read just now."""
    here = f"{item.schema.kind} {item.number}"
    if item.inline:
        # Its page would go on showing the old words, and nobody could read the block
        # again, nor take the words back (589, 865-869).
        raise NeverWritten(
            f"{here} is a block of one Layout Builder page, which altsync never writes:"
            " it would be hidden from everybody. Write its alt text in that page's"
            f" layout; `altsync pull --full` marks it. {see('inline-blocks')}"
        )
    if not item.paragraph:
        return
    # Drupal lets anybody write a paragraph that nothing lists (551-554): that the write
    # is accepted proves nothing.
    if item.unattached or any(one.out_of_reach is OutOfReach.UNUSED for one in images):
        raise NeverWritten(
            f"{here} is a paragraph that no page shows, so nothing was sent. `altsync"
            f" pull --full` marks it. {see('paragraphs')}"
        )
    if not all(PAGE in json.loads(one.raw) for one in images):
        raise NeverWritten(
            f"{here} is a paragraph of which no pull has found out yet which page shows"
            f" it, so nothing was sent. `altsync pull --full` does, then push again."
            f" {see('paragraphs')}"
        )
