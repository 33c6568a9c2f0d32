"""`generate --batch`: the questions of a run, handed to providers at half price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from altsync.generate import estimate
from altsync.generate.batches.base import Batches
from altsync.generate.batches.lines import remove_left
from altsync.generate.batches.providers import of_model
from altsync.generate.batches.writing import Writing
from altsync.generate.books import Books
from altsync.generate.ending import Ending
from altsync.generate.generated import Generated
from altsync.generate.purse import Purse
from altsync.generate.settings import Settings, Ways
from altsync.generate.stage import Generate
from altsync.models import Handover, Mirrored
from altsync.models.underway import Work
from altsync.stage import Context
from altsync.store import handovers


@dataclass(slots=True)
class BatchesSent:
    """What a run handed over."""

    run: Generated
    handovers: list[Handover] = field(default_factory=list)
    """Those that their providers have, or may have: `error` says why nobody knows."""

    beside: list[Handover] = field(default_factory=list)
    """The reference's."""

    @property
    def all(self) -> list[Handover]:
        """With the reference's."""
        return [*self.handovers, *self.beside]

    @property
    def lines(self) -> int:
        """In all of them, without the reference's."""
        return sum(one.lines for one in self.handovers)

    @property
    def waiting(self) -> int:
        """Questions that somebody had before."""
        return max(0, self.run.waiting - self.lines)

    @property
    def aside(self) -> float:
        """Dollars of a budget that they may come to."""
        known = [one.estimate_usd or 0.0 for one in self.handovers]
        return sum(known) * Purse.MARGIN


def providers(settings: Settings) -> dict[str, Batches]:
    """Of every model that may be asked, by its name. Raises UsageError for one that
    altsync cannot send batches to."""
    models = [*settings.opened(), *settings.in_their_place()]
    return {model.name: of_model(model) for model in models}


@dataclass(frozen=True, slots=True)
class SendBatches:
    """Hand over the question about every target. None is asked from here."""

    context: Context
    settings: Settings
    """`batch` is set."""
    targets: Iterable[Mirrored]
    ways: Ways = field(default_factory=Ways)

    def run(self) -> BatchesSent:
        """Once. Raises what `Generate.run` raises, and BatchTrouble before anything is
        written where a key or host has no batches."""
        batches = providers(self.settings)
        for provider in batches.values():
            provider.check()
        written: list[Writing] = []
        try:
            done = self._generate(batches, written).run()
        finally:
            for one in written:
                one.give_up()
        return BatchesSent(done, self._sent(written))

    def _generate(
        self, batches: dict[str, Batches], written: list[Writing]
    ) -> Generate:
        store, settings = self.context.store, self.settings

        def gives(kept: Books, ending: Ending) -> Writing:
            remove_left(store.path)  # the lock of generate is held
            with store.read() as conn:
                expected = estimate.estimate(conn, settings, None)
                expected += estimate.in_their_place(conn, settings)
            written.append(Writing(store, settings, batches, expected, kept, ending))
            return written[0]

        asked = (self.context, settings, self.targets, self.ways)
        return Generate(*asked, gives, Work.HAND_OVER)

    def _sent(self, written: list[Writing]) -> list[Handover]:
        numbers = {number for one in written for number in one.sent}
        with self.context.store.read() as conn:
            return [one for one in handovers.every(conn) if one.id in numbers]
