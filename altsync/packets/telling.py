"""What reading packets did, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from altsync.models.packet import TOLD, Ticked, in_words
from altsync.render.text import count

if TYPE_CHECKING:
    from altsync.documents.judged import PacketReadDocument
    from altsync.packets.reading import CameBack, Disagreement


def sentences(done: CameBack) -> Iterator[str]:
    """The result: what was taken, where people differ, what was refused and why."""
    number = sum(done.taken.values())
    by = ", ".join(
        f"{done.taken[answer]:,} {_plural(answer, done.taken[answer])}"
        for answer in Ticked
        if done.taken[answer]
    )
    told = f": {by}" if by else ""
    packets = count(len(done.packets), "packet")
    yield f"Took {count(number, 'verdict')} of {packets}{told}."
    for one in done.differences:
        yield _difference(one)
    for refused in done.refused:
        image = f" ({refused.image})" if refused.image else ""
        yield f"Refused: {refused.where}{image}: {refused.reason}."


def _plural(answer: Ticked, number: int) -> str:
    return "own texts" if answer is Ticked.TEXT and number != 1 else TOLD[answer]


def _difference(one: Disagreement) -> str:
    said = "; ".join(in_words(verdict) for verdict in one.said)
    counts = "; ".join(in_words(verdict) for verdict in one.counts)
    return f"Judged differently: {one.image}: {said}. What counts: {counts}."


def as_dict(done: CameBack) -> PacketReadDocument:
    """The same for a program."""
    return {
        "packets": len(done.packets),
        "taken": {str(answer): done.taken[answer] for answer in Ticked},
        "same": done.same,
        "outdone": done.outdone,
        "empty": done.empty,
        "moved": done.moved,
        "refused": [
            {"where": one.where, "image": one.image or "", "reason": one.reason}
            for one in done.refused
        ],
        "differences": [
            {
                "image": one.image,
                "said": list(map(in_words, one.said)),
                "counts": list(map(in_words, one.counts)),
            }
            for one in done.differences
        ],
        "remarks": dict(done.remarks),
        "notes": list(done.notes),
    }


def besides(done: CameBack) -> Iterator[str]:
    """What else is worth knowing."""
    if done.same:
        yield f"Read before and unchanged: {count(done.same, 'verdict')}."
    if done.outdone:
        verdicts = count(done.outdone, "verdict")
        yield f"Kept, but outdone by a later one on paper: {verdicts}."
    if done.empty:
        yield f"Without a verdict: {count(done.empty, 'line')}."
    if done.moved:
        images = count(done.moved, "image")
        yield f"Judge what moved on in altsync review, or on a new packet: {images}."
    for remark, number in done.remarks.items():
        yield f"{remark}: {count(number, 'verdict')}."
    for note in done.notes:
        yield f"{note}."
