"""A look at the picture before its text is sent: what was approved while looking at one
picture is not sent to another.

It costs a HEAD where the file's headers are those that were remembered. Where they are
not, or say nothing, the file is fetched and its hash compared.
"""

from __future__ import annotations

import hashlib

from altsync.models import SiteImage
from altsync.sources.base import Source
from altsync.store import files
from altsync.store.files import SeenFile
from altsync.store.store import Store

REPLACED = (
    "the picture was replaced since this text was proposed. Look at it: `altsync pull"
    " --pictures`, then `altsync review`"
)


def is_replaced(
    source: Source, store: Store, image: SiteImage, candidate: int | None
) -> bool:
    """Whether the site has another picture there than the candidate was made for.

    False too where nobody knows for which it was made: a text that was imported, or
    written before any picture was looked at. Raises SourceError and PictureError where
    the picture cannot be looked at, and Interrupted.
    """
    with store.read() as conn:
        wanted = files.shown(conn, candidate)
        known = files.last(conn, image.id)
    if wanted is None:
        return False
    now = source.facts(image) if known is not None else None
    if known is None or now is None or not now.same_as(known.facts):
        known = _fetched(source, store, image)
    return known.sha256 != wanted


def _fetched(source: Source, store: Store, image: SiteImage) -> SeenFile:
    """What the picture is, and remembered so: the plan tells it then too."""
    file = source.file(image)
    seen = SeenFile(hashlib.sha256(file.data).hexdigest(), file.facts)
    with store.write() as tx:
        files.remember(tx, image.id, seen)
    return seen
