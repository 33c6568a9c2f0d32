"""Accept by sample: judge a few texts by eye, state a bound for the many that nobody
read, approve them only if it holds.

The bound is exact (Clopper-Pearson, one-sided): with `wrong` of `size` found wrong, the
share of wrong texts in the population is at most `upper(...)` at that confidence. It
takes the population as endless, which errs on the safe side.
"""

from __future__ import annotations

import math
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from altsync.errors import AltsyncError, Unsafe, UsageError
from altsync.models import Scope, Verdict
from altsync.store import candidates, samples
from altsync.store.candidates import Open
from altsync.store.samples import Sample
from altsync.store.store import Store
from altsync.verdicts.cases import decided, waiting
from altsync.verdicts.policy import Way

PRECISION = 60
"""Halvings of the interval from 0 to 1: more than a float can tell apart."""


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
    ways = (
        math.lgamma(size + 1) - math.lgamma(found + 1) - math.lgamma(size - found + 1)
    )
    odds = found * math.log(share) + (size - found) * math.log1p(-share)
    return math.exp(ways + odds)


def upper(wrong: int, size: int, confidence: float) -> float:
    """The largest share of wrong texts that `wrong` of `size` still allows at this
    confidence, 0 to 1."""
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


def size_for(bound: float, confidence: float, tolerated: int = 0) -> int:
    """The smallest sample that proves `bound` if at most `tolerated` of it are wrong."""
    low, high = tolerated + 1, max(2, tolerated + 1)
    while upper(tolerated, high, confidence) > bound:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if upper(tolerated, middle, confidence) <= bound:
            high = middle
        else:
            low = middle + 1
    return high


@dataclass(frozen=True, slots=True)
class Statement:
    """What can be said of a sample now."""

    sample: Sample
    right: int
    wrong: int
    open: int
    upper: float | None
    """The bound that was reached; None while texts are still to be judged."""

    @property
    def holds(self) -> bool:
        return self.upper is not None and self.upper <= self.sample.bound


def statement(conn: sqlite3.Connection, run: int) -> Statement:
    """Raises UsageError where there is no such sample."""
    sample = samples.named(conn, run)
    if sample is None:
        known = ", ".join(str(one.id) for one in samples.all_samples(conn))
        known = known or "none yet: altsync sample --bound 2%"
        raise UsageError(f"There is no sample {run} (known: {known}).")
    done = samples.judged(conn, run)
    reached = None
    if done.open == 0:
        reached = upper(done.wrong, done.size, sample.confidence)
    return Statement(sample, done.right, done.wrong, done.open, reached)


@dataclass(frozen=True, slots=True)
class Population:
    """The texts that a sample speaks for: of one model and one prompt, whose candidates
    came after `after` and no later than `upto`."""

    model: str | None
    prompt: str | None
    after: int = 0
    upto: int | None = None

    def texts(self, conn: sqlite3.Connection) -> Iterator[Open]:
        """Those that wait for a verdict, as far as the policy lets them pass by sample:
        nothing found by the lint, nothing that wants a person's eye."""
        groups = candidates.open_candidates(conn)
        for one, reason in decided(groups, Way.SAMPLE):
            if reason is None and self._has(one):
                yield one

    def _has(self, one: Open) -> bool:
        if (one.model, one.prompt) != (self.model, self.prompt):
            return False
        return one.id > self.after and (self.upto is None or one.id <= self.upto)


def draw(
    store: Store,
    *,
    bound: float,
    confidence: float,
    by: str,
    model: str | None = None,
    prompt: str | None = None,
    tolerated: int = 0,
) -> Sample:
    """Draw the sample of a population, once. Texts that came after an earlier draw are
    a population of their own.

    Raises UsageError where there is nothing to draw from, or several models or prompts
    to choose from, and Unsafe where this population was drawn from before: a sample
    that is drawn until it looks good proves nothing.
    """
    chance = random.SystemRandom()
    with store.write() as tx:
        found = _one_population(tx, model, prompt)
        texts = [(one.id, one.image) for one in found.texts(tx)]
        if not texts:
            raise _nothing_to_draw(tx, found)
        size = min(size_for(bound, confidence, tolerated), len(texts))
        run = samples.draw(
            tx,
            model=found.model,
            prompt_id=found.prompt,
            bound=bound,
            confidence=confidence,
            tolerated=tolerated,
            population=len(texts),
            after=found.after,
            upto=max(candidate for candidate, _ in texts),
            drawn_by=by,
            items=chance.sample(texts, size),
        )
        return statement(tx, run).sample


def _nothing_to_draw(conn: sqlite3.Connection, found: Population) -> AltsyncError:
    if not found.after:
        return UsageError(
            "There is no unflagged text that waits for a verdict: nothing to draw from."
        )
    last = samples.all_samples(conn)[0].id
    return Unsafe(
        f"A sample of {found.model} was drawn already and is never drawn again. Look at"
        f" it with `altsync sample --show {last}`. Texts that are generated from now on"
        " can be sampled anew."
    )


def _one_population(
    conn: sqlite3.Connection, model: str | None, prompt: str | None
) -> Population:
    """What is left of the one population that these words name."""
    counts: Counter[tuple[str, str | None]] = Counter()
    for group in candidates.open_candidates(conn):
        one = waiting(group)
        if one is None or one.model is None:
            continue
        if model in (None, one.model) and _prompt_fits(prompt, one.prompt):
            counts[one.model, one.prompt] += 1
    if not counts:
        raise UsageError(
            "There is no text of such a model that waits for a verdict: nothing to draw"
            " from."
        )
    if len(counts) > 1:
        known = "; ".join(
            f"-m {name} --prompt {words} ({number:,} texts)"
            for (name, words), number in counts.most_common()
        )
        raise UsageError(
            f"A sample speaks for one model and one prompt. Name one: {known}."
        )
    ((name, words),) = counts
    return Population(name, words, after=samples.last_upto(conn, name, words))


def _prompt_fits(wanted: str | None, given: str | None) -> bool:
    return wanted is None or (given or "").startswith(wanted)


def approve_rest(store: Store, run: int) -> tuple[int, Statement]:
    """Approve the rest of a sample's population. Returns (how many, the statement that
    allowed it).

    Raises AltsyncError, and approves nothing, unless every text of the sample is judged
    and the bound holds.
    """
    with store.write() as tx:
        said = statement(tx, run)
        reached = _proven(said)
        sample = said.sample
        rest = Population(sample.model, sample.prompt_id, sample.after, sample.upto)
        texts = [one.id for one in rest.texts(tx)]
        note = (
            f"sample {run}: at most {reached:.2%} wrong at {sample.confidence:.0%}"
            " confidence"
        )
        for text in texts:
            candidates.judge(
                tx, text, Verdict.APPROVED, f"sample:{run}", Scope.BULK, note
            )
    return len(texts), said


def _proven(said: Statement) -> float:
    """The bound that was reached, if it holds."""
    sample = said.sample
    if said.upper is None:
        raise AltsyncError(
            f"Sample {sample.id} is not judged to its end: {said.open:,} of"
            f" {sample.size:,} are open. Nothing was approved. Judge them with `altsync"
            " review` (the sample is in its menu)."
        )
    if not said.holds:
        raise Unsafe(
            f"Sample {sample.id} does not hold: with {said.wrong:,} of {sample.size:,}"
            f" wrong, up to {said.upper:.2%} of the texts may be wrong, over the bound"
            f" of {sample.bound:.2%}. Nothing was approved. Judge them one by one, or"
            " generate again with a better prompt or model."
        )
    return said.upper
