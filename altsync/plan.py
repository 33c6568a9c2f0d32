"""Decide everything first, in small pure functions; act elsewhere.

`reconcile` says what to do about one image, `build_plan` does so for a stream of rows,
`build_reverts` for what is taken back, `summarize` names the changes. They are put
together to a `Plan` in one place, planning.py: diff shows it, push sends it, there is
no second path.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from altsync.descriptions import Claims, Described, to_send, to_take_back
from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Label,
    Origin,
    PlanRow,
    Refused,
    RevertRow,
    Scope,
    Selection,
    Summary,
    is_blank,
    same_text,
)
from altsync.verdicts.policy import Case, Way, answer, rules_of

REPLACED = "the picture was replaced since this text was proposed"
ELSEWHERE = (
    "its text shows (or showed) this picture more than once, and the copies or the words"
    " around them have moved since: nobody knows whether it is still the same one"
)
THEIRS = (
    "the site says the same as was sent, but it had moved or was another text in between:"
    " it is a person's now"
)


class Action(Enum):
    """What to do about (base, site, new)."""

    CHANGE = "change"
    CONFLICT = "conflict"
    CONVERGED = "converged"


def reconcile(base: str | None, site: str | None, new: str | None) -> Action:
    """The three-way decision about one text.

    The site already says new: CONVERGED. It still says base, exactly: CHANGE. Anything
    else, NULL for '' included: somebody was there, CONFLICT.
    """
    if same_text(site, new):
        return Action.CONVERGED
    if site == base and (site is None) == (base is None):
        return Action.CHANGE
    return Action.CONFLICT


@dataclass(frozen=True, slots=True)
class Permissions:
    """The named permissions, each for one danger. There is no general force."""

    replace_human: bool = False
    allow_empty: bool = False


NO_PERMISSIONS = Permissions()


def new_label(row: PlanRow, reviewed: Label | None) -> Label | None:
    """The label that goes with the new text, or None where the site has no label field.

    `reviewed` is the one for a machine's text that a person approved by itself; None:
    it is labelled `ai`.
    """
    if not row.has_label:
        return None
    if row.origin is Origin.HUMAN:
        return Label.HUMAN
    if reviewed is not None and row.scope is Scope.ONE:
        return reviewed
    return Label.AI


def refusal(row: PlanRow, allowed: Permissions) -> tuple[str, str] | None:
    """(permission, reason) where this change is refused as things are, else None.

    A person's words and an empty text want a permission. What was approved without a
    look at it goes only where the policy of verdicts lets it go unasked. An image under
    two names never goes: each would overwrite the other.
    """
    if row.namesakes:
        return "", f"the site takes {row.namesakes} for the same image"
    if row.site_origin is Origin.HUMAN and not allowed.replace_human:
        rules = ", ".join(sorted(rules_of(row.replaces)))
        named = f" ({rules})" if rules else ""
        return "--replace-human", f"it would replace a person's words{named}"
    if is_blank(row.new) and not allowed.allow_empty:
        return "--allow-empty", "the new text is empty"
    if row.scope is Scope.ONE:
        return None
    why = answer(Way.UNASKED, _case(row))
    if why is not None:
        return "", f"{why}, and nobody approved this very text"
    return None


def _case(row: PlanRow) -> Case:
    return Case(
        decision=row.decision,
        origin=row.origin,
        findings=row.findings,
        over_person=row.site_origin is Origin.HUMAN,
        replaces=rules_of(row.replaces),
    )


def narrow(rows: Iterable[PlanRow], selection: Selection) -> Iterator[PlanRow]:
    """Only the rows that were asked for."""
    lets_through = _narrowing(selection)
    rules = frozenset(selection.rules)
    for row in rows:
        flagged = not rules or any(finding.rule in rules for finding in row.findings)
        if flagged and lets_through(row):
            yield row


def _narrowing(selection: Selection) -> Callable[[PlanRow | RevertRow], bool]:
    """Whether a row has one of the images, albums and models that were asked for."""
    images = frozenset(selection.images)
    albums = frozenset(selection.albums)
    models = frozenset(selection.models)

    def lets_through(row: PlanRow | RevertRow) -> bool:
        return (
            (not images or row.image in images)
            and (not albums or row.album in albums)
            and (not models or row.model in models)
        )

    return lets_through


def build_plan(
    rows: Iterable[PlanRow],
    allowed: Permissions = NO_PERMISSIONS,
    *,
    limit: int | None = None,
    reviewed: Label | None = None,
) -> Iterator[Entry]:
    """Rows with an approved, unspent candidate -> changes, conflicts, converged and
    refused ones, in the same order.

    A stream in, a stream out: memory does not grow with the number of rows. `reviewed`
    as in `new_label`; `limit` as in `limited`.
    """
    claims = Claims()
    return limited((_entry(row, allowed, reviewed, claims) for row in rows), limit)


def limited(entries: Iterable[Entry], limit: int | None) -> Iterator[Entry]:
    """At most so many changes; the rest of them waits for the next plan."""
    changes = 0
    for entry in entries:
        if isinstance(entry, Change):
            changes += 1
            if limit is not None and changes > limit:
                continue
        yield entry


def _entry(
    row: PlanRow, allowed: Permissions, reviewed: Label | None, claims: Claims
) -> Entry:
    action = reconcile(row.base, row.site, row.new)
    described = to_send(row, claims.holder(row))
    if action is Action.CONFLICT:
        return _conflict(row, "")
    if row.place != row.proposed_place:
        return _conflict(row, ELSEWHERE)
    if action is Action.CONVERGED and described.change is None:
        return _converged(row, row.candidate, row.origin)
    if row.replaced:
        return _conflict(row, REPLACED)
    if action is Action.CONVERGED:
        row = _of_description_alone(row)
    change = _change(row, reviewed, described)
    refused = refusal(row, allowed)
    if refused is not None:
        return Refused(change, *refused)
    if described.change is not None:
        claims.take(row)
    return change


def _converged(
    row: PlanRow | RevertRow, candidate: int | None, origin: Origin | None
) -> Converged:
    return Converged(
        image=row.image,
        entity=row.entity,
        candidate=candidate,
        value=row.site,
        origin=origin,
        title=row.title,
        in_text=row.in_text,
        place=row.place,
        where=row.where,
    )


def _conflict(row: PlanRow, why: str) -> Conflict:
    return Conflict(
        row.image,
        row.candidate,
        row.base,
        row.site,
        row.new,
        why,
        row.title,
        row.where,
    )


def _of_description_alone(row: PlanRow) -> PlanRow:
    """The text is there already. It stays whose it is, unless a person's work on the
    long description makes both theirs."""
    persons = row.origin is Origin.HUMAN
    return replace(
        row,
        base=row.site,
        new=row.site or "",
        origin=row.origin if persons else row.site_origin or row.origin,
        site_origin=None,
        has_label=row.has_label and persons,
    )


def _change(row: PlanRow, reviewed: Label | None, described: Described) -> Change:
    return Change(
        image=row.image,
        entity=row.entity,
        language=row.language,
        candidate=row.candidate,
        base=row.base,
        new=row.new,
        origin=row.origin,
        model=row.model,
        reviewer=row.reviewer,
        label=row.label,
        new_label=new_label(row, reviewed),
        has_label=row.has_label,
        findings=row.findings,
        title=row.title,
        described=described.change,
        kept_back=described.kept_back,
        in_text=row.in_text,
        place=row.place,
        where=row.where,
        over_person=row.site_origin is Origin.HUMAN,
        replaces=row.replaces,
        handed=row.handed,
    )


def build_reverts(
    rows: Iterable[RevertRow], selection: Selection, limit: int | None = None
) -> Iterator[Entry]:
    """Applied journal rows -> the plan that takes them back: each patch turned round.

    Only where the site still has what it made of what altsync sent, label and place
    included: anything else is somebody's later edit and a conflict. What the site already
    says again is converged. `selection.by` is who takes back; lint rules narrow nothing here.
    """
    wanted = filter(_narrowing(selection), rows)
    return limited((_turned(row, selection.by) for row in wanted), limit)


def _turned(row: RevertRow, by: str) -> Entry:
    described = to_take_back(row)
    forbids = _vouched(row) or _replaced(row) or _elsewhere(row) or described.conflict
    sent = row.site if same_text(row.sent, row.site) else row.sent
    action = reconcile(sent, row.site, row.former)
    if action is Action.CONVERGED and described.change is None:
        return _converged(row, None, row.former_origin)
    if action is Action.CONFLICT or forbids:
        return Conflict(
            row.image,
            None,
            row.sent,
            row.site,
            row.former,
            forbids,
            row.title,
            row.where,
        )
    text_too = action is Action.CHANGE
    goes_back = row.labelled and not row.shares_label and text_too
    return Change(
        image=row.image,
        entity=row.entity,
        language=row.language,
        candidate=None,
        base=row.site,
        new=row.former if text_too else row.site,
        origin=row.former_origin,
        model=row.model,
        reviewer=by,
        label=row.label,
        new_label=row.former_label if goes_back else row.label,
        has_label=row.has_label,
        reverts=row.item,
        title=row.title,
        described=described.change,
        kept_back=described.kept_back,
        in_text=row.in_text,
        place=row.place,
        where=row.where,
    )


def _elsewhere(row: RevertRow) -> str:
    """Why the place of an image in a text, now or meanwhile, forbids to take the text
    back, or ''."""
    if row.place != row.sent_place:
        return ELSEWHERE
    return THEIRS if row.theirs else ""


def _vouched(row: RevertRow) -> str:
    """Why the label of the site forbids to take the text back, or ''."""
    if not row.has_label or _labelled_by_us(row):
        return ""
    return f"the site's label now says {row.label or 'nothing'}: somebody was there"


def _replaced(row: RevertRow) -> str:
    """Why what altsync did later forbids to take the row back, or ''."""
    if row.stands:
        return ""
    return "a later push replaced what this one sent: take that one back first"


def _labelled_by_us(row: RevertRow) -> bool:
    if row.labelled:
        return row.label == row.sent_label
    return row.label in (None, Label.AI)


def moved(then: Iterable[Change], now: Iterable[Entry]) -> Iterator[str]:
    """What the changes of an earlier plan and the plan of now do not share, one
    sentence an image."""
    left = {change.image: change for change in then}
    for entry in now:
        image = entry.change.image if isinstance(entry, Refused) else entry.image
        why = _moved(left.pop(image, None), entry)
        if why:
            yield f"{image}: {why}"
    for image in left:
        yield f"{image}: no longer in the plan (sent, taken back, or off the site)"


def _moved(was: Change | None, entry: Entry) -> str:
    """How an entry differs from the change that it was, or ''."""
    if isinstance(entry, Change):
        return _changed(was, entry)
    if was is None:
        return ""
    if isinstance(entry, Conflict):
        return "the site has changed"
    if isinstance(entry, Converged):
        return "the site already says so"
    return "refused"


def _changed(was: Change | None, now: Change) -> str:
    if was is None:
        return "new in the plan"
    if was.patch != now.patch:
        return "another text, or on top of another one"
    if (was.candidate, was.reviewer) != (now.candidate, now.reviewer):
        who = now.reviewer or "somebody else"
        return f"on the word of {who} now, not of {was.reviewer}"
    return ""


def summarize(site: str, entries: Iterable[Entry]) -> Summary:
    """Run through a plan once: its numbers, and its checksum.

    The checksum is twelve hex digits of SHA-256 over the site and the changes in order,
    each with what is sent and on whose word: one name for exactly what is sent.
    """
    digest = hashlib.sha256(site.encode())
    counts: Counter[type[Entry]] = Counter()
    for entry in entries:
        counts[type(entry)] += 1
        if isinstance(entry, Change):
            digest.update(_line(entry))
    return Summary(
        site=site,
        checksum=digest.hexdigest()[:12],
        changes=counts[Change],
        conflicts=counts[Conflict],
        converged=counts[Converged],
        refused=counts[Refused],
    )


def _line(change: Change) -> bytes:
    if change.reverts is None:
        what: int | str | None = change.candidate
    else:
        what = f"revert {change.reverts}"
    words = [change.image, what, change.reviewer, change.patch]
    return json.dumps(words, ensure_ascii=True).encode() + b"\n"


def checksum(site: str, entries: Iterable[Entry]) -> str:
    """The checksum of a plan alone."""
    return summarize(site, entries).checksum
