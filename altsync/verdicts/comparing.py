"""Which model writes best for this site: blind grades on the same images, and what they
add up to."""

from __future__ import annotations

import math
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from altsync.errors import UsageError
from altsync.models import Severity
from altsync.store import comparisons
from altsync.store.comparisons import HUMAN, Choice
from altsync.store.store import Store

GRADES = "ABCDEF"


@dataclass(frozen=True, slots=True)
class Result:
    """One model (or the person) over a run."""

    model: str
    grades: dict[str, int]
    judged: int
    """Images with a pick or grades in which it took part."""
    wins: float
    """A pick is a win; without one, the best grade is, shared where several have it."""
    win_rate: float | None
    low: float
    high: float
    """95 % interval of the win rate (Wilson)."""
    average: float | None
    """Of the grades: 4 for an A, 3 for a B ... 0 for E and F."""
    cost_usd: float | None
    """Per image; None where no price is known."""
    seconds: float | None
    """Median time of a call."""
    findings: float
    """Errors and warnings of the lint per text."""


def wilson(wins: float, of: int, z: float = 1.959964) -> tuple[float, float]:
    """Score interval of a share. (0, 1) where nothing was judged."""
    if not of:
        return 0.0, 1.0
    share = wins / of
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def results(choices: Sequence[Choice]) -> list[Result]:
    """A table, the most wins first."""
    by_model: dict[str, list[Choice]] = defaultdict(list)
    wins: dict[str, float] = defaultdict(float)
    judged: dict[str, int] = defaultdict(int)
    for _, group in groupby(choices, key=lambda one: one.place):
        together = list(group)
        best = _best(together)
        for one in together:
            by_model[one.model].append(one)
            judged[one.model] += bool(best)
        for one in best:
            wins[one.model] += 1 / len(best)
    found = [
        _result(model, of, wins[model], judged[model]) for model, of in by_model.items()
    ]
    return sorted(found, key=_rank)


def _rank(one: Result) -> tuple[float, float, str]:
    return -(one.win_rate or 0), -(one.average or 0), one.model


def _best(together: Sequence[Choice]) -> list[Choice]:
    """Who won this image; nobody where it was not judged."""
    if picked := [one for one in together if one.picked]:
        return picked
    graded = [one for one in together if one.grade]
    if len(graded) < len(together):
        return []
    top = min(one.grade or "F" for one in graded)
    return [one for one in graded if one.grade == top]


def _result(model: str, of: Sequence[Choice], wins: float, judged: int) -> Result:
    grades = {grade: sum(one.grade == grade for one in of) for grade in GRADES}
    costs = [one.cost_usd for one in of if one.cost_usd is not None]
    times = [one.duration_ms / 1000 for one in of if one.duration_ms is not None]
    low, high = wilson(wins, judged)
    flagged = sum(
        finding.severity is not Severity.INFO for one in of for finding in one.findings
    )
    return Result(
        model=model,
        grades=grades,
        judged=judged,
        wins=wins,
        win_rate=wins / judged if judged else None,
        low=low,
        high=high,
        average=_average(grades),
        cost_usd=statistics.fmean(costs) if costs else None,
        seconds=statistics.median(times) if times else None,
        findings=flagged / len(of),
    )


def _average(grades: Mapping[str, int]) -> float | None:
    """Of the grades: 4 for an A, 3 for a B ... 0 for E and F."""
    total = sum(grades.values())
    if not total:
        return None
    points = sum(
        max(0, 4 - GRADES.index(grade)) * number for grade, number in grades.items()
    )
    return points / total


def check_models(models: Sequence[str], human: bool) -> None:
    """Raises UsageError where there is nothing to choose between."""
    if len(set(models)) + human < 2:
        raise UsageError(
            f"A comparison needs two models, or one and --human (“{HUMAN}” is then the"
            " other choice)."
        )


def choose(store: Store, size: int, *, human: bool = False) -> list[str]:
    """Images by chance: with a person's text (`human`), else such as still need one.
    Raises UsageError for none."""
    with store.read() as conn:
        found = comparisons.pool(conn, human)
    if not found and human:
        raise UsageError("No image has a text by a person.")
    if not found:
        raise UsageError("No image needs a text: name some with --images.")
    return random.SystemRandom().sample(found, min(size, len(found)))


def lacking(store: Store, models: Sequence[str], images: Sequence[str]) -> list[str]:
    """Those of these images that lack a text by one of these models."""
    with store.read() as conn:
        found = comparisons.comparable(conn, models, images, human=False)
    there = {image for image, _ in found}
    return [image for image in images if image not in there]


Texts = list[tuple[int | None, str]]
"""The choices of one image: (candidate or None for the person's, text)."""


def draw(
    store: Store,
    models: Sequence[str],
    *,
    by: str,
    size: int = 20,
    images: Sequence[str] | None = None,
    human: bool = False,
    shuffle: Callable[[Texts], None] | None = None,
) -> int:
    """Start a comparison of these models' newest texts on the same images, each in an
    order of its own.

    `human` draws images that have a person's text, which is one of the blind choices.
    Raises UsageError where there is nothing to compare.
    """
    chance = random.SystemRandom()
    names = list(dict.fromkeys(models))
    check_models(names, human)
    with store.write() as tx:
        found = comparisons.comparable(tx, names, images, human)
        if not found:
            raise _nothing_to_compare(names, human)
        if images is None:
            found = chance.sample(found, min(size, len(found)))
        for _, texts in found:
            (shuffle or chance.shuffle)(texts)
        return comparisons.begin(tx, names, human, by, found)


def _nothing_to_compare(names: Sequence[str], human: bool) -> UsageError:
    writers = " and ".join(names)
    if human:
        writers += " and by a person"
    return UsageError(
        f"No image has a text by {writers}. Generate them first: altsync generate -m"
        " MODEL IMAGE…"
    )
