"""How far batches are: what their providers say of them, and what is on record."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass

from altsync.config import Config
from altsync.errors import AltsyncError, Interrupted, StoreError
from altsync.generate import cost, estimate, pace
from altsync.generate.asking import Model
from altsync.generate.batches.base import Batches, Remote
from altsync.generate.batches.providers import of_model
from altsync.generate.batches.recovering import Recovering
from altsync.generate.opening import open_model
from altsync.models import BatchSeen, Handover, HandoverState
from altsync.store import handovers
from altsync.store.store import Store

SENDING = "Another altsync generate is at work, and may be sending it."


@dataclass(frozen=True, slots=True)
class Opened:
    """The model of a handover."""

    model: Model
    batches: Batches
    price: cost.Price | None


@dataclass(frozen=True, slots=True)
class Providers:
    """Whom batches are with. Nothing is paid for what they are asked here."""

    config: Config
    store: Store
    stop: threading.Event

    def open_(self, handover: Handover) -> Opened:
        """Raises ModelStopped and UsageError."""
        wanted = self.config.generate
        model = open_model(handover.model, json.loads(handover.options), wanted.timeout)
        pace.of(model.name).stopped = self.stop.is_set
        price = estimate.price_of(model, wanted.prices)
        return Opened(model, of_model(model), price and price.of_batch())

    def not_done(self) -> list[Handover]:
        """Batches of which something is still to come."""
        with self.store.read() as conn:
            return [one for one in handovers.not_done(conn) if one.batch]

    def again(self, handover: Handover) -> Handover:
        """As it is on record by now."""
        with self.store.read() as conn:
            found = handovers.one(conn, handover.id)
        assert found is not None  # none is ever deleted
        return found

    def seen(self) -> list[BatchSeen]:
        """Every batch that is not done, as it is now. One of which nobody has heard is
        left alone while another process may be sending it."""
        try:
            with self.store.alone("generate"):
                return [self.look(one)[0] for one in self.not_done()]
        except StoreError:
            return [
                BatchSeen(one, None, SENDING)
                if one.state is HandoverState.UNSENT
                else self.look(one)[0]
                for one in self.not_done()
            ]

    def look(self, handover: Handover) -> tuple[BatchSeen, Remote | None]:
        """How far it is; None where it could not be asked, or never arrived. One of
        which nobody has heard is looked for first. A provider that does not answer is
        told of, and raises nothing."""
        try:
            opened = self.open_(handover)
            remote = self._remote(handover, opened.batches)
        except Interrupted:
            raise
        except AltsyncError as error:
            return BatchSeen(self.again(handover), None, str(error)), None
        if remote is None:
            now = self.again(handover)
            return BatchSeen(now, None, now.error or ""), None
        if remote.state.over and handover.ended_at is None:
            with self.store.write() as tx:
                handovers.ended(tx, handover.id)
        answered = remote.counts.answered if remote.counts.total else None
        return BatchSeen(self.again(handover), answered, remote.problem), remote

    def _remote(self, handover: Handover, batches: Batches) -> Remote | None:
        if handover.state is HandoverState.UNSENT:
            return Recovering(self.store).of(handover, batches)
        assert handover.remote_id is not None  # what was sent has one
        return batches.look(handover.remote_id)
