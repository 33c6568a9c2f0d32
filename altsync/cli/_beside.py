"""The reference model beside a run of `altsync generate`: what it will cost, and what came
of it. Its troubles stop nothing, and are said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from altsync.cli import _command
from altsync.errors import AltsyncError, Interrupted

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.generate.batches.stage import BatchesSent
    from altsync.generate.choosing import Wanted
    from altsync.generate.estimate import Estimate
    from altsync.generate.generated import Generated
    from altsync.generate.reference import Reference
    from altsync.generate.settings import Settings, Ways
    from altsync.stage import Context


@dataclass(frozen=True, slots=True)
class Beside:
    """The reference of a run."""

    reference: Reference
    expected: Estimate

    @property
    def images(self) -> int:
        """About so many it is asked, as far as that is known before the run."""
        return self.expected.images or 0

    def announce(self, say: Callable[[str], None]) -> None:
        """Say what it will cost."""
        from altsync.render.money import UNPRICED, money
        from altsync.render.text import count

        line = self.expected
        cost = UNPRICED
        if line.call is not None:
            cost = f"for about {money(line.call)} each"
        number = count(self.images, "image")
        if self.reference.settings.batch:
            say(_by_batch(line.model, number if self.images else "", cost))
            return
        some = f"{number}, and about " if self.images else ""
        say(
            f"To compare with, {line.model} is asked about {some}those that turn out"
            f" doubtful, {cost}.",
        )

    def ask(self, context: Context, ways: Ways, done: Generated | None) -> None:
        """After the run: ask, and say what came of it."""

        model = self.reference.model
        try:
            found = self.reference.ask(context, ways, done)
        except Interrupted:
            raise
        except AltsyncError as error:
            _command.warn(
                f"The reference {model} is asked no more, and nothing else is compared"
                f" with it: {error} Another one: [generate] reference in altsync.toml.",
            )
            return
        if found is None:
            return
        _command.say(f"{model}, to compare with: {found.stored}.")
        _troubles(model, found)

    def hand_over(
        self, context: Context, ways: Ways, sent: BatchesSent | None
    ) -> BatchesSent | None:
        """The same by the batch: what was handed over, with the reference's."""
        from altsync.generate.batches.beside import hand_over
        from altsync.generate.batches.stage import BatchesSent
        from altsync.generate.generated import Generated
        from altsync.render.text import count

        model = self.reference.model
        try:
            found = hand_over(self.reference, context, ways, sent)
        except Interrupted:
            raise
        except AltsyncError as error:
            _command.warn(f"The reference {model} is not asked by the batch: {error}")
            return sent
        if found is None:
            return sent
        if found.run.reused:
            _command.say(
                f"{model}, to compare with: {count(found.run.reused, 'image')} took an"
                " answer that had been paid for already."
            )
        _troubles(model, found.run)
        sent = sent or BatchesSent(Generated(0))
        sent.beside = found.handovers
        return sent


def _troubles(model: str, run: Generated) -> None:
    """What a run of the reference did not do."""
    from altsync.render.text import count

    if run.stopped:
        _command.warn(f"{model} was asked no more: {run.stopped}")
    if run.failed:
        _command.warn(
            f"{model} had no text for {count(run.failed, 'image')}, so nothing is compared"
            f" there. The last of them: {run.problem}",
        )


def beside(
    config: Config,
    conn: sqlite3.Connection,
    settings: Settings,
    wanted: Wanted,
    images: int,
) -> Beside | None:
    """The reference of a run over so many images; None where altsync.toml names none, or
    where it cannot be asked, which is said. Raises UsageError for a budget and a price
    that nobody knows. By the batch it is asked about images alone whose texts are there.
    """
    from altsync.generate import estimate
    from altsync.generate.batches.stage import providers
    from altsync.generate.reference import Reference, settings_of

    name = config.generate.reference
    try:
        asked = settings_of(settings, name)
        if asked is not None and asked.batch:
            providers(asked)
    except AltsyncError as error:
        _command.warn(_left_out(name, error))
        return None
    if asked is None:
        return None
    reference = Reference(asked, wanted, config)
    expected = reference.expected(conn, 0 if asked.batch else images)
    estimate.check_budget([expected], settings.budget)
    return Beside(reference, expected)


def _by_batch(model: str, number: str, cost: str) -> str:
    """`number`: of images whose texts are there; '' for none."""
    if number:
        return (
            f"To compare with, {model} is asked about {number} whose texts are there,"
            f" {cost}; about those of this batch by the next one."
        )
    return (
        f"To compare with, {model} is asked about these once their texts are there: by the"
        " next `altsync generate --batch`, or live by `altsync generate`."
    )


def _left_out(model: str, error: AltsyncError) -> str:
    return (
        f"The reference {model} could not be asked, and nothing is compared with it:"
        f" {error}"
    )
