"""Facts that the store gives and the pages and reports show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from altsync.models.candidate import Finding, How, Scope, Severity
from altsync.models.handover import Handover
from altsync.models.site import Flat, Label, Mirrored, Origin
from altsync.models.standing import IN_NO_TEXT, WhereInText


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What can be known of an image's file without reading it; None where the server
    does not tell."""

    etag: str | None = None
    modified: str | None = None
    length: int | None = None

    def same_as(self, other: FileFacts) -> bool:
        """Both tell of the same bytes. False also where that is not sure: a length
        alone proves nothing."""
        pairs = [
            (self.etag, other.etag),
            (self.modified, other.modified),
            (self.length, other.length),
        ]
        told = [None not in pair for pair in pairs]
        alike = all(a == b for a, b in pairs if None not in (a, b))
        return alike and any(told[:2])


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
    where: WhereInText = IN_NO_TEXT


@dataclass(frozen=True, slots=True)
class ToRedo:
    """A text on the site that no reader can use, whoever wrote it: one to be written
    anew."""

    mirrored: Mirrored
    findings: tuple[Finding, ...]
    """Errors of rules that may be trusted with it (`altsync.lint.redo`): at least one."""
    page: str | None
    """Where a person can see it."""
    edit: str | None = None
    """Where a person edits it, as far as that can be told."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of its findings."""
        return tuple(finding.rule for finding in self.findings)

    @property
    def where(self) -> WhereInText:
        """Where an image in a text stands."""
        return WhereInText.of(self.mirrored.image)


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
    where: WhereInText = IN_NO_TEXT


class DriftKind(StrEnum):
    """What happened to an image on the site between two pulls."""

    NEW = "new"
    CHANGED = "changed"
    RETURNED = "returned"
    GONE = "gone"
    HIDDEN = "hidden"
    REREAD = "reread"
    """Not on the site: altsync.toml has it read in another way."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One image that the site changed between two pulls; `by` is who, as far as altsync
    can tell."""

    image: str
    kind: DriftKind
    before: str | None = None
    after: str | None = None
    by: Origin | None = None
    mangled: str = ""
    """How the site changed the text that altsync sent; '' where it did not."""
    put_back: bool = False
    """What stood there before altsync's text stands there again."""
    where: WhereInText = IN_NO_TEXT


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `at` is UTC, ISO 8601."""

    at: str
    kind: str
    """pull, push, generate (a run began); pulled, edited, reread, gone, proposed, judged,
    pushed, reverted, failed."""
    image: str | None
    run: str | None
    """Such as `push 3`."""
    alt: str | None
    by: str | None
    """The model, the reviewer, or whose text it is."""
    detail: str | None
    """The verdict, the status of the journal row, the error."""
    answer: str | None = None
    """What a model sent that was no text, as it arrived."""
    note: str | None = None
    """What a reviewer said beside the verdict; of one over many the rule."""
    where: WhereInText = IN_NO_TEXT


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose text an image has on the site now, and how it came to be. Times are UTC,
    ISO 8601."""

    image: str
    album: str
    alt: str | None
    origin: Origin | None
    """None where there is no text and nobody decided that."""
    label: Label | None
    language: str | None
    image_url: str | None
    page_url: str | None
    since: str | None
    """When altsync first saw this text stand there."""
    candidate: int | None
    """The candidate that wrote it, where altsync sent it; else None, and so is all that
    follows."""
    written_by: Origin | None
    """HUMAN for a person's rewrite in review."""
    model: str | None
    resolved_model: str | None
    prompt: str | None
    """The prompt's id."""
    context: str | None
    """JSON, as in `NewCandidate`."""
    recorded: bool
    proposed_at: str | None
    reviewer: str | None
    scope: Scope | None
    judged_at: str | None
    push: int | None
    sent_at: str | None
    sha256: str | None
    """Of the picture, as far as altsync has looked at it."""
    title: str | None = None
    """What the site calls the image, else the page where it stands."""
    long_description: str | None = None
    """As in `SiteImage`."""
    note: str | None = None
    """What the reviewer said beside the approval; of one over many the rule."""
    how: How | None = None
    """What the reviewer was shown."""
    handed: str | None = None
    """By which batch or file the answer came; None for one to a live call."""
    where: WhereInText = IN_NO_TEXT
    """Where an image in a text stands."""


