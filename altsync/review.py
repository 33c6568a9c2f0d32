"""Verdicts on candidates, given from the command line: append-only, by whom and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from altsync.errors import UsageError
from altsync.models import Decision, Origin, Scope, Severity, Verdict
from altsync.store import candidates, mirror
from altsync.store.candidates import Open
from altsync.store.store import Store

EYE = (Decision.DECORATIVE, Decision.COMPLEX)
"""Decisions that are never pushed without a person's yes to that very image
(alt-text.md)."""


@dataclass(slots=True)
class Judged:
    """How many verdicts were given, and how many images were left alone, by reason."""

    judged: int = 0
    left: Counter[str] = field(default_factory=Counter)


def approve(
    store: Store,
    images: Sequence[str] | None,
    reviewer: str,
    *,
    unflagged: bool = False,
) -> Judged:
    """Approve the newest open candidate of each image; None means every image that
    waits for a verdict.

    One transaction: all named images or, where one has nothing to approve, none
    (UsageError).
    """
    done = Judged()
    scope = Scope.BULK if images is None else Scope.ONE
    found = set()
    with store.snapshot() as conn, store.write() as tx:
        for group in candidates.open_candidates(conn, images):
            found.add(group[0].image if images else "")
            reason = None if images else reason_to_leave(group, unflagged)
            if reason:
                done.left[reason] += 1
                continue
            candidates.judge(tx, group[-1].id, Verdict.APPROVED, reviewer, scope)
            done.judged += 1
        if images:
            _all_found(store, images, found, "approve")
    return done


def reject(store: Store, images: Sequence[str], reviewer: str) -> Judged:
    """Reject every open candidate of each image, approved ones too, as long as they
    were not applied."""
    done = Judged()
    found = set()
    with store.snapshot() as conn, store.write() as tx:
        for group in candidates.open_candidates(conn, images, judged=True):
            for candidate in group:
                if candidate.verdict is not Verdict.REJECTED:
                    candidates.judge(
                        tx, candidate.id, Verdict.REJECTED, reviewer, Scope.ONE
                    )
            found.add(group[0].image)
            done.judged += 1
        _all_found(store, images, found, "reject")
    return done


def reason_to_leave(group: Sequence[Open], unflagged: bool) -> str | None:
    """Why a bulk approval leaves this image alone."""
    newest = group[-1]
    if newest.over_person and newest.origin is Origin.AI:
        return "a suggestion for a person's words (altsync review, or name it)"
    if newest.decision in EYE:
        return (
            f"{newest.decision}, which wants a person's eye (altsync review, or"
            " name it)"
        )
    if len({candidate.model for candidate in group}) > 1:
        return (
            "candidates of several models to choose from (altsync review, or reject"
            " some)"
        )
    if unflagged and any(f.severity is not Severity.INFO for f in newest.findings):
        return "the lint has something to say"
    return None


def _all_found(store: Store, images: Sequence[str], found: set[str], verb: str) -> None:
    lacking = [image for image in images if image not in found]
    if not lacking:
        return
    states = {m.image.id: m.state for m in mirror.named(store.conn, lacking)}
    first = lacking[0]
    if first not in states:
        why = (
            f"There is no image {first} in the mirror. Ids look like album/name"
            " (`altsync browse` lists them)."
        )
    else:
        why = f"{first} has nothing to {verb} (its state is {states[first]})."
    raise UsageError(f"{why} No verdict was given.")
