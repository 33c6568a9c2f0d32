"""`pages --by-picture`: pictures of pages that nothing else matches, by what they show.

    alike = LookAlikes(store, cache, matcher, get)
    alike.images(placed, page)       # [("trip/pass", Match.BYTES)]

Only pictures that the site may have itself are fetched (`Matcher.own`), each address
once in a run, and decoded apart within bounds. What they look like is kept: runs without
the option, `verify` above all, find them again and fetch nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from altsync.addresses import shown
from altsync.errors import PictureError
from altsync.models import Match, PageContent, PictureKind, Placed
from altsync.pictures import alike
from altsync.pictures.cache import Cache
from altsync.pictures.prepare import whole
from altsync.store import picture_hashes
from altsync.store.store import Store
from altsync.uses.matching import Matcher

SIDE = 768
"""Pixels of the longer side: as the mirror's small pictures have it."""
MAX_BYTES = 20_000_000
"""Of a picture of a page."""
REMEMBERED = 20_000
"""Addresses whose look is remembered."""

Get = Callable[[str, int], bytes | None]
"""Fetches an address, at most so many bytes; None where it is not to be had."""


class LookAlikes:
    """Finds images by what pictures show. Belongs to the thread of its matcher."""

    def __init__(
        self,
        store: Store,
        cache: Cache,
        matcher: Matcher,
        get: Get | None,
        step: Callable[[], object] = lambda: None,
    ) -> None:
        """`get`: None finds only what was found before. With one, works out what the
        mirror's pictures look like; raises UsageError without the extra."""
        if get is not None:
            alike.check()
        self._looks = alike.looks(store, cache, step, known=get is None)
        self._store = store
        self._matcher = matcher
        self._get = get
        self._seen: dict[str, str] = {}

    @property
    def lacking(self) -> int:
        """Images that cannot be found so: `altsync pull --pictures` fetches their
        pictures."""
        return self._looks.lacking

    def images(self, placed: Placed, page: PageContent) -> list[tuple[str, Match]]:
        """The images that a picture looks like, as `Matcher.images` gives them."""
        if placed.uuid or placed.kind is PictureKind.CSS:
            return []
        address = next(self._matcher.own(placed, page), "")
        if not address.startswith(("http://", "https://")):
            return []
        if address not in self._seen and len(self._seen) < REMEMBERED:
            self._seen[address] = self._look(address)
        found = self._looks.like(self._seen.get(address, alike.NOTHING))
        return [
            (image, Match.BYTES) for image in self._matcher.chosen(found, placed, page)
        ]

    def _look(self, address: str) -> str:
        if self._get is None:
            with self._store.read() as conn:
                return picture_hashes.known(conn, address) or alike.NOTHING
        data = self._get(address, MAX_BYTES)
        if data is None:
            return alike.NOTHING
        try:
            found = alike.look(whole(data, SIDE))
        except PictureError:
            found = alike.NOTHING
        if shown(address) == address:  # else it holds a secret
            with self._store.write() as tx:
                picture_hashes.keep(tx, [(address, found)])
        return found
