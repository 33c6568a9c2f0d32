"""pages: what visitors get -> uses. Reads the pages of the site, politely and only where
they changed, and keeps for every picture of a page what it is there.

Nothing is crawled: only pages that a sitemap, the mirror, the site's API or the owner
names are read; links on them are not followed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import threading
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from altsync import workers
from altsync.errors import Interrupted, NotThere, SourceError, UsageError
from altsync.lookalikes import LookAlikes
from altsync.models import PageContent, PageFile, PictureKind, Placed, Use
from altsync.pictures.cache import Cache
from altsync.render.text import count
from altsync.sources import pages as finding
from altsync.sources import robots
from altsync.sources.answers import origin, place
from altsync.sources.http import Http
from altsync.sources.visit import Asking, Met, Visited, Visitor
from altsync.stage import Breaker, Context
from altsync.store import page_runs, picture_hashes, usages
from altsync.store.page_runs import Reached, WantedPage
from altsync.uses.matching import Matcher

FAILURES = 5
"""So many pages in a row that the site does not give end the run."""
BATCH = 200
"""Pages whose addresses are held at a time."""
NAMED = 10
"""So many pages of one fate are named to the owner."""
WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class PagesAsked:
    """What is to be read, and how."""

    sources: tuple[str, ...] = ()
    """Sitemaps, pages, files and directories; nothing: what is found by itself."""
    limit: int | None = None
    """At most so many pages; the same again goes on after them."""
    logged_in: bool = False
    """With the login of altsync.toml. Otherwise as everybody gets the pages."""
    ignore_robots: bool = False
    """Read what robots.txt forbids, at any pace: for one's own site."""
    full: bool = False
    """Every page whole, changed or not."""
    by_picture: bool = False
    """Pictures that nothing else matches are fetched, and found by what they show."""
    kind: str = "pages"
    """Whose run it is in the ledger: `pages` or `verify`."""
    only: tuple[str, ...] = ()
    """These pages of the web; nothing is looked for."""
    sample: int | None = None
    """So many of what was found, drawn at random."""

    def key(self) -> str:
        """The same for what goes on with an interrupted run."""
        return json.dumps(
            {
                "sources": self.sources,
                "logged_in": self.logged_in,
                "ignore_robots": self.ignore_robots,
                "full": self.full,
                "by_picture": self.by_picture,
                "only": self.only,
                "sample": self.sample,
            }
        )


@dataclass(slots=True)
class PagesRead:
    """What a run did."""

    run: int = 0
    """Its number in `page_runs`."""
    found: int = 0
    """Pages that there were to read."""
    resumed: bool = False
    """It went on with one that was interrupted."""
    counts: Counter[Met] = field(default_factory=Counter)
    """Pages, by what became of them."""
    named: dict[Met, list[str]] = field(default_factory=dict)
    """The first few of each, by address; of those that failed, why."""
    uses: int = 0
    """Found on the pages that were read whole."""
    left: int = 0
    """Pages that `limit` left for the next run."""
    notes: list[str] = field(default_factory=list)
    """What could not be found, and what robots.txt asks for."""
    reached: Reached = field(default_factory=lambda: Reached(0, 0, 0))
    """Over all pages that were ever read."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Read the pages of the site."""

    context: Context
    asked: PagesAsked = PagesAsked()

    def run(self) -> PagesRead:
        """Do it once. Every page is a transaction of its own.

        A page that cannot be read is counted and told, and what was known of it stays;
        after FAILURES in a row SourceError ends the run. Raises Interrupted once
        `context.stop` is set; UsageError for a source that is none. What was read is
        kept, and the same again goes on after it.
        """
        store = self.context.store
        with (
            store.alone("pages"),
            store.beside("import"),
            contextlib.ExitStack() as open_,
        ):
            reading = _Reading(self, open_)
            reading.go()
            return reading.done


