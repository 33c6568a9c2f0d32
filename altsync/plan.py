"""Decide everything first, in small pure functions; act elsewhere.

`reconcile` says what to do about one image, `build_plan` does so for a stream of rows,
`checksum` names the changes. `diff` shows what `build_plan` gives and `push` sends it:
there is no second path. `who_wrote` decides whose text it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

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
    SiteImage,
    Summary,
    is_blank,
    same_text,
)
from altsync.verdicts.policy import Case, Way, answer


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
    limit: int | None = None
    """At most this many changes; the rest waits for the next plan."""
    reviewed: Label | None = None
    """The label for a machine's text that a person approved by itself; None: it is
    labelled `ai`."""


NO_PERMISSIONS = Permissions()


def new_label(row: PlanRow, reviewed: Label | None) -> Label | None:
    """The label that goes with the new text, or None where the site has no label field."""
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
    look at it goes only where the policy of verdicts lets it go unasked.
    """
    if row.site_origin is Origin.HUMAN and not allowed.replace_human:
        return "--replace-human", "it would replace a person's words"
    if is_blank(row.new) and not allowed.allow_empty:
        return "--allow-empty", "the new text is empty"
    if row.scope is not Scope.ONE and (why := answer(Way.UNASKED, _case(row))):
        return "", f"{why}, and nobody approved this very text"
    return None


def _case(row: PlanRow) -> Case:
    return Case(
        decision=row.decision,
        origin=row.origin,
        findings=row.findings,
        over_person=row.site_origin is Origin.HUMAN,
    )


def narrow(rows: Iterable[PlanRow], selection: Selection) -> Iterator[PlanRow]:
    """Only the rows that were asked for."""
    images, albums = frozenset(selection.images), frozenset(selection.albums)
    models, rules = frozenset(selection.models), frozenset(selection.rules)
    for row in rows:
        if (
            (not images or row.image in images)
            and (not albums or row.album in albums)
            and (not models or row.model in models)
            and (not rules or any(finding.rule in rules for finding in row.findings))
        ):
            yield row


def build_plan(
    rows: Iterable[PlanRow], allowed: Permissions = NO_PERMISSIONS
) -> Iterator[Entry]:
    """Rows with an approved, unspent candidate -> changes, conflicts, converged and
    refused ones, in the same order.

    A stream in, a stream out: memory does not grow with the number of rows.
    """
    sent = 0
    for row in rows:
        action = reconcile(row.base, row.site, row.new)
        if action is Action.CONVERGED:
            yield Converged(
                row.image, row.entity, row.candidate, row.site, row.origin, row.title
            )
        elif action is Action.CONFLICT:
            yield Conflict(
                row.image, row.candidate, row.base, row.site, row.new, title=row.title
            )
        else:
            change = _change(row, allowed.reviewed)
            why = refusal(row, allowed)
            if why is not None:
                yield Refused(change, *why)
            elif allowed.limit is None or sent < allowed.limit:
                sent += 1
                yield change


def _change(row: PlanRow, reviewed: Label | None) -> Change:
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
    )


def build_reverts(
    rows: Iterable[RevertRow], selection: Selection, limit: int | None = None
) -> Iterator[Entry]:
    """Applied journal rows -> the plan that takes them back: each patch turned round.

    Only where the site still has exactly what altsync sent, label included: anything
    else is somebody's later edit and a conflict. What the site already says again is
    converged.
    """
    images, albums, models = (
        frozenset(selection.images),
        frozenset(selection.albums),
        frozenset(selection.models),
    )
    sent = 0
    for row in rows:
        if (
            (images and row.image not in images)
            or (albums and row.album not in albums)
            or (models and row.model not in models)
        ):
            continue
        vouched = _vouched(row)
        action = reconcile(row.sent, row.site, row.former)
        if action is Action.CONVERGED:
            yield Converged(
                row.image, row.entity, None, row.site, row.former_origin, row.title
            )
        elif action is Action.CONFLICT or vouched:
            yield Conflict(
                row.image, None, row.sent, row.site, row.former, vouched, row.title
            )
        elif limit is None or sent < limit:
            sent += 1
            yield _turned(row, selection.by)


def _vouched(row: RevertRow) -> str:
    """Why the label of the site forbids to take the text back, or ''."""
    if row.has_label and (
        row.label != row.sent_label
        if row.labelled
        else row.label not in (None, Label.AI)
    ):
        return f"the site's label now says {row.label or 'nothing'}: somebody was there"
    return ""


def _turned(row: RevertRow, by: str) -> Change:
    return Change(
        image=row.image,
        entity=row.entity,
        language=row.language,
        candidate=None,
        base=row.site,
        new=row.former,
        origin=row.former_origin,
        model=row.model,
        reviewer=by,
        label=row.label,
        new_label=(
            row.former_label if row.labelled and not row.shares_label else row.label
        ),
        has_label=row.has_label,
        reverts=row.item,
        title=row.title,
    )


