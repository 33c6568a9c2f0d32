"""What a run of generate did: as a document, and in words that other runs have too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from altsync.documents.written import GenerateDocument
    from altsync.generate.choosing import Targets
    from altsync.generate.generated import Generated


def document(
    done: Generated | None, targets: Targets, following: str | None
) -> GenerateDocument:
    """What a run did, for a program; None: there was nothing to do."""
    from altsync.generate.generated import Generated

    ran = done or Generated(0)
    return {
        "run": ran.run or None,
        "images": len(targets),
        "made": ran.made,
        "reused": ran.reused,
        "known": ran.known,
        "refused": ran.refused,
        "waiting": targets.waiting + ran.waiting,
        "failed": ran.failed,
        "stood_in": ran.stood_in,
        "unread": ran.unread,
        "passed_over": len(targets.passed_over),
        "cost_usd": ran.spent,
        "unpriced": ran.unpriced,
        "lost": ran.lost,
        "given_up": ran.given_up,
        "problem": ran.problem,
        "stopped": ran.stopped,
        "next": _next(ran, following),
    }


def from_before(ran: Generated) -> tuple[tuple[int, str], ...]:
    """Images about which nothing was asked, since that was known. See
    `_command.say_each`."""
    return (
        (ran.reused, "took an answer that had been paid for already"),
        (ran.known, "had been answered before: not asked again (--again does)"),
        (
            ran.refused,
            "had no usable answer to the same question before: not asked again"
            " (--retry-failed does)",
        ),
    )


def _next(ran: Generated, following: str | None) -> str | None:
    """The command that goes on."""
    if ran.stopped:
        return "altsync generate"
    if ran.failed:
        return "altsync failures"
    if ran.made or ran.reused:
        return f"altsync review, or {following}"
    return None
