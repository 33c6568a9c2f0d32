"""Verdicts, given from the command line and from the pages: append-only, by whom and how.

Every act works in a transaction that holds the write lock from its beginning (`tx`), and
reads in it what it rests on: a verdict that somebody else gives at that moment is seen,
or waits for this one.

A verdict on one candidate by a person who looked at it or named it is of scope ONE. One
over many is of scope BULK, and approves only what the policy lets pass.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from altsync.errors import MovedOn, UnknownImage, UsageError
from altsync.models import (
    Decision,
    Finding,
    How,
    Mirrored,
    NewCandidate,
    Origin,
    Scope,
    Verdict,
    is_blank,
)
from altsync.store import candidates, files, looks, mirror
from altsync.store.candidates import Open
from altsync.store.looks import Candidate, Look
from altsync.verdicts.asides import NONE, Aside, aside
from altsync.verdicts.cases import case_of, decided, nameable, waits
from altsync.verdicts.meanwhile import what_happened
from altsync.verdicts.policy import Way, answer, rules_of

LONGEST = 512
"""Code points in Drupal's alt column. A longer text is refused, never cut."""
LONGEST_DESCRIPTION = 1500
"""Code points of a long description; likewise."""

REPLACED = "That candidate was applied or replaced meanwhile."
FASTER = "Somebody was faster. "

Check = Callable[[sqlite3.Connection, Mirrored, str, Decision], tuple[Finding, ...]]
"""What the lint says to a text on an image."""
Still = Callable[[Mirrored], Iterable[str]]
"""Which rules find an error in the text that an image has on the site."""


@dataclass(slots=True)
class Judged:
    """What an act over several images did."""

    judged: int = 0
    """Images, or the verdicts that were taken back."""
    first: int = 0
    """Id of its first review, and of its last: what `unsweep` takes back."""
    last: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    """(image, why it was left alone)"""
    chosen: list[tuple[Open, int]] = field(default_factory=list)
    """What was approved by the name of an image, where more than one text waited; and how
    many did."""

    def add(self, review: int) -> None:
        """One more, by this review."""
        self.first = self.first or review
        self.last = review
        self.judged += 1


# From the command line: images by name, or all that wait.


def approve_named(
    tx: sqlite3.Connection,
    images: Sequence[str],
    reviewer: str,
    said: Aside = NONE,
    model: str | None = None,
) -> Judged:
    """Approve the newest open candidate of each image; where it was approved over many,
    once more by itself. `model`: the newest by that one.

    All, or, where one has nothing to approve, none (UsageError, UnknownImage).
    """
    wanted = {
        one.image: (one, sum(other.verdict is None for other in group))
        for group in candidates.open_candidates(tx, images)
        if (one := nameable(_by(group, model))) is not None
    }
    all_found(tx, images, wanted, "approve" if model is None else f"approve by {model}")
    done = Judged()
    for one, waited in wanted.values():
        done.add(_judge(tx, one.id, Verdict.APPROVED, reviewer, said))
        if waited > 1 and model is None:
            done.chosen.append((one, waited))
    return done


def _by(group: Sequence[Open], model: str | None) -> list[Open]:
    return [one for one in group if model in (None, one.model)]


def approve_waiting(tx: sqlite3.Connection, reviewer: str, way: Way) -> Judged:
    """Approve every candidate that waits, as far as the policy lets it pass this way."""
    done = Judged()
    passed = []
    for one, reason in decided(candidates.open_candidates(tx), way):
        if reason is None:
            passed.append(one.id)
        else:
            done.left.append((one.image, reason))
    for candidate in passed:
        done.add(
            candidates.judge(tx, candidate, Verdict.APPROVED, reviewer, Scope.BULK)
        )
    return done


