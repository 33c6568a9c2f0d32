"""How a run asks: what it is set to, and the ways in which it may do its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from altsync.generate import context
from altsync.generate.asking import Model
from altsync.generate.context import Piece
from altsync.generate.eyes import Eyes
from altsync.generate.opening import open_model
from altsync.generate.prompt import Prompt, Wishes, build
from altsync.generate.task import Outcome, Reply, Task
from altsync.generate.work import work
from altsync.lint import Evidence, Ruleset
from altsync.lint.audit import in_mirror
from altsync.models import Mirrored
from altsync.pictures.cache import Cache
from altsync.pictures.words import Reader


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked, and of whom."""

    models: tuple[str, ...]
    """Names as llm knows them, aliases too."""
    fallbacks: tuple[str, ...] = ()
    """Models that are asked, one after the other, about an image for which one of
    `models` has no text: it refused, or its answer could not be used. Others than
    `models`."""
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 120.0
    """Seconds for one call."""
    side: int = 768
    """Long side of the picture that the model sees, in pixels."""
    cache: Cache | None = None
    """Where prepared pictures are kept."""
    ask: Literal["object", "text"] = "object"
    """What models are asked for: `text` for those that say they know schemas, and do not."""
    wishes: Wishes = field(default_factory=Wishes)
    """`language` is for images whose site does not say one."""
    context_budget: int = 1000
    """Tokens of context in a prompt, about."""
    prices: Mapping[str, Any] = field(default_factory=dict)
    """The owner's own, by model."""
    budget: float | None = None
    """Dollars that a run may cost."""
    rules: Ruleset | None = None
    """Of the lint; None: the default profile."""
    again: bool = False
    """Ask even what was answered before."""
    retry: bool = False
    """Ask again where a model had no text before; what has a candidate is left alone."""
    batch: bool = False
    """Providers are asked by the batch, at half price."""
    reference: bool = False
    """What comes is to compare others with, and not to choose from."""
    suggest: bool = False
    """Targets may hold a person's words: the owner named each of them. Their candidates
    stay suggestions."""
    replace: tuple[str, ...] = ()
    """Targets may hold a person's words in which one of these rules of the lint finds an
    error (`altsync.lint.redo.TRUSTED`): their candidates say so (`NewCandidate.replaces`).
    Every other target of such a run is left alone."""

    def opened(self) -> list[Model]:
        """Every model that is asked about every image, under whatever names. Raises
        ModelStopped and UsageError before anything is asked."""
        return self._open(self.models)

    def in_their_place(self) -> list[Model]:
        """Every model of `fallbacks` that is not among them. Raises the same."""
        first = {model.name for model in self.opened()}
        return [one for one in self._open(self.fallbacks) if one.name not in first]

    def prompt_for(self, language: str | None, model: Model) -> Prompt:
        """What a model is asked about images of this language."""
        spoken = language or self.wishes.language
        as_object = model.schema and self.ask == "object"
        return build(replace(self.wishes, language=spoken), as_object)

    def _open(self, names: Sequence[str]) -> list[Model]:
        found = [open_model(name, self.options, self.timeout) for name in names]
        return list({model.name: model for model in found}.values())


class Log(Protocol):
    """Where the replies of a run are logged besides."""

    def put(self, replies: tuple[Reply, ...], *pictures: Path | None) -> None:
        """Take them; never wait."""


def from_mirror(target: Mirrored) -> Sequence[Piece]:
    """What the site's own fields say."""
    return context.from_site(target.image)


def nothing(data: bytes) -> Sequence[Piece]:
    """The file is not read for what it says."""
    return ()


@dataclass(frozen=True, slots=True)
class Ways:
    """How a run does what may be done in several ways. `setup.ways` makes those of an
    altsync.toml."""

    describe: Callable[[Mirrored], Sequence[Piece]] = from_mirror
    """What a model is told of an image without its file; called in the run's own
    thread."""
    known: Callable[[Mirrored], Evidence] = in_mirror
    """What the lint knows of it; called in the run's own thread."""
    reader: Reader | None = None
    """What reads the words in pictures, from the workers' threads; None: nobody does."""
    inspect: Callable[[bytes], Sequence[Piece]] = nothing
    """What the file says; called in the workers' threads."""
    eyes: Eyes | None = None
    """Who looks at the pictures; None: this process, with `inspect` and `reader`."""
    answer: Callable[[Task], Outcome] = work
    """Makes the calls, here or elsewhere (Dask)."""
    log: Log | None = None
