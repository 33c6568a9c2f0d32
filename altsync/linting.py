"""What the rules say about all that a site publishes, as it was last pulled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from altsync import lint
from altsync.config import Config
from altsync.errors import UsageError
from altsync.lint.audit import CORPUS, audit
from altsync.models import Audit, Mirrored
from altsync.models.underway import Work
from altsync.report import Report
from altsync.store import corpus, mirror
from altsync.store.reach import SEEN
from altsync.uses import Known


def of_site(
    conn: sqlite3.Connection,
    config: Config,
    rules: lint.Ruleset,
    report: Report,
    album: str | None = None,
) -> Audit:
    """Check every text that this login sees where visitors do; of one album, if it is
    named. Raises UsageError for an album without an image."""
    compared = {}
    if CORPUS in rules:
        compared = corpus.findings(conn, rules.limits(CORPUS)["repeated"])
    images = _told(published(conn, album), report)
    report.start(Work.LINT, mirror.number(conn, *_which(album)))
    return audit(images, rules, compared, Known(config, conn).of)


def published(conn: sqlite3.Connection, album: str | None) -> Iterator[Mirrored]:
    """What this login sees where visitors do. Raises UsageError for an album without an
    image."""
    where, values = _which(album)
    if album is not None and not mirror.number(conn, where, values):
        raise UsageError(
            f"The mirror has no image in an album “{album}”. Is it spelled so on the"
            " site?"
        )
    return mirror.images(conn, where, values, "i.id")


def _which(album: str | None) -> tuple[str, tuple[str, ...]]:
    if album is None:
        return SEEN, ()
    return f"{SEEN} AND i.album = ?", (album,)


def _told(images: Iterable[Mirrored], report: Report) -> Iterator[Mirrored]:
    for one in images:
        yield one
        report.step()
