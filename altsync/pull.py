"""pull: Source -> mirror. One walk over the site, every image by one code path, drift
reported, nothing guessed gone."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import (
    Callable,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from altsync import absent, ahead, clock, namesakes, putback, stale, workers
from altsync.errors import Hidden, Interrupted, Locked, SourceError, Unsafe, Unwritable
from altsync.models import Drift, DriftKind, OutOfReach, SiteImage, Unseen
from altsync.models.underway import Work
from altsync.render.text import count
from altsync.sources.base import Listing, Place, Unread
from altsync.sources.kinds import read_otherwise
from altsync.stage import Context, in_the_ledger
from altsync.store import mirror, pulls, search, unseen
from altsync.store.putback import as_known
from altsync.store.store import Store

BATCH = 200
"""Images per transaction, or fewer every `FLUSH` seconds: a killed pull loses at most
these."""
FLUSH = 0.5
SHRINK = 0.10
"""A complete listing that lost more than this share of the mirror is not believed
unasked."""
SAID = 10
"""So many images that could not be read are named to the owner as it happens."""
HALF = 0.5
"""Where more than this share of a listing could not be read, it is not the images."""
RECENT = timedelta(hours=20)
"""Only this long after a complete pull is it enough to ask for what changed: so one that
runs every night, a little sooner or later, is complete every night."""

Named = str | SiteImage | Unread
"""What a listing names: an image to read, one that it carries, one that it could not
give."""


@dataclass(slots=True)
class Pulled:
    """What a pull did. `counts`: listed, again (read though nothing listed them), new,
    changed, returned, gone, hidden, failed."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            [*("listed", "again"), *(str(kind) for kind in DriftKind), "failed"], 0
        )
    )
    complete: bool = False
    whole: bool = True
    """The whole site was asked for, not only what changed."""
    notes: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)
    """Settings of the source that changed since the last pull and have it read in
    another way."""
    untold: bool = False
    """Whether some did, nobody knows: the last pull did not note how it was told to read.
    """
    shortfall: str = ""
    """Why this is not to be called done, in a sentence; '' where it is."""
    unseen: Sequence[Unseen] | None = None
    """What the source found out about what it does not see; nothing where it did not
    ask."""

    @property
    def mostly_read(self) -> bool:
        """Over half of what was listed could be read, and the whole site listed
        something."""
        listed, failed = self.counts["listed"], self.counts["failed"]
        return failed <= HALF * listed and bool(listed or not self.whole)


@dataclass(frozen=True, slots=True)
class Pull:
    """Mirror the site."""

    context: Context
    incremental: bool = False
    """Ask only for what changed since the last pull, where the site can tell and a
    complete pull is under 20 hours old."""
    allow_shrink: bool = False
    """Believe a listing that lost more than 10 % of the images."""
    drifted: Callable[[Drift], object] = lambda _: None
    """Is handed every image that drifted, as it is found."""

    def run(self) -> Pulled:
        """Do it once.

        An image that fails is recorded in `failures` and counted; the rest goes on.
        Nothing is marked gone unless the listing was complete and not empty, and lost
        at most 10 % (else Unsafe, naming --allow-shrink; everything read is kept).
        Raises Interrupted once `context.stop` is set; what arrived is kept. A listing
        that breaks off ends in its own error, after what it named was read. Raises
        StoreError while an import is at work on the database.
        """
        with self.context.store.beside("import"):
            return self._run()

    def _otherwise(self) -> list[str]:
        """The settings that have the site read in another way than the last pull did."""
        with self.context.store.read() as conn:
            before = pulls.readings(conn)
        now = self._reading()
        if not now:
            return []
        changed = (name for one in before for name in read_otherwise(one, now))
        return list(dict.fromkeys(changed))

    def _untold(self) -> bool:
        """The mirror is from before settings were noted."""
        with self.context.store.read() as conn:
            return bool(self._reading()) and pulls.is_untold(conn)

    def _reading(self) -> str:
        found: str = getattr(self.context.source, "reading", "")
        return found

    def _since(self, *, otherwise: bool) -> str | None:
        """From when to ask; None for a walk over all, as is wanted too where altsync.toml
        has, or may have, the site read in another way, or names a field for long
        descriptions of which the mirror knows nothing yet."""
        if not self.incremental or otherwise:
            return None
        store = self.context.store
        if getattr(self.context.source, "describes", False):
            with store.read() as conn:
                if not pulls.is_described(conn):
                    return None
        return since_last(store)

    def _run(self) -> Pulled:
        store = self.context.store
        otherwise = self._otherwise()
        untold = self._untold()
        since = self._since(otherwise=bool(otherwise) or untold)
        listing = self.context.source.listing(since)
        with store.write() as tx:
            number = pulls.begin(
                tx, "incremental" if since else "full", self._reading() or None
            )
            read_only = getattr(self.context.source, "read_only", None)
            if read_only is not None:
                pulls.mark_read_only(tx, read_only)
            inventory = getattr(listing, "inventory", False)
            pulls.leave_out(tx, self.context.source.leaves_out, inventory=inventory)
        walk = _Walk(self, number)
        walk.done.otherwise = otherwise
        walk.done.untold = untold
        walk.done.whole = since is None or inventory
        try:
            walk.go(listing)
        except (Locked, Unwritable):
            raise  # the ledger cannot be written either: its row stays open
        except BaseException as error:
            _end(store, number, walk.done, in_the_ledger(error))
            raise
        _end(store, number, walk.done)
        with contextlib.suppress(Locked, Unwritable):  # the next start catches up
            search.catch_up(store)
        return walk.done


