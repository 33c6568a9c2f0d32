"""Pictures for people, of images that no model has been asked about: prepared just as
those that a model sees.

Asked for by name (`altsync pull --pictures`), since it reads every image file of the
site once. Each file is kept as it arrives; what is there is not fetched again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from altsync import workers
from altsync.errors import PictureError, SourceError
from altsync.generate import pictures
from altsync.models import SiteImage
from altsync.report import Report

HOPELESS = 20
"""So many failures of the site in a row end the run: the rest would fare no better."""


@dataclass(slots=True)
class Previews:
    """What became of the pictures that were lacking."""

    made: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """How many, by the reason."""
    stopped: str = ""
    """Why not all were tried, or ''."""


def prepare(
    lacking: Iterable[tuple[str | None, SiteImage]],
    pixels: Callable[[SiteImage], bytes],
    cache: Path,
    side: int,
    report: Report,
    threads: int,
    stop: threading.Event | None = None,
) -> Previews:
    """Fetch and prepare each (name, image) and keep it in `cache` under that name. One
    bad file stops nothing.

    A name that is a file's hash is never taken on trust (the file may be another one by
    now): with None, the picture is kept under the hash of what came.
    """
    done = Previews()
    ending = stop or threading.Event()
    in_a_row = 0

    def one(item: tuple[str | None, SiteImage]) -> None:
        name, image = item
        data = pixels(image)
        if name is None:
            pictures.prepare(data, side, cache)
        else:
            pictures.prepare_as(name, data, side, cache)

    def wanted() -> Iterator[tuple[str | None, SiteImage]]:
        for item in lacking:
            if done.stopped:
                return
            yield item

    for piece in workers.each(one, wanted(), threads, ending):
        if piece.error is None:
            done.made += 1
            in_a_row = 0
        elif isinstance(piece.error, PictureError | SourceError):
            done.failed[str(piece.error)] += 1
            in_a_row += isinstance(piece.error, SourceError)
            if in_a_row >= HOPELESS:
                done.stopped = str(piece.error)
        else:
            raise piece.error
        report.step()
    return done
