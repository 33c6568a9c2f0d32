"""The stage: recover, then send the plan, entity by entity, and say what became of it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from altsync import workers
from altsync.errors import Interrupted, StoreError
from altsync.models import Converged, Denied, PushStatus
from altsync.models.underway import Work
from altsync.planning import Batch, Plan
from altsync.push.deciding import found
from altsync.push.denials import Denials
from altsync.push.readback import PAUSES, ReadBack
from altsync.push.sender import Sender
from altsync.push.sent import Sent
from altsync.push.settling import Recovered, recover
from altsync.report import Report
from altsync.stage import Breaker, Context, in_the_ledger
from altsync.store import journal, mirror
from altsync.store.store import Store

MAX_FAILURES = 5
"""So many failures in a row stop the run."""
MAX_MANGLED = 3
"""So many texts that the site changed as it stored them stop the run."""
FIRST, STALE = 50, 0.10
"""When more than this share of the first 50 conflict, the mirror is stale and the run
stops."""


@dataclass(slots=True)
class Pushed:
    """What a push did, in images."""

    push_id: int = 0
    applied: int = 0
    mangled: int = 0
    """So many of the applied ones stand there otherwise than they were sent."""
    converged: int = 0
    conflicts: int = 0
    failed: int = 0
    skipped: int = 0
    """Taken back since the plan."""
    arrived: int = 0
    """An earlier push had sent them, as recovering it showed."""
    waiting: int = 0
    """Not sent: an earlier PATCH of their entity is still open."""
    overtook: int = 0
    """So many of the applied ones went over a save that nothing could guard."""
    denied: int = 0
    """Not done, for want of a permission. `denials` says which, for what."""
    denials: tuple[Denied, ...] = ()
    recovered: int = 0
    """Journal rows of earlier pushes that were settled, and how many stay open."""
    left_open: int = 0
    stopped: str = ""
    """Why the run ended before the plan did."""


@dataclass(frozen=True, slots=True)
class Push:
    """Send the changes of a plan in their order; record what has converged.

    The plan must stand still (as `Plan.of` holds it), so that it is what was shown. K
    changes cost K fresh reads and K PATCHes (fewer where one entity holds several), and
    a read more for the first 20, and for each whose answer does not show the text; a
    candidate that was made for a picture costs a HEAD of that. No entity is touched by
    two workers at once, in whatever order the plan has its images.
    """

    context: Context
    plan: Plan
    by: str | None = None
    """Who started it, for the ledger."""
    read_all: bool = False
    """Read every image back, not only the first 20 and those whose answer says nothing."""
    pauses: Sequence[float] = PAUSES
    """Seconds between looks at a site that says it is done and still has the old text."""

    def run(self) -> Pushed:
        """Send it. Conflicts and failures are journalled and counted; 5 failures in a
        row, 3 texts that the site mangled, a login that fails, or a stale mirror stop
        the run. A permission that is missing stops nothing: what it is about waits.

        What an earlier push left open is settled first; where that cannot be, nothing
        is sent to that entity, and the rest goes on. Raises Interrupted once the
        context's `stop` is set: what is in flight is settled first. Raises StoreError
        while another process pushes from the same database: its journal is not ours to
        settle. Whatever it raises stands in the ledger.
        """
        with self.context.store.alone("push"):
            return _Run(self).all()


def nothing_to_do(store: Store, plan: Plan) -> bool:
    """Nothing to send, nothing to record, and no earlier push left anything open."""
    summary = plan.summary
    to_record = summary.converged and not plan.request.takes_back
    with store.read() as conn:
        return not (summary.changes or to_record or journal.unsettled(conn))


class _Run:
    """One row of the ledger of pushes, and what it counts."""

    def __init__(self, push: Push) -> None:
        self.context = context = push.context
        self.store = context.store
        self.plan = push.plan
        self.read_back = ReadBack(
            context.source, context.stop, every=push.read_all, pauses=push.pauses
        )
        self.said_form = False
        """The owner knows that the site stores texts in another form."""
        self.trouble = _Trouble()
        self.denials = Denials()
        self.refused = 0
        """So many images were asked for and denied: the journal has them as failed."""
        self.enough = threading.Event()
        """No further entity is begun: the rest would fare no better."""
        self.arrived: set[str] = set()
        """Images whose text an earlier push had sent, as recovering it showed."""
        summary = self.plan.summary
        self.store.durable()
        with self.store.write() as tx:
            number = journal.begin_push(tx, summary.checksum, summary.changes, push.by)
        self.outcome = Pushed(number)

    def all(self) -> Pushed:
        try:
            self._all()
        except BaseException as error:
            # where the ledger cannot be written either, `error` is the one to tell
            with contextlib.suppress(sqlite3.Error, StoreError):
                self._close(in_the_ledger(error))
            raise
        interrupted = self.context.stop.is_set() and not self.outcome.stopped
        self._close("interrupted" if interrupted else None)
        if interrupted:
            raise Interrupted(
                f"Stopped after {self.outcome.applied:,} of"
                f" {self.plan.summary.changes:,} changes; all are settled. For the rest:"
                f" {self.plan.request.sent_by}",
                done=self.outcome,
            )
        return self.outcome

    def _all(self) -> None:
        recovered = recover(self.context)
        self.arrived = recovered.arrived
        self.outcome.recovered = recovered.settled
        self.outcome.left_open = len(recovered.left)
        self._send(self._held(recovered))

    def _held(self, recovered: Recovered) -> set[tuple[str, str | None]]:
        """What one PATCH changes together with an image whose row is open."""
        left = [intent.image for intent in recovered.left]
        with self.store.read() as conn:
            images = [one.image for one in mirror.named(conn, left)]
        return {(image.entity, image.language) for image in images}

    def _send(self, held: Collection[tuple[str, str | None]]) -> None:
        sender = Sender(
            self.context.source,
            self.store,
            self.outcome.push_id,
            self.read_back,
            self.denials,
            held,
        )
        self.context.report.start(Work.PUSH, self.plan.summary.changes)
        aside = self._stream(sender, self._batches())
        # One of their type was let through after all: they are asked once more.
        again = [one for one in aside if not self.denials.is_closed(one.entity)]
        left = [one for one in aside if self.denials.is_closed(one.entity)]
        left += self._stream(sender, self._while_wanted(again))
        for batch in left:
            self._wait(batch)
        self.outcome.denials = self.denials.told()

    def _together(self, batch: Batch) -> str:
        """What no two workers touch at once: an entity, or the page of a paragraph.

        A save of a page saves the paragraphs that it lists once more (542): one that is
        written meanwhile could be put back to what it was.
        """
        with self.store.read() as conn:
            page = journal.page_of(conn, batch.changes[0].image)
        return page or batch.entity

    def _stream(self, sender: Sender, batches: Iterator[Batch]) -> list[Batch]:
        """Send them; those back whose type is not asked further, or that come too
        late."""
        stream = workers.each(
            sender.send,
            batches,
            self.context.threads,
            self.enough,
            key=self._together,
        )
        aside: list[Batch] = []
        died: BaseException | None = None
        with contextlib.closing(stream):  # an error waits for what is in flight
            for done in stream:
                if done.error is not None:
                    died = died or done.error
                    self.enough.set()  # what is in flight arrives, and is counted
                if any(sent.held for sent in done.result or ()):
                    aside.append(done.item)
                    continue
                for sent in done.result or ():
                    self._heed(sent)
        if died is not None:
            raise died
        return aside

    def _while_wanted(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        for batch in batches:
            if self.context.stop.is_set():
                return
            yield batch

    def _batches(self) -> Iterator[Batch]:
        """What is to be sent, until the owner stops. What has converged is recorded on
        the way, without a request."""
        for batch in self.plan.batches():
            for entry in batch.converged:
                self._record(entry)
            if self.context.stop.is_set():
                return
            if batch.changes:
                yield batch

    def _record(self, entry: Converged) -> None:
        if entry.candidate is None:
            return
        with self.store.write() as tx:
            if not journal.still_approved(tx, entry.image, entry.candidate):
                return
            patch = found(entry, entry.value)
            item = journal.intend(tx, self.outcome.push_id, entry, patch)
            journal.settle(tx, item, PushStatus.APPLIED, error="already there")
        self.outcome.converged += 1

    def _heed(self, sent: Sent) -> None:
        if sent.status is None:
            self._skip(sent)
        elif sent.denied:
            self._deny(sent)
        else:
            _count(self.outcome, sent, self.context.report)
        failed = sent.denied or sent.status is PushStatus.FAILED
        self.context.report.step(failed=failed)
        self._say_form(sent)
        if self.outcome.stopped:
            return
        self.outcome.stopped = self.trouble.add(sent)
        if self.outcome.stopped:
            self.enough.set()

    def _deny(self, sent: Sent) -> None:
        self.outcome.denied += 1
        self.refused += 1
        if sent.why:
            self.context.report.say(
                f"Not allowed at {sent.image}: {sent.why} Others like it are counted,"
                " not named."
            )

    def _skip(self, sent: Sent) -> None:
        """Nothing was sent, and nothing is wrong with the change itself."""
        if sent.waits:
            self.outcome.waiting += 1
        elif sent.image in self.arrived:
            self.outcome.arrived += 1
        else:
            self.outcome.skipped += 1

    def _wait(self, batch: Batch) -> None:
        """It is not asked for: others of its type were denied."""
        self.outcome.denied += self.denials.wait(batch)
        for _ in batch.changes:
            self.context.report.step(failed=1)

    def _say_form(self, sent: Sent) -> None:
        """Once: such a site does so to every text, and a reader does not notice."""
        if sent.status is not PushStatus.APPLIED or sent.mangled or not sent.why:
            return
        if not self.said_form:
            self.said_form = True
            self.context.report.say(
                f"The site has {sent.image} {sent.why} than was sent: it reads the same,"
                " and counts as what was sent. This is said once."
            )

    def _close(self, error: str | None) -> None:
        outcome = self.outcome
        with self.store.write() as tx:
            journal.end_push(
                tx,
                outcome.push_id,
                outcome.applied,
                outcome.conflicts,
                outcome.failed + self.refused,
                outcome.stopped or error,
            )


class _Trouble:
    """When to stop and say so: repeated failures, or a stale mirror."""

    def __init__(self) -> None:
        self._row = Breaker(MAX_FAILURES)
        self._done = 0
        self._conflicts = 0
        self._mangled = 0

    def add(self, sent: Sent) -> str:
        """Count what became of one image. Returns why to stop, or ''."""
        if sent.stops is not None:
            return str(sent.stops)
        if sent.status is None or sent.by_itself:
            return ""
        self._done += 1
        if sent.status is PushStatus.FAILED:
            too_many = self._row.failed()
            last = f"{MAX_FAILURES} failures in a row; the last: {sent.why}"
            return last if too_many else ""
        self._row.passed()
        if sent.mangled:
            self._mangled += 1
            return self._mangles(sent.mangled)
        if sent.status is PushStatus.CONFLICT and self._is_stale():
            return (
                "the mirror is stale (too many conflicts among the first 50): run"
                " `altsync pull`, then diff again"
            )
        return ""

    def _mangles(self, how: str) -> str:
        """One more text that the site changed: is it enough?"""
        if self._mangled < MAX_MANGLED:
            return ""
        return (
            f"the site mangled {self._mangled} texts as it stored them (the last: {how})."
            " They count as altsync's, not as a person's. Mend how the site stores alt"
            " texts, or send texts that it keeps, then push again"
        )

    def _is_stale(self) -> bool:
        """One more conflict: are they too many among the first?"""
        if self._done > FIRST:
            return False
        self._conflicts += 1
        return self._conflicts > STALE * FIRST


def _count(outcome: Pushed, sent: Sent, report: Report) -> None:
    if sent.status is PushStatus.APPLIED:
        outcome.applied += 1
        if sent.mangled:
            outcome.mangled += 1
            report.say(sent.why)
        if sent.overtook:
            outcome.overtook += 1
            report.say(f"Look at {sent.image}: {sent.overtook}")
    elif sent.status is PushStatus.CONFLICT:
        outcome.conflicts += 1
        report.say(f"Conflict at {sent.image}: {sent.why}")
    else:
        outcome.failed += 1
        is_told = outcome.stopped and outcome.stopped == str(sent.stops)
        why = "for the same reason." if is_told else sent.why
        report.say(f"Failed at {sent.image}: {why}")