class _Walk:
    """One pull under way, as row `number` of the ledger."""

    def __init__(self, pull: Pull, number: int) -> None:
        self.done = Pulled()
        self._pull = pull
        self._context = pull.context
        self._store = pull.context.store
        self._number = number
        self._undecided: Collection[str] = ()
        self._waiting = 0
        """New images of which a pull for what changed cannot tell where they stand."""
        self._stale = 0
        """Images that the site shows as they were before a push, and does not have so."""

    def go(self, listing: Listing) -> None:
        for read, drift in putback.read_again(
            self._context,
            self._number,
            otherwise=bool(self.done.otherwise),
            untold=self.done.untold,
        ):
            self.done.counts["again"] += read
            self._count(drift)
        items, known = ahead.of(listing)
        total = self._expected() if known is None else known
        self._context.report.start(Work.PULL, total, about=known is None)
        self._undecided = getattr(listing, "undecided", self._undecided)
        arriving = self._read(items)
        with contextlib.closing(arriving):  # an error waits for what is in flight
            self._mirror(arriving)
        if self._context.stop.is_set():
            raise Interrupted(
                "Stopped. What arrived is in the mirror; run `altsync pull` again to"
                " go on."
            )
        self.done.complete = listing.complete
        self.done.notes = list(listing.notes)
        self.done.shortfall = _shortfall(self.done, listing)
        if self._waiting:
            self.done.notes.append(_wait(self._waiting))
        if self._stale:
            self.done.notes.append(stale.told(self._stale))
        self.done.unseen = getattr(listing, "unseen", None)
        if listing.complete:
            self._conclude(listing)
        else:
            self._conclude_of(getattr(listing, "reread", ()))
        namesakes.look(self._context, complete=listing.complete)

    def _expected(self) -> int | None:
        """How many there are, as far as the last pull tells; None for a first one, and
        for one that asks only for what changed."""
        if not self.done.whole:
            return None
        with self._store.read() as conn:
            return pulls.there(conn) or None

    def _mirror(self, items: Iterable[SiteImage | Unread]) -> None:
        """Write what arrives, in batches; also what arrived before an error."""
        batch: list[SiteImage | Unread] = []
        flushed = time.monotonic()
        try:
            for item in items:
                batch.append(item)
                if len(batch) >= BATCH or time.monotonic() - flushed > FLUSH:
                    full, batch, flushed = batch, [], time.monotonic()
                    self._flush(full)
        finally:
            self._flush(batch)

    def _read(self, items: Iterable[Named]) -> Generator[SiteImage | Unread]:
        """Every image that the listing names, once: as it carries it, or read.

        An error of the listing itself is raised after what it named before was read.
        """
        broken: list[SourceError] = []
        for piece in workers.each(
            self._whole,
            self._named(items, broken),
            self._context.threads,
            self._context.stop,
        ):
            if piece.error is not None:
                raise piece.error
            if piece.result is not None:
                yield piece.result
        if broken:
            raise broken[0]

    def _named(
        self, items: Iterable[Named], broken: list[SourceError]
    ) -> Iterator[Named]:
        """What the listing names, each once. Its own error goes into `broken`."""
        batch: list[Named] = []
        try:
            for item in items:
                batch.append(item)
                if len(batch) >= BATCH:
                    yield from self._first_time(batch)
                    batch = []
        except SourceError as error:
            broken.append(error)
        yield from self._first_time(batch)

    def _first_time(self, batch: Sequence[Named]) -> Iterator[Named]:
        """Those that this walk has not met yet."""
        by_id: dict[str, Named] = {}
        for item in batch:
            by_id.setdefault(_id(item), item)
        with self._store.write() as tx:
            fresh = pulls.see(tx, list(by_id))
        self.done.counts["listed"] += len(fresh)
        for image in fresh:
            yield by_id[image]

    def _whole(self, item: Named) -> SiteImage | Unread | None:
        """The image; None where it waited for the site when the owner stopped: the next
        pull reads it. Runs in a worker."""
        if not isinstance(item, str):
            return item
        try:
            return self._context.source.read(item)
        except Interrupted:
            return None
        except SourceError as error:
            if error.stops_run:
                raise
            return Unread(item, error)

    def _flush(self, batch: Sequence[SiteImage | Unread]) -> None:
        read = [item for item in batch if isinstance(item, SiteImage)]
        behind = stale.among(
            self._context.source,
            self._store,
            read,
            self._context.threads,
            self._context.stop,
        )
        self._stale += len(behind)
        images = [image for image in read if image.id not in behind]
        unread = [item for item in batch if isinstance(item, Unread)]
        with self._store.write() as tx:
            there = list(as_known(tx, images, self._undecided, new=self.done.whole))
            self._waiting += len(images) - len(there)
            images = there
            drift = mirror.save(
                tx,
                self._number,
                images,
                otherwise=bool(self.done.otherwise),
                untold=self.done.untold,
            )
            hidden = _hidden(tx, unread)
            drift += pulls.put_out_of_reach(tx, hidden, OutOfReach.HIDDEN)
            pulls.passed(tx, [*(image.id for image in read), *hidden])
            failed = [item for item in unread if item.id not in hidden]
            for item in failed:
                pulls.fail(tx, item.id, "pull", str(item.error))
        self._count(drift)
        for item in failed:
            self.done.counts["failed"] += 1
            if self.done.counts["failed"] <= SAID:
                self._context.report.say(f"Could not read {item.id}: {item.error}")
        self._context.report.step(len(batch), failed=len(failed))

    def _conclude(self, listing: Listing) -> None:
        """After a complete walk: what it did not name is left out, hidden, or asked for;
        and gone where the site does not have it, unless that is too much to believe."""
        inventory = getattr(listing, "inventory", False)
        with self._store.write() as tx:
            pulls.passed_by(tx)
            drift = pulls.hide(tx, getattr(listing, "hidden", ()))
            wanted = self._ours(pulls.unlisted(tx))
            there = pulls.there(tx)
        self._count(drift)
        if not wanted:
            return
        self._refuse_an_empty_site(there)
        most = there if self._pull.allow_shrink else SHRINK * there
        found = absent.ask(self._context, wanted, most, inventory=inventory)
        with self._store.write() as tx:
            drift = pulls.put_out_of_reach(tx, found.hidden, OutOfReach.HIDDEN)
        self._count(drift)
        lost = len(found.gone) + inventory * len(found.there)
        self._refuse_a_great_loss(lost, there, most)
        with self._store.write() as tx:
            if inventory:
                pulls.put_out_of_reach(tx, found.there, OutOfReach.LEFT_OUT)
                found.there.clear()
            drift = pulls.mark_gone(tx, found.gone)
        self._count(drift)
        self.done.notes += found.notes()

    def _conclude_of(self, places: Collection[Place]) -> None:
        """After a walk for what changed: what the items that it met show no more, as a
        picture that somebody took out of a text, is asked for; nothing else is."""
        with self._store.write() as tx:
            wanted = self._ours(pulls.unlisted(tx, places))
        if not wanted:
            return
        every = sum(len(one.ids) for one in wanted)
        found = absent.ask(self._context, wanted, every, inventory=False)
        with self._store.write() as tx:
            drift = pulls.put_out_of_reach(tx, found.hidden, OutOfReach.HIDDEN)
            drift += pulls.mark_gone(tx, found.gone)
        self._count(drift)
        self.done.notes += found.notes()

    def _ours(self, unlisted: Iterable[pulls.Unlisted]) -> list[pulls.Unlisted]:
        """Those that altsync.toml does not leave out."""
        leaves_out = self._context.source.leaves_out
        return [
            one
            for one in unlisted
            if one.out_of_reach is not OutOfReach.LEFT_OUT
            and not leaves_out(one.album, one.language, one.in_text)
        ]

    def _refuse_an_empty_site(self, there: int) -> None:
        if not self.done.counts["listed"]:
            raise Unsafe(
                f"The site lists no image at all, but the mirror holds {there:,}."
                " Nothing was marked gone. Check the inventory and the address in"
                " altsync.toml, then run `altsync pull` again."
            )

    def _refuse_a_great_loss(self, lost: int, there: int, most: float) -> None:
        if lost > most:
            raise Unsafe(
                f"At least {lost:,} of the {there:,} images in the mirror are no longer"
                f" listed (over {SHRINK:.0%}). Nothing was marked gone. If they really"
                " are off the site, run `altsync pull --allow-shrink`."
            )

    def _count(self, drift: Iterable[Drift]) -> None:
        for one in drift:
            self.done.counts[str(one.kind)] += 1
            self._pull.drifted(one)


