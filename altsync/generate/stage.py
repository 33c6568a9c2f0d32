"""The generate stage: targets -> candidates in the store, each committed the moment its
answer arrives.

One code path for one image and for a million: look (pixels, picture, context), see
whether this work was paid for before, set money aside, ask, store. Only targets that
nobody's words stand in are asked about.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from typing import TypeAlias

from altsync.generate import books, estimate
from altsync.generate.books import Books
from altsync.generate.desk import Described, Desk
from altsync.generate.ending import Ending
from altsync.generate.estimate import Estimate
from altsync.generate.generated import Generated
from altsync.generate.inquiry import Asks, Inquiry
from altsync.generate.settings import Settings, Ways
from altsync.models import Mirrored
from altsync.models.underway import Work
from altsync.render.text import count
from altsync.stage import Context

__all__ = ["Generate", "Generated", "Settings", "Ways"]


Gives: TypeAlias = Callable[[Books, Ending], Asks]
"""What gives the questions of a run away, by the books of that run."""


@dataclass(frozen=True, slots=True)
class Generate:
    """Ask every model about every target; store each answer as it arrives."""

    context: Context
    """`threads`: calls at a time."""
    settings: Settings
    targets: Iterable[Mirrored]
    """A person's words are never asked about, whatever stands here, unless
    `settings.suggest`. See `choosing.Targets`."""
    ways: Ways = field(default_factory=Ways)
    gives: Gives | None = None
    """None: the models are asked."""
    work: Work = Work.GENERATE
    """What the owner reads meanwhile."""

    def run(self) -> Generated:
        """Once. An image that fails is recorded in `failures` and the rest goes on.

        Raises ModelStopped before anything is asked where a model cannot be used at
        all, and after what is in flight where it stops answering; SourceError likewise
        for the site; UsageError for a budget and a price that nobody knows. Raises
        Interrupted once `context.stop` is set. KeyboardInterrupt then waits for nothing
        (else for what is in flight), and what is given up is on record. Raises
        StoreError while another process generates into the same database: both would
        pay for the same images.
        """
        store, report, settings = self.context.store, self.context.report, self.settings
        number = len(self.targets) if isinstance(self.targets, Sized) else None
        with store.alone("generate"):
            with store.read() as conn:
                expected = estimate.estimate(conn, settings, number)
                others = estimate.in_their_place(conn, settings)
            asked = [*expected, *others]
            estimate.check_budget(asked, settings.budget)
            ending = Ending(self.context.stop)
            total = estimate.total(expected)
            with books.opened(self.context, settings, total, ending) as kept:
                inquiry = self._inquiry(asked, kept, ending)
                desk = Desk(self.context, settings, self.ways, kept, ending, inquiry)
                report.start(self._work, number)
                try:
                    self._work_through(desk)
                except KeyboardInterrupt as error:
                    raise _at_once(desk.give_up()) from error
                self.context.say_remarks()
                desk.close()
        return kept.done

    def _work_through(self, desk: Desk) -> None:
        stream = desk.work_through(self._described())
        before = 0
        with contextlib.closing(stream):  # an error waits for what is in flight
            for done in stream:
                if done.error is not None:
                    raise done.error
                failed = desk.failed
                self.context.report.step(failed=failed - before, paid=desk.paid)
                before = failed

    @property
    def _work(self) -> Work:
        asks = self.settings.reference and self.gives is None
        return Work.ASK_REFERENCE if asks else self.work

    def _inquiry(self, asked: Sequence[Estimate], kept: Books, ending: Ending) -> Asks:
        """`asked`: what is expected of every model that may be asked."""
        if self.gives is not None:
            return self.gives(kept, ending)
        threads = self.context.threads
        return Inquiry(self.settings, self.ways, threads, asked, kept, ending)

    def _described(self) -> Iterator[Described]:
        for target in self.targets:
            pieces = tuple(self.ways.describe(target))
            yield target, pieces, self.ways.known(target)


def _at_once(given_up: int) -> KeyboardInterrupt:
    """What an owner has to know who did not wait."""
    if not given_up:
        return KeyboardInterrupt()
    calls = count(given_up, "call")
    return KeyboardInterrupt(
        f"Interrupted, and {calls} on the way given up: most likely paid for, and on"
        " record as lost, at an estimated cost (altsync cost). What was done is kept;"
        " run the same `altsync generate` again to go on."
    )
