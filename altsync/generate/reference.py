"""The reference: a strong model whose texts others are compared with.

It is asked about a tenth of the images, by chance, and about the doubtful ones, once the
texts of a run are there. What it says is a candidate that nobody has to choose against:
it raises or calms the risk of the others, and a person may take it by itself.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace
from itertools import islice

from altsync.config import Config
from altsync.doubts import Doubts
from altsync.generate import estimate
from altsync.generate.choosing import Wanted
from altsync.generate.estimate import Estimate
from altsync.generate.generated import Generated
from altsync.generate.settings import Settings, Ways
from altsync.generate.stage import Generate
from altsync.lint import DOUBTFUL
from altsync.models import Mirrored
from altsync.stage import Context
from altsync.store import compared, mirror
from altsync.store.compared import Among
from altsync.store.looks import open_to

SHARE = 0.1
"""Of the images are drawn by chance, whatever their risk: what the reference says to a
text that nothing speaks against is known too."""


def drawn(image: str, model: str) -> bool:
    """Whether chance draws this image. By a hash of both names: as good as a dice, and
    an image that was drawn stays drawn, whatever is interrupted."""
    dice = hashlib.sha256(f"{model}\n{image}".encode()).digest()
    return int.from_bytes(dice[:8], "big") < SHARE * 2**64


def settings_of(settings: Settings, model: str) -> Settings | None:
    """How the reference is asked; None where there is none, where it is one of the
    models of the run anyway, or where the run is to replace words of persons, which
    somebody looks at in any case. Raises what opening the models raises."""
    if not model or settings.replace:
        return None
    asked = replace(settings, models=(model,), fallbacks=(), reference=True)
    (opened,) = asked.opened()
    if opened.name in {one.name for one in settings.opened()}:
        return None
    return asked


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference model beside a run of generate."""

    settings: Settings
    """As `settings_of` gives them."""
    wanted: Wanted
    """What the run is about."""
    config: Config
    """By which it is told what is doubtful."""

    @property
    def model(self) -> str:
        (opened,) = self.settings.opened()
        return opened.name

    def due(self, conn: sqlite3.Connection, run: int | None = None) -> list[Mirrored]:
        """The images that it is to be asked about now, in the order of their ids, at
        most as many as the limit of the run. Where the run is about some images by a
        condition, only those that it got a text for."""
        model = self.model
        ids = compared.waiting(conn, model, self._among(run))
        risk = Doubts(self.config).at(conn).of_image
        targets = sorted(mirror.named(conn, ids), key=lambda one: one.image.id)
        found = (
            target
            for target in targets
            if drawn(target.image.id, model)
            or risk(target, open_to(conn, target.image.id)) >= DOUBTFUL
        )
        return list(islice(found, self.wanted.limit))

    def expected(self, conn: sqlite3.Connection, images: int) -> Estimate:
        """What it will cost for a run over so many images, without the doubtful ones
        among them, which nobody knows before."""
        left = 0 if self._by_condition else len(self.due(conn))
        number = left + round(images * SHARE)
        if self.wanted.limit is not None:
            number = min(number, self.wanted.limit)
        (line,) = estimate.estimate(conn, self.settings, number)
        return line

    def ask(
        self, context: Context, ways: Ways, done: Generated | None
    ) -> Generated | None:
        """After a run (None: it had nothing to ask), when its texts are there. None
        where there is nothing to ask about. Raises what Generate raises."""
        with context.store.snapshot() as conn:
            targets = self.due(conn, done.run if done else None)
        if not targets:
            return None
        settings = self.settings
        if settings.budget is not None and done is not None:
            left = max(0.0, settings.budget - done.spent)
            settings = replace(settings, budget=left)
        return Generate(context, settings, targets, ways).run()

    @property
    def _by_condition(self) -> bool:
        wanted = self.wanted
        words = (wanted.stale, wanted.older_than, wanted.rules, wanted.where)
        return any(words)

    def _among(self, run: int | None) -> Among:
        only = run if self._by_condition else None
        return Among(self.wanted.images, self.wanted.album, only)
