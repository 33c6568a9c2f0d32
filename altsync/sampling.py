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
from altsync.review import reason_to_leave
from altsync.store import candidates, samples
from altsync.store.candidates import Open
from altsync.store.samples import Sample
from altsync.store.store import Store


def tail(wrong: int, size: int, share: float) -> float:
    """P(X <= wrong) for X ~ Binomial(size, share)."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 1.0 if wrong >= size else 0.0
    terms = (
        math.lgamma(size + 1)
        - math.lgamma(k + 1)
        - math.lgamma(size - k + 1)
        + k * math.log(share)
        + (size - k) * math.log1p(-share)
        for k in range(wrong + 1)
    )
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def upper(wrong: int, size: int, confidence: float) -> float:
    """The largest share of wrong texts that `wrong` of `size` still allows at this
    confidence, 0 to 1."""
    if not 0 <= wrong <= size or not 0 < confidence < 1:
        raise ValueError(f"no bound for {wrong} of {size} at {confidence}")
    if wrong == size:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if tail(wrong, size, middle) > 1 - confidence
            else (low, middle)
        )
    return high


def size_for(bound: float, confidence: float, tolerated: int = 0) -> int:
    """The smallest sample that proves `bound` if at most `tolerated` of it are wrong."""
    low, high = tolerated + 1, max(2, tolerated + 1)
    while upper(tolerated, high, confidence) > bound:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if upper(tolerated, middle, confidence) <= bound
            else (middle + 1, high)
        )
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
        known = (
            ", ".join(str(one.id) for one in samples.all_samples(conn))
            or "none yet: altsync sample --bound 2%"
        )
        raise UsageError(f"There is no sample {run} (known: {known}).")
    done = samples.judged(conn, run)
    reached = (
        upper(done.wrong, done.size, sample.confidence) if done.open == 0 else None
    )
    return Statement(sample, done.right, done.wrong, done.open, reached)


def population(
    conn: sqlite3.Connection,
    model: str | None,
    prompt: str | None,
    after: int = 0,
    upto: int | None = None,
) -> Iterator[Open]:
    """Unflagged texts of one model and prompt that wait for a verdict: the newest
    candidate of their image, nothing found by the lint, no decision that wants a
    person's eye."""
    for group in candidates.open_candidates(conn):
        newest = group[-1]
        if (newest.model, newest.prompt) != (model, prompt) or newest.id <= after:
            continue
        if (upto is None or newest.id <= upto) and reason_to_leave(
            group, unflagged=True
        ) is None:
            yield newest


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
    chosen = random.SystemRandom()
    with store.snapshot() as conn, store.write() as tx:
        model, prompt = _one_population(conn, model, prompt)
        after = samples.last_upto(conn, model, prompt)
        texts = [(one.id, one.image) for one in population(conn, model, prompt, after)]
        if not texts and after:
            raise Unsafe(
                f"A sample of {model} was drawn already and is never drawn again. Look"
                " at it with `altsync sample --show"
                f" {samples.all_samples(conn)[0].id}`. Texts that are generated from"
                " now on can be sampled anew."
            )
        if not texts:
            raise UsageError(
                "There is no unflagged text that waits for a verdict: nothing to draw"
                " from."
            )
        size = min(size_for(bound, confidence, tolerated), len(texts))
        run = samples.draw(
            tx,
            model=model,
            prompt_id=prompt,
            bound=bound,
            confidence=confidence,
            tolerated=tolerated,
            population=len(texts),
            after=after,
            upto=max(candidate for candidate, _ in texts),
            drawn_by=by,
            items=chosen.sample(texts, size),
        )
    found = samples.named(store.conn, run)
    assert found is not None
    return found


def _one_population(
    conn: sqlite3.Connection, model: str | None, prompt: str | None
) -> tuple[str | None, str | None]:
    counts: Counter[tuple[str | None, str | None]] = Counter()
    for group in candidates.open_candidates(conn):
        newest = group[-1]
        if (
            model in (None, newest.model)
            and newest.model is not None
            and _prompt_fits(prompt, newest.prompt)
        ):
            counts[newest.model, newest.prompt] += 1
    if not counts:
        raise UsageError(
            "There is no text of such a model that waits for a verdict: nothing to draw"
            " from."
        )
    if len(counts) > 1:
        known = "; ".join(
            f"-m {m} --prompt {p} ({n:,} texts)" for (m, p), n in counts.most_common()
        )
        raise UsageError(
            f"A sample speaks for one model and one prompt. Name one: {known}."
        )
    return next(iter(counts))


def _prompt_fits(wanted: str | None, given: str | None) -> bool:
    return wanted is None or (given or "").startswith(wanted)


def approve_rest(store: Store, run: int) -> tuple[int, Statement]:
    """Approve the rest of a sample's population by its policy. Returns (how many, the
    statement that allowed it).

    Raises AltsyncError, and approves nothing, unless every text of the sample is judged
    and the bound holds.
    """
    with store.snapshot() as conn, store.write() as tx:
        said = statement(conn, run)
        sample = said.sample
        if said.upper is None:
            raise AltsyncError(
                f"Sample {run} is not judged to its end: {said.open:,} of"
                f" {sample.size:,} are open. Nothing was approved. Judge them with"
                " `altsync review` (the sample is in its menu)."
            )
        if not said.holds:
            raise Unsafe(
                f"Sample {run} does not hold: with {said.wrong:,} of {sample.size:,}"
                f" wrong, up to {said.upper:.2%} of the texts may be wrong, over the"
                f" bound of {sample.bound:.2%}. Nothing was approved. Judge them one by"
                " one, or generate again with a better prompt or model."
            )
        note = (
            f"sample {run}: at most {said.upper:.2%} wrong at {sample.confidence:.0%}"
            " confidence"
        )
        done = 0
        for one in population(
            conn, sample.model, sample.prompt_id, sample.after, sample.upto
        ):
            candidates.judge(
                tx, one.id, Verdict.APPROVED, f"sample:{run}", Scope.BULK, note
            )
            done += 1
    return done, said
