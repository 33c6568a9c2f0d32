"""Judging a sample, place by place: texts that were drawn, and known-bad ones among them,
in the same way and with the same words for both."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace

from altsync.errors import MovedOn, UsageError
from altsync.models import Decision, Scope, Verdict
from altsync.store import candidates, seeds
from altsync.store.looks import Candidate, candidates_of
from altsync.store.samples import DrawnText
from altsync.store.seeds import SampleStep, SeededText
from altsync.verdicts import acts, asking
from altsync.verdicts.acts import Check, Given
from altsync.verdicts.asides import Aside
from altsync.verdicts.statements import Statement, statement

FASTER = (
    "Somebody was faster: this text was judged, or its image has changed, since you saw"
    " it."
)


PAST = {
    "approve": "approved",
    "reject": "rejected",
    "decorative": "marked decorative",
    "unsure": "asked a colleague about",
}
"""What was done to a text, where that is another word."""


@dataclass(frozen=True, slots=True)
class SamplePlace:
    """One place of a sample, as its reader sees it."""

    number: int
    image: str
    alt: str
    decision: Decision
    candidate: Candidate | None
    """None: a known-bad text. Nothing of that reaches a page."""


def open_places(said: Statement) -> list[DrawnText | SeededText]:
    """What is to be judged until the sample can end next, in the order of the draw."""
    if said.at is not None:
        return []
    drawn = said.texts[: said.next_stop.read]
    waiting: list[DrawnText | SeededText] = [
        *(one for one in drawn if one.judged is None),
        *(one for one in said.seeds if one.now is None),
    ]
    return sorted(waiting, key=lambda one: one.place)


def place_of(conn: sqlite3.Connection, one: DrawnText | SeededText) -> SamplePlace:
    """What stands there."""
    if isinstance(one, SeededText):
        return SamplePlace(one.place, one.image, one.alt, Decision.INFORMATIVE, None)
    every = candidates_of(conn, one.image)
    (found,) = (other for other in every if other.id == one.candidate)
    return SamplePlace(one.place, one.image, found.alt, found.decision, found)


def judge(
    tx: sqlite3.Connection,
    run: int,
    number: int,
    act: str,
    given: Given,
    reviewer: str,
    check: Check,
) -> str:
    """One verdict on what stands at a place: `approve` (as it stands, or what the editor
    made of it), `reject`, `decorative`, or `unsure`, which asks a colleague and leaves
    the place open. Returns its image.

    Raises MovedOn where it was judged meanwhile, or its image is not what was seen; what
    has changed there is not said, since the same would tell of a known-bad text.
    """
    if act not in ("approve", "reject", "decorative", "unsure"):
        raise UsageError("That is no verdict.")
    waiting = open_places(statement(tx, run))
    one = next((one for one in waiting if one.place == number), None)
    if one is None or one.image != given.image:
        raise MovedOn(_faster(tx, run, number, reviewer))
    try:
        acts.sighted(tx, given)
    except MovedOn:
        raise MovedOn(FASTER) from None
    place = place_of(tx, one)
    if act == "unsure":
        _ask(tx, one, asking.question_of(given), reviewer)
        return place.image
    words = acts.words_of(place.alt if given.text is None else given.text)
    changed = words != acts.words_of(place.alt)
    if act == "approve" and changed:
        acts.usable(words)
    if isinstance(one, SeededText):
        said = given.aside
        verdict = _named(act, changed)
        seeds.judge(tx, one.id, verdict, reviewer, said.note, how=said.how)
    elif place.candidate is not None:
        at = replace(given, candidate=place.candidate.id)
        _judge_drawn(tx, place.candidate, act, changed, at, reviewer, check)
    return place.image


def _ask(
    tx: sqlite3.Connection, one: DrawnText | SeededText, said: Aside, reviewer: str
) -> None:
    """It judges nothing, whichever kind of text it is about."""
    beside = (said.note, said.asked, said.how)
    if isinstance(one, SeededText):
        seeds.judge(tx, one.id, Verdict.UNSURE, reviewer, *beside)
    else:
        unsure = Verdict.UNSURE
        candidates.judge(tx, one.candidate, unsure, reviewer, Scope.ONE, *beside)


def _named(act: str, changed: bool) -> str:
    """What a verdict on a known-bad text is called."""
    if act == "approve":
        return "rewritten" if changed else "approved"
    return {"reject": "rejected", "decorative": "decorative"}[act]


def _judge_drawn(
    tx: sqlite3.Connection,
    candidate: Candidate,
    act: str,
    changed: bool,
    given: Given,
    reviewer: str,
    check: Check,
) -> None:
    """What was sent already is judged for the sample alone: a verdict on it sends and
    takes back nothing. A person's other words are a candidate, as always."""
    if act == "decorative":
        acts.decorative(tx, given, reviewer, check)
    elif candidate.spent and changed:
        words = acts.words_of(given.text or "")
        look = acts.sighted(tx, given)
        acts.rewrite(tx, look, words, candidate, reviewer, check, given.aside)
    elif candidate.spent:
        verdict = Verdict.REJECTED if act == "reject" else Verdict.APPROVED
        said = given.aside
        candidates.judge(
            tx, candidate.id, verdict, reviewer, Scope.ONE, said.note, how=said.how
        )
    elif act == "reject":
        acts.reject(tx, given, reviewer)
    else:
        acts.approve(tx, given, reviewer, check)


