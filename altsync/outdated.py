"""Pages that say more than they did although they did not change: the mirror changed."""

from __future__ import annotations

import sqlite3

from altsync.models import PageContent, PictureKind, Placed, Use
from altsync.store import page_runs, picture_files
from altsync.store.store import Store
from altsync.uses.matching import Matcher


class Outdated:
    """What was read of pages, beside the mirror as it is now. Belongs to the thread of
    its matcher, whose connection it is given."""

    def __init__(
        self, store: Store, matcher: Matcher, conn: sqlite3.Connection
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._pages = picture_files.outdated_pages(conn)

    def has_news(self, url: str) -> bool:
        """A picture that was no image when the page was read is one by now, or another
        one, or none."""
        if url in self._pages:
            return True
        with self._store.read() as conn:
            addresses = page_runs.strangers_of(conn, url)
        page, use = PageContent(url), Use(url)
        placed = (Placed(use, PictureKind.IMG, (address,)) for address in addresses)
        return any(self._matcher.images(each, page) for each in placed)
