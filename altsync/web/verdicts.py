"""Verdicts from the pages: each stands on what its reviewer saw, else it is refused
with what changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from altsync.errors import AltsyncError, UsageError
from altsync.models import (
    Decision,
    NewCandidate,
    Origin,
    Scope,
    Severity,
    Verdict,
    is_blank,
)
from altsync.review import EYE
from altsync.store import candidates, files, queue
from altsync.store.queue import Candidate, Look
from altsync.web.doubts import Doubts

LONGEST = 512
"""Code points in Drupal's alt column. A longer text is refused, never cut."""


class MovedOn(AltsyncError):
    """The image is no longer as the reviewer saw it. The message says what changed;
    nothing was written."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Given:
    """One verdict as it came from a form."""

    image: str
    seen: str
    """`Look.seen` of the sight that the reviewer had."""
    candidate: int | None = None
    text: str | None = None
    """The text in the editor; None leaves the candidate's."""


def sighted(tx: sqlite3.Connection, given: Given) -> Look:
    """The image as it is now, if it is still what was seen. Raises MovedOn, UsageError."""
    look = queue.look(tx, given.image)
    if look is None:
        raise UsageError(f"There is no image {given.image} in the mirror.")
    if look.mirrored.gone_at is not None:
        raise MovedOn("The image is not on the site any more.")
    if look.seen != given.seen:
        raise MovedOn(_what_changed(tx, given.image))
    return look


def _what_changed(tx: sqlite3.Connection, image: str) -> str:
    events = queue.latest_events(tx, image)
    if not events:
        return "Somebody was faster: this image has changed since you saw it."
    when, what, text = events[0]
    shown = f" “{text}”" if text else ""
    return (
        f"Somebody was faster. The last thing that happened ({when[11:16]} UTC):"
        f" {what}{shown}."
    )


def _named(look: Look, candidate: int | None) -> Candidate:
    for one in look.candidates:
        if one.id == candidate:
            return one
    raise MovedOn("That candidate was applied or replaced meanwhile.")


def approve(tx: sqlite3.Connection, given: Given, reviewer: str, doubts: Doubts) -> int:
    """Approve a candidate, or what the editor made of it: a changed text is a candidate
    of its own, origin human.

    Returns the id of the review. An empty text is refused: that is `decorative`, said
    on purpose.
    """
    look = sighted(tx, given)
    one = _named(look, given.candidate) if given.candidate else None
    text = given.text if given.text is not None else (one.alt if one else "")
    text = text.replace("\r\n", "\n").strip()
    if (
        one is not None
        and text == one.alt.strip()
        and one.base == look.mirrored.image.alt
    ):
        return candidates.judge(tx, one.id, Verdict.APPROVED, reviewer, Scope.ONE)
    if is_blank(text) and not (
        one is not None and one.decision is Decision.DECORATIVE and given.text is None
    ):
        raise UsageError(
            "An empty text hides the image from screen readers. If that is meant: Mark"
            " decorative."
        )
    decision = (
        one.decision
        if one is not None and one.decision is not Decision.DECORATIVE
        else Decision.INFORMATIVE
    )
    return _own(tx, look, text, decision, reviewer, doubts, one)


def decorative(
    tx: sqlite3.Connection, given: Given, reviewer: str, doubts: Doubts
) -> int:
    """Say that the image only decorates: an empty alt, approved by a person who looked.
    Returns the review's id."""
    look = sighted(tx, given)
    for one in look.candidates:
        if (
            one.decision is Decision.DECORATIVE
            and one.alt == ""
            and one.base == look.mirrored.image.alt
        ):
            return candidates.judge(tx, one.id, Verdict.APPROVED, reviewer, Scope.ONE)
    return _own(tx, look, "", Decision.DECORATIVE, reviewer, doubts, None)


