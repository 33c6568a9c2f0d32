"""Ids that differ only in upper and lower case: two images, or one under two names?

A site that ignores case answers both, and texts for both are then sent to one image. A
pull that meets such ids asks the site; where it takes them for one image, or where that
cannot be told, the plan refuses them all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from altsync.errors import AltsyncError, NotThere
from altsync.models import SiteImage, caseless, is_blank
from altsync.render.text import count
from altsync.sources.base import Source
from altsync.stage import Context
from altsync.store import mirror
from altsync.store import namesakes as table

TRIED = 3
"""So many groups are asked about: how a site reads addresses is the same for all."""


def look(context: Context, *, complete: bool) -> None:
    """After a pull: remember the ids of one image that it met, and say so.

    `complete`: what the pull did not meet is no namesake any more.
    """
    store = context.store
    with store.write() as tx:
        if complete:
            table.forget(tx)
        groups = table.groups(tx, TRIED)
        ids = list(itertools.chain.from_iterable(groups))
        named = {one.image.id: one.image for one in mirror.named(tx, ids)}
    if not groups:
        return
    one_image = are_one(
        context.source, [[named[image] for image in ids] for ids in groups]
    )
    if one_image is False:
        return
    with store.write() as tx:
        number = table.keep(tx)
    _say(context, groups[0], number, one_image)


def _say(
    context: Context, first: Sequence[str], number: int, one_image: bool | None
) -> None:
    what = "The site takes them for one image each"
    if one_image is None:
        what = "The site may take them for one image each; it could not be told"
    context.report.say(
        f"{count(number, 'id')} differ only in upper and lower case, such as"
        f" {' and '.join(first)}. {what}. Nothing is sent to them: leave one of each in"
        " the inventory, then run `altsync pull`."
    )


def are_one(source: Source, groups: Sequence[Sequence[SiteImage]]) -> bool | None:
    """Whether the site takes ids that differ only in case for one image; None where it
    cannot be told.

    It is asked for a spelling that no inventory names. Not there: it tells them apart.
    There, with the very texts of all the others: it does not. Where the texts prove
    nothing, because there are none, two pictures that differ do.
    """
    for group in groups:
        found = _asked(source, group)
        if found is not None:
            return found
    if any(_pictures_differ(source, group) for group in groups):
        return False
    return None


def _asked(source: Source, group: Sequence[SiteImage]) -> bool | None:
    spelling = next(_unnamed([image.id for image in group]), None)
    if spelling is None:
        return None
    try:
        told = source.read(spelling).flat()
    except NotThere:
        return False
    except AltsyncError:
        return None
    texts = (told["alt"], told["title"], told["caption"])
    if all(map(is_blank, texts)) or any(image.flat() != told for image in group):
        return None
    return True


def _unnamed(ids: Sequence[str]) -> Iterator[str]:
    """Further spellings of the same id."""
    first = ids[0]
    for place, letter in enumerate(first):
        other = first[:place] + letter.swapcase() + first[place + 1 :]
        if other not in ids and caseless(other) == caseless(first):
            yield other


def _pictures_differ(source: Source, group: Sequence[SiteImage]) -> bool:
    try:
        first, second = (source.pixels(image) for image in group[:2])
    except AltsyncError:
        return False
    return first != second
