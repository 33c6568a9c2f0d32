"""Accept by sample: judge a few texts by eye, state a bound for the many that nobody
read, approve them only if it holds.

The frame of a sample is every text that could have been drawn; it is kept at the draw.
The sample speaks for the frame, and only what is unread of it can be approved. The first
verdict on a drawn text counts. What all that proves: `bounds`.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from altsync.errors import AltsyncError, Unsafe, UsageError
from altsync.models import Scope, Swap, Verdict, fold
from altsync.render.text import percent
from altsync.store import candidates, samples, seeds
from altsync.store.candidates import Open
from altsync.store.samples import Sample
from altsync.store.seeds import TrueText
from altsync.store.store import Store
from altsync.verdicts import bounds, seeding
from altsync.verdicts.acts import Check
from altsync.verdicts.cases import case_of, decided, waiting
from altsync.verdicts.policy import Way, answer
from altsync.verdicts.statements import Statement, statement


@dataclass(frozen=True, slots=True)
class Population:
    """The texts that a sample speaks for: of one model and one prompt, and in no frame
    of an earlier sample."""

    model: str | None
    prompt: str | None
    after: int = 0
    """Those up to this candidate were in a sample that found wrong ones and kept no
    frame."""

    def texts(self, conn: sqlite3.Connection) -> tuple[list[Open], int]:
        """Those that wait for a verdict, as far as the policy lets them pass by sample:
        nothing found by the lint, nothing that wants a person's eye. And how many more
        say, of the same image, what was in a frame already."""
        known = {(image, fold(text)) for image, text in samples.framed(conn)}
        fresh, again = [], 0
        for one in self.passing(conn):
            if one.id <= self.after or (one.image, fold(one.alt)) in known:
                again += 1
            else:
                fresh.append(one)
        return fresh, again

    def passing(self, conn: sqlite3.Connection) -> Iterator[Open]:
        """The same, those that were in a frame among them."""
        for one, reason in decided(candidates.open_candidates(conn), Way.SAMPLE):
            same = (one.model, one.prompt) == (self.model, self.prompt)
            if reason is None and same:
                yield one


@dataclass(frozen=True, slots=True)
class Planting:
    """Known-bad texts for a sample."""

    number: int | None
    """So many; None: as many as its size asks for."""
    check: Check

    def make(
        self,
        tx: sqlite3.Connection,
        found: Population,
        frame: Collection[str],
        read: int,
        chance: random.Random,
    ) -> list[tuple[TrueText, Swap]]:
        """Them, or as many as can be made. Raises UsageError for none."""
        wanted = self.number or seeding.number_for(read)
        bad = seeding.made(
            tx, wanted, found.model, found.prompt, frame, self.check, chance
        )
        chance.shuffle(bad)
        return bad


def draw(
    store: Store,
    *,
    bound: float,
    confidence: float,
    by: str,
    model: str | None = None,
    prompt: str | None = None,
    tolerated: int = 0,
    early: bool = False,
    planting: Planting | None = None,
) -> Sample:
    """Draw the sample of a population, once, and keep its frame. Texts that came after
    an earlier draw are a population of their own, unless they say of an image what was
    in a frame already. `early`: it may end as soon as the bound is proven. `planting`:
    known-bad texts are mixed in unseen.

    Raises UsageError where there is nothing to draw from, or several models or prompts
    to choose from, and Unsafe where this population was drawn from before: a sample
    that is drawn until it looks good proves nothing.
    """
    chance = random.SystemRandom()
    with store.write() as tx:
        found = _one_population(tx, model, prompt)
        texts, again = found.texts(tx)
        if not texts:
            raise _nothing_to_draw(tx, found, again)
        stops = bounds.planned(len(texts), bound, confidence, tolerated, early=early)
        drawn = chance.sample(texts, stops[-1].read)
        bad = []
        if planting is not None:
            frame = {one.image for one in texts}
            bad = planting.make(tx, found, frame, stops[0].read, chance)
        at_places = _mixed(len(drawn), len(bad), stops[0].read, chance)
        run = samples.draw(
            tx,
            model=found.model,
            prompt_id=found.prompt,
            bound=bound,
            confidence=confidence,
            tolerated=tolerated,
            after=found.after,
            drawn_by=by,
            stops=[(stop.read, stop.wrong) for stop in stops],
            frame=[one.id for one in texts],
            items=[
                (place, one.id, one.image)
                for place, one in zip(at_places[0], drawn, strict=True)
            ],
        )
        seeds.add(
            tx,
            run,
            [(place, *one) for place, one in zip(at_places[1], bad, strict=True)],
        )
        return statement(tx, run).sample


def _mixed(
    drawn: int, bad: int, within: int, chance: random.Random
) -> tuple[list[int], list[int]]:
    """Places for so many drawn texts, in their order, and for so many known-bad ones by
    chance among the first `within` of them: also who ends early reads all of these."""
    places = range(1, drawn + bad + 1)
    taken = set(chance.sample(range(1, within + bad + 1), bad))
    return [at for at in places if at not in taken], sorted(taken)


def _nothing_to_draw(
    conn: sqlite3.Connection, found: Population, again: int
) -> AltsyncError:
    if not again:
        return UsageError(
            "There is no unflagged text that waits for a verdict: nothing to draw from."
        )
    last = samples.all_samples(conn)[0].id
    return Unsafe(
        f"A sample of {found.model} was drawn already and is never drawn again: all"
        f" {again:,} texts that wait were in its frame, or say of their image what was."
        f" Look at it with `altsync sample --show {last}`. Texts that are new from now on"
        " can be sampled anew."
    )


def _one_population(
    conn: sqlite3.Connection, model: str | None, prompt: str | None
) -> Population:
    """What is left of the one population that these words name."""
    counts: Counter[tuple[str, str | None]] = Counter()
    for group in candidates.open_candidates(conn):
        one = waiting(group)
        if one is None or one.model is None or one.reference:
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
    return Population(name, words, after=samples.last_failed(conn, name, words))


def _prompt_fits(wanted: str | None, given: str | None) -> bool:
    return wanted is None or (given or "").startswith(wanted)


def refill(store: Store, run: int) -> int:
    """Draw others in place of texts that were lost before they were judged, by chance
    from what is left of the frame. Returns how many were drawn.

    That an image left the site, or that somebody wrote there, says nothing of a text that
    nobody has seen: what is read stays a random sample.

    Raises UsageError where there is no such sample.
    """
    with store.write() as tx:
        said = statement(tx, run)
        lacking = said.stops[-1].read - len(said.texts)
        if lacking <= 0:
            return 0
        left = samples.left_to_draw(tx, run)
        more = random.SystemRandom().sample(left, min(lacking, len(left)))
        taken = [one.place for one in samples.texts(tx, run)]
        taken += [one.place for one in seeds.texts(tx, run)]
        place = max(taken) + 1
        samples.add_items(tx, run, [(at, *one) for at, one in enumerate(more, place)])
        return len(more)


# Approving what nobody read.


@dataclass(slots=True)
class RestApproved:
    """What an approval by sample did."""

    said: Statement
    """The statement that allowed it."""
    approved: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    """(image, why it was left alone)"""

    @property
    def most(self) -> int:
        """So many of the approved ones may be wrong."""
        return min(self.approved, self.said.most_of_rest or 0)


NEWCOMER = "it could not be drawn for this sample: it came, or was freed, afterwards"


def approve_rest(store: Store, run: int) -> RestApproved:
    """Approve the unread rest of a sample's frame, as far as the policy still lets it
    pass. What joined the population since is left alone, and so is what left it.

    Raises AltsyncError, and approves nothing, unless the sample is judged to its end
    and the bound holds.
    """
    with store.write() as tx:
        said = statement(tx, run)
        _proven(said)
        done = RestApproved(said)
        passed = []
        for one, reason in _rest(tx, said):
            if reason is None:
                passed.append(one)
            else:
                done.left.append((one[1], reason))
        done.approved = len(passed)
        note = _note(done)
        for candidate, _ in passed:
            candidates.judge(
                tx, candidate, Verdict.APPROVED, f"sample:{run}", Scope.BULK, note
            )
    return done


def _note(done: RestApproved) -> str:
    """What each of the verdicts keeps."""
    sample, missed = done.said.sample, done.said.most_missed
    note = (
        f"sample {sample.id}: at most {done.most:,} of these {done.approved:,} wrong at"
        f" {percent(sample.confidence)} confidence"
    )
    if done.said.unseen:
        note += f", {done.said.unseen:,} judged without the picture"
    if missed is None:
        return note
    return (
        f"{note}; with what its reader may have missed, {missed:,} of all"
        f" {sample.population:,}"
    )


def _rest(
    tx: sqlite3.Connection, said: Statement
) -> Iterator[tuple[tuple[int, str], str | None]]:
    """Each unread text of the frame, and what joined since: why it must not be approved;
    None where it may."""
    sample = said.sample
    frame = samples.frame(tx, sample.id)
    read = {one.candidate for one in samples.texts(tx, sample.id) if one.first}
    rejected = samples.rejected_since(tx, sample)
    groups = {
        group[0].image: group
        for group in candidates.open_candidates(tx, list(frame.values()))
    }
    for candidate, image in frame.items():
        if candidate not in read:
            reason = _why_not(candidate, groups.get(image, []), rejected)
            yield (candidate, image), reason
    for one in Population(sample.model, sample.prompt_id).passing(tx):
        if one.id not in frame:
            yield (one.id, one.image), NEWCOMER


def _why_not(
    candidate: int, group: Sequence[Open], rejected: Collection[int]
) -> str | None:
    """Why a text of the frame is not approved."""
    one = next((one for one in group if one.id == candidate), None)
    if one is None:
        return "it, or a later text, was sent since, or its image is gone"
    if candidate in rejected:
        return "somebody rejected it since"
    if one.verdict is Verdict.APPROVED:
        return "somebody approved it since"
    reason = answer(Way.SAMPLE, case_of(one, group))
    if reason is None and waiting(group) is not one:
        return "a newer text of its image was proposed or approved since"
    return reason


def _proven(said: Statement) -> None:
    """Raises AltsyncError unless the sample ended and holds."""
    sample = said.sample
    if said.frameless:
        raise Unsafe(_frameless(said))
    if said.most is None:
        raise AltsyncError(
            f"Sample {sample.id} is not judged to its end: {said.open:,} are still to"
            " judge. Nothing was approved. Judge them with `altsync review --sample"
            f" {sample.id}`."
        )
    if not said.holds:
        most = max(said.most, said.most_turned or 0)
        raise Unsafe(
            f"Sample {sample.id} does not hold: up to {most:,} of {sample.population:,}"
            f" texts ({most / sample.population:.2%}) may be wrong, over the bound of"
            f" {percent(sample.bound)}. Nothing was approved. Judge them one by one with"
            " `altsync review`, or generate again with a better prompt or model."
        )


def _frameless(said: Statement) -> str:
    """Of a sample that kept no frame, and what to do instead."""
    sample = said.sample
    start = (
        f"Sample {sample.id} was drawn by an older altsync, which did not keep which"
        " texts it could draw: what it speaks for is not known. Nothing was approved."
    )
    if said.wrong:
        return f"{start} It found wrong ones: judge the rest with `altsync review`."
    prompt = f" --prompt {sample.prompt_id}" * bool(sample.prompt_id)
    return (
        f"{start} Draw one anew: altsync sample --bound {percent(sample.bound)} -m"
        f" {sample.model}{prompt}"
    )


# Approving past a sample.


def stood_for(conn: sqlite3.Connection, way: Way) -> list[tuple[Statement, int]]:
    """`speaking_for` what an approval of all that wait would approve this way."""
    groups = candidates.open_candidates(conn)
    passed = [one.id for one, reason in decided(groups, way) if reason is None]
    return speaking_for(conn, passed)


def speaking_for(
    conn: sqlite3.Connection, some: Collection[int]
) -> list[tuple[Statement, int]]:
    """Samples that were not judged to a good end, in whose frames some of these
    candidates are, and how many: what the sample says of them would come too late."""
    found = [
        (statement(conn, run), count) for run, count in samples.in_frames(conn, some)
    ]
    return [(said, count) for said, count in found if not said.holds]
