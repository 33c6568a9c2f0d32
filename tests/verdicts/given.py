"""Verdicts as the command line gives them, in one line, and at the same moment as
somebody else's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence

from altsync.models import Finding, Severity
from altsync.store.store import Store
from altsync.verdicts import acts
from altsync.verdicts.acts import Judged
from altsync.verdicts.policy import Way
from tests.processes import PATIENT

ERROR = Finding("leak", Severity.ERROR, "A model is talking.")
WARNING = Finding("hedge", Severity.WARNING, "It hedges.")


def approve(store: Store, images: Sequence[str], by: str = "maria") -> Judged:
    """By name."""
    with store.write() as tx:
        return acts.approve_named(tx, images, by)


def approve_all(store: Store, by: str = "maria", way: Way = Way.BULK) -> Judged:
    """All that wait."""
    with store.write() as tx:
        return acts.approve_waiting(tx, by, way)


def reject(store: Store, images: Sequence[str], by: str = "maria") -> Judged:
    """By name."""
    with store.write() as tx:
        return acts.reject_named(tx, images, by)


def meanwhile(
    store: Store,
    act: Callable[[], object],
    other: Callable[[sqlite3.Connection], object],
) -> None:
    """Run `act` in a thread while somebody else holds the lock; what `other` did is
    committed once `act` waits for it."""
    waits = threading.Event()

    def traced(sql: str) -> None:
        if sql.startswith("BEGIN IMMEDIATE"):
            waits.set()

    elsewhere = sqlite3.connect(store.path, isolation_level=None)
    thread = threading.Thread(target=act)
    try:
        elsewhere.execute("BEGIN IMMEDIATE")
        other(elsewhere)
        store.conn.set_trace_callback(traced)
        thread.start()
        assert waits.wait(PATIENT)
        elsewhere.execute("COMMIT")
    finally:
        elsewhere.close()
        thread.join(PATIENT)
        store.conn.set_trace_callback(None)
    assert not thread.is_alive()
