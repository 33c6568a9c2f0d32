"""An owner's inventory is read before its images are: so it is known how many there are,
and how long it will take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from altsync.errors import SourceError
from altsync.models import SiteImage
from altsync.sources.base import Listing, Unread

MOST = 50_000
"""So many ids are kept at a time; of a longer inventory nobody knows the length."""

Item = str | SiteImage | Unread


def of(listing: Listing) -> tuple[Iterable[Item], int | None]:
    """What the listing gives, and how many images that is; None where it is too long, or
    no inventory: what a site lists itself costs requests, and is stored as it comes.

    An error of the listing is raised where it was, after what came before it.
    """
    if not getattr(listing, "inventory", False):
        return listing, None
    rest = iter(listing)
    first: list[Item] = []
    try:
        first.extend(islice(rest, MOST))
    except SourceError as error:
        return _broken(first, error), None
    if len(first) == MOST:
        return chain(first, rest), None
    return first, len({one if isinstance(one, str) else one.id for one in first})


def _broken(first: Iterable[Item], error: SourceError) -> Iterator[Item]:
    yield from first
    raise error
