"""Pictures for people, of images that no model has been asked about: prepared just as
those that a model sees.

Asked for by name (`altsync pull --pictures`), since it reads every image file of the
site once. Each file is kept as it arrives; what is there is not fetched again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from altsync import workers
from altsync.errors import Interrupted, PictureError, SourceError
from altsync.models import SiteImage
from altsync.models.underway import Work
from altsync.pictures.cache import Cache, name_of
from altsync.pictures.prepare import prepare_as
from altsync.stage import Breaker, Context
from altsync.store import files, mirror
from altsync.store.reach import IN_REACH

HOPELESS = 20
"""So many failures of the site in a row end the run: the rest would fare no better."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """An image whose picture is not in the cache."""

    image: SiteImage
    name: str | None
    """Under which its picture will be kept. None: under the hash of what comes. A name
    that is the hash of a file is never taken on trust: the file may be another by now."""


@dataclass(slots=True)
class Previewed:
    """What became of the pictures that were lacking."""

    made: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """How many, by the reason."""
    stopped: str = ""
    """Why not all were tried, or ''."""


@dataclass(frozen=True, slots=True)
class Previews:
    """Fetch and prepare the picture of every image on the site that lacks one in the
    size `side`.

    One bad file stops nothing; a site that fails `HOPELESS` times in a row, or says that
    no other picture can fare better, ends the run, and `stopped` says why.
    """

    context: Context
    cache: Cache
    side: int

    def run(self) -> Previewed:
        """Do it once. What arrived is kept, whatever happens. Raises Interrupted once
        the context's `stop` is set."""
        context = self.context
        done = Previewed()
        breaker = Breaker(HOPELESS)
        with context.store.snapshot() as conn:
            number = sum(1 for _ in self._lacking(conn))
            context.report.start(Work.FETCH_PICTURES, number)
            for piece in workers.each(
                self._fetch, self._wanted(conn, done), context.threads, context.stop
            ):
                _count(done, breaker, piece.error)
                context.report.step(failed=piece.error is not None)
        context.say_remarks()
        if context.stop.is_set():
            raise Interrupted(
                f"Stopped after {done.made:,} of {number:,} pictures; they are kept. Run"
                " `altsync pull --pictures` again for the rest."
            )
        return done

    def _wanted(self, conn: sqlite3.Connection, done: Previewed) -> Iterator[Lacking]:
        for one in self._lacking(conn):
            if done.stopped:
                return
            yield one

    def _lacking(self, conn: sqlite3.Connection) -> Iterator[Lacking]:
        """Each picture once, whichever images have it."""
        names: set[str] = set()
        for mirrored in mirror.images(conn, IN_REACH, order="i.id"):
            image = mirrored.image
            seen = files.seen(conn, image.id)
            name = name_of(image.id, image.image_url, seen, image.in_text)
            if name not in names and not self.cache.has(name, self.side):
                names.add(name)
                yield Lacking(image, None if seen else name)

    def _fetch(self, wanted: Lacking) -> None:
        data = self.context.source.pixels(wanted.image)
        prepare_as(wanted.name, data, self.side, self.cache)


def _count(done: Previewed, breaker: Breaker, error: BaseException | None) -> None:
    if error is None:
        done.made += 1
        breaker.passed()
    elif isinstance(error, PictureError):
        done.failed[str(error)] += 1
    elif isinstance(error, SourceError):
        done.failed[str(error)] += 1
        if breaker.failed() or error.stops_run:
            done.stopped = str(error)
    else:
        raise error