def _shortfall(done: Pulled, listing: Listing) -> str:
    """Why a walk that came to its end is not done all the same; '' where it is.

    A site that answered everything, hides nothing and has no image is an empty one. An
    inventory is a person's list: without an image it is taken for broken.
    """
    listed, failed = done.counts["listed"], done.counts["failed"]
    named: Sequence[str] = getattr(listing, "faults", ())
    faults = list(dict.fromkeys(named))
    hidden: Collection[Place] = getattr(listing, "hidden", ())
    if not listed and done.whole and (faults or done.notes or hidden):
        return "No image was listed, so this pull brought nothing."
    if faults:
        return (
            f"What {' and '.join(faults)} should list is not all known; what was listed"
            " is mirrored."
        )
    if failed > HALF * listed:
        return (
            f"{failed:,} of the {listed:,} images listed could not be read: over half,"
            " so it is the site, the login or altsync.toml, and not these images."
        )
    return ""


def _hidden(tx: sqlite3.Connection, unread: Iterable[Unread]) -> set[str]:
    """Those that the mirror has and that the login may not see any more."""
    ids = [item.id for item in unread if isinstance(item.error, Hidden)]
    return {known.image.id for known in mirror.named(tx, ids)}


def _wait(number: int) -> str:
    return (
        f"{count(number, 'new image')} in paragraphs whose page is not known yet: the"
        " next `altsync pull --full` takes them in."
    )


def _id(item: Named) -> str:
    return item if isinstance(item, str) else item.id


def _end(store: Store, number: int, done: Pulled, error: str | None = None) -> None:
    complete = done.complete and error is None
    with store.write() as tx:
        pulls.end(tx, number, complete=complete, error=error, counts=done.counts)
        unseen.keep(tx, number, done.unseen)


def since_last(store: Store) -> str | None:
    """From when an incremental pull has to ask: the start of the last pull, if a
    complete one is under 20 hours old; else None, for a walk over the whole site.

    A site tells what changed by a time only. A pull that is still to come, as its time
    says, was under a clock that was ahead: it says nothing.
    """
    with store.read() as conn:
        complete = pulls.last_complete(conn)
        good = pulls.last_good(conn)
    if complete is None or good is None:
        return None
    now = clock.now()
    began, latest = datetime.fromisoformat(complete), datetime.fromisoformat(good)
    if now - began > RECENT or max(began, latest) > now:
        return None
    return good
