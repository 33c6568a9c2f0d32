"""pull: Source -> mirror. One walk over the site, every image by one code path, drift
reported, nothing guessed gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from altsync import workers
from altsync.errors import AltsyncError, Interrupted, SourceError, Unsafe
from altsync.models import Drift, SiteImage
from altsync.report import Report
from altsync.sources.base import Listing, Source, Unread
from altsync.store import mirror
from altsync.store.store import Store

BATCH = 200
"""Images per transaction, or fewer every `FLUSH` seconds: a killed pull loses at most
these."""
FLUSH = 0.5
SHRINK = 0.10
"""A complete listing that lost more than this share of the mirror is not believed
unasked."""


@dataclass(slots=True)
class Pulled:
    """What a pull did. `counts`: listed, new, changed, returned, gone, failed."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("listed", "new", "changed", "returned", "gone", "failed"), 0
        )
    )
    complete: bool = False
    notes: list[str] = field(default_factory=list)


def pull(
    source: Source,
    store: Store,
    report: Report,
    *,
    threads: int = 8,
    since: str | None = None,
    allow_shrink: bool = False,
    drifted: Callable[[Drift], object] = lambda _: None,
    stop: threading.Event | None = None,
) -> Pulled:
    """Mirror the site. Every image that drifted is handed to `drifted` as it is found.

    An image that fails is recorded in `failures` and counted; the rest goes on. Nothing
    is marked gone unless the listing was complete and not empty, and lost at most 10 %
    (else Unsafe, naming --allow-shrink; everything read is kept). Raises Interrupted
    once `stop` is set; what arrived is kept. A listing that breaks off ends in its own
    error, after what it named was read.
    """
    outcome = Pulled()
    listing = source.listing(since)
    with store.write() as tx:
        pull_id = mirror.begin_pull(tx, "incremental" if since else "full")
    error: BaseException | None = None
    try:
        report.start("Pulling")
        _walk(source, store, listing, pull_id, outcome, report, threads, drifted, stop)
        if stop is not None and stop.is_set():
            raise Interrupted(
                "Stopped. What arrived is in the mirror; run `altsync pull` again to"
                " go on."
            )
        outcome.complete = listing.complete
        outcome.notes = list(listing.notes)
        if listing.complete:
            _conclude(
                store, outcome, allow_shrink, drifted, getattr(listing, "hidden", ())
            )
    except BaseException as caught:
        error = caught
        raise
    finally:
        with store.write() as tx:
            what = (
                None
                if error is None
                else (
                    str(error)
                    if isinstance(error, AltsyncError)
                    else type(error).__name__
                )
            )
            mirror.end_pull(
                tx,
                pull_id,
                complete=outcome.complete and error is None,
                error=what,
                counts=outcome.counts,
            )
    return outcome


def _walk(
    source: Source,
    store: Store,
    listing: Listing,
    pull_id: int,
    outcome: Pulled,
    report: Report,
    threads: int,
    drifted: Callable[[Drift], object],
    stop: threading.Event | None,
) -> None:
    batch: list[SiteImage | Unread] = []
    flushed = time.monotonic()
    try:
        for item in _read(source, store, listing, threads, outcome, stop):
            batch.append(item)
            if len(batch) >= BATCH or time.monotonic() - flushed > FLUSH:
                full, batch, flushed = batch, [], time.monotonic()
                _flush(store, pull_id, full, outcome, report, drifted)
    finally:
        _flush(store, pull_id, batch, outcome, report, drifted)


def _read(
    source: Source,
    store: Store,
    listing: Listing,
    threads: int,
    outcome: Pulled,
    stop: threading.Event | None,
) -> Iterator[SiteImage | Unread]:
    """Every image that the listing names, once: as it carries it, or read in `threads`
    threads.

    An error of the listing itself is raised after what it named before has been read.
    """
    broken: list[SourceError] = []

    def named() -> Iterator[str | SiteImage | Unread]:
        buffer: list[str | SiteImage | Unread] = []
        try:
            for item in listing:
                buffer.append(item)
                if len(buffer) >= BATCH:
                    yield from _first_time(store, buffer, outcome)
                    buffer = []
        except SourceError as error:
            broken.append(error)
        yield from _first_time(store, buffer, outcome)

    def read(item: str | SiteImage | Unread) -> SiteImage | Unread | None:
        if not isinstance(item, str):
            return item
        try:
            return source.read(item)
        except Interrupted:
            return None  # it waited for the site: the next pull reads it
        except SourceError as error:
            if error.stops_run:
                raise
            return Unread(item, error)

    for done in workers.each(read, named(), threads, stop):
        if done.error is not None:
            raise done.error
        if done.result is not None:
            yield done.result
    if broken:
        raise broken[0]


def _first_time(
    store: Store, buffer: list[str | SiteImage | Unread], outcome: Pulled
) -> Iterator[str | SiteImage | Unread]:
    by_id = {
        item if isinstance(item, str) else item.id: item for item in reversed(buffer)
    }
    with store.write() as tx:
        fresh = mirror.see(
            tx, [item if isinstance(item, str) else item.id for item in buffer]
        )
    outcome.counts["listed"] += len(fresh)
    for image_id in fresh:
        yield by_id[image_id]


def _flush(
    store: Store,
    pull_id: int,
    batch: list[SiteImage | Unread],
    outcome: Pulled,
    report: Report,
    drifted: Callable[[Drift], object],
) -> None:
    images = [item for item in batch if isinstance(item, SiteImage)]
    failed = [item for item in batch if isinstance(item, Unread)]
    with store.write() as tx:
        drift = mirror.save(tx, pull_id, images)
        for unread in failed:
            mirror.fail(tx, unread.id, "pull", str(unread.error))
    outcome.counts["failed"] += len(failed)
    _count(outcome, drift, drifted)
    for unread in failed[: max(0, 10 - outcome.counts["failed"] + len(failed))]:
        report.say(f"Could not read {unread.id}: {unread.error}")
    report.step(len(batch))


def _count(
    outcome: Pulled, drift: list[Drift], drifted: Callable[[Drift], object]
) -> None:
    for one in drift:
        outcome.counts[str(one.kind)] += 1
        drifted(one)


def _conclude(
    store: Store,
    outcome: Pulled,
    allow_shrink: bool,
    drifted: Callable[[Drift], object],
    hidden: Collection[str],
) -> None:
    """After a complete walk: what it did not name is gone, unless it is hidden, or that
    is too much to believe."""
    with store.write() as tx:
        mirror.see_hidden(tx, hidden)
        lost, there = mirror.unseen(tx)
        if not lost:
            return
        if not outcome.counts["listed"]:
            raise Unsafe(
                f"The site lists no image at all, but the mirror holds {there:,}."
                " Nothing was marked gone. Check the inventory and the address in"
                " altsync.toml, then run `altsync pull` again."
            )
        if lost > SHRINK * there and not allow_shrink:
            raise Unsafe(
                f"The site no longer lists {lost:,} of the {there:,} images in the"
                f" mirror (over {SHRINK:.0%}). Nothing was marked gone. If they really"
                " are off the site, run `altsync pull --allow-shrink`."
            )
        drift = mirror.mark_gone(tx)
    _count(outcome, drift, drifted)


def since(store: Store) -> str | None:
    """From when an incremental pull has to ask: the start of the last pull, if a
    complete one is under a day old."""
    full = mirror.last_complete_pull(store.conn)
    if full is None or datetime.now(UTC) - datetime.fromisoformat(full) > timedelta(
        days=1
    ):
        return None
    return mirror.last_good_pull(store.conn)