def moved(
    saved: Iterable[Mapping[str, Any]], entries: Iterable[Entry]
) -> Iterator[str]:
    """What a saved plan's changes (as JSON has them) and the plan of now do not share,
    one sentence an image."""
    then = {item["image"]: item for item in saved}
    for entry in entries:
        image = entry.change.image if isinstance(entry, Refused) else entry.image
        was = then.pop(image, None)
        if isinstance(entry, Change):
            if was is None:
                yield f"{image}: new in the plan"
            elif was["patch"] != entry.patch:
                yield f"{image}: another text, or on top of another one"
            elif (was["candidate"], was["reviewer"]) != (
                entry.candidate,
                entry.reviewer,
            ):
                yield (
                    f"{image}: on the word of {entry.reviewer or 'somebody else'} now,"
                    f" not of {was['reviewer']}"
                )
        elif was is not None:
            why = {
                Conflict: "the site has changed",
                Converged: "the site already says so",
            }
            yield f"{image}: {why.get(type(entry), 'refused')}"
    for image in then:
        yield f"{image}: no longer in the plan (sent, taken back, or off the site)"


class Digest:
    """The checksum of a plan, taken while its entries pass by."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._hash = hashlib.sha256(site.encode())
        self._counts = {Change: 0, Conflict: 0, Converged: 0, Refused: 0}

    def add(self, entry: Entry) -> None:
        """Count one entry; a change also goes into the checksum: what is sent, and on
        whose word."""
        self._counts[type(entry)] += 1
        if isinstance(entry, Change):
            self.change(
                entry.image, entry.candidate, entry.reverts, entry.reviewer, entry.patch
            )

    def change(
        self,
        image: str,
        candidate: int | None,
        reverts: int | None,
        reviewer: str,
        patch: object,
    ) -> None:
        """What the checksum is made of: also for a plan that comes from a file."""
        what = candidate if reverts is None else f"revert {reverts}"
        self._hash.update(
            json.dumps([image, what, reviewer, patch], ensure_ascii=True).encode()
            + b"\n"
        )

    def summary(self) -> Summary:
        """The plan in numbers so far."""
        counts = self._counts
        return Summary(
            site=self._site,
            checksum=self._hash.hexdigest()[:12],
            changes=counts[Change],
            conflicts=counts[Conflict],
            converged=counts[Converged],
            refused=counts[Refused],
        )


def summarize(
    site: str, entries: Iterable[Entry], each: Callable[[Entry], object] | None = None
) -> Summary:
    """Run through a plan once; `each` sees every entry on the way."""
    digest = Digest(site)
    for entry in entries:
        digest.add(entry)
        if each is not None:
            each(entry)
    return digest.summary()


def checksum(site: str, entries: Iterable[Entry]) -> str:
    """Twelve hex digits of SHA-256 over the site and the changes in order: one name for
    exactly what is sent."""
    return summarize(site, entries).checksum


@dataclass(frozen=True, slots=True)
class Known:
    """What altsync has on record about an image before this pull."""

    alt: str | None
    label: Label | None
    origin: Origin | None
    pushed: bool = False
    """altsync has tried to set this image's text (so a label `ai` may be its own, about
    an older text)."""
    had_text: bool = False
    """Some text was seen here before (so a label `ai` may be about that one)."""
    ours: Origin | None = None
    """The text that the site has now is one that altsync sent to this image: its
    candidate's origin."""


def who_wrote(now: SiteImage, known: Known | None) -> Origin | None:
    """Whose text the site has now; None where there is no text and nobody decided that.

    In doubt it is a person's. A label other than `ai` says so outright. A text that
    changed while the label kept saying `ai` was edited by somebody who did not know of
    labels. A label `ai` is believed for a text that was there at the first look, that
    is the first this image ever had, or that came together with the label.
    """
    if now.label is not None and now.label is not Label.AI:
        return Origin.HUMAN if not is_blank(now.alt) or now.alt == "" else None
    if known is None:
        if is_blank(now.alt):
            return None
        return Origin.AI if now.label is Label.AI else Origin.HUMAN
    if known.ours is not None:
        return known.ours
    relabelled = (
        now.label is Label.AI
        and known.label is not Label.AI
        and not (known.label is None and known.pushed)
    )
    if same_text(now.alt, known.alt) and not relabelled:
        return known.origin
    if is_blank(now.alt):
        return None
    if relabelled or (
        now.label is Label.AI and not known.had_text and not known.pushed
    ):
        return Origin.AI
    return Origin.HUMAN
