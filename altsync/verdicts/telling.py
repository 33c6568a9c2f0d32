"""What a sample says, in a person's words: the command and the page print the same."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence

from altsync.models import How
from altsync.render.text import count, percent
from altsync.store.samples import DrawnText
from altsync.verdicts import bounds, statements
from altsync.verdicts.statements import Statement

SHOWN = 10
"""So many images are named; of more the number is said."""


def progress(said: Statement) -> str:
    """How far it is."""
    sample = said.sample
    if said.hides:
        return f"Sample {sample.id}: {said.judged:,} judged, {said.open:,} to judge."
    return (
        f"Sample {sample.id}: {said.right:,} right, {said.wrong:,} wrong, {said.open:,} to"
        f" judge of {said.read + said.open:,}."
    )


def proves(said: Statement) -> Iterator[str]:
    """What it proves by now, a sentence a line; nothing while it is open."""
    if said.most is not None:
        yield from _bound(said)
        if said.seeds:
            yield from _corrected(said)
    elif said.failed:
        yield (
            f"It cannot hold any more: {said.wrong:,} are wrong, and with more than"
            f" {said.stops[-1].wrong:,} the bound of {percent(said.sample.bound)} is out of"
            " reach. You can stop here."
        )


def _bound(said: Statement) -> Iterator[str]:
    sample = said.sample
    verdict = "holds" if said.holds else "does not hold"
    if not said.rest:
        yield (
            f"All {sample.population:,} texts were read:"
            f" {_share(said.wrong, sample.population)} are wrong. The bound"
            f" of {percent(sample.bound)} {verdict}."
        )
        return
    yield (
        f"At most {_share(said.most or 0, sample.population)} of all"
        f" {sample.population:,} texts are wrong, at {percent(sample.confidence)} confidence:"
        f" the bound of {percent(sample.bound)} {verdict}."
    )
    yield (
        f"Of the {said.rest:,} that nobody read, at most"
        f" {_share(said.most_of_rest or 0, said.rest)}."
    )


def _corrected(said: Statement) -> Iterator[str]:
    """What the known-bad texts tell of the reader."""
    sample = said.sample
    low, high = bounds.interval(said.caught, len(said.seeds), sample.confidence)
    who, they = "You", "you"
    if len({one.reviewer for one in said.judges}) > 1:
        who, they = "Its readers together", "they"
    yield (
        f"{who} caught {said.caught:,} of {len(said.seeds):,} planted errors [{low:.2f},"
        f" {high:.2f}]."
    )
    yield (
        f"With what {they} may have missed, at most"
        f" {_share(said.most_missed or 0, sample.population)} of all"
        f" {sample.population:,} texts are wrong, at {percent(sample.confidence)} confidence."
    )


def _share(wrong: int, of: int) -> str:
    return f"{wrong:,} ({wrong / of:.2%})"


def _named(
    some: Sequence[DrawnText], about: Callable[[DrawnText], str] = lambda _: ""
) -> str:
    shown = ", ".join(one.image + about(one) for one in some[:SHOWN])
    more = len(some) - SHOWN
    return shown + f" and {more:,} more" * (more > 0)


def _turn(one: DrawnText) -> str:
    return f" (first {one.first}, now {one.now})"


def at_best(said: Statement) -> str:
    """What a reader who catches every known-bad text can prove of texts that are right:
    to be known before they are read."""
    population, size = said.sample.population, len(said.seeds)
    most = statements.most_missed(said.sample, 0, 0, size, size)
    return (
        f"Who catches all {size:,} of them, and finds none wrong, proves at most"
        f" {_share(most, population)} of {population:,} with what a reader may miss."
        " More of them, or a smaller --bound, prove more."
    )


def past(said: Statement, number: int) -> str:
    """What it means to approve `number` texts that a sample speaks for, before it was
    judged to a good end."""
    run = said.sample.id
    if said.failed:
        how = f"does not hold (altsync sample --show {run})"
    else:
        how = f"is open: {said.open:,} to judge (altsync review --sample {run})"
    return (
        f"Sample {run} {how}, and it speaks for {count(number, 'text')} of these."
        " Approved now, they can be sent before it has said anything; it can still be"
        " judged to its end, and names what to take back."
    )


_HOW = {
    How.PICTURE: "with the picture",
    How.WORDS: "by words alone",
    None: "(how is not recorded)",
}


def judged_by(said: Statement) -> Iterator[str]:
    """Who judged how; plainly, where somebody was not shown the picture."""
    if not said.judges:
        return
    each = (f"{one.reviewer} {one.number:,} {_HOW[one.how]}" for one in said.judges)
    yield f"Judged: {', '.join(each)}."
    if said.unseen:
        yield (
            f"{said.unseen:,} of these {said.judged:,} were judged without the picture:"
            " nobody looked there for what only the picture shows to be wrong."
        )


def _sent_unread(said: Statement) -> str:
    """A sample that does not hold speaks of these, too."""
    number = sum(sent for _, sent in said.sent_unread)
    by = " and ".join(f"push {push}" for push, _ in said.sent_unread)
    wrong = ""
    if said.most_of_rest is not None:
        wrong = f", of which {min(number, said.most_of_rest):,} may be wrong"
    back = " or ".join(f"altsync revert {push}" for push, _ in said.sent_unread)
    return (
        f"Nobody read {count(number, 'text')} here that {by} sent all the same{wrong}. A"
        f" push is taken back whole with: {back}"
    )


def besides(said: Statement) -> Iterator[str]:
    """What else a reader of the statement has to know."""
    sample = said.sample
    yield from judged_by(said)
    if (turned := said.turned) and not said.hides:
        named = _named(turned, _turn)
        yield f"Turned after the first verdict, which is the one that counts: {named}."
    if said.most_turned != said.most:
        yield (
            "If what was turned to wrong counted as wrong:"
            f" at most {_share(said.most_turned or 0, sample.population)}."
        )
    if said.lost and len(said.texts) < said.stops[-1].read:
        yield (
            f"{said.lost:,} left the site, or changed there, before they were judged:"
            f" altsync review --sample {sample.id} draws others in their place."
        )
    elif said.lost and sample.population == len(said.texts):
        yield (
            f"{said.lost:,} left the site, or changed there, before they were judged, and"
            " no other text is left to draw: this is about those that are left."
        )
    if said.frameless:
        yield (
            "It was drawn by an older altsync, which did not keep which texts it could"
            " draw: it approves nothing. Draw one anew: altsync sample --bound"
            f" {percent(sample.bound)}"
        )
    if said.approved:
        yield f"Approved on its word: {count(said.approved, 'text')}."
        if not said.holds:
            yield (
                "It held then. Look at those before a push, with altsync diff, and reject"
                " what is wrong; what was sent is taken back with altsync revert."
            )
    if said.sent_unread and not said.frameless:
        yield _sent_unread(said)
    if said.to_revert and not said.hides:
        images = shlex.join(one.image for one in said.to_revert)
        yield f"Wrong, and on the site already. Take back with: altsync revert {images}"
