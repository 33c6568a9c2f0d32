"""Which images a model has no text for, known before their pictures are fetched.

A work key has the picture's hash and what its file says, which only looking shows. The
question without the file is kept beside it: an image about which the mirror, the notes
and the settings say what they said then is passed over, so that `--limit 20` reaches
twenty that can still get a text. Whatever changed makes it a fresh one; a new picture
does where the site gives it another address or size. Naming an image looks in any case.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from altsync.generate import context
from altsync.generate.asking import Model
from altsync.generate.context import Piece
from altsync.generate.job import as_json
from altsync.generate.prompt import Prompt
from altsync.generate.settings import Settings
from altsync.models import Mirrored, SiteImage
from altsync.pictures.cache import profile
from altsync.store import handovers, vain


def without_file(
    image: SiteImage,
    told: Sequence[Piece],
    asked: Prompt,
    model: Model,
    settings: Settings,
) -> str:
    """The hash of a question as far as it is known without the file. `told`: what
    `Ways.describe` gives."""
    parts = (
        image.image_url,
        image.width,
        image.height,
        profile(settings.side),
        asked.id,
        context.as_key(told),
        settings.context_budget,
        model.name,
        as_json(model.options),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """An image that none of the run's models is to be asked about any more."""

    problem: str
    """What came of it, in the words of the last one."""
    leaves_others: bool
    """A fallback is still to be asked."""


def asked_before(
    conn: sqlite3.Connection,
    settings: Settings,
    targets: Iterable[Mirrored],
    describe: Callable[[Mirrored], Sequence[Piece]],
) -> dict[str, AskedBefore]:
    """Of `targets`, those about which every model of the run was asked this very
    question before, one of them in vain."""
    models = settings.opened()
    fallbacks = settings.in_their_place()
    past = _Past.of(conn, settings, [*models, *fallbacks])
    found = {}
    for target in targets:
        told = describe(target)
        came = [past.came(target.image, told, model) for model in models]
        if all(one is not None for one in came) and any(came):
            problems = [one for one in came if one]
            after = [past.came(target.image, told, model) for model in fallbacks]
            found[target.image.id] = _and_then(problems[-1], after)
    return found


def _and_then(problem: str, after: Sequence[str | None]) -> AskedBefore:
    """`after`: what is known of the fallbacks."""
    for came in after:
        if came is None:
            return AskedBefore(problem, leaves_others=True)
        if came == "":
            break
        problem = came
    return AskedBefore(problem, leaves_others=False)


@dataclass(frozen=True, slots=True)
class _Past:
    """What came of earlier runs."""

    settings: Settings
    prompt_for: Callable[[str | None, Model], Prompt]
    problems: dict[tuple[str, str], str]
    """By image and question."""
    texts: set[tuple[str, str]]
    """Image and model of what was proposed, or is handed over and open."""

    @classmethod
    def of(
        cls, conn: sqlite3.Connection, settings: Settings, models: Iterable[Model]
    ) -> _Past:
        names = [model.name for model in models]
        prompt_for = functools.cache(settings.prompt_for)
        problems, texts = vain.questions(conn, names), vain.texts(conn, names)
        waits = handovers.open_pairs(conn, names)
        return cls(settings, prompt_for, problems, texts | waits)

    def came(self, image: SiteImage, told: Sequence[Piece], model: Model) -> str | None:
        """Why this model has no text for the image; '' where it has, or may get one from
        whom it was handed over to, and None where it was not asked."""
        if (image.id, model.name) in self.texts:
            return ""
        prompt = self.prompt_for(image.language, model)
        question = without_file(image, told, prompt, model, self.settings)
        return self.problems.get((image.id, question))
