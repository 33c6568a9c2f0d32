"""Candidates: proposed texts with their provenance, what the lint finds in them, and what
people say to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from altsync.models.site import Origin


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
    UNSURE = "unsure"
    """Whoever looked asks a colleague: neither a yes nor a no. The image waits in that
    colleague's queue."""
    WITHDRAWN = "withdrawn"


class Scope(StrEnum):
    """How a verdict was given: looking at that one candidate, or over many at once."""

    ONE = "one"
    BULK = "bulk"


class How(StrEnum):
    """What a reviewer was shown who gave a verdict on a page."""

    PICTURE = "picture"
    """The picture, and the words around it."""
    WORDS = "words"
    """Words alone: the page around the image, and what the candidates claim."""


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
    lost_calls: int = 0
    """Of the calls that it took: those whose answer was lost on its way. Their tokens
    and dollars are estimates, and are in the sums."""
    estimated_usd: float | None = None
    """What part of the cost is such an estimate."""
    duration_ms: int | None = None
    options: str = "{}"
    """JSON: the llm options of the call."""
    flags: str = "{}"
    """JSON: what the model said of its own answer (text in the image, people, unsure
    and why), and what that lacked (incomplete)."""
    findings: tuple[Finding, ...] = ()
    work_key: str | None = None
    """Hash of (image bytes, prompt, context, model, options): the same work is never
    paid for twice."""
    recorded: bool = False
    """True for the demonstration model: the text was replayed, not generated."""
    run_id: int | None = None
    """The `runs` row of the generate that asked for it."""
    long_description: str | None = None
    """What a complex image shows, at length, in Markdown; None where none was given."""
    place: str | None = None
    """The place of an image in a text, as in `SiteImage`, when this was proposed."""
    reused_from: int | None = None
    """The candidate whose answer this is: the same work had been paid for already, so
    this one cost nothing."""
    replaces: str | None = None
    """Rules of the lint, separated by commas, that the words of a person on the site
    fell under when this was proposed for their place on purpose (`generate --replace`);
    None for everything else."""
    reference: bool = False
    """Asked of the reference model to compare others with: a text like any other for a
    person who looks at it, and none that others have to be chosen against."""
    handover_id: int | None = None
    """The handover that it was asked for in, where somebody else answered: a provider's
    batch, or a file."""
    asked_seq: int | None = None
    """The order at which it was asked for, where the answer came in later by a handover:
    whatever was applied to its image since makes it spent."""
