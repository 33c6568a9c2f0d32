"""What a complete walk did not name: the site is asked for each of these images by
itself, and only what it does not have is gone.

Absence from a list proves nothing: a login, a filter, a module of Drupal's or a file
that was cut short hides what is there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from altsync import workers
from altsync.errors import ConfigError, Hidden, Interrupted, SourceError
from altsync.models.underway import Work
from altsync.render.text import count
from altsync.stage import Breaker, Context
from altsync.store import mirror
from altsync.store.pulls import Unlisted

FAILED = 5
"""After so many failures in a row the rest is not asked for."""
THERE = 100
"""After so many images in a row that are there all the same, neither."""


@dataclass(slots=True)
class Absence:
    """What became of the images that were asked for, by their ids."""

    gone: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    """Not listed, and on the site all the same."""
    unasked: int = 0
    """Could not be asked for: they stay as they are."""
    why: str = ""
    """The first reason."""

    def notes(self) -> Iterator[str]:
        """Sentences for the owner about what stays as it is."""
        if self.there:
            yield (
                f"{count(len(self.there), 'image')} that the site did not list: on the"
                " site all the same, so they stay."
            )
        if self.unasked:
            yield (
                f"{count(self.unasked, 'image')} that the site did not list: not asked"
                f" for, so they stay until the next pull. {self.why}"
            )


@dataclass(frozen=True, slots=True)
class _Found:
    """What the site says of the images of one entity, language and album."""

    unlisted: Unlisted
    gone: Sequence[str] = ()
    hidden: bool = False
    error: SourceError | ConfigError | None = None


def ask(
    context: Context, wanted: Sequence[Unlisted], most: float, *, inventory: bool
) -> Absence:
    """Ask for every one, the images of an entity together, until over `most` are lost:
    gone, or by the owner's `inventory` left out. The caller believes no more.

    Raises Interrupted, and errors that stop a run.
    """
    found = Absence()
    failures = Breaker(FAILED)
    there = Breaker(len(wanted) + 1 if inventory else THERE)
    left = sum(len(one.ids) for one in wanted)
    context.report.start(Work.ASK_UNLISTED, left)
    asked = workers.each(
        lambda one: _ask(context, one),
        wanted,
        context.threads,
        context.stop,
        key=lambda one: one.entity,
    )
    with contextlib.closing(asked):  # an error waits for what is in flight
        for piece in asked:
            if piece.error is not None:
                raise piece.error
            answer = piece.result
            if answer is None:
                continue
            size = len(answer.unlisted.ids)
            left -= size
            context.report.step(size)
            _note(found, answer)
            lost = len(found.gone) + inventory * len(found.there)
            if lost > most or _enough(answer, failures, there):
                break
    if context.stop.is_set():
        raise Interrupted(
            "Stopped before everything was asked for that the site did not list: nothing"
            " was marked gone. Run `altsync pull` again."
        )
    if left:
        found.unasked += left
        found.why = (
            found.why or "Too many others were there for this listing to be whole."
        )
    if found.hidden:
        context.source.check()  # a login that has ended hides what is there
    return found


def _ask(context: Context, unlisted: Unlisted) -> _Found:
    """Runs in a worker."""
    with context.store.read() as conn:
        images = [known.image for known in mirror.named(conn, unlisted.ids)]
    try:
        stored = context.source.stored(images)
    except Hidden:
        return _Found(unlisted, hidden=True)
    except (SourceError, ConfigError) as error:
        if error.stops_run:
            raise
        return _Found(unlisted, error=error)
    return _Found(unlisted, gone=[one for one in unlisted.ids if one not in stored])


def _note(found: Absence, answer: _Found) -> None:
    ids = answer.unlisted.ids
    if answer.error is not None:
        found.unasked += len(ids)
        found.why = found.why or str(answer.error)
    elif answer.hidden:
        found.hidden += ids
    else:
        found.gone += answer.gone
        found.there += [one for one in ids if one not in answer.gone]


def _enough(answer: _Found, failures: Breaker, there: Breaker) -> bool:
    """The rest would fare no better."""
    if answer.error is not None:
        return failures.failed()
    failures.passed()
    if answer.hidden or answer.gone:
        there.passed()
        return False
    return there.failed()
