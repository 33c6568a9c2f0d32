"""What can be said of a sample now: how far it is, what it proves, what was turned."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from altsync.errors import UsageError
from altsync.models import How
from altsync.store import samples, seeds
from altsync.store.samples import DrawnText, Judge, Sample
from altsync.store.seeds import SeededText
from altsync.verdicts import bounds
from altsync.verdicts.bounds import Stop


@dataclass(frozen=True, slots=True)
class Statement:
    """What can be said of a sample now."""

    sample: Sample
    """As it was drawn; where all of its frame that is not lost is to be read, with the
    number of these texts."""
    texts: tuple[DrawnText, ...]
    """What is to be read of it: without what was lost before it was judged."""
    lost: int
    """So many texts left the site, or the reach of the login, before they were judged, or
    the site has other words or another picture there."""
    at: int | None
    """The stop at which it ended, from 0; None while texts are still to be judged."""
    most: int | None
    """How many texts of the whole frame may be wrong; None until it ended."""
    most_turned: int | None
    """The same if what was turned from right to wrong counted as wrong too."""
    seeds: tuple[SeededText, ...] = ()
    """The known-bad texts mixed in, without those lost before they were judged."""
    most_missed: int | None = None
    """`most` for a reader who misses as many as of those; None where there are none, or
    it has not ended."""
    approved: int = 0
    """Texts that were approved on its word."""
    judges: tuple[Judge, ...] = ()
    """Who gave the verdicts that count, and what they were shown."""
    sent_unread: tuple[tuple[int, int], ...] = ()
    """Of a sample that does not hold: (push, how many texts of the frame it sent that
    stand on the site and that nobody read here)."""

    @property
    def stops(self) -> list[Stop]:
        """Where it may end."""
        return _stops(self.sample)

    @property
    def right(self) -> int:
        return sum(one.judged == "right" for one in self.texts)

    @property
    def wrong(self) -> int:
        return sum(one.judged == "wrong" for one in self.texts)

    @property
    def read(self) -> int:
        return self.right + self.wrong

    @property
    def open(self) -> int:
        """Texts to judge until it can end next; 0 where it ended."""
        if self.at is not None:
            return 0
        stop = self.next_stop
        judged = sum(one.judged is not None for one in self.texts[: stop.read])
        return stop.read - judged + sum(one.now is None for one in self.seeds)

    @property
    def whole(self) -> int:
        """Texts that are judged where it can end next; the same number before and after
        a verdict, whichever kind of text it is on."""
        if self.hides:
            return self.judged + self.open
        return self.read + self.open

    @property
    def judged(self) -> int:
        """Texts that have a verdict, known-bad ones among them."""
        return self.read + sum(one.now is not None for one in self.seeds)

    @property
    def unseen(self) -> int:
        """Texts that were judged without their picture."""
        return sum(one.number for one in self.judges if one.how is How.WORDS)

    @property
    def caught(self) -> int:
        """Known-bad texts that were not taken for right."""
        return sum(one.caught for one in self.seeds)

    @property
    def hides(self) -> bool:
        """How many were right is not told yet: it would give the known-bad ones away."""
        return bool(self.seeds) and self.at is None and not self.failed

    @property
    def next_stop(self) -> Stop:
        """Where it can end next. Among known-bad texts, where it could if all were right:
        a number that moved would tell that what was rejected was none of these."""
        if (at := _ended(self.texts, self.stops)) is not None:
            return self.stops[at]
        for stop in self.stops:
            over = _wrong_by(self.texts, stop) > stop.wrong and not self.seeds
            if not over and not _all_judged(self.texts, stop):
                return stop
        return self.stops[-1]

    @property
    def upper(self) -> float | None:
        """The share of the whole frame that may be wrong, 0 to 1; None until it ended."""
        return None if self.most is None else self.most / self.sample.population

    @property
    def rest(self) -> int:
        """Texts of the frame that nobody read in the sample."""
        return self.sample.population - self.read

    @property
    def most_of_rest(self) -> int | None:
        """How many of those may be wrong."""
        return None if self.most is None else self.most - self.wrong

    @property
    def holds(self) -> bool:
        """It ended, within the bound; also with what was turned to wrong since."""
        if self.most is None or self.most_turned is None:
            return False
        allowed = bounds.tolerable(self.sample.population, self.sample.bound)
        return max(self.most, self.most_turned) <= allowed

    @property
    def frameless(self) -> bool:
        """Drawn before frames were kept: which texts it speaks for is not known."""
        return self.sample.looks is None

    @property
    def may_approve(self) -> bool:
        """Whether there is anything left to approve on its word."""
        kept = self.holds and not self.frameless
        return kept and bool(self.rest) and not self.approved

    @property
    def holds_missed(self) -> bool:
        """Also for what its reader may have missed, as far as that is known."""
        allowed = bounds.tolerable(self.sample.population, self.sample.bound)
        return self.most_missed is None or self.most_missed <= allowed

    @property
    def failed(self) -> bool:
        """It cannot hold any more, whatever comes of the rest."""
        if self.at is not None:
            return not self.holds
        last = self.stops[-1]
        return _wrong_by(self.texts, last) > last.wrong

    @property
    def turned(self) -> list[DrawnText]:
        """Those whose first verdict is not the one that counts now."""
        return [one for one in self.texts if one.now and one.first != one.now]

    @property
    def to_revert(self) -> list[DrawnText]:
        """Wrong ones that were sent, and stand on the site."""
        return [one for one in self.texts if one.on_site and _ever_wrong(one)]


def _stops(sample: Sample) -> list[Stop]:
    return [Stop(*stop) for stop in sample.stops]


def _found_wrong(one: DrawnText) -> bool:
    return one.judged == "wrong"


def _ever_wrong(one: DrawnText) -> bool:
    return "wrong" in (one.judged, one.now)


def _all_judged(texts: Sequence[DrawnText], stop: Stop) -> bool:
    """Every text up to there has its verdict."""
    some = texts[: stop.read]
    return len(some) == stop.read and all(one.judged is not None for one in some)


def _ends(texts: Sequence[DrawnText], stop: Stop) -> bool:
    """Reading may end there."""
    return _all_judged(texts, stop) and _wrong_by(texts, stop) <= stop.wrong


def _wrong_by(texts: Sequence[DrawnText], stop: Stop) -> int:
    """So many were found wrong up to there."""
    return sum(map(_found_wrong, texts[: stop.read]))


def statement(conn: sqlite3.Connection, run: int) -> Statement:
    """Raises UsageError where there is no such sample."""
    said = _statement(conn, run)
    if not said.failed:
        return said
    return replace(said, sent_unread=tuple(samples.sent_unread(conn, run).items()))


def _statement(conn: sqlite3.Connection, run: int) -> Statement:
    sample = samples.named(conn, run)
    if sample is None:
        known = ", ".join(str(one.id) for one in samples.all_samples(conn))
        known = known or "none yet: altsync sample --bound 2%"
        raise UsageError(f"There is no sample {run} (known: {known}).")
    drawn = samples.texts(conn, run)
    texts = tuple(one for one in drawn if one.judged or not one.lost)
    lost = len(drawn) - len(texts)
    planted = tuple(
        one for one in seeds.texts(conn, run) if one.now is not None or not one.lost
    )
    if texts and lost and not samples.left_to_draw(conn, run):
        sample = _what_is_left(sample, len(texts))
    at = _ended(texts, _stops(sample))
    if at is None or any(one.now is None for one in planted):
        by = tuple(samples.judges(conn, run))
        return Statement(sample, texts, lost, None, None, None, planted, judges=by)
    most = _most(sample, texts, at, _found_wrong)
    turned = _most(sample, texts, at, _ever_wrong)
    missed = _most_missed(sample, texts, at, planted)
    return Statement(
        sample,
        texts,
        lost,
        at,
        most,
        turned,
        planted,
        missed,
        approved=samples.approved_by(conn, run),
        judges=tuple(samples.judges(conn, run)),
    )


def _what_is_left(sample: Sample, texts: int) -> Sample:
    """A sample that lost so much that no text of its frame is left to draw: who reads all
    that can be read knows all of it. It speaks for these, and what was lost cannot be
    sent."""
    if sample.looks is None or texts >= sample.stops[-1][0]:
        return sample
    stops = [[texts, bounds.tolerable(texts, sample.bound)]]
    return replace(sample, population=texts, size=texts, looks=json.dumps(stops))


def _ended(texts: Sequence[DrawnText], stops: Sequence[Stop]) -> int | None:
    """At the first stop where it may, or at the last one."""
    for number, stop in enumerate(stops):
        if _ends(texts, stop):
            return number
    return len(stops) - 1 if _all_judged(texts, stops[-1]) else None


def _most(
    sample: Sample,
    texts: Sequence[DrawnText],
    at: int,
    is_wrong: Callable[[DrawnText], bool],
) -> int:
    """How many of the frame may be wrong, where reading ended there. What was read
    beyond that stop is no part of the proof, but what was found wrong there is."""
    stops = _stops(sample)
    proof = sum(map(is_wrong, texts[: stops[at].read]))
    most = bounds.most_wrong(sample.population, stops, at, proof, sample.confidence)
    return max(most, sum(map(is_wrong, texts)))


def _most_missed(
    sample: Sample,
    texts: Sequence[DrawnText],
    at: int,
    planted: Sequence[SeededText],
) -> int | None:
    """`most_missed` of what was read; None where nothing was planted."""
    if not planted:
        return None
    proof = _wrong_by(texts, _stops(sample)[at])
    caught = sum(one.caught for one in planted)
    return most_missed(sample, at, proof, caught, len(planted))


def most_missed(sample: Sample, at: int, wrong: int, caught: int, planted: int) -> int:
    """How many of the frame may be wrong, where reading ended there with so many found,
    by a reader who caught so many of the known-bad texts.

    Two things are not known: how many errors this reader catches, and what the texts
    that were not read are like. Each is given half of the error (Bonferroni): a bound
    that is too low needs one of the two to fail, whichever way they depend on each
    other.
    """
    each = (1 + sample.confidence) / 2
    least = bounds.lower(caught, planted, each)
    return bounds.most_wrong_missed(
        sample.population, _stops(sample), at, wrong, each, least
    )
