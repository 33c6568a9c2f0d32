"""Batches of which nobody has heard whether they arrived: a process was killed, or the
answer was lost. They are looked for where they would be. One that is there goes on; where
none is, and none will be, its lines go on as ordinary work; as long as nobody can know,
they stay open and are sent by nobody."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from altsync.generate.batches.base import (
    Batches,
    BatchTrouble,
    Remote,
    Sought,
    Unsure,
)
from altsync.models import Handover, LineCame
from altsync.store import handovers
from altsync.store.store import Store


class Recovering:
    """Finds out what became of a batch that was begun."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(
        self, handover: Handover, batches: Batches, trouble: BatchTrouble | None = None
    ) -> Remote | None:
        """The batch; None where there is none, and it is given up. `trouble`: what
        sending it came to, where that is known. Raises Unsure and BatchTrouble, and
        nothing is given up."""
        remote = None
        if trouble is None or trouble.unknown:
            remote = self._found(handover, batches)
        with self._store.write() as tx:
            if remote is None:
                handovers.give_up(tx, handover.id, LineCame.UNSENT)
                handovers.troubled(tx, handover.id, _why(trouble))
                handovers.fetched(tx, handover.id)
            else:
                note_arrival(tx, handover.id, remote)
        return remote

    def _found(self, handover: Handover, batches: Batches) -> Remote | None:
        with self._store.read() as conn:
            keys = {line.work_key for line in handovers.lines(conn, handover.id)}
            known = {
                one.remote_id
                for one in handovers.every(conn)
                if one.remote_id is not None
            }
        since = datetime.fromisoformat(handover.created_at)
        sought = Sought(handover.token, handover.lines, since, keys, known)
        try:
            return batches.find(sought)
        except (Unsure, BatchTrouble) as error:
            with self._store.write() as tx:
                handovers.troubled(tx, handover.id, str(error))
            raise


def note_arrival(tx: sqlite3.Connection, handover: int, remote: Remote) -> None:
    """The provider has it."""
    expires = None if remote.expires is None else remote.expires.isoformat()
    handovers.sent(tx, handover, remote.id, remote.file or None, expires)


def _why(trouble: BatchTrouble | None) -> str:
    if trouble is not None:
        return str(trouble)
    return "It never arrived."
