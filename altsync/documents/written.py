"""Texts: generate, caption, context, models, cost, lint, rules."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from altsync.documents.moment import Instant
from altsync.documents.plan import FindingItem
from altsync.documents.seen import WhereItem
from altsync.models import Origin, Severity, State


class GenerateDocument(TypedDict):
    """What a run of generate did, in images."""

    run: int | None
    """Its row in `runs`; null where there was nothing to do."""
    images: int
    """That were asked for."""
    made: int
    reused: int
    """Took an answer that had been paid for already."""
    known: int
    """Had been answered before: not asked again."""
    refused: int
    """Had no usable answer to the same question before: not asked again."""
    waiting: int
    """Somebody else is to answer, a batch or who has the file: not asked from here."""
    failed: int
    stood_in: int
    """Got their text from a fallback."""
    unread: int
    """Pictures that could not be read for words in them."""
    passed_over: int
    """Not chosen: the same question got no text before."""
    cost_usd: float
    """As far as it is known: the cost of `unpriced` images is not in it."""
    unpriced: int
    lost: int
    """Answers that got lost on the way: their cost is estimated."""
    given_up: list[str]
    """Why fallbacks were asked no more."""
    problem: str
    """Of the image that failed last; '' where none did."""
    stopped: str
    """Why the run ended early; '' where it did not."""
    next: str | None


class CaptionItem(TypedDict):
    """One file or address. A model is in `captions` or in `errors`."""

    image: str
    captions: dict[str, str]
    errors: NotRequired[dict[str, str]]


CaptionDocument = CaptionItem | list[CaptionItem]


class PieceItem(TypedDict):
    """One thing that a model is told."""

    kind: str
    text: str
    trust: str
    source: str
    use: NotRequired[int]
    """Which place of the image it is of, from 1."""


class ModelItem(TypedDict):
    """A model that can see; dollars per million tokens, null where nobody knows."""

    model: str
    input: float | None
    output: float | None
    key: str
    """Whether one is set; never the key."""
    schema: bool
    """It can answer with an object."""
    key_name: str | None
    """The name that `altsync keys set` takes for it."""
    options: list[str]
    """What `-o` takes for it."""


class PluginItem(TypedDict):
    """A plugin of llm."""

    name: str
    """Its package."""
    version: str


class CostItem(TypedDict):
    """What one model, prompt or run cost."""

    name: str
    candidates: int
    failures: int
    """Answers that could not be used."""
    reused: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    unpriced: int
    """Answers whose cost nobody knows."""
    batch: int
    """Answers by the batch of a provider, at half price."""
    lost: int
    estimated_usd: float
    """What part of the cost is an estimate, for answers that got lost."""
    first: Instant
    last: Instant


class RemarkItem(TypedDict):
    """One finding about one image."""

    image: str
    album: str
    alt: str | None
    message: str
    page: str | None
    picture: str | None
    origin: Origin | None
    where: NotRequired[WhereItem]


class RuleRemarksItem(TypedDict):
    """All remarks of one rule and severity."""

    rule: str
    severity: Severity
    about: str
    count: int
    images: list[RemarkItem]


class LintDocument(TypedDict):
    """What the rules say about the site's texts."""

    images: int
    flagged: int
    """Images with a finding."""
    rules: list[RuleRemarksItem]


class LintTextDocument(TypedDict):
    """What the rules say about one text: --text, and each line of --ndjson."""

    text: str | None
    findings: list[FindingItem]
    error: NotRequired[str]
    """The line could not be read."""


class ToRedoItem(TypedDict):
    """A text to be written anew."""

    image: str
    album: str
    title: str | None
    alt: str | None
    rules: list[str]
    messages: list[str]
    origin: Origin | None
    state: State | None
    page: str | None
    edit: str | None
    """Where a person edits it."""
    picture: str | None
    where: NotRequired[WhereItem]


class RuleItem(TypedDict):
    """A rule of the lint, as it is set here."""

    rule: str
    severity: Severity | Literal["off"]
    sentence: str
    limits: dict[str, int | float | str]
    what: str
    why: str
    example: str
    """A text that it flags, in quotes, and in parentheses what is known of the image; so
    all that follow."""
    instead: str
    passes: list[str]
    flags: list[str]
