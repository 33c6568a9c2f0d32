"""The words of altsync as data: frozen dataclasses and enums. Standard library only, no
I/O.

Texts are kept exactly as the site has them: None and '' are different values, and white
space counts. `same_text` is the one place that says when two texts are equal to a
reader.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

BLANK = " \t\n\r\xa0"
"""What `images.blank` (SQL) and `is_blank` (Python) both strip: a text of only these is
no text."""


class Label(StrEnum):
    """Who wrote the text, as the *site* says. Anything but `AI` protects the text as a
    person's."""

    AI = "ai"
    HUMAN = "human"
    REVIEWED = "reviewed"
    """A machine's text that a person approved, on sites that have a third value for it.
    """


class Origin(StrEnum):
    """Who wrote a text, as far as altsync knows."""

    AI = "ai"
    HUMAN = "human"


class Decision(StrEnum):
    """The branch of the W3C alt decision tree that a candidate took."""

    INFORMATIVE = "informative"
    FUNCTIONAL = "functional"
    TEXT = "text"
    COMPLEX = "complex"
    DECORATIVE = "decorative"


class Verdict(StrEnum):
    """A review. The latest one of a candidate counts; `WITHDRAWN` takes the one before
    it back."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Scope(StrEnum):
    """How a verdict was given: looking at that one candidate, or over many at once."""

    ONE = "one"
    BULK = "bulk"


class State(StrEnum):
    """What is to be done about an image. Derived (views.sql), never set; the first that
    fits wins."""

    GONE = "gone"
    APPROVED = "approved"
    DECORATIVE = "decorative"
    CONFLICT = "conflict"
    NEEDS_REVIEW = "needs-review"
    CLEARED = "cleared"
    REJECTED = "rejected"
    MISSING = "missing"
    AI = "ai"
    HUMAN = "human"


class PushStatus(StrEnum):
    """One row of the journal: written as INTENDED before the PATCH, settled after it."""

    INTENDED = "intended"
    APPLIED = "applied"
    CONFLICT = "conflict"
    FAILED = "failed"


class Severity(StrEnum):
    """Of a lint finding: ERROR stops an unattended push, WARNING sends the text to a
    person."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def gravity(self) -> int:
        """Sorts: 0 is the gravest."""
        return ("error", "warning", "info").index(self.value)


class Flat(TypedDict, total=False):
    """The editable part of an image: what a JSON Patch of altsync speaks about.

    `label` is there only where the site has the field; its value is a `Label` value or
    None.
    """

    alt: str | None
    title: str | None
    caption: str | None
    label: str | None


@dataclass(frozen=True, slots=True)
class SiteImage:
    """One image (an alt *slot*) as the site has it at one moment, from a source."""

    id: str
    """`album/name`; unique on the site and stable between pulls."""
    album: str
    name: str
    alt: str | None
    title: str | None = None
    caption: str | None = None
    label: Label | None = None
    has_label: bool = False
    """The site has the label field for this image (its value may still be unset: label
    None)."""
    language: str | None = None
    image_url: str | None = None
    """Where the pixels come from: an absolute URL or a file path that the source may read.
    """
    page_url: str | None = None
    page_title: str | None = None
    page_text: str | None = None
    """Text that stands beside the image on its page, where the source has it."""
    width: int | None = None
    height: int | None = None
    entity: str = ""
    """What one PATCH changes as a whole and no two workers may touch at once; the id
    where that is the image."""
    raw: str = "{}"
    """The site's answer about this image as JSON: for people to query, and for the
    source to write back."""

    def flat(self) -> Flat:
        """The editable document that patches apply to."""
        doc: Flat = {"alt": self.alt, "title": self.title, "caption": self.caption}
        if self.has_label:
            doc["label"] = None if self.label is None else str(self.label)
        return doc


