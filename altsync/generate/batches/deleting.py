"""What providers still have of batches that are done is deleted there, as soon as every
answer is on record.

What was uploaded, with the pictures, always: nothing that was paid for is in it. Answers
only where the owner says so (`[generate] batch_keep = false`): a database that is put back
from a copy takes them in again. Anthropic has both in one, so it is theirs that stays.

Idempotent: whoever is killed in between deletes the rest with the next fetch. Nothing
waits for it, and nothing fails with it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from altsync.errors import AltsyncError, Interrupted
from altsync.generate.batches.base import Batches, BatchTrouble, Remote, Uploaded
from altsync.generate.trouble import Remedy
from altsync.models import HandedTo, Handover, LineCame
from altsync.report import Report
from altsync.store import handovers
from altsync.store.store import Store

KEPT_FOR = timedelta(days=31)
"""Then providers have deleted everything themselves."""
LONGEST = timedelta(days=2)
"""Then no batch runs any more."""


class Deleting:
    """Deletes what is left of batches at their providers."""

    def __init__(
        self,
        store: Store,
        open_: Callable[[Handover], Batches],
        report: Report,
        *,
        keep: bool,
    ) -> None:
        """`open_` raises AltsyncError; `keep`: answers stay where they are."""
        self._store = store
        self._open = open_
        self._report = report
        self._keep = keep

    def run(self, check: Callable[[], None]) -> int:
        """How many files and batches were deleted. `check` raises Interrupted where the
        owner wants to stop."""
        number = 0
        failed: dict[str, list[int]] = {}
        silent: dict[str, AltsyncError] = {}
        with self._store.read() as conn:
            found = list(handovers.to_delete(conn, keep=self._keep))
        for one in found:
            check()
            error = silent.get(one.model)
            if error is None:
                deleted, error = self._tried(one)
                number += deleted
            if error is None:
                continue
            failed.setdefault(str(error), []).append(one.id)
            if _will_pass(error):
                silent[one.model] = error
        for why, batches in failed.items():
            self._report.say(
                f"What was sent for {_named(batches)} could not be deleted at the"
                f" provider, and the next fetch tries again: {why}"
            )
        return number

    def _tried(self, handover: Handover) -> tuple[int, AltsyncError | None]:
        """How many things of one batch were deleted; why not all that should be."""
        try:
            return self._of(handover), None
        except Interrupted:
            raise
        except AltsyncError as error:
            return 0, error

    def _of(self, handover: Handover) -> int:
        """Everything of one batch that is not to stay."""
        sent = _sent(handover)
        number, age = 0, datetime.now(UTC) - sent.since
        if age < KEPT_FOR:
            batches = self._open(handover)
            remote = self._look(handover, batches)
            if _needed(handover, remote, age):
                return 0
            number = self._deleted(batches, handover, sent, remote)
        with self._store.write() as tx:
            handovers.deleted(tx, handover.id)
        return number

    def _deleted(
        self,
        batches: Batches,
        handover: Handover,
        sent: Uploaded,
        remote: Remote | None,
    ) -> int:
        """A host that deletes nothing is told of once: it never will."""
        try:
            return batches.delete(sent, remote, answers=self._all(handover, remote))
        except BatchTrouble as trouble:
            if not trouble.cannot:
                raise
            self._report.say(
                f"What was sent for batch {handover.id} stays with its provider: {trouble}"
            )
            return 0

    def _look(self, handover: Handover, batches: Batches) -> Remote | None:
        """None where there is no such batch, or not any more."""
        if handover.remote_id is None:
            return None
        try:
            return batches.look(handover.remote_id)
        except BatchTrouble as trouble:
            if not trouble.gone:
                raise
            if handover.way is not HandedTo.ANTHROPIC:  # there it may have been deleted
                self._report.say(
                    f"What was sent for batch {handover.id} is deleted by its provider"
                    f" alone, in about 30 days: {trouble}"
                )
            return None

    def _all(self, handover: Handover, remote: Remote | None) -> bool:
        """Answers go only where all of them are on record: of a batch that was given up
        some may not be. Where a host counts nothing, something has to be on record of
        every line."""
        if self._keep or remote is None:
            return False
        if not remote.counts.total:
            told = handover.answered + handover.came.get(LineCame.FAILED, 0)
            return told == handover.lines
        return remote.counts.answered <= handover.answered


def _sent(handover: Handover) -> Uploaded:
    since = datetime.fromisoformat(handover.created_at)
    return Uploaded(handover.token, since, handover.remote_file or "")


def _needed(handover: Handover, remote: Remote | None, age: timedelta) -> bool:
    """It was given up while it runs, or may run, and reads its file still."""
    if remote is None:
        unheard = handover.remote_id is None and LineCame.CANCELLED in handover.came
        return unheard and age < LONGEST
    return not remote.state.over


def _will_pass(error: AltsyncError) -> bool:
    """It is about a provider that does not answer now, about whatever it is asked."""
    return isinstance(error, BatchTrouble) and error.trouble.remedy is Remedy.AGAIN


def _named(batches: list[int]) -> str:
    """batch 3; batches 3 and 4; batches 3, 4 and 5."""
    *others, last = map(str, batches)
    if not others:
        return f"batch {last}"
    return f"batches {', '.join(others)} and {last}"
