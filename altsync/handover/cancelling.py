"""Waiting no longer for the answers of a file."""

from __future__ import annotations

from dataclasses import dataclass

from altsync.errors import UsageError
from altsync.models import HandedTo, LineCame
from altsync.store import handovers
from altsync.store.store import Store


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What became of its lines."""

    cancelled: int
    """Go on as ordinary work."""
    answered: int


def cancel(store: Store, number: int) -> GivenUp:
    """Give up what is open. An answer that comes later is still taken. Raises UsageError
    for a number that is no file's."""
    with store.write() as tx:
        found = handovers.one(tx, number)
        if found is None or found.way is not HandedTo.FILE:
            raise UsageError(_unknown(number, found is not None))
        given_up = handovers.give_up(tx, number, LineCame.CANCELLED)
        if given_up:
            handovers.cancelled(tx, number)
        handovers.fetched(tx, number)
    return GivenUp(given_up, found.answered)


def _unknown(number: int, batch: bool) -> str:
    if batch:
        return (
            f"Handover {number} is a batch of a provider, not a file: altsync generate"
            f" --batch-cancel {number}"
        )
    return f"There is no handover {number}. `altsync work list` has them all."
