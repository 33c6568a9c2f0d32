"""Stopping batches that are under way, and giving up those that nobody tells of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from altsync.config import Config
from altsync.errors import UsageError
from altsync.generate.batches.base import BatchTrouble
from altsync.generate.batches.looking import Providers
from altsync.models import BatchSeen, Handover, LineCame
from altsync.store import handovers
from altsync.store.store import Store


@dataclass(frozen=True, slots=True)
class Cancel:
    """Ask providers to stop batches: what is answered by then is still answered."""

    config: Config
    store: Store
    stop: threading.Event = field(default_factory=threading.Event)

    def run(
        self,
        number: int | None = None,
        gives_up: Callable[[BatchSeen], bool] = lambda _: False,
    ) -> list[BatchSeen]:
        """All that are not done, or the one with this number. One that is not stopped
        says why, and keeps no other from it. Where its provider cannot be asked about the
        one that was named, or does not give what it has answered, `gives_up` says whether
        its lines are ordinary work again: a provider that answers all the same is paid
        for that. Raises UsageError where there is no such batch; StoreError while a
        generate is at work."""
        providers = Providers(self.config, self.store, self.stop)
        with self.store.alone("generate"):
            wanted = _named(providers.not_done(), number)
            if number is None:
                return [self._one(one, providers)[0] for one in wanted]
            seen, stuck = self._one(wanted[0], providers)
            if stuck and gives_up(seen):
                seen = self._give_up(seen, providers)
            return [seen]

    def _give_up(self, seen: BatchSeen, providers: Providers) -> BatchSeen:
        """The owner named it, and said so."""
        with self.store.write() as tx:
            handovers.give_up(tx, seen.handover.id, LineCame.CANCELLED)
            handovers.troubled(tx, seen.handover.id, seen.problem or None)
            handovers.fetched(tx, seen.handover.id)
        return replace(seen, handover=providers.again(seen.handover))

    def _one(self, handover: Handover, providers: Providers) -> tuple[BatchSeen, bool]:
        """As it is now; and whether nothing comes of it as things are."""
        seen, remote = providers.look(handover)
        if remote is None:
            return seen, bool(seen.handover.open)
        if remote.state.over:
            not_given = seen.handover.error or ""
            return replace(seen, problem=seen.problem or not_given), bool(not_given)
        try:
            stopped = providers.open_(handover).batches.cancel(remote.id)
        except BatchTrouble as trouble:
            return replace(seen, problem=str(trouble)), False
        with self.store.write() as tx:
            handovers.cancelled(tx, handover.id)
        answered = stopped.counts.answered if stopped.counts.total else None
        return BatchSeen(providers.again(handover), answered), False


def _named(found: list[Handover], number: int | None) -> list[Handover]:
    if number is None:
        return found
    wanted = [one for one in found if one.id == number]
    if not wanted:
        raise UsageError(
            f"There is no batch {number} that is not done. `altsync generate"
            " --batch-status` lists them."
        )
    return wanted
