"""Reading back: what a site answers to a write proves nothing where it does not show the
stored text, and little where it may be an echo of what was sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from altsync.errors import Interrupted
from altsync.models import Flat, SiteImage
from altsync.sources.base import Source

FIRST = 20
"""So many images of every push are read back, whatever the answers show."""
PAUSES = (0.5, 1.5, 3.0)
"""Seconds between looks at a site that still has the old text: a cache or a replica may
lag behind a write."""


class ReadBack:
    """Decides which images of one push are read back, and reads them. From any thread.

    `every`: all of them. Else the first 20, and those whose answer did not show the text.
    """

    def __init__(
        self,
        source: Source,
        stop: threading.Event,
        *,
        every: bool = False,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._source = source
        self._stop = stop
        self._every = every
        self._pauses = pauses
        self._left = FIRST
        self._lock = threading.Lock()

    def due(self, images: Sequence[str], shown: Mapping[str, Flat]) -> bool:
        """Whether these images of one entity, which were just written, are read back.
        Asked once a write: it counts."""
        with self._lock:
            among_the_first = self._left > 0
            self._left -= len(images)
        unseen = any(image not in shown for image in images)
        return self._every or among_the_first or unseen

    def read(
        self, images: Sequence[SiteImage], old: Mapping[str, Mapping[str, str | None]]
    ) -> Mapping[str, Flat]:
        """What the site has of images that were just written. Where it still has the
        `old` texts (members of the flat document) it is asked again, for about five
        seconds.

        Raises SourceError, and Interrupted where the owner will not wait.
        """
        flats = self._source.stored(images)
        for pause in self._pauses:
            if not any(_is_old(flats.get(image), was) for image, was in old.items()):
                break
            if self._stop.wait(pause):
                raise Interrupted("Stopped while the site still had the old text.")
            flats = self._source.stored(images)
        return flats


def _is_old(flat: Flat | None, old: Mapping[str, str | None]) -> bool:
    return flat is not None and all(flat.get(name) == was for name, was in old.items())