@dataclass(frozen=True, slots=True)
class OpenPatch:
    """A PATCH that may or may not have been done: its journal row is not settled."""

    item: int
    """The number of the row."""
    push: int
    image: str
    at: str
    """When it was about to be sent: UTC, ISO 8601."""
    patch: list[dict[str, Any]]

    @property
    def base(self) -> str | None:
        """The alt that it was to replace."""
        text: str | None = self.patch[0]["value"]
        return text

    @property
    def text(self) -> str | None:
        """The alt that it was to set."""
        values = [op["value"] for op in self.patch if op["path"] == "/alt"]
        text: str | None = values[-1]
        return text


@dataclass(frozen=True, slots=True)
class StillFailing:
    """What failed with one image in one stage, and nothing came of it since."""

    image: str
    stage: str
    """pull, generate or push."""
    model: str | None
    """That was asked, or wrote what was sent."""
    error: str
    """What happened, in a sentence."""
    reason: str | None
    """The provider's own words, without keys and addresses."""
    attempt: int
    in_vain: bool
    """A model had no text: it is not asked the same again by itself."""
    push: int | None
    at: str
    """UTC, ISO 8601."""


class UnseenKind(StrEnum):
    """Of what sort something is that altsync does not see, or not whole."""

    IN_TEXT = "in-text"
    """Pictures in texts; `places` counts the texts."""
    HIDDEN = "hidden"
    """Items that this login may not see."""
    UNREADABLE = "unreadable"
    """Types that this login may not read, or that were not looked at."""
    LEFT_OUT = "left-out"
    """Image fields that altsync.toml does not name."""
    INLINE = "inline"
    """Blocks that belong to one page of Layout Builder, of types that altsync.toml does
    not name."""
    THUMBNAIL = "thumbnail"
    """Pictures of videos that the site made itself."""
    UNUSED_FILE = "unused-file"
    """Picture files that no image of the mirror uses."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """One fact of what is not seen."""

    kind: UnseenKind
    what: str
    """Where: a resource type, `type.field`, with a tag in front for pictures in texts."""
    count: int | None
    """How many; None where that cannot be known."""
    places: int | None = None
    """In how many texts."""
    at_least: bool = False
    """There may be more: not all was looked at."""


@dataclass(frozen=True, slots=True)
class Status:
    """The funnel of one moment."""

    site: str
    images: int
    """That this login sees; those that are gone, hidden, unused or left out are not
    counted."""
    states: dict[str, int]
    """How many images are in each state, in the order in which states win."""
    coverage: float
    """The share of `images` that need no text any more, 0 to 1; 0 where there is none.
    Those that are `inheriting` are not counted in it."""
    last_pull: str | None
    last_push: str | None
    failures: int
    """Images that failed in some stage and still do."""
    open: tuple[OpenPatch, ...] = ()
    """Journal rows that a crash left open, oldest first."""
    broke_off: str | None = None
    """Why the latest pull came to no end, in the words that it told the owner."""
    unseen: tuple[Unseen, ...] = ()
    """What is not seen, as the last pull that asked found it."""
    asked: str | None = None
    """When that was: UTC, ISO 8601; None where no pull has asked yet."""
    in_vain: int = 0
    """Images that miss a text for which a model had none: it is not asked again by
    itself."""
    inheriting: int = 0
    """Media embedded in texts that show the medium's own text, which is another image."""
    unfollowed: int = 0
    """Of those: whose medium is no image that this login sees, so that nobody knows here
    what they show."""
    never_read: int = 0
    """Images that the site lists and no pull could read: they are not in `images`."""
    pages_asked: bool = True
    """Somebody has asked what pages say of the images."""
    handed_over: tuple[Handover, ...] = ()
    """What somebody else is to answer: batches, and exported files."""
    waiting: int = 0
    """Images that miss a text, and about which such a question is open."""

    @property
    def of_its_own(self) -> int:
        """How many images have a text of their own, or lack one: what `coverage` is a
        share of."""
        return self.images - self.inheriting

    @property
    def unsettled(self) -> int:
        """How many are open."""
        return len(self.open)
