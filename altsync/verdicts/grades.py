"""What blind grades add up to: by each grader, together, and how far graders agree. Pure."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from altsync.models import Severity
from altsync.models.comparison import (
    GRADES,
    Agreement,
    Choice,
    Comparison,
    Graded,
    GradeGiven,
    GradesTogether,
    PairResult,
    WriterResult,
)
from altsync.verdicts import strengths

SURE = 0.05
"""A pair that chance alone would give more often is not decided."""


@dataclass(frozen=True, slots=True)
class JudgedImage:
    """One person about the choices of one image, in the order of the page."""

    place: int
    grader: str
    marks: tuple[GradeGiven, ...]

    @property
    def picked(self) -> list[int]:
        """Which of them are the best, by their number."""
        return [at for at, mark in enumerate(self.marks) if mark.picked]

    @property
    def is_whole(self) -> bool:
        """Whether there is a best one, or a grade for every one: then it is judged."""
        return bool(self.picked) or all(mark.grade for mark in self.marks)

    def best(self) -> list[int]:
        """Who won this image; several share it; nobody where it was not judged."""
        if self.picked or not self.is_whole:
            return self.picked
        top = min(str(mark.grade) for mark in self.marks)
        return [at for at, mark in enumerate(self.marks) if mark.grade == top]

    def ahead(self, one: int, other: int) -> float | None:
        """How one compares with the other: 1 better, 0 worse, a half equal. None where
        that was not said: the image is not judged yet, or others were picked, which says
        nothing of these two."""
        if not self.is_whole:
            return None
        picked = self.picked
        if one in picked or other in picked:
            return float(one in picked)
        first, second = self.marks[one].grade, self.marks[other].grade
        if first is None or second is None:
            return None
        if first == second:
            return 0.5
        return float(first < second)


def writers(choices: Iterable[Choice]) -> dict[int, str]:
    """Who wrote each choice, as a table names it: the model; with the prompt too where
    one model stands there twice for an image."""
    known = list(choices)
    places: dict[int, list[str]] = defaultdict(list)
    for one in known:
        places[one.place].append(one.model)
    twice = {
        model
        for models in places.values()
        for model in models
        if models.count(model) > 1
    }
    return {
        one.id: _with_prompt(one) if one.model in twice else one.model for one in known
    }


def _with_prompt(one: Choice) -> str:
    return f"{one.model} (prompt {(one.prompt or 'none')[:8]})"


def said(choices: Iterable[Choice], marks: Iterable[GradeGiven]) -> list[JudgedImage]:
    """Everything that was said, by place, then by grader."""
    known = {(mark.choice, mark.grader): mark for mark in marks}
    found = []
    for place, group in groupby(choices, key=lambda one: one.place):
        ids = [one.id for one in group]
        graders = sorted({grader for choice, grader in known if choice in ids})
        for grader in graders:
            nothing = GradeGiven(0, grader)
            about = [known.get((choice, grader), nothing) for choice in ids]
            found.append(JudgedImage(place, grader, tuple(about)))
    return found


def judged(
    choices: Sequence[Choice], marks: Iterable[GradeGiven], grader: str | None
) -> dict[int, bool]:
    """Each place of a run, and whether this person has judged it; None: anybody."""
    whole = {
        one.place
        for one in said(choices, marks)
        if grader in (None, one.grader) and one.is_whole
    }
    return {one.place: one.place in whole for one in choices}


def graded(
    run: Comparison, choices: Sequence[Choice], marks: Sequence[GradeGiven]
) -> Graded:
    """All that can be said of a run by now. `choices` by place and slot."""
    everything = said(choices, marks)
    together = _together(None, choices, everything)
    names = sorted({one.grader for one in everything})
    one_by_one = [
        _together(name, choices, [one for one in everything if one.grader == name])
        for name in names
        if len(names) > 1
    ]
    if len(names) == 1:
        one_by_one = [replace(together, grader=names[0])]
    return Graded(
        run=run,
        images=len({one.place for one in choices}),
        together=together,
        graders=tuple(one_by_one),
        agreements=tuple(agreements(everything)),
    )


def _together(
    grader: str | None, choices: Sequence[Choice], about: Sequence[JudgedImage]
) -> GradesTogether:
    names = writers(choices)
    by_place = {
        place: [names[one.id] for one in group]
        for place, group in groupby(choices, key=lambda one: one.place)
    }
    results = [
        _writer(
            name, [one for one in choices if names[one.id] == name], about, by_place
        )
        for name in dict.fromkeys(names.values())
    ]
    results.sort(key=_rank)
    order = [one.writer for one in results]
    images = _images(order, about, by_place)
    why = _no_strengths(order, images)
    if not why:
        found = strengths.strengths(images, len(order))
        results = [
            replace(one, strength=strength)
            for one, strength in zip(results, found, strict=True)
        ]
    return GradesTogether(
        grader=grader,
        judged=len({one.place for one in about if one.is_whole}),
        writers=tuple(results),
        pairs=tuple(_pairs(order, images)),
        no_strengths=why,
    )


def _rank(one: WriterResult) -> tuple[float, float, str]:
    return -(one.win_rate or 0), -(one.average or 0), one.writer


def _writer(
    name: str,
    of: Sequence[Choice],
    about: Sequence[JudgedImage],
    by_place: Mapping[int, Sequence[str]],
) -> WriterResult:
    shares: dict[int, list[float]] = defaultdict(list)
    given: list[str] = []
    for one in about:
        at = by_place[one.place].index(name)
        if grade := one.marks[at].grade:
            given.append(grade)
        if best := one.best():
            shares[one.place].append((at in best) / len(best))
    won = [statistics.fmean(several) for several in shares.values()]
    low, high = strengths.interval(won)
    costs = [one.cost_usd for one in of if one.cost_usd is not None]
    times = [one.duration_ms / 1000 for one in of if one.duration_ms is not None]
    flagged = sum(
        finding.severity is not Severity.INFO for one in of for finding in one.findings
    )
    return WriterResult(
        writer=name,
        prompts=tuple(sorted({one.prompt for one in of if one.prompt})),
        grades={grade: given.count(grade) for grade in GRADES},
        judged=len(won),
        wins=sum(won),
        win_rate=statistics.fmean(won) if won else None,
        low=low,
        high=high,
        average=_average(given),
        cost_usd=statistics.fmean(costs) if len(costs) == len(of) else None,
        seconds=statistics.median(times) if times else None,
        findings=flagged / len(of),
    )


def _average(given: Sequence[str]) -> float | None:
    """Of the grades: 4 for an A, 3 for a B ... 0 for E and F."""
    if not given:
        return None
    return statistics.fmean(max(0, 4 - GRADES.index(grade)) for grade in given)


def _images(
    order: Sequence[str],
    about: Sequence[JudgedImage],
    by_place: Mapping[int, Sequence[str]],
) -> list[list[float]]:
    """Who was ahead of whom, an image a row as in `strengths.Wins`: on average where
    several said it. Images of which nobody said anything are left out."""
    found = []
    for place, group in groupby(about, key=lambda one: one.place):
        several = list(group)
        at = [by_place[place].index(name) for name in order]
        row = [0.0] * (len(order) ** 2)
        for a, b in strengths.pairs_of(len(order)):
            ahead = [
                value
                for one in several
                if (value := one.ahead(at[a], at[b])) is not None
            ]
            if ahead:
                row[a * len(order) + b] = statistics.fmean(ahead)
                row[b * len(order) + a] = 1 - row[a * len(order) + b]
        if any(row):
            found.append(row)
    return found


def _no_strengths(order: Sequence[str], images: Sequence[Sequence[float]]) -> str:
    """Why there are none; empty where there are."""
    if len(images) < strengths.LEAST_IMAGES:
        return (
            f"No strengths: under {strengths.LEAST_IMAGES} judged images there is no"
            " telling how far they reach."
        )
    if len(set(map(tuple, images))) == 1 and set(images[0]) <= {0.0, 0.5}:
        return (
            "No strengths: all were judged equal, each time, so that nothing says how"
            " far they may be apart."
        )
    ahead = strengths.without_end(strengths.total(images), len(order))
    if ahead is None:
        return ""
    first = " and ".join(name for at, name in enumerate(order) if at in ahead)
    others = " and ".join(name for at, name in enumerate(order) if at not in ahead)
    return (
        f"No strengths: {first} never lost to {others}, so that nothing says how far"
        " ahead that is."
    )


def _pairs(
    order: Sequence[str], images: Sequence[Sequence[float]]
) -> Iterable[PairResult]:
    """Every two, the one that is ahead first."""
    found = [_pair(order, images, a, b) for a, b in strengths.pairs_of(len(order))]
    chances = strengths.holm([one.p for one in found])
    for one, chance in zip(found, chances, strict=True):
        sure = chance < SURE and one.low > 0.5
        yield replace(one, p=chance, decided=sure)


def _pair(
    order: Sequence[str], images: Sequence[Sequence[float]], a: int, b: int
) -> PairResult:
    """With the chance of this pair alone, and not decided yet."""
    there, back = a * len(order) + b, b * len(order) + a
    values = [row[there] for row in images if row[there] or row[back]]
    share = statistics.fmean(values) if values else 0.5
    if share < 0.5:
        return _pair(order, images, b, a)
    low, high = strengths.interval(values)
    won = sum(value > 0.5 for value in values)
    lost = sum(value < 0.5 for value in values)
    return PairResult(
        first=order[a],
        second=order[b],
        images=len(values),
        won=won,
        lost=lost,
        equal=len(values) - won - lost,
        share=share,
        low=low,
        high=high,
        p=strengths.sign_test(won, lost),
        decided=False,
    )


def agreements(about: Iterable[JudgedImage]) -> list[Agreement]:
    """Every two graders who judged pairs of the same texts."""
    by_grader: dict[str, dict[tuple[int, int, int], float]] = defaultdict(dict)
    for one in about:
        for a, b in strengths.pairs_of(len(one.marks)):
            ahead = one.ahead(a, b)
            if ahead is not None:
                by_grader[one.grader][one.place, a, b] = ahead
    found = []
    for one_name, other_name in combinations(sorted(by_grader), 2):
        first, second = by_grader[one_name], by_grader[other_name]
        both = [(first[pair], second[pair]) for pair in first if pair in second]
        if both:
            same = sum(a == b for a, b in both)
            found.append(Agreement(one_name, other_name, len(both), same, kappa(both)))
    return found


def kappa(both: Sequence[tuple[float, float]]) -> float | None:
    """Cohen's (1960): agreement beyond what the two would reach by chance, each with its
    own habits; 1 is always, 0 is chance. None where chance alone would always agree."""
    size = len(both)
    seen = statistics.fmean(one == other for one, other in both)
    chance = sum(
        sum(one == answer for one, _ in both)
        * sum(other == answer for _, other in both)
        for answer in (0.0, 0.5, 1.0)
    ) / (size * size)
    if chance == 1:
        return None
    return (seen - chance) / (1 - chance)
