"""What a random sample proves of the texts that it was drawn from: exact, pure.

A frame has `population` texts, of which an unknown number is wrong. They are read in a
random order, and `Stop`s, fixed before anything is read, say where reading may end: at
the first one up to which no more than its `wrong` were found. `most_wrong` is the largest
number of wrong texts that what was seen still allows: a one-sided bound by the
hypergeometric distribution (for one stop; Clopper-Pearson's, where the frame has no end),
with the stops before taken into account: whatever the true number is, it is over the
bound in at most 1 - confidence of all samples.

Why that is so for several stops: order what may come of a sample by the stop at which it
ends, and there by the number found. One more wrong text in the frame can only make a
sample end later, or with more found. So the chance of an end as early as the one that was
seen falls with every wrong text, and the numbers for which it is over 1 - confidence are
those from 0 to the bound.

What is counted are the ways in which the wrong texts of a frame can lie: whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

SPENT_FIRST = Fraction(1, 2)
"""Each stop of a plan that may end early takes half of the error that is left, the last
one all of it: most of what is read is read where few texts are wrong."""
LOOKS = 8
"""So many stops at most: each further one has hardly any error left to spend."""
PRECISION = 60
"""Halvings of the interval from 0 to 1: more than a float can tell apart."""
MARGIN = 1e-6
"""Of a chance: what floats can have wrong, with room."""

Ends = Sequence[tuple[int, Sequence[int]]]
"""For each stop: (texts read by then, in how many ways 0, 1, 2 … wrong ones can lie among
them so that reading ends just there)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place at which reading a sample may end."""

    read: int
    """Texts read by then, in the order of the draw."""
    wrong: int
    """It ends there if no more of them are wrong; at the last one it ends anyhow."""


def error_of(confidence: float) -> Fraction:
    """The chance of being wrong that a confidence leaves: exactly 1/20 for 0.95."""
    return 1 - Fraction(repr(confidence))


# How the wrong texts can lie.


def _ways(
    stops: Sequence[Stop], at: int, wrong: int
) -> Iterator[tuple[int, list[int]]]:
    """The ends at the stops up to `at`; there with up to `wrong` found."""
    open_ways, before = [1], 0
    for number, stop in enumerate(stops[: at + 1]):
        ways = _longer(open_ways, stop.read - before, max(wrong, stop.wrong))
        most = wrong if number == at else stop.wrong
        yield stop.read, ways[: most + 1]
        open_ways = [0] * min(most + 1, len(ways)) + ways[most + 1 :]
        before = stop.read


def _longer(ways: Sequence[int], more: int, most: int) -> list[int]:
    """The same after `more` further texts, for at most `most` wrong ones."""
    new = [math.comb(more, found) for found in range(min(more, most) + 1)]
    out = [0] * min(len(ways) + len(new) - 1, most + 1)
    for one, count in enumerate(ways):
        for found, choices in enumerate(new[: max(0, len(out) - one)]):
            out[one + found] += count * choices
    return out


def _is_over(ends: Ends, population: int, bad: int, error: Fraction) -> bool:
    """Whether P(reading ends so), with `bad` wrong texts in the frame, is over `error`:
    by logarithms, and by whole numbers where that is too near to tell."""
    chance = _chance(ends, population, bad)
    if abs(chance - float(error)) > MARGIN * error:
        return chance > error
    lying = sum(
        count * math.comb(population - read, bad - found)
        for read, ways in ends
        for found, count in enumerate(ways[: bad + 1])
    )
    return lying * error.denominator > math.comb(population, bad) * error.numerator


def _chance(ends: Ends, population: int, bad: int) -> float:
    """P(reading ends so)."""
    return math.fsum(
        math.exp(
            math.log(count)
            + _log_comb(population - read, bad - found)
            - _log_comb(population, bad)
        )
        for read, ways in ends
        for found, count in enumerate(ways)
        if count and found <= bad <= population - read + found
    )


def _log_comb(size: int, found: int) -> float:
    return (
        math.lgamma(size + 1) - math.lgamma(found + 1) - math.lgamma(size - found + 1)
    )


# What was seen, and what it allows.


def most_wrong(
    population: int, stops: Sequence[Stop], at: int, wrong: int, confidence: float
) -> int:
    """How many texts of the whole frame may be wrong, those that were found counted,
    when reading ended at the stop `at` (from 0) with `wrong` found.

    Raises ValueError for what cannot have been.
    """
    read = stops[at].read
    if not 0 <= wrong <= read <= population or not 0 < confidence < 1:
        raise ValueError(f"no bound for {wrong} of {read} at {confidence}")
    error = error_of(confidence)
    ends = list(_ways(stops, at, wrong))
    low, high = wrong, population - read + wrong
    while low < high:
        middle = (low + high + 1) // 2
        if _is_over(ends, population, middle, error):
            low = middle
        else:
            high = middle - 1
    return low


def tolerable(population: int, bound: float) -> int:
    """The largest number of wrong texts that keeps a bound, such as 0.02."""
    return math.floor(population * Fraction(repr(bound)))


def planned(
    population: int,
    bound: float,
    confidence: float,
    tolerated: int = 0,
    *,
    early: bool = False,
) -> tuple[Stop, ...]:
    """The stops of a sample: one, after the least texts that prove `bound` where at most
    `tolerated` of them are wrong; or, where it may end `early`, one for each number of
    wrong texts from 0 to `tolerated`, or for `LOOKS` of these numbers.

    At all of them together a frame that is over the bound is taken for one within it
    with a chance of at most 1 - confidence. The last one may be the whole frame, where
    nothing is left to chance.
    """
    over = tolerable(population, bound) + 1
    error = error_of(confidence)
    stops: list[Stop] = []
    allowed = _looks(tolerated) if early else [tolerated]
    spent, left = Fraction(0), error
    for wrong in allowed:
        last = wrong == tolerated
        share = left if last else left * SPENT_FIRST
        spent, left = spent + share, left - share
        read = _read_for(stops, wrong, population, over, spent)
        stops.append(Stop(read, _at_the_end(read, wrong, population, over)))
        if read == population:
            break
    return tuple(stops)


def _looks(tolerated: int) -> list[int]:
    """How many wrong ones each stop of a plan allows that may end early."""
    steps = min(tolerated, LOOKS - 1)
    return [tolerated * step // max(steps, 1) for step in range(steps + 1)]


def _at_the_end(read: int, wrong: int, population: int, over: int) -> int:
    """Who reads all knows all."""
    return over - 1 if read == population else wrong


def _read_for(
    before: Sequence[Stop], wrong: int, population: int, over: int, error: Fraction
) -> int:
    """After how many texts a further stop spends no more than `error`, with those
    before."""
    low = min(population, max(wrong, *(one.read for one in before), 0) + 1)
    high = population
    while low < high:
        middle = (low + high) // 2
        stops = [*before, Stop(middle, wrong)]
        ends = list(_ways(stops, len(before), wrong))
        if not _is_over(ends, population, over, error):
            high = middle
        else:
            low = middle + 1
    return high


# A reader who misses some.


def tail(wrong: int, size: int, share: float) -> float:
    """P(X <= wrong) for X ~ Binomial(size, share)."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(wrong >= size)
    terms = (_term(found, size, share) for found in range(wrong + 1))
    return min(1.0, math.fsum(terms))


