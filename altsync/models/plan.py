"""The plan as data: the rows that it is made of, its entries, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from altsync.models.candidate import Decision, Finding, Scope
from altsync.models.site import Label, Origin
from altsync.models.standing import IN_NO_TEXT, WhereInText


class PushStatus(StrEnum):
    """One row of the journal: written as INTENDED before the PATCH, settled after it."""

    INTENDED = "intended"
    APPLIED = "applied"
    CONFLICT = "conflict"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What the store tells the plan about one image with an approved, unspent candidate."""

    image: str
    entity: str
    language: str | None
    album: str
    site: str | None
    """The alt on the site as mirrored."""
    label: Label | None
    has_label: bool
    site_origin: Origin | None
    candidate: int
    base: str | None
    new: str
    origin: Origin
    decision: Decision
    model: str | None
    reviewer: str
    scope: Scope
    findings: tuple[Finding, ...] = ()
    title: str | None = None
    """What the site calls the image, else the page where it stands: for people, where
    the id is only numbers."""
    namesakes: str | None = None
    """Other ids that the site takes for this very image."""
    replaced: bool = False
    """The picture is another one than the candidate was made for."""
    description: str | None = None
    """The candidate's long description."""
    site_description: str | None = None
    """The site's, as in `SiteImage`."""
    sent_description: str | None = None
    """What altsync sent this image there last, where something stands there."""
    in_text: bool = False
    place: str | None = None
    """Of an image in a text, as in `SiteImage`."""
    proposed_place: str | None = None
    """Its `place` when the candidate was proposed."""
    where: WhereInText = IN_NO_TEXT
    """Where an image in a text stands: for people, as `title`."""
    replaces: str | None = None
    """As in `NewCandidate`."""
    handed: str | None = None
    """By which handover the text came, such as "batch 3"; None: a live call, or no
    machine's text."""