def _own(
    tx: sqlite3.Connection,
    look: Look,
    text: str,
    decision: Decision,
    reviewer: str,
    doubts: Doubts,
    made_from: Candidate | None,
) -> int:
    """A person's own text as a candidate against what the site has now, approved by
    that person."""
    if len(text) > LONGEST:
        raise UsageError(
            f"The text has {len(text)} characters; the site takes {LONGEST}. Shorten"
            " it: nothing was cut."
        )
    image = look.mirrored.image
    context = (
        []
        if made_from is None
        else [{"kind": "rewritten", "candidate": made_from.id, "source": "review"}]
    )
    candidate = candidates.add(
        tx,
        NewCandidate(
            image_id=image.id,
            base=image.alt,
            alt=text,
            origin=Origin.HUMAN,
            decision=decision,
            context=json.dumps(context),
            image_sha256=files.seen(tx, image.id),
            findings=doubts.findings(tx, look.mirrored, text, decision),
        ),
    )
    return candidates.judge(tx, candidate, Verdict.APPROVED, reviewer, Scope.ONE)


def reject(tx: sqlite3.Connection, given: Given, reviewer: str) -> int:
    """Reject one candidate. Returns the review's id."""
    look = sighted(tx, given)
    one = _named(look, given.candidate)
    return candidates.judge(tx, one.id, Verdict.REJECTED, reviewer, Scope.ONE)


def undo(tx: sqlite3.Connection, reviewer: str) -> str:
    """Take back this reviewer's latest verdict that still counts. Returns its image.
    Repeat to go further back.

    Raises MovedOn where that text was sent meanwhile: a push is taken back with
    `altsync revert`, not here.
    """
    last = queue.last_verdict(tx, reviewer)
    if last is None:
        raise UsageError("There is no verdict of yours to take back.")
    if queue.is_spent(tx, last.candidate):
        raise MovedOn(
            f"Your last verdict, on {last.image}, was sent to the site meanwhile."
            " Nothing was taken back."
        )
    candidates.judge(tx, last.candidate, Verdict.WITHDRAWN, reviewer, Scope.ONE)
    return last.image


@dataclass(slots=True)
class Swept:
    """What a verdict over many did."""

    judged: int = 0
    first: int = 0
    """Id of its first review, and of its last: what `unsweep` takes back."""
    last: int = 0
    left: list[str] = field(default_factory=list)
    """Image: why it was left alone."""


def sweep(
    tx: sqlite3.Connection,
    marked: Sequence[tuple[Given, int]],
    verdict: Verdict,
    reviewer: str,
    rule: str,
) -> Swept:
    """One verdict over many images, each still as it was seen. `rule` says how they
    were chosen, and is kept.

    What wants a person's eye (decorative, complex) is not approved in bulk; what moved
    on is left alone and named.
    """
    done = Swept()
    for given, candidate in marked:
        try:
            look = sighted(tx, given)
            one = _named(look, candidate)
        except (MovedOn, UsageError) as error:
            done.left.append(f"{given.image}: {error}")
            continue
        if verdict is Verdict.APPROVED and one.decision in EYE:
            done.left.append(
                f"{given.image}: {one.decision}, which wants to be looked at by itself"
            )
        elif verdict is Verdict.APPROVED and one.base != look.mirrored.image.alt:
            done.left.append(f"{given.image}: proposed for an earlier text")
        elif verdict is Verdict.APPROVED and any(
            f.severity is Severity.ERROR for f in one.findings
        ):
            done.left.append(f"{given.image}: the lint found an error")
        else:
            done.last = candidates.judge(
                tx, one.id, verdict, reviewer, Scope.BULK, rule
            )
            done.first = done.first or done.last
            done.judged += 1
    return done


def unsweep(
    tx: sqlite3.Connection, first: int, last: int, reviewer: str, rule: str
) -> Swept:
    """Take back this reviewer's verdicts over many among the reviews `first` to `last`,
    where they still count.

    What was sent to the site meanwhile stays and is named: a push is taken back with
    `altsync revert`.
    """
    done = Swept()
    for candidate, image in queue.swept(tx, reviewer, first, last):
        if queue.is_spent(tx, candidate):
            done.left.append(
                f"{image}: was sent to the site meanwhile (take it back with `altsync"
                " revert`)"
            )
            continue
        candidates.judge(tx, candidate, Verdict.WITHDRAWN, reviewer, Scope.BULK, rule)
        done.judged += 1
    return done
