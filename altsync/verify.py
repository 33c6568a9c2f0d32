"""verify: pages -> what visitors get, against the mirror.

Pages are read as everybody gets them, whole: nothing is sent that would let a cache
answer "as you know it", and nothing that would let it fetch anew, for a visitor gets the
cache's page too. What is compared is in `uses.visitors`; here pages are read, and the
site is asked where the mirror may be the one that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from altsync.errors import SourceError
from altsync.models import DrawnPages, SiteImage, Verified
from altsync.models.underway import Work
from altsync.pages import Pages, PagesAsked, PagesRead
from altsync.render.text import count
from altsync.stage import Breaker, Context
from altsync.store import mirror, visited
from altsync.uses import visitors
from altsync.verdicts.bounds import upper

CONFIDENCE = 0.95
ASKED = 500
"""So many images at most the site is asked for."""
IN_VAIN = 50
"""After so many in a row of which it says what the mirror says, it is asked for no more."""
FAILURES = 3
"""After so many in a row that it does not tell, it is asked for no more."""


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
                size = min(asked.sample, read.found)
                drawn = _drawn(found, tuple(pages), size, read.found)
                found = replace(found, drawn=drawn)
        return read, found

    def _pages_of(self, push: int) -> tuple[str, ...]:
        with self.context.store.read() as conn:
            return visitors.pages_of_push(conn, push)

    def _ask(self, run: int) -> None:
        """What the site says now of images whose pages say something else: the mirror
        may be older than the pages. What cannot be asked stays as it is, and is told."""
        store, report = self.context.store, self.context.report
        with store.snapshot() as conn:
            wanted = visitors.doubtful(conn, run, ASKED)
            known = {one.image.id: one.image for one in mirror.named(conn, wanted)}
        images = [known[name] for name in wanted if name in known]
        if not images:
            return
        report.start(Work.ASK_SITE, len(images))
        breaker = Breaker(FAILURES)
        in_vain = 0
        try:
            self.context.source.check()
            for number, image in enumerate(images):
                if self.context.stop.is_set():
                    return
                if in_vain == IN_VAIN:
                    report.say(_not_asked(len(images) - number))
                    return
                in_vain += 1
                if self._ask_one(run, image, breaker):
                    in_vain = 0
                report.step()
        except SourceError as error:
            report.say(f"Whether the mirror is older cannot be told: {error}")

    def _ask_one(self, run: int, image: SiteImage, breaker: Breaker) -> bool:
        """Whether the site says something else than the mirror."""
        try:
            found = self.context.source.stored([image])
        except SourceError as error:
            if error.stops_run or breaker.failed():
                raise
            return False
        breaker.passed()
        flat = found.get(image.id, {})
        gone = image.id not in found
        with self.context.store.write() as tx:
            visited.keep_asked(
                tx,
                run,
                image.id,
                mirror=image.alt,
                alt=flat.get("alt"),
                gone=gone,
            )
        return gone or flat.get("alt") != image.alt


def _not_asked(number: int) -> str:
    return (
        f"The site was not asked about {count(number, 'image')} more whose pages say"
        " something else: were they edited since the last pull, `altsync pull` and"
        " another verify tell."
    )


def _drawn(found: Verified, pages: tuple[str, ...], size: int, of: int) -> DrawnPages:
    different = {one.page_url for one in found.differences if one.shows.differs}
    reached = 1.0
    if pages:
        reached = upper(len(different), len(pages), CONFIDENCE)
    return DrawnPages(pages, size, of, len(different), reached, CONFIDENCE)
