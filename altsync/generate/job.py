"""One image for one model, on its way through the stage, and what the threads of a run
share."""

from __future__ import annotations

import functools
import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from altsync.generate import context, prompt
from altsync.generate.asking import Model, Reply
from altsync.generate.context import Piece
from altsync.generate.work import Outcome, Task
from altsync.lint import Ruleset
from altsync.models import Mirrored
from altsync.pictures.cache import Cache, profile
from altsync.pictures.prepare import Picture


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run asks."""

    models: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 120.0
    workers: int = 8
    side: int = 768
    cache: Cache | None = None
    """Where prepared pictures are kept."""
    wishes: prompt.Wishes = field(default_factory=prompt.Wishes)
    """`language` is for images whose site does not say one."""
    context_budget: int = 4000
    prices: Mapping[str, Any] = field(default_factory=dict)
    budget: float | None = None
    rules: Ruleset | None = None
    """Of the lint, for the findings that are stored; None: the default profile."""
    again: bool = False
    """Ask even what was answered before."""
    suggest: bool = False
    """Targets may hold a person's words: the owner named each of them. Their candidates
    stay suggestions."""


class Log(Protocol):
    """Where the replies of a run are logged besides."""

    def put(self, replies: tuple[Reply, ...], picture: Path | None) -> None:
        """Take them; never wait."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a run does what may be done in several ways."""

    inspect: Callable[[bytes], Sequence[Piece]]
    answer: Callable[[Task], Outcome]
    log: Log | None


@dataclass(frozen=True)
class Job:
    """One image for one model, ready to be asked about."""

    target: Mirrored
    picture: Picture
    asked: prompt.Prompt
    pieces: tuple[Piece, ...]
    model: Model
    side: int

    @functools.cached_property
    def key(self) -> str:
        """The key of the work: the same key is never paid for twice."""
        parts = (
            self.picture.sha256,
            profile(self.side),
            self.asked.id,
            context.as_json(self.pieces),
            self.model.name,
            as_json(self.model.options),
        )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def task(self, settings: Settings, *, keep: bool) -> Task:
        """As plain data, for whoever asks."""
        return Task(
            self.model.name,
            self.asked,
            self.pieces,
            self.picture.jpeg,
            settings.options,
            settings.timeout,
            self.language,
            keep,
        )

    @property
    def language(self) -> str | None:
        """Of the image, as the site says."""
        return self.target.image.language


class Alone:
    """While one thread is at a piece of work, another with the same key waits, and then
    finds it answered."""

    def __init__(
        self, key: str, flying: dict[str, threading.Event], lock: threading.Lock
    ) -> None:
        self._key = key
        self._flying = flying
        self._lock = lock

    def __enter__(self) -> None:
        while True:
            with self._lock:
                other = self._flying.setdefault(self._key, mine := threading.Event())
            if other is mine:
                return
            other.wait()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._flying.pop(self._key).set()


class Ending(threading.Event):
    """Set by the run itself, or by the owner (Ctrl-C)."""

    def __init__(self, user: threading.Event | None) -> None:
        super().__init__()
        self._user = user

    def is_set(self) -> bool:
        return super().is_set() or (self._user is not None and self._user.is_set())


def as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), sort_keys=True, ensure_ascii=False, default=str)