def _term(found: int, size: int, share: float) -> float:
    """P(X = found), by logarithms: the factorials would overflow."""
    odds = found * math.log(share) + (size - found) * math.log1p(-share)
    return math.exp(_log_comb(size, found) + odds)


def upper(wrong: int, size: int, confidence: float) -> float:
    """The largest share, 0 to 1, that `wrong` of `size` still allows (Clopper-Pearson,
    one-sided)."""
    if not 0 <= wrong <= size or not 0 < confidence < 1:
        raise ValueError(f"no bound for {wrong} of {size} at {confidence}")
    if wrong == size:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(PRECISION):
        middle = (low + high) / 2
        if tail(wrong, size, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def lower(found: int, size: int, confidence: float) -> float:
    """The smallest share that `found` of `size` still allows, likewise."""
    return 1 - upper(size - found, size, confidence)


def interval(found: int, size: int, confidence: float) -> tuple[float, float]:
    """Both, each with half of the error."""
    each = (1 + confidence) / 2
    return lower(found, size, each), upper(found, size, each)


def most_wrong_missed(
    population: int,
    stops: Sequence[Stop],
    at: int,
    wrong: int,
    confidence: float,
    caught: float,
) -> int:
    """`most_wrong` of a reader who finds each wrong text with the chance `caught` alone:
    the texts that would be found are then a random part of the wrong ones."""
    read = stops[at].read
    error = float(error_of(confidence))
    ends = list(_ways(stops, at, wrong))
    seen = list(_seen_falling(ends, population, population - read + wrong))
    low, high = wrong, population
    while low < high:
        middle = (low + high + 1) // 2
        if _missing(seen, middle, caught) * (1 + MARGIN) > error:
            low = middle
        else:
            high = middle - 1
    return low


def _seen_falling(ends: Ends, population: int, most: int) -> Iterator[float]:
    """P(reading ends so) with 0, 1, 2 … wrong texts that would be found, until it is as
    good as nothing."""
    for bad in range(most + 1):
        chance = _chance(ends, population, bad)
        yield chance
        if chance < MARGIN * MARGIN:
            return


def _missing(seen: Sequence[float], bad: int, caught: float) -> float:
    """P(reading ends so) with `bad` wrong texts, each found with that chance."""
    if caught <= 0:
        return seen[0]
    if caught >= 1:
        return seen[bad] if bad < len(seen) else 0.0
    return math.fsum(
        _term(found, bad, caught) * chance
        for found, chance in enumerate(seen[: bad + 1])
    )
