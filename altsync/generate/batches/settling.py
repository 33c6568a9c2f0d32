"""Whether a batch was made, where its answer never came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from altsync.generate.batches.base import Remote, Unsure
from altsync.generate.pace import Stopped
from altsync.generate.pace import of as pace_of

SETTLES = 30.0
"""Seconds: a provider goes on with what it was sent, whoever has gone, and lists it then.
"""
DRIFT = timedelta(days=2)
"""By which this machine's clock may be wrong: what is older than a handover by more is
none of its."""


def settled(model: str, seek: Callable[[], Remote | None]) -> Remote | None:
    """What `seek` finds; None only where it finds nothing twice, SETTLES apart: whoever
    sent it may have been killed a moment ago. Raises Unsure where the wait is broken off.
    """
    found = seek()
    if found is not None:
        return found
    try:
        pace_of(model).rest(SETTLES)
    except Stopped:
        raise Unsure(
            f"Nobody knows yet whether the last batch for {model} was made: its lines are"
            " not sent again until that is known. Run the same again."
        ) from None
    return seek()
