"""push: Plan -> site. Recover, then per entity: fresh read, test, journal, PATCH,
check, confirm.

What is sent is the plan that was shown, each change only while the site still says what
its approver saw. A PATCH is journalled before it is sent and settled after it; what a
crash left open is settled by reading the site.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonpatch

from altsync import workers
from altsync.errors import (
    AltsyncError,
    AnswerLost,
    BadAnswer,
    ChangedMeanwhile,
    HasDraft,
    Interrupted,
    NotThere,
    RateLimited,
    SourceError,
    Unreachable,
)
from altsync.models import (
    Change,
    Converged,
    Entry,
    Flat,
    PushStatus,
    SiteImage,
    Summary,
    same_text,
)
from altsync.plan import Action, reconcile
from altsync.report import Report
from altsync.sources.base import Fresh, Source
from altsync.store import journal, mirror
from altsync.store.journal import Intent
from altsync.store.store import Store

MAX_FAILURES = 5
"""So many failures in a row stop the run."""
FIRST, STALE = 50, 0.10
"""When more than this share of the first 50 conflict, the mirror is stale and the run
stops."""


@dataclass(slots=True)
class Pushed:
    """What a push did, in images. `skipped`: taken back, or applied by a recovered
    earlier push, since the plan."""

    push_id: int = 0
    applied: int = 0
    converged: int = 0
    conflicts: int = 0
    failed: int = 0
    skipped: int = 0
    recovered: int = 0
    stopped: str = ""
    """Why the run ended before the plan did."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one image."""

    image: str
    status: PushStatus | None
    """None: skipped, the verdict was taken back meanwhile."""
    why: str = ""
    stops: AltsyncError | None = None
    by_itself: bool = False
    """A failure that says nothing about the next image: a draft is in the way of this
    one, or the owner stopped."""


@dataclass(slots=True)
class _Breaker:
    """Stop and say so: repeated failures, or a stale mirror."""

    row: int = 0
    done: int = 0
    conflicts: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, result: _Result) -> str:
        """Count one result; return why to stop, or ''."""
        if result.stops is not None:
            return str(result.stops)
        if result.status is None or result.by_itself:
            return ""
        self.done += 1
        self.row = self.row + 1 if result.status is PushStatus.FAILED else 0
        if self.row >= MAX_FAILURES:
            return f"{MAX_FAILURES} failures in a row; the last: {result.why}"
        if result.status is PushStatus.CONFLICT and self.done <= FIRST:
            self.conflicts += 1
            if self.conflicts > STALE * FIRST:
                return (
                    "the mirror is stale (too many conflicts among the first 50): run"
                    " `altsync pull`, then diff again"
                )
        return ""


def push(
    source: Source,
    store: Store,
    entries: Iterable[Entry],
    summary: Summary,
    report: Report,
    *,
    threads: int = 8,
    stop: threading.Event | None = None,
    by: str | None = None,
) -> Pushed:
    """Send the changes among `entries`, which `summary` describes, in their order;
    record what has converged.

    `entries` must come grouped by entity (as the store gives them) and from a snapshot,
    so that they are what was shown. K changes cost K fresh reads and K PATCHes (fewer
    where one entity holds several). Conflicts and failures are journalled and counted;
    5 failures in a row, a login that fails, or a stale mirror stop the run. Raises
    Interrupted once `stop` is set: what is in flight is settled first. Raises
    StoreError while another process pushes from the same database: its journal is not
    ours to settle.
    """
    with store.alone("push"):
        return _push(
            source,
            store,
            entries,
            summary,
            report,
            threads,
            stop or threading.Event(),
            by,
        )


