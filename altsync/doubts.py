"""What the lint says to a text, and how likely it is wrong, given all that the mirror
has: what the review queue is sorted by, and whom the reference model is asked about."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from altsync.config import Config
from altsync.models import Decision, Finding, Mirrored, Origin, SiteImage
from altsync.store import page_runs, picture_notes
from altsync.store.looks import Candidate

if TYPE_CHECKING:
    from altsync.lint.picture import Reason
    from altsync.uses import Known


@dataclass(frozen=True, slots=True)
class Doubt:
    """Risk from 0 to 1, and its reasons, the heaviest first."""

    value: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubts:
    """The lint as altsync.toml sets it."""

    config: Config

    def findings(
        self,
        conn: sqlite3.Connection,
        mirrored: Mirrored,
        text: str,
        decision: Decision | None = None,
        *,
        by_model: bool = False,
    ) -> tuple[Finding, ...]:
        """What the rules say to this text on this image, given all that is known of it;
        `by_model`: it is a model's, word for word."""
        from altsync.uses import Known

        known = Known(self.config, conn)
        return known.findings(mirrored, text, decision, by_model=by_model)

    def at(self, conn: sqlite3.Connection) -> Weigher:
        """What is known at this moment of the mirror, to weigh candidates by."""
        return Weigher(self.config, conn)


class Weigher:
    """Weighs candidates by what the mirror has. Belongs to the thread of its
    connection."""

    def __init__(self, config: Config, conn: sqlite3.Connection) -> None:
        self._config = config
        self._conn = conn

    @functools.cached_property
    def _known(self) -> Known:
        from altsync.uses import Known

        return Known(self._config, self._conn)

    @functools.cached_property
    def _pages_read(self) -> bool:
        return page_runs.were_read(self._conn)

    def risk(
        self, mirrored: Mirrored, one: Candidate, others: Sequence[Candidate]
    ) -> Doubt:
        """The chance that a candidate is wrong, to sort by. The findings are those of
        the day it arrived; its picture and its places are as they are known now."""
        from altsync import lint

        told = json.loads(one.context or "[]")
        found = lint.risk(
            one.alt,
            one.findings,
            flags=one.flags,
            context=bool(told),
            decision=one.decision,
            others=[
                lint.Opinion(other.alt, other.author, self._trusts(other))
                for other in others
                if other.model != one.model and other.says_something
            ],
            picture=self._besides(mirrored, one),
            language=mirrored.image.language or self._config.generate.language,
        )
        return Doubt(found.value, found.reasons)

    def findings(
        self, mirrored: Mirrored, text: str, decision: Decision | None
    ) -> tuple[Finding, ...]:
        """What the rules say to a text that a person typed."""
        return self._known.findings(mirrored, text, decision, by_model=False)

    def _trusts(self, other: Candidate) -> bool:
        """It is by the model that others are compared with, asked for that or not."""
        return other.reference or other.model == (self._config.generate.reference or 0)

    def _besides(self, mirrored: Mirrored, one: Candidate) -> Iterator[Reason]:
        """What its picture and its places give reason to doubt. Who wrote a text himself
        has seen them."""
        from altsync.lint import picture, places

        if one.origin is not Origin.AI:
            return
        quality = picture_notes.quality(self._conn, one.image_sha256)
        yield from picture.doubts(quality, mirrored.image, one.decision)
        evidence = self._known.of(mirrored)
        unused = self._is_unused(mirrored.image)
        yield from places.doubts(evidence, one.alt, one.decision, unused=unused)

    def _is_unused(self, image: SiteImage) -> bool:
        """Pages were read, that which the source names among them, and none shows it."""
        if not self._pages_read or self._known.uses(image.id):
            return False
        named = image.page_url
        return named is None or page_runs.run_of(self._conn, named) is not None

    def of_image(self, mirrored: Mirrored, candidates: Sequence[Candidate]) -> float:
        """The risk that the queue is sorted by: that of the newest candidate."""
        return self.risk(mirrored, candidates[0], candidates).value