@dataclass(frozen=True, slots=True)
class RevertRow:
    """What the store tells the plan about one applied journal row that is to be taken back."""

    image: str
    entity: str
    language: str | None
    album: str
    item: int
    """The journal row that sent the text."""
    push: int
    site: str | None
    """The alt on the site as mirrored; `label` likewise."""
    label: Label | None
    has_label: bool
    sent: str | None
    """The alt that the site confirmed for that row."""
    sent_label: Label | None
    former: str | None
    """The alt that the row replaced: what comes back. `former_label` likewise."""
    former_label: Label | None
    labelled: bool
    """The row spoke of the label too."""
    former_origin: Origin | None
    """Whose text comes back; None where there was none."""
    model: str | None = None
    """The model whose text is taken back."""
    shares_label: bool = False
    """The label also speaks of a machine's text in another slot of the same entity,
    which stays."""
    title: str | None = None
    """As in `PlanRow`."""
    stands: bool = True
    """altsync itself has not replaced since what this row sent: where the site says it
    again all the same, somebody else made it so."""
    site_description: str | None = None
    """As in `PlanRow`."""
    sent_description: str | None = None
    """The long description that the row sent; None where it spoke of none.
    `former_description`: what it replaced."""
    former_description: str | None = None
    in_text: bool = False
    place: str | None = None
    """As in `PlanRow`."""
    sent_place: str | None = None
    """Its `place` when the row was sent."""
    theirs: bool = False
    """The text in a text reads as what the row sent, and a person made it theirs since:
    their picture had moved, or it had been another one."""
    where: WhereInText = IN_NO_TEXT
    """As in `PlanRow`."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the work a plan is about, as it was asked for: empty fields narrow
    nothing."""

    images: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Lint rules: candidates with at least one finding of them."""
    reverts: tuple[str, ...] = ()
    """Push numbers and image ids to take back: then the plan is made of the journal,
    not of candidates."""
    by: str = ""
    """Who takes back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One image's new alt: image, base and new, and the label where the site has one.

    Either a candidate is sent (`candidate`), or a journal row is taken back
    (`reverts`): then `new` may be NULL, `origin` is whose words come back (None:
    nobody's), and `model` is the one whose text is taken back.
    """

    image: str
    entity: str
    language: str | None
    candidate: int | None
    base: str | None
    new: str | None
    origin: Origin | None
    model: str | None
    reviewer: str
    label: Label | None = None
    """The label on the site, as mirrored."""
    new_label: Label | None = None
    has_label: bool = False
    findings: tuple[Finding, ...] = ()
    reverts: int | None = None
    """The journal row that this takes back; its label goes back too, to unset where it
    was unset."""
    title: str | None = None
    """What the image is called, to be shown beside its id. Never sent, and no part of a
    plan's checksum."""
    described: tuple[str, str] | None = None
    """The site's long description before and after, where it changes with the text, or
    alone: then `new` is `base`."""
    kept_back: str = ""
    """Why a long description is not sent along, as half a sentence. To be shown only."""
    in_text: bool = False
    place: str | None = None
    """Of an image in a text, as in `SiteImage`."""
    where: WhereInText = IN_NO_TEXT
    """To be shown only, as `title`."""
    over_person: bool = False
    """The words that it replaces are a person's. To be shown only, as is `replaces`."""
    replaces: str | None = None
    """As in `NewCandidate`."""
    handed: str | None = None
    """As in `PlanRow`. To be shown only."""

    @property
    def relabels(self) -> bool:
        """The label changes with the text."""
        exact = self.new_label is not None or self.reverts is not None
        return self.has_label and exact and self.new_label != self.label

    @property
    def patch(self) -> list[dict[str, Any]]:
        """The change as RFC 6902 JSON Patch on the flat document; the tests come first.

        The label is tested too: a person who only vouched for a text (label from ai to
        human) has made it theirs. So is a long description that is replaced, and only
        then: who edits another one stands in no text's way. And so is the place of an
        image in a text, where its picture stands more than once.
        """
        ops: list[dict[str, Any]] = [{"op": "test", "path": "/alt", "value": self.base}]
        if self.has_label:
            old = None if self.label is None else str(self.label)
            ops.append({"op": "test", "path": "/label", "value": old})
        if self.described is not None:
            was, then = self.described
            ops.append({"op": "test", "path": "/long_description", "value": was})
        if self.in_text:
            ops.append({"op": "test", "path": "/place", "value": self.place})
        ops.append({"op": "replace", "path": "/alt", "value": self.new})
        if self.relabels:
            label = None if self.new_label is None else str(self.new_label)
            ops.append({"op": "replace", "path": "/label", "value": label})
        if self.described is not None:
            ops.append({"op": "replace", "path": "/long_description", "value": then})
        return ops


@dataclass(frozen=True, slots=True)
class Conflict:
    """The site now differs from both base and new: a person decides."""

    image: str
    candidate: int | None
    base: str | None
    site: str | None
    new: str | None
    why: str = ""
    """Where the texts alone do not say it: the label says that a person vouches for the
    text, or a later push replaced what is to be taken back."""
    title: str | None = None
    where: WhereInText = IN_NO_TEXT


@dataclass(frozen=True, slots=True)
class Converged:
    """The site already says new: record it, send nothing."""

    image: str
    entity: str
    candidate: int | None
    """None: the site already says what a revert would bring back; there is nothing to
    record."""
    value: str | None
    origin: Origin | None
    title: str | None = None
    in_text: bool = False
    place: str | None = None
    """As in `Change`."""
    where: WhereInText = IN_NO_TEXT


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that needs a named permission, and which."""

    change: Change
    permission: str
    """The option that allows it, such as `--replace-human`, or '' where nothing allows it.
    """
    reason: str


@dataclass(frozen=True, slots=True)
class Denied:
    """What the site does not let this login change: the images of one type that wait for
    the same permission."""

    kind: str
    """The type, such as `node--page`."""
    needed: str
    """What is missing, in the site's own words: a sentence."""
    grant: str
    """What to do about it: a sentence."""
    example: str
    """One of the images."""
    images: int = 1


Entry = Change | Conflict | Converged | Refused


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in numbers. `checksum` names exactly the changes, in order."""

    site: str
    checksum: str
    changes: int = 0
    conflicts: int = 0
    converged: int = 0
    refused: int = 0