def _push(
    source: Source,
    store: Store,
    entries: Iterable[Entry],
    summary: Summary,
    report: Report,
    threads: int,
    halt: threading.Event,
    by: str | None,
) -> Pushed:
    outcome = Pushed()
    breaker = _Breaker()
    store.durable()
    with store.write() as tx:
        outcome.push_id = journal.begin_push(tx, summary.checksum, summary.changes, by)
    sender = _Sender(source, store, outcome.push_id)
    interrupted = False
    try:
        outcome.recovered = recover(source, store, report)
        report.start("Pushing", summary.changes)
        inner = threading.Event()
        for done in workers.each(
            sender.send,
            _entities(_recorded(store, entries, outcome), halt),
            threads,
            inner,
        ):
            if done.error is not None:
                raise done.error
            for result in done.result or ():
                _tally(outcome, result, report)
                why = "" if outcome.stopped else breaker.add(result)
                if why:
                    outcome.stopped = why
                    inner.set()
        interrupted = halt.is_set() and not outcome.stopped
    finally:
        with store.write() as tx:
            error = outcome.stopped or ("interrupted" if interrupted else None)
            journal.end_push(
                tx,
                outcome.push_id,
                outcome.applied,
                outcome.conflicts,
                outcome.failed,
                error,
            )
    if interrupted:
        raise Interrupted(
            f"Stopped after {outcome.applied:,} of {summary.changes:,} changes; all are"
            " settled. Run `altsync push` again for the rest."
        )
    return outcome


def _recorded(
    store: Store, entries: Iterable[Entry], outcome: Pushed
) -> Iterator[Change]:
    """The changes of a plan; what has converged is recorded on the way, without a request."""
    for entry in entries:
        if isinstance(entry, Change):
            yield entry
        elif isinstance(entry, Converged) and entry.candidate is not None:
            with store.write() as tx:
                if journal.still_approved(tx, entry.image, entry.candidate):
                    item = journal.intend(
                        tx, outcome.push_id, entry, _found(entry.value)
                    )
                    journal.settle(tx, item, PushStatus.APPLIED, error="already there")
                    outcome.converged += 1


def _found(alt: str | None) -> list[dict[str, Any]]:
    """The journalled patch of what is already there: it tests and sets nothing, so
    there is nothing to take back."""
    return [{"op": "test", "path": "/alt", "value": alt}]


def _entities(
    changes: Iterable[Change], halt: threading.Event
) -> Iterator[list[Change]]:
    """Changes by entity: one worker has all of one, so that no two ever touch it."""
    for _, group in itertools.groupby(changes, key=lambda change: change.entity):
        if halt.is_set():
            return
        yield list(group)


def _tally(outcome: Pushed, result: _Result, report: Report) -> None:
    if result.status is None:
        outcome.skipped += 1
    elif result.status is PushStatus.APPLIED:
        outcome.applied += 1
    elif result.status is PushStatus.CONFLICT:
        outcome.conflicts += 1
        report.say(f"Conflict at {result.image}: {result.why}")
    else:
        outcome.failed += 1
        report.say(f"Failed at {result.image}: {result.why}")
    report.step()