def approve_replacing(
    tx: sqlite3.Connection, reviewer: str, rules: Collection[str], still: Still
) -> Judged:
    """Approve the candidates that wait to replace a person's words which fell under one
    of these rules, as far as the policy lets them pass, and the words still do."""
    wanted = frozenset(rules)
    asked = [
        found
        for group in candidates.open_candidates(tx)
        if any(waits(one) and rules_of(one.replaces) & wanted for one in group)
        for found in decided([group], Way.REPLACING)
    ]
    done = Judged()
    for one, refused in asked:
        reason = refused
        if reason is None and not rules_of(one.replaces) & wanted:
            reason = "a later candidate of other rules waits there: look at it"
        if reason is None and not wanted.intersection(_found(tx, one.image, still)):
            reason = "the lint finds nothing of the kind in its words any more"
        if reason is not None:
            done.left.append((one.image, reason))
            continue
        note = f"replacing: {','.join(sorted(wanted))}"
        done.add(
            candidates.judge(tx, one.id, Verdict.APPROVED, reviewer, Scope.BULK, note)
        )
    return done


def _found(tx: sqlite3.Connection, image: str, still: Still) -> Iterable[str]:
    return (rule for one in mirror.named(tx, [image]) for rule in still(one))


def reject_named(
    tx: sqlite3.Connection,
    images: Sequence[str],
    reviewer: str,
    said: Aside = NONE,
) -> Judged:
    """Reject every candidate of each image that can still be applied: approved ones too,
    and those for an earlier text, which the site may have again one day.

    All, or, where one has nothing to reject, none (UsageError, UnknownImage).
    """
    groups = list(candidates.open_candidates(tx, images))
    all_found(tx, images, [group[0].image for group in groups], "reject")
    for group in groups:
        for one in group:
            if one.verdict is not Verdict.REJECTED:
                _judge(tx, one.id, Verdict.REJECTED, reviewer, said)
    return Judged(judged=len(groups))


def all_found(
    tx: sqlite3.Connection, images: Sequence[str], found: Iterable[str], verb: str
) -> None:
    """Raises UsageError, or UnknownImage, where one of the images has nothing for that."""
    there = set(found)
    lacking = [image for image in images if image not in there]
    if not lacking:
        return
    states = {one.image.id: one.state for one in mirror.named(tx, lacking)}
    first = lacking[0]
    if first not in states:
        raise UnknownImage(first)
    raise UsageError(
        f"{first} has nothing to {verb} (its state is {states[first]}). No verdict was"
        " given."
    )


# From the pages: each stands on what its reviewer saw.


@dataclass(frozen=True, slots=True)
class Given:
    """One verdict as it came from a page."""

    image: str
    seen: str
    """`Look.seen` of the sight that the reviewer had."""
    candidate: int | None = None
    text: str | None = None
    """The text in the editor; None leaves the candidate's."""
    long_description: str | None = None
    """Likewise; '' takes it away."""
    note: str = ""
    """What the reviewer says beside it."""
    asked: str = ""
    """Whom a reviewer who is unsure asks; '' for anybody."""
    how: How | None = None
    """What the page showed."""

    @property
    def aside(self) -> Aside:
        """Raises UsageError for a note that is too long."""
        return aside(self.note, "", self.how)

    @property
    def question(self) -> Aside:
        """The same with whom it asks; raises UsageError for a name that nobody has, too."""
        return aside(self.note, self.asked, self.how)


def sighted(tx: sqlite3.Connection, given: Given, reviewer: str = "") -> Look:
    """The image as it is now, if it is still what was seen. Raises MovedOn with what
    changed (`reviewer`: who reads that), UnknownImage."""
    look = looks.look(tx, given.image)
    if look is None:
        raise UnknownImage(given.image)
    if look.mirrored.gone_at is not None:
        raise MovedOn("The image is not on the site any more.")
    if look.mirrored.image.out_of_reach is not None:
        raise MovedOn(f"The image is out of reach now ({look.mirrored.state}).")
    if look.seen != given.seen:
        raise MovedOn(FASTER + what_happened(tx, given.image, reviewer))
    return look


def named(look: Look, candidate: int | None) -> Candidate:
    """The candidate that a page named. Raises MovedOn where it is none any more."""
    for one in look.candidates:
        if one.id == candidate:
            return one
    raise MovedOn(REPLACED)


