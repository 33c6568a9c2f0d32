"""pages: what visitors get -> uses. Reads the pages of the site, politely and only where
they changed, and keeps for every picture of a page what it is there.

Nothing is crawled: only pages that a sitemap, the mirror, the site's API or the owner
names are read; links on them are not followed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

from altsync import workers
from altsync.doors import Doors
from altsync.errors import Interrupted, SourceError
from altsync.finding import WEB, Finder, check_sources, check_stop, taken
from altsync.lookalikes import LookAlikes
from altsync.models import PageContent, PageFile, Placed, Use
from altsync.models.underway import Work
from altsync.outdated import Outdated
from altsync.pictures.cache import Cache
from altsync.render.text import count
from altsync.sources.answers import origin, place
from altsync.sources.pages import file_at
from altsync.sources.visit import Asking, Met, Visited
from altsync.stage import Breaker, Context
from altsync.store import page_runs, picture_hashes, usages
from altsync.store.page_runs import Reached, WantedPage
from altsync.uses import html
from altsync.uses.matching import Matcher

FAILURES = 5
"""So many pages in a row that the site does not give end the run."""
PARSERS = 2
"""Threads that read what the others have fetched, so that the site has always as much to
do as it may. A pool of processes was measured, and was no faster: see benchmarks/pages.py."""
BATCH = 200
"""Pages whose addresses are held at a time."""
NAMED = 10
"""So many pages of one fate are named to the owner."""


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
    failed: int = 0
    """Pages that could not be read, also before the run was gone on with."""
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
        check_sources(self.asked.sources)
        store = self.context.store
        done = PagesRead()
        doors = Doors(
            self.context.source,
            self._site(),
            self.context.stop,
            done.notes.append,
            logged_in=self.asked.logged_in,
            ignore_robots=self.asked.ignore_robots,
        )
        with store.alone("pages"), store.beside("import"), doors:
            _Reading(self, doors, done).go()
        return done

    def _site(self) -> str:
        url, _ = self.context.store.site() or ("", "")
        return origin(url) if url.startswith(WEB) else ""


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

    def __init__(self, pages: Pages, doors: Doors, done: PagesRead) -> None:
        self.done = done
        self._asked = pages.asked
        self._context = pages.context
        self._store = pages.context.store
        self._doors = doors
        self._fetching = threading.BoundedSemaphore(max(1, self._context.threads))
        self._breaker = Breaker(FAILURES)
        self._reader = html.READER
        self._matcher: Matcher
        self._outdated: Outdated
        self._alike: LookAlikes | None = None
        self._failed: list[str] = []

    def go(self) -> None:
        with self._store.write() as tx:
            self.done.run, self.done.resumed = page_runs.begin(
                tx, self._asked.kind, self._asked.key()
            )
        self._find()
        with self._store.snapshot() as conn:
            self._matcher = Matcher(conn)
            self._outdated = Outdated(self._store, self._matcher, conn)
            self._look_at_pictures()
            # A reader that held one moment for so long would keep SQLite from taking what
            # is written meanwhile out of its log, which would grow with every page.
            conn.commit()
            self._read()
        if not self.done.left:
            with self._store.write() as tx:
                page_runs.end(tx, self.done.run)
        with self._store.read() as conn:
            self.done.reached = page_runs.reached(conn)

    def _find(self) -> None:
        asked = self._asked
        self._context.report.start(Work.FIND_PAGES)
        finder = Finder(self._context, self._doors, self.done.notes.append)
        if asked.only or asked.sources:
            finder.named(asked.only, asked.sources)
        else:
            finder.by_itself()
        self.done.found = finder.found()
        if asked.sample is not None:
            finder.draw(self.done.run, asked.sample)
        self._files = finder.files

    def _look_at_pictures(self) -> None:
        asked = self._asked.by_picture
        with self._store.read() as conn:
            if not asked and not picture_hashes.of_pages(conn):
                return
        cache, report = Cache.beside(self._store.path), self._context.report
        report.start(Work.LOOK_AT_PICTURES)
        get = self._doors.picture if asked else None
        self._alike = LookAlikes(self._store, cache, self._matcher, get, report.step)
        if asked and self._alike.lacking:
            self.done.notes.append(
                "Without a picture here to compare:"
                f" {count(self._alike.lacking, 'image')}. `altsync pull --pictures`"
                " fetches what is missing."
            )

    def _read(self) -> None:
        with self._store.write() as tx:
            there = page_runs.count_wanted(tx, self.done.run)
        total = there + len(self._files)
        limit = total if self._asked.limit is None else self._asked.limit
        self.done.left = max(0, total - limit)
        self._context.report.start(Work.READ_PAGES, min(total, limit))
        stream = workers.each(
            self._work,
            taken(self._tasks(), limit),
            self._context.threads + PARSERS,
            self._context.stop,
        )
        with contextlib.closing(stream):
            self._keep_all(stream)
        check_stop(self._context)
        with self._store.write() as tx:
            self._done_with_failed(tx)
            self.done.failed = page_runs.count_met(tx, self.done.run, Met.FAILED)

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
            file = file_at(root, path)
            with self._store.read() as conn:
                known = page_runs.known(conn, file.url)
                run = page_runs.run_of(conn, file.url)
            if run != self.done.run:
                yield self._task(known, file)

    def _task(self, known: WantedPage, file: PageFile | None = None) -> _Task:
        if self._asked.full or self._outdated.has_news(known.url):
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
            return self._doors.of(task.url).read(asking)

    def _is_known(self, task: _Task, file: PageFile, digest: str) -> bool:
        known = task.known
        here = file.url == task.url and known.reader == self._reader
        return here and known.sha256 == digest

    def _keep_all(self, stream: Generator[workers.Done[_Task, _Result | None]]) -> None:
        for piece in stream:
            if piece.error is not None:
                raise piece.error
            if piece.result is not None:
                met = self._keep(piece.result)
                self._context.report.step(failed=met is Met.FAILED)

    def _keep(self, result: _Result) -> Met:
        """What was met there, now that it is stored."""
        visited = result.visited
        found, strangers = self._matched(result.content)
        with self._store.write() as tx:
            met = self._store_page(tx, result, found, strangers)
            self._done_with(tx, visited.url, met)
        self._count(met, visited)
        if met is not Met.FAILED:
            self._breaker.passed()
        elif self._breaker.failed():
            raise SourceError(
                f"Stopped after {FAILURES} pages in a row that could not be read. The"
                f" last: {visited.why} What was read is kept; the same command goes on."
            )
        return met

    def _done_with(self, tx: sqlite3.Connection, url: str, met: Met) -> None:
        """Pages that fail one after the other are open until another does not: five of
        them end the run, and say something of the site, not of themselves."""
        if met is Met.FAILED:
            self._failed.append(url)
            return
        self._done_with_failed(tx)
        page_runs.met(tx, self.done.run, url, met)

    def _done_with_failed(self, tx: sqlite3.Connection) -> None:
        for url in self._failed:
            page_runs.met(tx, self.done.run, url, Met.FAILED)
        self._failed.clear()

    def _count(self, met: Met, visited: Visited) -> None:
        self.done.counts[met] += 1
        some = self.done.named.setdefault(met, [])
        if len(some) < NAMED:
            some.append(visited.why or place(visited.url))

    def _store_page(
        self,
        tx: sqlite3.Connection,
        result: _Result,
        found: list[tuple[str, Use]],
        strangers: list[Placed],
    ) -> Met:
        """Keep a page that was read, or that says what it said; forget one that is gone."""
        visited, content = result.visited, result.content
        file = visited.file
        if visited.met is Met.GONE or (file and file.url != visited.url):
            usages.forget_page(tx, visited.url)
        if file is None:
            return visited.met
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
        if content.left_out:
            self.done.notes.append(_left_out(file.url, content))
        return Met.READ

    def _matched(
        self, content: PageContent | None
    ) -> tuple[list[tuple[str, Use]], list[Placed]]:
        """(image and use, other pictures but pixels) of a page that was read whole."""
        found: list[tuple[str, Use]] = []
        strangers: list[Placed] = []
        if content is None:
            return found, strangers
        for placed in content.pictures:
            images = self._matcher.images(placed, content)
            if not images and self._alike is not None:
                images = self._alike.images(placed, content)
            found += [
                (image, replace(placed.use, match=match)) for image, match in images
            ]
            if not images and not placed.use.pixel:
                strangers.append(placed)
        return found, strangers


def _left_out(url: str, content: PageContent) -> str:
    read = count(len(content.pictures), "picture")
    return f"{place(url)}: {read} were read, {content.left_out:,} more were not."
