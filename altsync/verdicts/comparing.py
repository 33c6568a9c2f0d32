"""Which model writes best for this site: which texts are drawn to be graded blind."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from altsync.errors import UsageError
from altsync.models.comparison import HUMAN
from altsync.store import comparisons
from altsync.store.comparisons import Comparable
from altsync.store.store import Store

Texts = list[tuple[int | None, str]]
"""The choices of one image: (candidate or None for the person's, text)."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Who is compared."""

    models: tuple[str, ...]
    human: bool = False
    """Only images that have a person's text, which is one more choice."""
    prompts: tuple[str, ...] = ()
    """Ids or their first characters: each model with each of these is a choice, as far
    as there are such texts."""
    asked: Collection[str] | None = None
    """Without `prompts`: only texts of these, one question in the wordings for each
    language and model. None: of each model the prompt that most of the images have (in
    each language)."""

    def check(self) -> None:
        """Raises UsageError where there is nothing to choose between."""
        choices = max(len(set(self.models)), len(set(self.prompts))) + self.human
        if choices < 2:
            raise UsageError(
                f"A comparison needs two models, or one with two --prompt, or one and"
                f" --human (“{HUMAN}” is then the other choice)."
            )


def choose(store: Store, size: int, *, human: bool = False) -> list[str]:
    """Images by chance: with a person's text (`human`), else such as still need one.
    Raises UsageError for none."""
    with store.read() as conn:
        found = comparisons.pool(conn, human)
    if not found and human:
        raise UsageError("No image has a text by a person.")
    if not found:
        raise UsageError("No image needs a text: name some with --images.")
    return random.SystemRandom().sample(found, min(size, len(found)))


def lacking(store: Store, contest: Contest, images: Sequence[str]) -> list[str]:
    """Those of these images that lack a text which a model can be asked for: such as
    have no person's text are none, where that is one of the choices."""
    with store.read() as conn:
        there = set(_comparable(conn, contest, images))
        if contest.human:
            there.update(comparisons.without_words(conn, images))
    return [image for image in images if image not in there]


def draw(
    store: Store,
    contest: Contest,
    *,
    by: str,
    size: int = 20,
    images: Sequence[str] | None = None,
    shuffle: Callable[[Texts], None] | None = None,
) -> int:
    """Start a comparison of texts of the same images, each in an order of its own: of
    every choice the newest text by one prompt.

    Raises UsageError where there is nothing to compare.
    """
    chance = random.SystemRandom()
    contest.check()
    with store.write() as tx:
        found = list(_comparable(tx, contest, images).items())
        if not found:
            raise _nothing_to_compare(contest)
        if images is None:
            found = chance.sample(found, min(size, len(found)))
        for _, texts in found:
            (shuffle or chance.shuffle)(texts)
        names = tuple(dict.fromkeys(contest.models))
        return comparisons.begin(tx, names, contest.human, by, found)


def _comparable(
    conn: sqlite3.Connection, contest: Contest, images: Sequence[str] | None
) -> dict[str, Texts]:
    """Image -> its choices, where none of them is missing."""
    found = comparisons.comparable(conn, contest.models, images, contest.human)
    wanted = {(model, "") for model in contest.models}
    if contest.prompts:
        found = _named(found, contest)
        wanted = {_choice(one, contest) for one in found}
    elif contest.asked is None:
        found = _usual(found)
    else:
        found = [one for one in found if one.prompt in contest.asked]
    by_image: dict[str, dict[tuple[str, str], Comparable]] = defaultdict(dict)
    for one in found:  # the newest comes last
        by_image[one.image][_choice(one, contest)] = one
    return {
        image: _texts(texts.values(), contest.human)
        for image, texts in by_image.items()
        if texts.keys() == wanted
    }


def _choice(one: Comparable, contest: Contest) -> tuple[str, str]:
    if contest.prompts:
        return one.model, one.prompt or ""
    return one.model, ""


def _texts(found: Collection[Comparable], human: bool) -> Texts:
    texts: Texts = [(one.candidate, one.alt) for one in found]
    own = {one.own or "" for one in found}
    if human:
        texts += [(None, text) for text in own]
    return texts


def _usual(found: Sequence[Comparable]) -> list[Comparable]:
    """Of each model, in each language, the texts by the prompt that most images have;
    of equals the one that wrote last."""
    texts: dict[tuple[str, str | None], dict[str | None, list[Comparable]]]
    texts = defaultdict(lambda: defaultdict(list))
    for one in found:
        texts[one.model, one.language][one.prompt].append(one)
    kept = [max(prompts.values(), key=_most) for prompts in texts.values()]
    return sorted(
        (one for several in kept for one in several), key=lambda one: one.candidate
    )


def _most(several: Sequence[Comparable]) -> tuple[int, int]:
    return len(several), max(one.candidate for one in several)


def _named(found: Sequence[Comparable], contest: Contest) -> list[Comparable]:
    """The texts by the prompts that were named. Raises UsageError for a name that means
    none or several, and for a model that has none of them."""
    for model in contest.models:
        if all(one.model != model for one in found):
            raise UsageError(
                f"There is no text by {model} to compare: name it as `altsync models`"
                " does, without an alias."
            )
    known = sorted({one.prompt for one in found if one.prompt})
    ids = {_prompt(name, known) for name in contest.prompts}
    kept = [one for one in found if one.prompt in ids]
    for model in contest.models:
        if all(one.model != model for one in kept):
            raise UsageError(
                f"{model} has no text by --prompt {', '.join(contest.prompts)}: name one"
                " of its prompts too."
            )
    if len({_choice(one, contest) for one in kept}) + contest.human < 2:
        raise UsageError("That is one choice: name another --prompt or model.")
    return kept


def _prompt(name: str, known: Sequence[str]) -> str:
    fitting = [one for one in known if one.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(
            f"--prompt {name} may be {' or '.join(fitting)}: say more of it."
        )
    raise UsageError(
        f"None of these texts was asked for by --prompt {name} (known:"
        f" {', '.join(known) or 'none'})."
    )


def _nothing_to_compare(contest: Contest) -> UsageError:
    writers = " and ".join(dict.fromkeys(contest.models))
    if contest.prompts:
        writers += " with every one of these prompts"
    if contest.human:
        writers += " and by a person"
    return UsageError(
        f"No image has a text by {writers}. Generate them first: altsync generate -m"
        " MODEL IMAGE…"
    )
