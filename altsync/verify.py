"""verify: pages -> what visitors get, against the mirror.

Pages are read as everybody gets them, whole: nothing is sent that would let a cache
answer "as you know it", and nothing that would let it fetch anew, for a visitor gets the
cache's page too. What is compared is in `uses.visitors`; here pages are read, and the
site is asked where the mirror may be the one that is wrong.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace

from altsync.errors import NotThere, SourceError
from altsync.models import DrawnPages, Verified
from altsync.pages import Pages, PagesAsked, PagesRead
from altsync.stage import Context
from altsync.store import visited
from altsync.uses import visitors
from altsync.verdicts.sampling import upper

CONFIDENCE = 0.95
ASKED = 50
"""So many images at most the site is asked for."""


@dataclass(frozen=True, slots=True)
class Verify:
    """Read pages, and compare what they show."""

    context: Context
    asked: PagesAsked = field(default_factory=PagesAsked)
    push: int | None = None
    """Read only pages that are known to show images of this push, and say of each
    whether its words have come there."""

    def run(self) -> tuple[PagesRead, Verified]:
        """What was read, and what it shows. Raises as `Pages` does, and UsageError for a
        push that there is not, or whose images stand on no page that is known."""
        asked = replace(self.asked, kind="verify", full=True)
        if self.push is not None:
            asked = replace(asked, only=self._pages_of(self.push))
        read = Pages(self.context, asked).run()
        self._ask(read.run)
        with self.context.store.snapshot() as conn:
            found = visitors.verified(conn, read.run, self.push)
            if asked.sample is not None:
                pages = visited.addresses(conn, read.run)
                found = replace(found, drawn=_drawn(found, tuple(pages), read.found))
        return read, found

    def _pages_of(self, push: int) -> tuple[str, ...]:
        with self.context.store.read() as conn:
            return visitors.pages_of_push(conn, push)

    def _ask(self, run: int) -> None:
        """What the site says now of images whose pages say something else: the mirror
        may be older than the pages. What cannot be asked stays as it is."""
        store = self.context.store
        with store.snapshot() as conn:
            found = visitors.doubtful(conn, run, ASKED)
        self.context.report.start("Asking the site", len(found))
        for image, mirror in found:
            if self.context.stop.is_set():
                return
            with contextlib.suppress(SourceError):
                self._ask_one(run, image, mirror)
            self.context.report.step()

    def _ask_one(self, run: int, image: str, mirror: str | None) -> None:
        alt, gone = None, False
        try:
            alt = self.context.source.read(image).alt
        except NotThere:
            gone = True
        with self.context.store.write() as tx:
            visited.keep_asked(tx, run, image, mirror=mirror, alt=alt, gone=gone)


def _drawn(found: Verified, pages: tuple[str, ...], of: int) -> DrawnPages:
    different = {one.page_url for one in found.differences if one.shows.differs}
    reached = 1.0
    if pages:
        reached = upper(len(different), len(pages), CONFIDENCE)
    return DrawnPages(pages, of, len(different), reached, CONFIDENCE)
