"""Which images a model has no text for, known before their pictures are fetched.

A work key has the picture's hash and what its file says, which only looking shows. The
question without the file is kept beside it: an image about which the mirror, the notes
and the settings say what they said then is passed over, so that `--limit 20` reaches
twenty that can still get a text. Whatever changed makes it a fresh one; a new picture
does where the site gives it another address or size. Naming an image looks in any case.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from altsync.generate import context
from altsync.generate.asking import Model
from altsync.generate.context import Piece
from altsync.generate.job import as_json
from altsync.generate.prompt import Prompt
from altsync.generate.settings import Settings
from altsync.models import Mirrored, SiteImage
from altsync.pictures.cache import profile
from altsync.store import vain


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
        context.as_json(told),
        settings.context_budget,
        model.name,
        as_json(model.options),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def in_vain(
    conn: sqlite3.Connection,
    settings: Settings,
    targets: Iterable[Mirrored],
    describe: Callable[[Mirrored], Sequence[Piece]],
) -> dict[str, str]:
    """Of `targets`, those for which none of the run's models has a text: every one of
    them was asked this very question before. With what came of the last, in its words.
    """
    models = [*settings.opened(), *settings.in_their_place()]
    asked = vain.questions(conn, [model.name for model in models])
    found = {}
    for target in targets:
        told = describe(target)
        problem = _problem(target.image, told, models, settings, asked)
        if problem:
            found[target.image.id] = problem
    return found


def _problem(
    image: SiteImage,
    told: Sequence[Piece],
    models: Iterable[Model],
    settings: Settings,
    asked: dict[tuple[str, str], str],
) -> str:
    """What came of asking the last of the models; '' where one is still to be asked."""
    problem = ""
    for model in models:
        prompt = settings.prompt_for(image.language, model)
        question = without_file(image, told, prompt, model, settings)
        problem = asked.get((image.id, question), "")
        if not problem:
            return ""
    return problem
