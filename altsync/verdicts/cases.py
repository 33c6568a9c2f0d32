"""Which candidate of an image a verdict is wanted for, and what the policy has to know
of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from altsync.models import Scope, Verdict, same_text
from altsync.store.candidates import Open
from altsync.verdicts.policy import Case, Way, answer, rules_of


def case_of(one: Open, group: Sequence[Open]) -> Case:
    """A candidate among all that can still be applied to its image (`group`)."""
    rejected = (other for other in group if other.verdict is Verdict.REJECTED)
    waiting = (other for other in group if waits(other) and not other.reference)
    return Case(
        decision=one.decision,
        origin=one.origin,
        findings=one.findings,
        over_person=one.over_person,
        moved=one.moved,
        rejected=any(same_text(other.alt, one.alt) for other in rejected),
        chosen=any(_chosen(other) for other in group),
        unsure=any(other.verdict is Verdict.UNSURE for other in group),
        described=one.described,
        replaces=rules_of(one.replaces),
        reference=one.reference,
        models=len({one.model, *(other.model for other in waiting)}),
    )


def waiting(group: Sequence[Open]) -> Open | None:
    """The newest candidate without a verdict, unless a newer one is approved: then the
    image waits for nothing. The reference model's only where no other was made, or all
    were rejected."""
    approved = [one.id for one in group if one.verdict is Verdict.APPROVED]
    after = max(approved, default=0)
    found = [one for one in group if waits(one) and one.id > after]
    ordinary = [one for one in found if not one.reference]
    if approved:
        found = []
    return next(reversed(ordinary or found), None)


def decided(
    groups: Iterable[Sequence[Open]], way: Way
) -> Iterator[tuple[Open, str | None]]:
    """Each candidate that waits for a verdict, or for a colleague's answer, and why it
    must not be approved this way; None where it may."""
    for group in groups:
        one = waiting(group) or next(_unanswered(group), None)
        if one is not None:
            yield one, answer(way, case_of(one, group))


def nameable(group: Sequence[Open]) -> Open | None:
    """What an approval by name is about: the candidate that waits, or that somebody was
    unsure of, whichever is newer; else the one that was approved over many and that
    nobody has approved by itself."""
    found = [one for one in (waiting(group), *_unanswered(group)) if one is not None]
    if found:
        return max(found, key=lambda one: one.id)
    approved = [
        one for one in group if one.verdict is Verdict.APPROVED and not one.moved
    ]
    latest = max(approved, key=lambda one: one.review or 0, default=None)
    if latest is None or latest.scope is Scope.ONE:
        return None
    return latest


def _unanswered(group: Sequence[Open]) -> Iterator[Open]:
    """What somebody is unsure of, and nobody has approved anything since."""
    approved = (one for one in group if one.verdict is Verdict.APPROVED)
    since = max((one.review or 0 for one in approved), default=0)
    for one in group:
        asked = one.verdict is Verdict.UNSURE and not one.moved
        if asked and (one.review or 0) > since:
            yield one


def waits(one: Open) -> bool:
    """Nobody has judged it, and the site still has what it was proposed for."""
    return one.verdict is None and not one.moved


def _chosen(one: Open) -> bool:
    return one.verdict is Verdict.APPROVED and one.scope is Scope.ONE
