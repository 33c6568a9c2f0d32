"""Verdicts as the command line gives them, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from altsync.store.store import Store
from altsync.verdicts import acts
from altsync.verdicts.acts import Judged
from altsync.verdicts.policy import Way


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