class _Sender:
    """The one code path by which anything is sent, whether one change or a million."""

    def __init__(self, source: Source, store: Store, push_id: int) -> None:
        self.source = source
        self.store = store
        self.push_id = push_id

    def send(self, entity: list[Change]) -> list[_Result]:
        """All changes of one entity, one PATCH per language."""
        results: list[_Result] = []
        for _, group in itertools.groupby(entity, key=lambda change: change.language):
            results += self._send(list(group))
            if results and results[-1].stops is not None:
                break
        return results

    def _send(self, changes: list[Change]) -> list[_Result]:
        with self.store.write() as tx:
            images = {
                m.image.id: m.image
                for m in mirror.named(tx, [c.image for c in changes])
            }
        try:
            fresh = self.source.fresh([images[c.image] for c in changes])
        except Interrupted:
            return []  # it waited for the site, and nothing was sent: the next push has it
        except SourceError as error:
            return [self._unsent(change, error) for change in changes]
        results: list[_Result] = []
        ready: list[tuple[int, Change, Flat]] = []
        for change in changes:
            decided = self._decide(change, fresh.flats.get(change.image))
            if isinstance(decided, _Result):
                results.append(decided)
            else:
                ready.append((decided[0], change, decided[1]))
        if ready:
            results += self._patch(ready, fresh, images)
        return results

    def _decide(self, change: Change, flat: Flat | None) -> _Result | tuple[int, Flat]:
        """Test one change against what the site says now; journal it. A journal row id
        and the new document, or what became of it without a PATCH."""
        with self.store.write() as tx:
            if not journal.still_planned(tx, change):
                return _Result(change.image, None, "taken back or already applied")
            if (
                flat is not None
                and reconcile(change.base, flat["alt"], change.new) is Action.CONVERGED
            ):
                item = journal.intend(tx, self.push_id, change, _found(flat["alt"]))
                journal.settle(tx, item, PushStatus.APPLIED, error="already there")
                mirror.confirm(tx, change.image, flat, change.origin, item)
                return _Result(change.image, PushStatus.APPLIED)
            item = journal.intend(tx, self.push_id, change, change.patch)
            if flat is None:
                why = "the image is not on the site any more"
                journal.settle(tx, item, PushStatus.CONFLICT, error=why)
                return _Result(change.image, PushStatus.CONFLICT, why)
            try:
                new: Flat = jsonpatch.JsonPatch(change.patch).apply(flat)
            except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
                why = _moved(change, flat)
                journal.settle(tx, item, PushStatus.CONFLICT, error=why)
                return _Result(change.image, PushStatus.CONFLICT, why)
            return item, new

    def _patch(
        self,
        ready: list[tuple[int, Change, Flat]],
        fresh: Fresh,
        images: Mapping[str, SiteImage],
    ) -> list[_Result]:
        message = _message([change for _, change, _ in ready], self.push_id)
        try:
            confirmed = self.source.write(
                fresh, {change.image: new for _, change, new in ready}, message
            )
        except (AnswerLost, Unreachable, BadAnswer) as error:
            return self._reread(ready, images, error)
        except ChangedMeanwhile as error:
            return self._settle_all(ready, PushStatus.CONFLICT, error)
        except Interrupted as error:
            # Raised between two tries, and a write is only tried again where the one
            # before was not done.
            return self._settle_all(
                ready, PushStatus.FAILED, RateLimited(str(error)), by_itself=True
            )
        except SourceError as error:
            return self._settle_all(ready, PushStatus.FAILED, error)
        return [
            self._confirm(item, change, new, confirmed.get(change.image))
            for item, change, new in ready
        ]

    def _confirm(
        self, item: int, change: Change, new: Flat, site: Flat | None
    ) -> _Result:
        """The answer is checked: only what the site confirms is mirrored."""
        with self.store.write() as tx:
            if site is None or not same_text(site["alt"], new["alt"]):
                why = (
                    "the site answered with another text:"
                    f" {'none' if site is None else site['alt']!r}"
                )
                journal.settle(tx, item, PushStatus.FAILED, error=why)
                return _Result(change.image, PushStatus.FAILED, why)
            journal.settle(tx, item, PushStatus.APPLIED, http_status=200)
            mirror.confirm(tx, change.image, site, change.origin, item)
        return _Result(change.image, PushStatus.APPLIED)

    def _reread(
        self,
        ready: list[tuple[int, Change, Flat]],
        images: Mapping[str, SiteImage],
        lost: SourceError,
    ) -> list[_Result]:
        """The answer did not arrive: what the site says now settles it. If it does not
        say, the next push asks."""
        try:
            flats = self.source.fresh(
                [images[change.image] for _, change, _ in ready]
            ).flats
        except (SourceError, Interrupted) as error:
            why = (
                f"{lost} The site could not be read afterwards either ({error}); the"
                " next push settles it."
            )
            by_itself = isinstance(error, Interrupted)
            return [
                _Result(change.image, PushStatus.FAILED, why, by_itself=by_itself)
                for _, change, _ in ready
            ]
        results = []
        for item, change, _ in ready:
            with self.store.write() as tx:
                intent = Intent(
                    item,
                    change.image,
                    change.candidate,
                    change.patch,
                    change.origin,
                    "",
                    change.reverts,
                )
                status, why = _settle_by_reading(
                    tx, intent, flats.get(change.image), str(lost)
                )
            results.append(_Result(change.image, status, why))
        return results

    def _settle_all(
        self,
        ready: Sequence[tuple[int, Change, Flat]],
        status: PushStatus,
        error: SourceError,
        *,
        by_itself: bool = False,
    ) -> list[_Result]:
        stops = error if error.stops_run else None
        with self.store.write() as tx:
            for item, _, _ in ready:
                journal.settle(
                    tx, item, status, http_status=error.status, error=str(error)
                )
        by_itself = by_itself or isinstance(error, HasDraft)
        return [
            _Result(change.image, status, str(error), stops, by_itself)
            for _, change, _ in ready
        ]

    def _unsent(self, change: Change, error: SourceError) -> _Result:
        """The fresh read failed: nothing was sent."""
        status = (
            PushStatus.CONFLICT
            if isinstance(error, NotThere | ChangedMeanwhile)
            else PushStatus.FAILED
        )
        with self.store.write() as tx:
            item = journal.intend(tx, self.push_id, change, change.patch)
            journal.settle(tx, item, status, http_status=error.status, error=str(error))
        return _Result(
            change.image, status, str(error), error if error.stops_run else None
        )