def _faster(tx: sqlite3.Connection, run: int, number: int, reviewer: str) -> str:
    """Who judged what stands at a place, and how: told of both kinds of texts alike."""
    last = seeds.last_step(tx, run, place=number)
    one = _at(tx, run, number)
    if last is None or one is None or last.verdict == "withdrawn":
        return FASTER
    done = PAST.get(_act_of(last, place_of(tx, one).alt), last.verdict)
    when = f"{last.at[:16].replace('T', ' ')} UTC"
    if last.reviewer == reviewer:
        return f"You have {done} this text already, {when}. That verdict stands."
    return f"Somebody was faster. {last.reviewer} has {done} this text, {when}."


def _at(tx: sqlite3.Connection, run: int, number: int) -> DrawnText | SeededText | None:
    """What stands at a place of a sample, judged or not."""
    drawn = statement(tx, run)
    every: list[DrawnText | SeededText] = [*drawn.texts, *drawn.seeds]
    return next((one for one in every if one.place == number), None)


def is_written(
    tx: sqlite3.Connection, run: int, number: int, act: str, given: Given, reviewer: str
) -> bool:
    """Whether the last thing that this reviewer did in the sample is this very verdict,
    on a text as it stands: its answer was lost, or it was clicked twice.

    An own text in its place is never taken for written: of a known-bad text's nobody
    knows the words any more.
    """
    if act == "unsure":
        return False  # another question, for all that anybody knows: both are kept
    last = seeds.last_step(tx, run, reviewer=reviewer)
    if last is None or (last.place, last.image) != (number, given.image):
        return False
    one = _at(tx, run, number)
    alt = "" if one is None else place_of(tx, one).alt
    changed = given.text is not None and acts.words_of(given.text) != acts.words_of(alt)
    if act == "approve" and changed:
        return False
    return _act_of(last, alt) == act


def _act_of(last: SampleStep, alt: str) -> str:
    """What its reviewer did at the place where this text stands."""
    if last.verdict == "approved" and last.alt not in (None, alt):
        return "rewritten" if last.alt else "decorative"
    return {"approved": "approve", "rejected": "reject"}.get(last.verdict, last.verdict)


def sign(seq: int) -> str:
    """How a page names the verdict that it offers to take back. Not by its number: how
    many numbers a verdict takes tells of a known-bad text."""
    return hashlib.sha256(f"verdict {seq}".encode()).hexdigest()[:16]


def taken_back(
    tx: sqlite3.Connection, run: int, reviewer: str, shown: str
) -> tuple[int, str] | None:
    """Place and image, where the last thing that this reviewer did in the sample was to
    take back the verdict of that sign."""
    last = seeds.last_step(tx, run, reviewer=reviewer)
    if last is None or last.verdict != "withdrawn" or last.before is None:
        return None
    return (last.place, last.image) if sign(last.before) == shown else None


def undo(
    tx: sqlite3.Connection, run: int, reviewer: str, shown: str = ""
) -> tuple[int, str]:
    """Take back this reviewer's latest verdict in the sample that still counts. Returns
    its place and image. The first verdict on a text stays the one that counts. `shown`:
    the sign of the verdict that the page offered to take back.

    Raises MovedOn where that is another one by now, and where the text was sent after
    the verdict.
    """
    last = seeds.last_verdict(tx, run, reviewer)
    if last is None:
        raise UsageError("There is no verdict of yours to take back in this sample.")
    if shown and sign(last.seq) != shown:
        raise MovedOn(
            f"Your last verdict in this sample is another one by now, on {last.image}."
            " Undo takes that one back."
        )
    if last.sent:
        raise MovedOn(
            f"Your last verdict, on {last.image}, was sent to the site meanwhile."
            " Nothing was taken back."
        )
    if last.seeded is not None:
        seeds.judge(tx, last.seeded, Verdict.WITHDRAWN, reviewer)
    elif last.candidate is not None:
        candidates.judge(tx, last.candidate, Verdict.WITHDRAWN, reviewer, Scope.ONE)
    return last.place, last.image
