"""Comparisons of models on the same images: what was shown, how people graded it, and
what that adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from altsync.models.candidate import Finding

HUMAN = "a person"
"""The choice that is the site's own text by a person: the yardstick."""
GRADES = "ABCDEF"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run."""

    id: int
    models: tuple[str, ...]
    human: bool
    drawn_by: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One text of one image, at its place in the run and its slot on the page."""

    id: int
    place: int
    slot: int
    image: str
    alt: str
    model: str
    prompt: str | None
    cost_usd: float | None
    duration_ms: int | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class GradeGiven:
    """What one person last said of one choice."""

    choice: int
    grader: str
    grade: str | None = None
    picked: bool | None = None
    """None: this person has not decided about a best one among these."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Bradley-Terry: of two choices with strengths 2 and 1 the first is judged better two
    times of three. 1 is the (geometric) middle of a comparison. Interval at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WriterResult:
    """One choice (a model, a prompt of it, or the person) over a run."""

    writer: str
    prompts: tuple[str, ...]
    """The prompts of its texts: several where the wording goes by the language."""
    grades: dict[str, int]
    """How often each was given, by all graders together."""
    judged: int
    """Images that somebody judged."""
    wins: float
    """A pick is a win; without one, the best grade is, shared where several have it;
    what several people say of an image is averaged."""
    win_rate: float | None
    low: float
    high: float
    """95 % interval of the win rate, over images."""
    average: float | None
    """Of the grades: 4 for an A, 3 for a B ... 0 for E and F."""
    cost_usd: float | None
    """Per image; None where that of one is not known: a text that was had again for
    nothing would stand for all."""
    seconds: float | None
    """Median time of a call."""
    findings: float
    """Errors and warnings of the lint per text."""
    strength: Strength | None = None
    """None where it would not be finite, or where too few images were judged."""


@dataclass(frozen=True, slots=True)
class PairResult:
    """Two choices on the images where somebody said how they compare, the one with the
    larger share first."""

    first: str
    second: str
    images: int
    won: int
    lost: int
    equal: int
    """Images by who was ahead; where several people disagree, on average."""
    share: float
    """Of the first: an image that it won is 1, an equal one a half."""
    low: float
    high: float
    """95 % interval of this share by itself."""
    p: float
    """Sign test over the images that are not equal, by Holm's method for all pairs of
    the comparison."""
    decided: bool
    """Better, and no chance: p is under 5 %, and the interval leaves a half out."""


@dataclass(frozen=True, slots=True)
class GradesTogether:
    """What the grades of one person, or of all, add up to."""

    grader: str | None
    """None: of all together."""
    judged: int
    """Images."""
    writers: tuple[WriterResult, ...]
    """The most wins first."""
    pairs: tuple[PairResult, ...]
    no_strengths: str = ""
    """Why there are none, as a sentence."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two graders on the pairs of texts of which both said how they compare."""

    one: str
    other: str
    pairs: int
    same: int
    kappa: float | None
    """Cohen's, on first better, equal, second better, in the order that was shown; None
    where both always said one and the same, so that chance would do as well."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A comparison with all that was said of it."""

    run: Comparison
    images: int
    together: GradesTogether
    graders: tuple[GradesTogether, ...]
    """Each by itself, by name."""
    agreements: tuple[Agreement, ...]
