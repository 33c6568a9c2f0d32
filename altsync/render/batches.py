"""Batches of providers, as a table and as data. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from altsync.models import BatchSeen, Handover, HandoverState
from altsync.render.text import plain

if TYPE_CHECKING:
    from altsync.documents.batched import BatchItem

STATES = {
    HandoverState.UNSENT: "not heard of yet",
    HandoverState.WAITS: "under way",
    HandoverState.CANCELLING: "being cancelled",
    HandoverState.ENDED: "ended: fetch it",
    HandoverState.DONE: "done",
}
LEFT = ("expired", "cancelled", "unsent")
COUNTED = ("batch", "model", "lines", "answered", "failed", "open")
HEAD = (*COUNTED, "since (UTC)", "until (UTC)", "")


def as_dict(seen: BatchSeen) -> BatchItem:
    """For a program."""
    one = seen.handover
    came = one.came
    return {
        "batch": one.id,
        "provider": one.way.value,
        "model": one.model,
        "state": one.state.value,
        "lines": one.lines,
        "open": one.open,
        "made": came.get("made", 0),
        "unusable": came.get("unusable", 0) + came.get("refused", 0),
        "failed": came.get("failed", 0),
        "left": sum(came.get(name, 0) for name in LEFT),
        "answered": seen.answered,
        "since": one.created_at,
        "expires": one.expires_at,
        "estimate_usd": one.estimate_usd,
        "problem": seen.problem,
    }


def table(found: Sequence[BatchSeen]) -> Iterator[str]:
    """A line for each, and one for each problem."""
    rows = [HEAD, *(_row(one) for one in found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        yield "  ".join(map(_cell, row, widths, range(len(HEAD)))).rstrip()
    for one in found:
        if one.problem:
            yield f"Batch {one.handover.id}: {plain(one.problem)}"


def _cell(words: str, width: int, at: int) -> str:
    """Numbers stand to the right."""
    if at in (0, 2, 3, 4, 5):
        return words.rjust(width)
    return words.ljust(width)


def _row(seen: BatchSeen) -> tuple[str, ...]:
    one = seen.handover
    answered = max(one.answered, seen.answered or 0)
    return (
        str(one.id),
        plain(one.model),
        f"{one.lines:,}",
        f"{answered:,}",
        f"{one.came.get('failed', 0):,}",
        f"{one.open:,}",
        moment(one.created_at),
        moment(one.expires_at),
        STATES[one.state],
    )


def moment(at: str | None) -> str:
    """To the minute, in UTC, as people write it; '' for None."""
    if at is None:
        return ""
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M")


def dollars(found: Sequence[Handover]) -> float | None:
    """What all of them were estimated to cost; None where that of one is not known."""
    known = [one.estimate_usd for one in found if one.estimate_usd is not None]
    return sum(known) if len(known) == len(found) else None