def approve(tx: sqlite3.Connection, given: Given, reviewer: str, check: Check) -> int:
    """Approve a candidate as it stands, or what the editor made of it (`rewrite`).

    A candidate for an earlier text of the site, place in a text, or picture, becomes
    the reviewer's own words.
    Returns the id of the review.
    """
    look = sighted(tx, given, reviewer)
    if not given.candidate:
        own = words_of(given.text or "", given.long_description)
        return rewrite(tx, look, own, None, reviewer, check, given.aside)
    one = named(look, given.candidate)
    words = _words(given, one)
    if look.stands(one) and words == words_of(one.alt, one.long_description):
        return _judge(tx, one.id, Verdict.APPROVED, reviewer, given.aside)
    return rewrite(tx, look, words, one, reviewer, check, given.aside)


def _words(given: Given, one: Candidate) -> Words:
    """What stands in the editors; of one that is not there, what was proposed."""
    alt, long = given.text, given.long_description
    return words_of(
        one.alt if alt is None else alt,
        one.long_description if long is None else long,
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of an image."""

    alt: str
    long_description: str | None = None


def words_of(alt: str, long_description: str | None = None) -> Words:
    """Both texts, without what an editor's field puts around them."""
    return Words(_plain(alt), _plain(long_description or "") or None)


def rewrite(
    tx: sqlite3.Connection,
    look: Look,
    words: Words,
    made_from: Candidate | None,
    reviewer: str,
    check: Check,
    said: Aside = NONE,
) -> int:
    """A person's own words: a candidate of its own, origin human, approved by that
    person. Returns the id of the review.

    Both texts are the person's then, also where only one of them was changed: what a
    person has worked on is never replaced unasked. An empty text is refused
    (UsageError): that is `decorative`, said on purpose.
    """
    usable(words)
    decision = Decision.COMPLEX if words.long_description else Decision.INFORMATIVE
    if made_from is not None and made_from.decision is not Decision.DECORATIVE:
        decision = made_from.decision
    return _own(tx, look, words, decision, made_from, reviewer, check, said)


def usable(words: Words) -> None:
    """Raises UsageError for a text that is empty or too long."""
    if is_blank(words.alt):
        raise UsageError(
            "An empty text hides the image from screen readers. If that is meant: Mark"
            " decorative."
        )
    _fit(words)


def decorative(
    tx: sqlite3.Connection, given: Given, reviewer: str, check: Check
) -> int:
    """Say that the image only decorates: an empty alt, approved by a person who looked.
    Returns the review's id."""
    look = sighted(tx, given, reviewer)
    for one in look.candidates:
        empty = one.decision is Decision.DECORATIVE and one.alt == ""
        if empty and look.stands(one):
            return _judge(tx, one.id, Verdict.APPROVED, reviewer, given.aside)
    nothing, said = Words(""), given.aside
    return _own(tx, look, nothing, Decision.DECORATIVE, None, reviewer, check, said)


def _own(
    tx: sqlite3.Connection,
    look: Look,
    words: Words,
    decision: Decision,
    made_from: Candidate | None,
    reviewer: str,
    check: Check,
    said: Aside,
) -> int:
    """A person's words as a candidate against what the site has now, and their yes."""
    _fit(words)
    image = look.mirrored.image
    context = []
    if made_from is not None:
        origin = {"kind": "rewritten", "candidate": made_from.id, "source": "review"}
        context.append(origin)
    candidate = candidates.add(
        tx,
        NewCandidate(
            image_id=image.id,
            base=image.alt,
            alt=words.alt,
            origin=Origin.HUMAN,
            decision=decision,
            context=json.dumps(context),
            image_sha256=files.seen(tx, image.id),
            findings=check(tx, look.mirrored, words.alt, decision),
            long_description=words.long_description,
            place=image.place,
        ),
    )
    return _judge(tx, candidate, Verdict.APPROVED, reviewer, said)


def _fit(words: Words) -> None:
    """Raises UsageError for a text that is too long."""
    if len(words.alt) > LONGEST:
        raise UsageError(
            f"The text has {len(words.alt)} characters; the site takes {LONGEST}."
            " Shorten it: nothing was cut."
        )
    long = len(words.long_description or "")
    if long > LONGEST_DESCRIPTION:
        raise UsageError(
            f"The long description has {long:,} characters; {LONGEST_DESCRIPTION:,} are"
            " the most. Shorten it: nothing was cut."
        )


def reject(tx: sqlite3.Connection, given: Given, reviewer: str) -> int:
    """Reject one candidate. Returns the review's id."""
    look = sighted(tx, given, reviewer)
    one = named(look, given.candidate)
    return _judge(tx, one.id, Verdict.REJECTED, reviewer, given.aside)


def undo(tx: sqlite3.Connection, reviewer: str, shown: int | None = None) -> str:
    """Take back this reviewer's latest verdict that still counts. Returns its image.
    Repeat to go further back. `shown`: the review that the page offered to take back.

    Raises MovedOn where that is another one by now, and where that text was sent
    meanwhile: a push is taken back with `altsync revert`, not here.
    """
    last = candidates.last_verdict(tx, reviewer)
    if last is None:
        raise UsageError("There is no verdict of yours to take back.")
    if shown is not None and last.review != shown:
        raise MovedOn(
            f"Your last verdict is another one by now: {last.verdict}, on {last.image}."
            " Undo takes that one back."
        )
    if candidates.is_spent(tx, last.candidate):
        raise MovedOn(
            f"Your last verdict, on {last.image}, was sent to the site meanwhile."
            " Nothing was taken back."
        )
    _judge(tx, last.candidate, Verdict.WITHDRAWN, reviewer)
    return last.image


def sweep(
    tx: sqlite3.Connection,
    marked: Iterable[Given],
    verdict: Verdict,
    reviewer: str,
    rule: str,
) -> Judged:
    """One verdict over many images, each still as it was seen. `rule` says how they
    were chosen, and is kept.

    What the policy does not let pass in the grid is not approved; that and what moved
    on is left alone and named.
    """
    done = Judged()
    for given in marked:
        try:
            one, group = _marked(tx, given)
        except (MovedOn, UnknownImage) as error:
            done.left.append((given.image, str(error)))
            continue
        reason = None
        if verdict is Verdict.APPROVED:
            reason = answer(Way.GRID, case_of(one, group))
        if reason is not None:
            done.left.append((given.image, reason))
            continue
        done.add(candidates.judge(tx, one.id, verdict, reviewer, Scope.BULK, rule))
    return done


def _marked(tx: sqlite3.Connection, given: Given) -> tuple[Open, list[Open]]:
    """The candidate that was marked, among all of its image that can still be applied."""
    sighted(tx, given)
    for group in candidates.open_candidates(tx, [given.image]):
        for one in group:
            if one.id == given.candidate:
                return one, group
    raise MovedOn(REPLACED)


def unsweep(
    tx: sqlite3.Connection, first: int, last: int, reviewer: str, rule: str
) -> Judged:
    """Take back this reviewer's verdicts over many among the reviews `first` to `last`,
    where they still count.

    What was sent to the site meanwhile stays and is named: a push is taken back with
    `altsync revert`.
    """
    done = Judged()
    for candidate, image in candidates.swept(tx, reviewer, first, last):
        if candidates.is_spent(tx, candidate):
            why = "was sent to the site meanwhile (take it back with `altsync revert`)"
            done.left.append((image, why))
            continue
        candidates.judge(tx, candidate, Verdict.WITHDRAWN, reviewer, Scope.BULK, rule)
        done.judged += 1
    return done


def _judge(
    tx: sqlite3.Connection,
    candidate: int,
    verdict: Verdict,
    reviewer: str,
    said: Aside = NONE,
) -> int:
    return candidates.judge(
        tx, candidate, verdict, reviewer, Scope.ONE, said.note, how=said.how
    )


def _plain(text: str) -> str:
    """As an editor's field gives it: its line ends and the blanks around are not meant."""
    return text.replace("\r\n", "\n").strip()
