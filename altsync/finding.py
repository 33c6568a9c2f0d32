"""Which pages there are to read in one run: the list that `store.page_runs` keeps, and
files."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from altsync.addresses import as_address, trouble
from altsync.doors import Doors
from altsync.errors import Interrupted, NotThere, SourceError, UsageError
from altsync.sources import pages
from altsync.sources.answers import origin
from altsync.stage import Context
from altsync.store import page_runs

T = TypeVar("T")
BATCH = 200
"""Pages that are put on the list at a time."""
WEB = ("http://", "https://")


@dataclass(slots=True)
class Finder:
    """Puts pages on the list, each once, in the same order each time."""

    context: Context
    doors: Doors
    tell: Callable[[str], object]
    """Is given a sentence for what could not be found."""
    files: list[tuple[Path, Path]] = field(default_factory=list)
    """Pages that are files: (where they were looked for, the file)."""

    def named(self, only: tuple[str, ...], sources: tuple[str, ...]) -> None:
        """These pages, and what these sitemaps, pages, files and directories are. Raises
        UsageError and NotThere for what is none."""
        for url in {origin(url): url for url in only}.values():
            self.doors.of(url)
        self._want(iter(only))
        for source in sources:
            address = _address(source)
            if address:
                self._at(address)
            else:
                self._below(Path(source))

    def by_itself(self) -> None:
        """The front page, the sitemaps, what images name as their page, what was read
        before, what the source lists. Raises UsageError for a site without pages."""
        home = self.doors.home()
        if home is None:
            raise UsageError(
                "A site of this kind has no pages that altsync could find. Name them:"
                " `altsync pages DIRECTORY`."
            )
        self._want(iter([home.http.base + "/"]))
        self._want(pages.of_site(home.http, home.robots, self.tell))
        with self.context.store.write() as tx:
            page_runs.want_own(tx, home.http.origin)
        more = getattr(self.context.source, "page_addresses", None)
        if more is not None:
            self._want(more(self.tell))

    def found(self) -> int:
        """How many pages there are."""
        with self.context.store.write() as tx:
            return page_runs.count_all(tx) + len(self.files)

    def draw(self, run: int, size: int) -> None:
        """Leave only a sample, drawn by the run's number, so that an interrupted run
        goes on with the same one."""
        with self.context.store.write() as tx:
            page_runs.draw(tx, run, size)
        number = min(size, len(self.files))
        self.files = random.Random(run).sample(self.files, number)

    def _below(self, root: Path) -> None:
        """What a page is called is its path below `root`: two of one name would be one
        page."""
        names = {pages.name_of(*each): each[1] for each in self.files}
        for file in pages.files(root, self.tell):
            name = pages.name_of(root, file)
            other = names.setdefault(name, file)
            if other.resolve() != file.resolve():
                raise UsageError(
                    f"{other} and {file} would both be the page {name}. Name one directory"
                    " that is above both."
                )
            self.files.append((root, file))

    def _at(self, url: str) -> None:
        url = pages.clean(url)
        door = self.doors.of(url)
        if not door.robots.allows(url):
            self._want(iter([url]))  # counted and told as any other
            return
        try:
            self._want(pages.of_address(door.http, url, self.tell))
        except SourceError as error:
            if error.stops_run or (isinstance(error, NotThere) and self._is_new(url)):
                raise
            self._want(iter([url]))  # told when it is read

    def _is_new(self, url: str) -> bool:
        with self.context.store.read() as conn:
            return not page_runs.known(conn, url).sha256

    def _want(self, urls: Iterator[str]) -> None:
        while batch := list(taken(urls, BATCH)):
            check_stop(self.context)
            with self.context.store.write() as tx:
                page_runs.want(tx, batch)
            self.context.report.step(len(batch))


def check_sources(sources: Iterable[str]) -> None:
    """Raise UsageError for an address with a secret, which would be kept and shown, and
    for the nothing that a variable of the shell left, which is no directory."""
    for source in sources:
        if not source.strip():
            raise UsageError(
                "A SOURCE is empty: name a sitemap, a page or a directory."
            )
        if (address := _address(source)) and trouble(address):
            raise UsageError(
                "A SOURCE holds a user name, a password or another secret, which would"
                " stand in the database and in what is printed. Name the page without."
            )


def _address(source: str) -> str | None:
    """The address that a SOURCE is; None for a path, as one is that is there."""
    address = as_address(source)
    guessed = address is not None and address != source
    return None if guessed and Path(source).exists() else address


def taken(items: Iterator[T], most: int) -> Iterator[T]:
    """At most so many, and none is taken beyond them."""
    for _ in range(most):
        try:
            yield next(items)
        except StopIteration:
            return


def check_stop(context: Context) -> None:
    """Raise Interrupted where the owner has stopped."""
    if context.stop.is_set():
        raise Interrupted("Stopped. The same command goes on where it stopped.")
