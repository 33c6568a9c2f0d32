"""Verdicts: approve, reject, ask, samples, comparisons, packets."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from altsync.documents.moment import Instant


class LeftItem(TypedDict):
    """An image that was left alone."""

    image: str
    reason: str


class ChosenItem(TypedDict):
    """An image with several texts to choose from, of which the newest was approved."""

    image: str
    candidate: int
    alt: str
    model: str | None
    """None: a person wrote it."""
    waited: int
    """So many texts waited."""


class ApproveDocument(TypedDict):
    """What was approved, and what was left alone."""

    approved: int
    """Candidates."""
    left: list[LeftItem]
    chosen: list[ChosenItem]
    sample: NotRequired[int]
    """Only with --by-sample, as `most` and `confidence`: the sample that spoke."""
    most: NotRequired[int]
    """At most so many of them are wrong, at this confidence."""
    confidence: NotRequired[float]
    next: str | None


class RejectDocument(TypedDict):
    """What was rejected."""

    rejected: int
    """Images whose candidates were."""


class AskDocument(TypedDict):
    """About what a colleague was asked."""

    images: int
    asked: str | None
    """Whom; null: anybody."""


class StopItem(TypedDict):
    """A place where a sample may end."""

    read: int
    wrong: int
    """At most so many are wrong by then."""


class SampleDocument(TypedDict):
    """A sample, and what it proves by now."""

    sample: int
    model: str | None
    prompt: str | None
    population: int
    """Texts that it speaks for."""
    bound: float
    confidence: float
    stops: list[StopItem]
    judged: int
    right: int | None
    """None while known-bad texts are mixed in and not all is judged: it would give them
    away. So is `wrong`."""
    wrong: int | None
    open: int
    """Texts to judge until it can end next."""
    lost: int
    """Texts that left the site, or changed there, before they were judged."""
    most: int | None
    """At most so many of all are wrong; null until it ended, as the next two."""
    most_of_rest: int | None
    """The same of those that nobody read."""
    most_missed: int | None
    """The same for a reader who misses as many as of the known-bad ones."""
    holds: bool | None
    """The bound holds; null until it ended."""
    failed: bool
    """It cannot hold any more."""
    planted: int
    """Known-bad texts that were mixed in."""
    caught: int | None
    approved: int
    """Texts that were approved on its word."""
    says: list[str]
    """The same in sentences."""
    next: str | None


class DrawnComparisonDocument(TypedDict):
    """A comparison that was drawn, to be graded blind."""

    comparison: int
    images: int
    writers: list[str]
    left_out: list[str]
    """Images without a text by every choice."""
    next: str | None


class ComparisonItem(TypedDict):
    """A comparison as it was drawn."""

    id: int
    models: list[str]
    human: bool
    drawn_by: str
    created_at: Instant


class StrengthItem(TypedDict):
    """Bradley-Terry, with an interval at 95 %."""

    value: float
    low: float
    high: float


class WriterItem(TypedDict):
    """One choice (a model, a prompt of it, or the person) over a run."""

    writer: str
    prompts: list[str]
    grades: dict[str, int]
    judged: int
    wins: float
    win_rate: float | None
    low: float
    high: float
    average: float | None
    cost_usd: float | None
    seconds: float | None
    findings: float
    strength: StrengthItem | None


class PairItem(TypedDict):
    """Two choices on the images where somebody said how they compare."""

    first: str
    second: str
    images: int
    won: int
    lost: int
    equal: int
    share: float
    low: float
    high: float
    p: float
    decided: bool


class GradesItem(TypedDict):
    """What the grades of one person, or of all, add up to."""

    grader: str | None
    judged: int
    writers: list[WriterItem]
    pairs: list[PairItem]
    no_strengths: str


class AgreementItem(TypedDict):
    """Two graders on the pairs of texts that both judged."""

    one: str
    other: str
    pairs: int
    same: int
    kappa: float | None


class ComparisonDocument(TypedDict):
    """A comparison with all that was said of it."""

    run: ComparisonItem
    images: int
    together: GradesItem
    graders: list[GradesItem]
    agreements: list[AgreementItem]
    verdict: str


class PacketDocument(TypedDict):
    """A packet that was written."""

    packet: str
    directory: str
    page: str
    """The file to open."""
    images: int
    lines: int
    """Texts to judge."""
    pictures: int
    """Images with a picture in it."""
    left: int
    """Images that fit too, and are not in it."""
    xlsx: bool
    next: str | None


class NotTakenItem(TypedDict):
    """A line that was refused."""

    where: str
    """The file, and the line or row."""
    image: str
    reason: str


class DisagreementItem(TypedDict):
    """An image that people judged differently."""

    image: str
    said: list[str]
    counts: list[str]
    """What counts of it."""


class PacketReadDocument(TypedDict):
    """What came of packets that were read."""

    packets: int
    taken: dict[str, int]
    """Answer -> verdicts that were taken."""
    same: int
    """Taken before, and unchanged."""
    outdone: int
    """Kept, and a later verdict on paper counts."""
    empty: int
    """Lines without a verdict."""
    moved: int
    """Images that are not as they were handed out."""
    refused: list[NotTakenItem]
    differences: list[DisagreementItem]
    remarks: dict[str, int]
    notes: list[str]