@dataclass(frozen=True, slots=True)
class _Task:
    """A page to read: at its address, or a file that is there already."""

    url: str
    known: WantedPage
    file: PageFile | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    visited: Visited
    digest: str = ""
    content: PageContent | None = None
    """None where the page was not read whole."""


class _Reading:
    """One run under way."""

    def __init__(self, pages: Pages, open_: contextlib.ExitStack) -> None:
        self.done = PagesRead()
        self._asked = pages.asked
        self._context = pages.context
        self._store = pages.context.store
        self._open = open_
        self._doors: dict[str, Visitor] = {}
        self._files: list[tuple[Path, Path]] = []
        self._fetching = threading.BoundedSemaphore(max(1, self._context.threads))
        self._breaker = Breaker(FAILURES)
        self._reader = 0
        self._matcher: Matcher
        self._alike: LookAlikes | None = None

    def go(self) -> None:
        from altsync.uses import html

        self._reader = html.READER
        with self._store.write() as tx:
            self.done.run, self.done.resumed = page_runs.begin(
                tx, self._asked.kind, self._asked.key()
            )
        self._find()
        self._draw()
        with self._store.snapshot() as conn:
            self._matcher = Matcher(conn)
            self._look_at_pictures()
            self._read()
        if not self.done.left:
            with self._store.write() as tx:
                page_runs.end(tx, self.done.run, self.done.counts)
        with self._store.read() as conn:
            self.done.reached = page_runs.reached(conn)

    def _draw(self) -> None:
        """Of what was found, only the sample: drawn by the run's number, so that an
        interrupted run goes on with the same one."""
        size, run = self._asked.sample, self.done.run
        with self._store.write() as tx:
            self.done.found = page_runs.count_all(tx) + len(self._files)
            if size is not None:
                page_runs.draw(tx, run, size)
        if size is not None:
            number = min(size, len(self._files))
            self._files = random.Random(run).sample(self._files, number)

    def _look_at_pictures(self) -> None:
        asked = self._asked.by_picture
        with self._store.read() as conn:
            if not asked and not picture_hashes.of_pages(conn):
                return
        cache, report = Cache.beside(self._store.path), self._context.report
        report.start("Looking at the mirror's pictures")
        get = self._picture if asked else None
        self._alike = LookAlikes(self._store, cache, self._matcher, get, report.step)
        if asked and self._alike.lacking:
            self.done.notes.append(
                "Without a picture here to compare:"
                f" {count(self._alike.lacking, 'image')}. `altsync pull --pictures`"
                " fetches what is missing."
            )

    def _picture(self, url: str, most: int) -> bytes | None:
        try:
            return self._door(url).picture(url, most)
        except SourceError as error:
            if error.stops_run:
                raise
            return None

    # What there is to read

    def _find(self) -> None:
        self._context.report.start("Finding pages")
        if self._asked.only:
            self._want_only()
        elif not self._asked.sources:
            self._find_by_itself()
        for source in self._asked.sources:
            if source.lower().startswith(WEB):
                self._find_at(source)
            else:
                root = Path(source)
                self._files += [(root, file) for file in finding.files(root)]

    def _want_only(self) -> None:
        for where in {origin(url): url for url in self._asked.only}.values():
            self._door(where)
        self._want(iter(self._asked.only))

    def _find_by_itself(self) -> None:
        home = self._home()
        if home is None:
            raise UsageError(
                "A site of this kind has no pages that altsync could find. Name them:"
                " `altsync pages DIRECTORY`."
            )
        self._want(iter([home.http.base + "/"]))
        self._want(finding.of_site(home.http, home.robots, self.done.notes.append))
        with self._store.write() as tx:
            page_runs.want_own(tx, home.http.origin)
        more = getattr(self._context.source, "page_addresses", None)
        if more is not None:
            self._want(more(self.done.notes.append))

    def _find_at(self, url: str) -> None:
        url = finding.clean(url)
        door = self._door(url)
        if not door.robots.allows(url):
            self._want(iter([url]))  # counted and told as any other
            return
        try:
            self._want(finding.of_address(door.http, url, self.done.notes.append))
        except SourceError as error:
            if error.stops_run or (isinstance(error, NotThere) and self._is_new(url)):
                raise
            self._want(iter([url]))  # told when it is read

    def _is_new(self, url: str) -> bool:
        with self._store.read() as conn:
            return not page_runs.known(conn, url).sha256

    def _want(self, urls: Iterator[str]) -> None:
        while batch := list(_take(urls, BATCH)):
            self._check_stop()
            with self._store.write() as tx:
                page_runs.want(tx, batch)
            self._context.report.step(len(batch))

    def _check_stop(self) -> None:
        if self._context.stop.is_set():
            raise Interrupted("Stopped. The same command goes on where it stopped.")

    # Doors

    def _home(self) -> Visitor | None:
        """Reads the pages of the site itself; None where the source has none."""
        visiting = getattr(self._context.source, "visiting", None)
        if visiting is None:
            return None
        for door in self._doors.values():
            return door  # the first that was opened
        http = self._open.enter_context(visiting(logged_in=self._asked.logged_in))
        return self._opened(http, logged_in=self._asked.logged_in)

    def _door(self, url: str) -> Visitor:
        self._home()
        where = origin(url)
        if where not in self._doors:
            http = self._open.enter_context(contextlib.closing(Http(where)))
            self._opened(http, logged_in=False)
        return self._doors[where]

    def _opened(self, http: Http, *, logged_in: bool) -> Visitor:
        found = robots.Robots() if self._asked.ignore_robots else robots.read(http)
        if found.forbids_all:
            self.done.notes.append(
                f"{found.forbids_all}: until it can, nothing there may be read"
                " (RFC 9309). Run again later; on your own site --ignore-robots reads"
                " on."
            )
        if found.delay:
            self.done.notes.append(_delay(found))
        door = Visitor(http, found, logged_in=logged_in, stop=self._context.stop)
        self._doors[http.origin] = door
        return door

    # Reading

    def _read(self) -> None:
        with self._store.write() as tx:
            there = page_runs.count_wanted(tx, self.done.run)
        total = there + len(self._files)
        limit = total if self._asked.limit is None else self._asked.limit
        self.done.left = max(0, total - limit)
        self._context.report.start("Reading pages", min(total, limit))
        stream = workers.each(
            self._work,
            _take(self._tasks(), limit),
            self._context.threads,
            self._context.stop,
            meanwhile=self._halt,
        )
        with contextlib.closing(stream):
            self._keep_all(stream)
        self._check_stop()

    def _halt(self) -> None:
        """What waits for a busy site waits no longer once the owner stops."""
        if self._context.stop.is_set():
            for door in self._doors.values():
                door.http.halt()

    def _tasks(self) -> Iterator[_Task]:
        after = 0
        while True:
            with self._store.write() as tx:
                batch = page_runs.wanted(tx, self.done.run, after, BATCH)
            if not batch:
                break
            for page in batch:
                yield self._task(page)
            after = batch[-1].number
        for root, path in self._files:
            file = finding.file_at(root, path)
            with self._store.read() as conn:
                known = page_runs.known(conn, file.url)
                run = page_runs.run_of(conn, file.url)
            if run != self.done.run:
                yield self._task(known, file)

    def _task(self, known: WantedPage, file: PageFile | None = None) -> _Task:
        if self._asked.full or self._has_news(known.url):
            known = replace(known, reader=0)
        return _Task(known.url, known, file)

    def _work(self, task: _Task) -> _Result | None:
        """One page, read. In a worker; None where it waited when the owner stopped."""
        try:
            visited = self._visit(task)
        except Interrupted:
            return None
        if visited.met is not Met.READ or visited.file is None:
            return _Result(visited)
        from altsync.uses import html

        digest = hashlib.sha256(visited.file.body).hexdigest()
        if self._is_known(task, visited.file, digest):
            return _Result(replace(visited, met=Met.UNCHANGED))
        return _Result(visited, digest, html.content(visited.file))

    def _visit(self, task: _Task) -> Visited:
        if task.file is not None:
            return Visited(task.url, Met.READ, task.file)
        known = task.known
        asking = Asking(task.url)
        if known.reader == self._reader:
            asking = Asking(task.url, known.etag, known.modified)
        with self._fetching:
            return self._doors[origin(task.url)].read(asking)

    def _is_known(self, task: _Task, file: PageFile, digest: str) -> bool:
        known = task.known
        here = file.url == task.url and known.reader == self._reader
        return here and known.sha256 == digest

    def _keep_all(self, stream: Generator[workers.Done[_Task, _Result | None]]) -> None:
        for piece in stream:
            if piece.error is not None:
                raise piece.error
            if piece.result is not None:
                self._keep(piece.result)
                self._context.report.step()

    def _keep(self, result: _Result) -> None:
        visited = result.visited
        met = visited.met
        if visited.file is not None:
            met = self._store_page(visited, result)
        elif met is Met.GONE:
            with self._store.write() as tx:
                usages.forget_page(tx, visited.url)
        self._count(met, visited)
        if met is not Met.FAILED:
            self._breaker.passed()
        elif self._breaker.failed():
            raise SourceError(
                f"Stopped after {FAILURES} pages in a row that could not be read. The"
                f" last: {visited.why} What was read is kept; the same command goes on."
            )

    def _count(self, met: Met, visited: Visited) -> None:
        self.done.counts[met] += 1
        some = self.done.named.setdefault(met, [])
        if len(some) < NAMED:
            some.append(visited.why or place(visited.url))

    def _store_page(self, visited: Visited, result: _Result) -> Met:
        """Keep a page that was read, or that says what it said."""
        file, content = visited.file, result.content
        assert file is not None
        found, strangers = self._matched(content or PageContent(file.url))
        with self._store.write() as tx:
            if file.url != visited.url:
                usages.forget_page(tx, visited.url)
            if page_runs.run_of(tx, file.url) == self.done.run:
                return Met.SAME
            if content is None:
                page_runs.same(tx, self.done.run, file)
                return Met.UNCHANGED
            usages.save_page(
                tx,
                file,
                content,
                result.digest,
                found=found,
                strangers=strangers,
                reader=self._reader,
                run=self.done.run,
            )
        self.done.uses += len(found)
        return Met.READ

    def _matched(
        self, content: PageContent
    ) -> tuple[list[tuple[str, Use]], list[Placed]]:
        """(image and use, pictures that are no image) of a page."""
        found: list[tuple[str, Use]] = []
        strangers: list[Placed] = []
        for placed in content.pictures:
            images = self._matcher.images(placed, content)
            if not images and self._alike is not None:
                images = self._alike.images(placed, content)
            found += [
                (image, replace(placed.use, match=match)) for image, match in images
            ]
            if not images:
                strangers.append(placed)
        return found, strangers

    def _has_news(self, url: str) -> bool:
        """A picture that was no image when the page was read is one by now: an
        unchanged page says more than it did."""
        with self._store.read() as conn:
            addresses = page_runs.strangers_of(conn, url)
        page, use = PageContent(url), Use(url)
        placed = (Placed(use, PictureKind.IMG, (address,)) for address in addresses)
        return any(self._matcher.images(each, page) for each in placed)


def _take(items: Iterator[Any], most: int) -> Iterator[Any]:
    """At most so many, and none is taken beyond them."""
    for _ in range(most):
        try:
            yield next(items)
        except StopIteration:
            return


def _delay(found: robots.Robots) -> str:
    kept = f"robots.txt asks for {found.asked_delay:g} seconds between two pages"
    if found.delay < found.asked_delay:
        return f"{kept}; altsync waits {found.delay:g}, the longest it does."
    return f"{kept}; altsync waits so long."
