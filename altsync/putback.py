"""Texts that altsync wrote where a form of the site puts the old ones back: read again,
first thing in a pull.

A person who has a page's form open does not learn that a paragraph of it was written
meanwhile, and to save the form puts the old words back without a word from the site,
which need not move a date either. So the next pull asks for each of these by itself.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from altsync import workers
from altsync.errors import SourceError
from altsync.models import Drift, Flat, Label, SiteImage
from altsync.models.underway import Work
from altsync.stage import Context
from altsync.store import mirror, putback


def read_again(
    context: Context, pull_id: int, *, otherwise: bool = False, untold: bool = False
) -> Iterator[tuple[int, list[Drift]]]:
    """Read what was sent since the last pull and may be put back: how many images of an
    entity were read, and what drifted among them.

    What cannot be read is left to the walk that follows. `otherwise` and `untold` are for
    `mirror.save`. Raises errors that stop a run.
    """
    with context.store.read() as conn:
        sent = putback.written_since(conn, pull_id)
    at_risk = [image for image in sent if context.source.may_be_put_back(image)]
    if not at_risk:
        return
    context.report.start(Work.READ_AGAIN, len(at_risk))
    places = itertools.groupby(at_risk, key=lambda one: (one.entity, one.language))
    asked = workers.each(
        lambda images: _read(context, images),
        [list(images) for _, images in places],
        context.threads,
        context.stop,
        key=lambda images: images[0].entity,
    )
    with contextlib.closing(asked):  # an error waits for what is in flight
        for piece in asked:
            if piece.error is not None:
                raise piece.error
            read = piece.result or []
            with context.store.write() as tx:
                drift = mirror.save(
                    tx, pull_id, read, otherwise=otherwise, untold=untold
                )
            yield len(read), drift
            context.report.step(len(piece.item))


def _read(context: Context, images: Sequence[SiteImage]) -> list[SiteImage]:
    """The images of one entity and language, as the site has them now. Runs in a worker."""
    try:
        flats = context.source.stored(images)
    except SourceError as error:
        if error.stops_run:
            raise
        return []
    return [_now(image, flats[image.id]) for image in images if image.id in flats]


def _now(image: SiteImage, flat: Flat) -> SiteImage:
    label = flat.get("label")
    return replace(
        image,
        alt=flat["alt"],
        title=flat["title"],
        caption=flat["caption"],
        label=None if label is None else Label(label),
        has_label="label" in flat,
    )