@dataclass(frozen=True, slots=True)
class Mirrored:
    """One row of the mirror: the image as last pulled, and what altsync concluded about it."""

    image: SiteImage
    origin: Origin | None
    """Who decided the present value; None where there is no text and nobody decided that.
    """
    pulled_at: str
    gone_at: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the lint about one text."""

    rule: str
    severity: Severity
    message: str
    """One sentence for the owner of a site."""

    def as_dict(self) -> dict[str, str]:
        """As it is stored with a candidate and printed as JSON."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding about one image, with what a person needs to go and look."""

    image: str
    album: str
    alt: str | None
    finding: Finding
    page: str | None = None
    """The page where the image is used, where the source knows it."""
    picture: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """All remarks of one rule and severity, by image id."""

    rule: str
    severity: Severity
    sentence: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What the rules say about `images` images, `flagged` of which have a finding."""

    images: int
    flagged: int
    groups: tuple[Group, ...]

    def reaches(self, level: Severity) -> bool:
        """Whether any finding is as grave as `level`, or graver."""
        return any(group.severity.gravity <= level.gravity for group in self.groups)


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """A proposed alt for an image, with its base and its provenance, before it is stored.

    Costs are US dollars, durations milliseconds; None means not known, never zero by
    guess.
    """

    image_id: str
    base: str | None
    alt: str
    origin: Origin
    decision: Decision = Decision.INFORMATIVE
    model: str | None = None
    """The model that was asked for; `resolved_model` is the one that answered."""
    resolved_model: str | None = None
    prompt_id: str | None = None
    context: str = "{}"
    """JSON: every piece of context that the model was given, with its source."""
    image_sha256: str | None = None
    response_id: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    duration_ms: int | None = None
    options: str = "{}"
    """JSON: the llm options of the call."""
    flags: str = "{}"
    """JSON: what the model said of its own answer (text in the image, people, unsure
    and why)."""
    findings: tuple[Finding, ...] = ()
    work_key: str | None = None
    """Hash of (image bytes, prompt, context, model, options): the same work is never
    paid for twice."""
    recorded: bool = False
    """True for the demonstration model: the text was replayed, not generated."""
    run_id: int | None = None
    """The `runs` row of the generate that asked for it."""
    reused_from: int | None = None
    """The candidate whose answer this is: the same work had been paid for already, so
    this one cost nothing."""


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

    @property
    def relabels(self) -> bool:
        """The label changes with the text."""
        exact = self.new_label is not None or self.reverts is not None
        return self.has_label and exact and self.new_label != self.label

    @property
    def patch(self) -> list[dict[str, Any]]:
        """The change as RFC 6902 JSON Patch on the flat document; the tests come first.

        The label is tested too: a person who only vouched for a text (label from ai to
        human) has made it theirs.
        """
        ops: list[dict[str, Any]] = [{"op": "test", "path": "/alt", "value": self.base}]
        if self.has_label:
            old = None if self.label is None else str(self.label)
            ops.append({"op": "test", "path": "/label", "value": old})
        ops.append({"op": "replace", "path": "/alt", "value": self.new})
        if self.relabels:
            label = None if self.new_label is None else str(self.new_label)
            ops.append({"op": "replace", "path": "/label", "value": label})
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
    text."""
    title: str | None = None


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


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that needs a named permission, and which."""

    change: Change
    permission: str
    """The option that allows it, such as `--replace-human`, or '' where nothing allows it.
    """
    reason: str


Entry = Change | Conflict | Converged | Refused


@dataclass(frozen=True, slots=True)
class Moved:
    """One image that differs between two moments of the site; None where it was not there.

    Only what both moments know is compared: history remembers alt and label, an export
    every field.
    """

    image: str
    album: str
    before: Flat | None
    after: Flat | None
    origin: Origin | None = None
    """Whose text the later moment has."""
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in numbers. `checksum` names exactly the changes, in order."""

    site: str
    checksum: str
    changes: int = 0
    conflicts: int = 0
    converged: int = 0
    refused: int = 0


def is_blank(text: str | None) -> bool:
    """True where there is no text: NULL, '' or only white space."""
    return text is None or not text.strip(BLANK)


def fold(text: str) -> str:
    """NFC, with runs of white space as one blank and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same_text(a: str | None, b: str | None) -> bool:
    """Equal to a reader: after NFC and white-space folding. NULL equals only NULL."""
    if a is None or b is None:
        return a is b
    return a == b or fold(a) == fold(b)
