"""How sure a comparison is: shares with intervals, a test for pairs, and Bradley-Terry
strengths. Pure; the same figures every time.

The unit is the image: what several people say of one image, or of several pairs on it,
is no further image.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import combinations, repeat
from statistics import NormalDist

from altsync.models.comparison import Strength

Z = 1.959964
"""Of a normal distribution, 95 % lie within so many deviations."""
LEAST_IMAGES = 10
"""With fewer judged images a bootstrap knows too little of what another draw would be."""
ROUNDS = 1000
TIE = 0.5
"""The prior: one imagined tie for every two choices, half a win each, so that no resample
has a strength without end. It is in the strengths too."""
MOST_STEPS = 10_000
NEAR = 1e-6
"""Strengths that change by less are found."""

Wins = Sequence[float]
"""Of one image, or the sum over many: for choice a and choice b, at a * choices + b, how
often a was better (1, a tie is a half). Both ways 0 where nobody said."""


def wilson(wins: float, of: float, z: float = Z) -> tuple[float, float]:
    """Score interval of a share. (0, 1) where nothing was judged."""
    if not of:
        return 0.0, 1.0
    share = wins / of
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Wilson's for the mean of values from 0 to 1, of which some may be ties or averages.

    Those scatter less than wins and losses, so they tell as much as more images would
    (Kish: the size that gives the same variance). One tie against a sure thing is
    imagined for the variance, or a few equal images would seem to prove equality.
    """
    size = len(values)
    if not size:
        return 0.0, 1.0
    share = math.fsum(values) / size
    scatter = math.fsum((value - share) ** 2 for value in values)
    variance = (scatter + TIE * TIE) / (size + 1)
    as_many = size * share * (1 - share) / variance
    size_told = max(size, as_many)
    return wilson(share * size_told, size_told)


def sign_test(won: int, lost: int) -> float:
    """How likely chance alone gives as uneven a result, either way (exact)."""
    decided = won + lost
    fewer = min(won, lost)
    tail = sum(math.comb(decided, number) for number in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << decided))


def holm(chances: Sequence[float]) -> list[float]:
    """The same for several tests at once (Holm 1979), in the order given."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    found = [1.0] * len(chances)
    least = 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, (len(chances) - rank) * chances[index]))
        found[index] = least
    return found


def total(images: Sequence[Wins]) -> list[float]:
    """The sum over images, of which there are some."""
    return [sum(column) for column in zip(*images, strict=True)]


def bradley_terry(wins: Wins, choices: int) -> list[float]:
    """Strengths whose geometric mean is 1, with the prior. By minorisation and
    maximisation (Hunter 2004, The Annals of Statistics 32, 384-406)."""
    beaten = [
        [wins[a * choices + b] + TIE * (a != b) for b in range(choices)]
        for a in range(choices)
    ]
    met = [
        [beaten[a][b] + beaten[b][a] for b in range(choices)] for a in range(choices)
    ]
    won = [sum(row) for row in beaten]
    found = [1.0] * choices
    for _ in range(MOST_STEPS):
        last = found
        found = [
            wins_of / sum(map(_expected, against, repeat(mine), last))
            for wins_of, against, mine in zip(won, met, last, strict=True)
        ]
        if max(map(_apart, found, last)) < NEAR:
            break
    return _centred(found)


def _expected(met: float, mine: float, other: float) -> float:
    return met / (mine + other)


def _apart(one: float, other: float) -> float:
    return abs(one / other - 1)


def _centred(strengths: Sequence[float]) -> list[float]:
    middle = math.exp(math.fsum(map(math.log, strengths)) / len(strengths))
    return [strength / middle for strength in strengths]


def without_end(wins: Wins, choices: int) -> frozenset[int] | None:
    """Some choices that never lost to any of the others, so that their strength has no
    end (Ford 1957); None where there are none such."""
    better = {
        (a, b)
        for a in range(choices)
        for b in range(choices)
        if wins[a * choices + b] > 0
    }
    for start in range(choices):
        found = _ahead_of(start, better)
        if len(found) < choices:
            return frozenset(found)
    return None


def _ahead_of(start: int, better: set[tuple[int, int]]) -> set[int]:
    """It, who was ever better than it, who was ever better than those ..."""
    found = {start}
    while True:
        more = {a for a, b in better if b in found} - found
        if not more:
            return found
        found |= more


def strengths(images: Sequence[Wins], choices: int) -> list[Strength]:
    """With intervals by a bootstrap over images (percentiles of `ROUNDS` draws, always
    the same ones), of which there are `LEAST_IMAGES` or more."""
    chance = random.Random(2004)
    draws = [
        bradley_terry(total(chance.choices(images, k=len(images))), choices)
        for _ in range(ROUNDS)
    ]
    found = bradley_terry(total(images), choices)
    cut = _cut(len(images))
    ends = [_between(column, cut) for column in zip(*draws, strict=True)]
    return [
        Strength(value, low, high)
        for value, (low, high) in zip(found, ends, strict=True)
    ]


def _cut(images: int) -> float:
    """The share of draws to leave out at each end: less than 2.5 % of them, since draws
    of few images scatter too little (Hesterberg 2015, The American Statistician 69)."""
    freedom = images - 1
    student = Z + (Z**3 + Z) / (4 * freedom)
    return NormalDist().cdf(-student * math.sqrt(images / freedom))


def _between(values: Sequence[float], cut: float) -> tuple[float, float]:
    ordered = sorted(values)
    left_out = round(len(ordered) * cut)
    return ordered[left_out], ordered[-1 - left_out]


def pairs_of(choices: int) -> Iterator[tuple[int, int]]:
    """Every two, the lower number first."""
    return combinations(range(choices), 2)
