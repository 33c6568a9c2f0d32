"""The same verdict twice: a browser whose answer was lost sends it again, and so does a
double click on a page without JavaScript. The second writes nothing, and nobody is told
that somebody was faster."""

from __future__ import annotations

import sqlite3

from altsync.models import Scope, Verdict
from altsync.store import looks
from altsync.store.looks import Happened
from altsync.verdicts.acts import Given, words_of

VERDICTS = {
    "approve": Verdict.APPROVED,
    "decorative": Verdict.APPROVED,
    "reject": Verdict.REJECTED,
    "unsure": Verdict.UNSURE,
}


def is_written(tx: sqlite3.Connection, act: str, given: Given, reviewer: str) -> bool:
    """Whether the last verdict on the image is this very one of this reviewer, though
    their page shows the image as it was before it."""
    verdict = VERDICTS.get(act)
    if verdict is None or looks.sight(tx, given.image) == given.seen:
        return False
    verdicts = (one for one in looks.latest_events(tx, given.image) if one.verdict)
    last = next(verdicts, None)
    if last is None or last.scope is not Scope.ONE:
        return False
    if (last.verdict, last.reviewer) != (verdict, reviewer):
        return False
    said = given.question
    beside = (last.note, last.asked) == (said.note, said.asked)
    return beside and _same(act, given, last)


def _same(act: str, given: Given, last: Happened) -> bool:
    if act == "decorative":
        return last.alt == ""
    if act != "approve" or given.text is None:
        return last.candidate == given.candidate
    long = given.long_description
    if long is None:
        long = last.long_description
    words = words_of(last.alt or "", last.long_description)
    return words == words_of(given.text, long)
