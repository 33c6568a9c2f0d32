"""The first few of a plan, and whether the site still says what was sent to it a little
later."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from altsync.errors import NotThere
from altsync.models import Change, Converged, Entry, Flat, SiteImage, Summary
from altsync.plan import Digest
from altsync.sources.base import Source
from altsync.store import mirror
from altsync.store.store import Store


@dataclass(frozen=True, slots=True)
class Strayed:
    """An image that does not say what was sent to it."""

    image: str
    sent: str | None
    says: str | None
    label: bool = False
    """The text is right, the label is not."""


def first(entries: Iterable[Entry], number: int) -> Iterator[Change]:
    """The first so many changes of a plan."""
    return itertools.islice(
        (entry for entry in entries if isinstance(entry, Change)), number
    )


def rest(entries: Iterable[Entry], number: int) -> Iterator[Entry]:
    """The plan without its first so many changes; what has converged stays."""
    left = number
    for entry in entries:
        if isinstance(entry, Change) and left:
            left -= 1
        elif isinstance(entry, Change | Converged):
            yield entry


def part(summary: Summary, entries: Iterable[Entry]) -> Summary:
    """The numbers of a part of a plan; its ledger row keeps the checksum of the whole,
    which is what was shown."""
    digest = Digest(summary.site)
    for entry in entries:
        digest.add(entry)
    found = digest.summary()
    return Summary(summary.site, summary.checksum, found.changes, 0, found.converged, 0)


def read_back(
    source: Source, store: Store, changes: Sequence[Change], applied: Iterable[str]
) -> list[Strayed]:
    """Those of the applied images whose site, read past every cache, does not say what
    it confirmed.

    What it confirmed is in the mirror: a site may fold white space, but then it keeps
    to that. Raises SourceError.
    """
    wanted = frozenset(applied)
    strayed: list[Strayed] = []
    for _, group in itertools.groupby(
        changes, key=lambda change: (change.entity, change.language)
    ):
        ids = [change.image for change in group if change.image in wanted]
        images = {m.image.id: m.image for m in mirror.named(store.conn, ids)}
        if not images:
            continue
        try:
            flats = source.fresh([images[i] for i in ids]).flats
        except NotThere:
            flats = {}
        strayed += [
            found
            for i in ids
            if (found := _strayed(images[i], flats.get(i))) is not None
        ]
    return strayed


def _strayed(image: SiteImage, flat: Flat | None) -> Strayed | None:
    if flat is None:
        return Strayed(image.id, image.alt, None)
    if flat["alt"] != image.alt:
        return Strayed(image.id, image.alt, flat["alt"])
    label = None if image.label is None else str(image.label)
    return (
        Strayed(image.id, image.alt, flat["alt"], True)
        if image.has_label and flat.get("label") != label
        else None
    )