def recover(source: Source, store: Store, report: Report) -> int:
    """Settle what a crash left open, by reading the site; send nothing. Returns how
    many were settled.

    The site says new, or a pull after the crash saw it say so: applied. It still says
    base: not done, so the change is open again. Else a conflict. Raises the SourceError
    where the site cannot be read: the rows stay open.
    """
    intents = journal.open_intents(store.conn)
    settled = 0
    for _, entity in itertools.groupby(
        sorted(intents, key=lambda i: i.image), key=lambda i: i.image
    ):
        for intent in entity:
            _recover_one(source, store, intent)
            settled += 1
    if settled:
        report.say(
            f"Settled {settled:,} change{'s' * (settled != 1)} that an earlier push"
            " left open."
        )
    return settled


def _recover_one(source: Source, store: Store, intent: Intent) -> None:
    image = mirror.named(store.conn, [intent.image])[0].image
    try:
        flat = source.fresh([image]).flats.get(intent.image)
    except NotThere:
        flat = None
    with store.write() as tx:
        if journal.seen_since(
            tx, intent.image, mirror.sent_text(intent.patch), intent.created_at
        ):
            journal.settle(
                tx,
                intent.id,
                PushStatus.APPLIED,
                error="seen on the site by a later pull",
            )
            return
        _settle_by_reading(tx, intent, flat, "an earlier push was interrupted")


def _settle_by_reading(
    tx: sqlite3.Connection, intent: Intent, flat: Flat | None, lost: str
) -> tuple[PushStatus, str]:
    base, new = intent.patch[0]["value"], mirror.sent_text(intent.patch)
    if flat is not None and same_text(flat["alt"], new):
        journal.settle(tx, intent.id, PushStatus.APPLIED, error="confirmed by reading")
        mirror.confirm(tx, intent.image, flat, intent.origin, intent.id)
        return PushStatus.APPLIED, ""
    if flat is not None and flat["alt"] == base:
        again = (
            "the next push tries again"
            if intent.reverts is None
            else "ask for the revert again"
        )
        why = f"{lost} The site still has the old text; {again}."
        journal.settle(tx, intent.id, PushStatus.FAILED, error=why)
        return PushStatus.FAILED, why
    why = (
        f"{lost} The site has a third text now; look at it: `altsync pull`, then"
        " `altsync diff`."
    )
    journal.settle(tx, intent.id, PushStatus.CONFLICT, error=why)
    return PushStatus.CONFLICT, why


def _moved(change: Change, flat: Flat) -> str:
    if flat["alt"] != change.base:
        return f"the site now says {flat['alt']!r}"
    return (
        f"the site's label now says {flat.get('label')!r}: somebody vouches for that"
        " text"
    )


def _message(changes: list[Change], push_id: int) -> str:
    n = len(changes)
    if any(change.reverts is not None for change in changes):
        return (
            f"altsync: takes back the alt text of {n} image{'s' * (n != 1)}, run"
            f" {push_id}"
        )
    models = sorted({change.model for change in changes if change.model})
    by = f", model {', '.join(models)}" if models else ""
    return f"altsync: alt text for {n} image{'s' * (n != 1)}{by}, run {push_id}"
