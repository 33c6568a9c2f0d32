"""Questions that were given away in files, as a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from altsync.models import Handover, LineCame
from altsync.render.text import count, plain

STDOUT = "(stdout)"


def lines(found: Sequence[Handover]) -> Iterator[str]:
    """One handover a line, with what came of it, its file last."""
    for one in found:
        day = one.created_at[:10]
        about = f"{one.id:>4}  {day}  {plain(one.model)}: {_came(one)}"
        yield f"{about}; {plain(one.remote_file or STDOUT)}"


def _came(one: Handover) -> str:
    parts = [count(one.lines, "question")]
    if one.sent_at is None and one.open:
        parts.append("not written yet")
    if one.open:
        parts.append(f"{one.open:,} open")
    parts += [
        f"{number:,} {WORDS[came]}"
        for came in LineCame
        if (number := one.came.get(came, 0))
    ]
    return ", ".join(parts)


WORDS = {
    LineCame.MADE: "with a text",
    LineCame.UNUSABLE: "unusable",
    LineCame.REFUSED: "refused",
    LineCame.FAILED: "without an answer",
    LineCame.EXPIRED: "expired",
    LineCame.CANCELLED: "given up",
    LineCame.UNSENT: "never written",
}
