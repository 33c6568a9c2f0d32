"""A reviewer who is unsure asks a colleague: neither a yes nor a no.

The image leaves the queue of those that wait for anybody, and nothing of it is approved
over many or sent before somebody has answered with an ordinary verdict.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from altsync.errors import UsageError
from altsync.models import Scope, Verdict
from altsync.store import candidates
from altsync.verdicts import acts
from altsync.verdicts.acts import Given, Judged
from altsync.verdicts.asides import Aside
from altsync.verdicts.cases import nameable

NO_NOTE = "Say what is unclear: your colleague has to know what to look at."


def ask(tx: sqlite3.Connection, given: Given, reviewer: str) -> int:
    """Say that one candidate is unclear, and ask `given.asked` ('' for anybody) about
    it. Returns the id of the review.

    Raises UsageError without a note, and for a candidate that was proposed for an
    earlier text or picture: nobody has to decide about that any more.
    """
    said = question_of(given)
    look = acts.sighted(tx, given, reviewer)
    one = acts.named(look, given.candidate)
    if not look.stands(one):
        raise UsageError(
            "This was proposed for an earlier text or picture of the site: there is"
            " nothing to ask about it any more."
        )
    return _unsure(tx, one.id, reviewer, said)


def ask_named(
    tx: sqlite3.Connection, images: Sequence[str], reviewer: str, given: Aside
) -> Judged:
    """The same for the candidate of each image that `approve` by name would take.

    All, or, where one has nothing to ask about, none (UsageError, UnknownImage).
    """
    if given.note is None:
        raise UsageError(NO_NOTE)
    wanted = {
        one.image: one.id
        for group in candidates.open_candidates(tx, images)
        if (one := nameable(group)) is not None
    }
    acts.all_found(tx, images, wanted, "ask about")
    done = Judged()
    for candidate in wanted.values():
        done.add(_unsure(tx, candidate, reviewer, given))
    return done


def question_of(given: Given) -> Aside:
    """What somebody asks. Raises UsageError without a note."""
    said = given.question
    if said.note is None:
        raise UsageError(NO_NOTE)
    return said


def _unsure(tx: sqlite3.Connection, candidate: int, reviewer: str, said: Aside) -> int:
    return candidates.judge(
        tx,
        candidate,
        Verdict.UNSURE,
        reviewer,
        Scope.ONE,
        said.note,
        said.asked,
        said.how,
    )
