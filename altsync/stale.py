"""What a site shows as it was before altsync's own write, though it has the new text: a
cache that got stuck. Nothing is believed, and nothing sent, on the word of such a copy.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import replace

from altsync import workers
from altsync.errors import Interrupted
from altsync.models import SiteImage
from altsync.render.text import count
from altsync.sources.base import Fresh, Source
from altsync.store import putback
from altsync.store.store import Store

_WHY = "before a push, though it has the new text"
_CLEAR = "clear Drupal's caches (`drush cache:rebuild`)"
_MEND = f"{_CLEAR}, then pull again."
UNHEARD = f"Drupal's JSON:API shows it as it was before a later save: {_CLEAR}."
"""Where nobody heard whether a push was done, which such a copy cannot say."""
UNSENT = f"Drupal's JSON:API shows it as it was {_WHY}. Nothing was sent: {_MEND}"


def told(number: int) -> str:
    """Of so many images that a pull did not believe."""
    are, were = ("is", "it was") if number == 1 else ("are", "they were")
    images = count(number, "image")
    return f"{images} {are} shown by Drupal's JSON:API as {were} {_WHY}: {_MEND}"


def among(
    source: Source,
    store: Store,
    images: Sequence[SiteImage],
    threads: int,
    stop: threading.Event,
) -> set[str]:
    """Which of these, as they were read just now, are stale: the source is asked about
    each item that seems to be back at what stood there before the last push. Once `stop`
    is set, none of those is believed; neither is one that was saved again meanwhile."""
    ask = getattr(source, "is_stale", None)
    if ask is None:
        return set()
    with store.read() as conn:
        back = putback.put_back(conn, images)
    items: dict[tuple[str, str | None], list[SiteImage]] = {}
    for image in back:
        items.setdefault((image.entity, image.language), []).append(image)
    found = {image.id for image in back}
    asked = workers.each(lambda alike: ask(alike[0]), items.values(), threads, stop)
    with contextlib.closing(asked):  # an error waits for what is in flight
        for piece in asked:
            if piece.error is None and not piece.result:
                found -= {image.id for image in piece.item}
            elif piece.error is not None and not isinstance(piece.error, Interrupted):
                raise piece.error
    return found


def is_read(
    source: Source, store: Store, images: Sequence[SiteImage], fresh: Fresh
) -> bool:
    """What was read of these images, as the mirror has them, is stale. They are of one
    entity and language. Raises Interrupted."""
    ask = getattr(source, "is_stale", None)
    if ask is None:
        return False
    flats = fresh.flats
    now = [replace(one, alt=flats[one.id]["alt"]) for one in images if one.id in flats]
    with store.read() as conn:
        back = putback.put_back(conn, now)
    return bool(back) and bool(ask(back[0], fresh))


def shows(source: Source, image: SiteImage, fresh: Fresh | None = None) -> bool:
    """The site has this image from a later save than `fresh` shows, else than it was
    listed with. Raises Interrupted."""
    ask = getattr(source, "is_stale", None)
    return ask is not None and bool(ask(image, fresh))
