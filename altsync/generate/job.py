"""One image for one model, on its way through the stage."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from altsync.generate import context
from altsync.generate.asking import Model
from altsync.generate.context import Piece
from altsync.generate.prompt import Prompt
from altsync.generate.settings import Settings
from altsync.generate.task import Task
from altsync.lint import Evidence
from altsync.models import Mirrored
from altsync.pictures.cache import profile
from altsync.pictures.prepare import Picture


@dataclass(frozen=True)
class Job:
    """One image for one model, ready to be asked about."""

    target: Mirrored
    picture: Picture
    asked: Prompt
    pieces: tuple[Piece, ...]
    model: Model
    side: int
    evidence: Evidence
    """What the lint knows of the image."""
    question: str = ""
    """See `questions.without_file`."""
    replaces: str | None = None
    """As in `NewCandidate`."""

    @functools.cached_property
    def key(self) -> str:
        """The key of the work: the same key is never paid for twice."""
        return self._key(self.model.options)

    @property
    def former_key(self) -> str:
        """The key that this work had before `Model.options` named its least effort."""
        return self._key(self.model.formerly)

    def _key(self, options: Mapping[str, Any]) -> str:
        parts = (
            self.picture.sha256,
            profile(self.side),
            self.asked.id,
            context.as_key(self.pieces),
            self.model.name,
            as_json(options),
        )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def task(
        self, settings: Settings, expected: tuple[int, int], *, keep: bool
    ) -> Task:
        """As plain data, for whoever asks. `expected`: tokens in and out of one call."""
        return Task(
            model=self.model.name,
            prompt=self.asked,
            pieces=self.pieces,
            jpeg=self.picture.jpeg,
            more=tuple(part.jpeg for part in self.picture.more),
            across=self.picture.across,
            held=self.picture.held,
            options=settings.options,
            timeout=settings.timeout,
            evidence=self.evidence,
            rules=settings.rules,
            expected=expected,
            keep=keep,
        )


def as_json(value: Mapping[str, Any]) -> str:
    """Options and flags as they are stored: stable for equal values."""
    return json.dumps(dict(value), sort_keys=True, ensure_ascii=False, default=str)
