"""Which images a run is about: the owner's words -> a list that is read as the run goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from altsync.config import Config
from altsync.errors import UsageError
from altsync.generate import ages, checking, questions
from altsync.generate.describing import Describer
from altsync.generate.questions import AskedBefore
from altsync.generate.settings import Settings
from altsync.models import Mirrored
from altsync.store import handovers, vain, worklist
from altsync.store.worklist import Worklist
from altsync.uses import Known

STALE_MODEL = "model="


@dataclass(frozen=True, slots=True)
class Wanted:
    """The owner's words. Conditions add up; where nothing is said, it is the images
    that miss a text."""

    images: tuple[str, ...] = ()
    """Named one by one."""
    override: bool = False
    """They are media in texts that show the medium's own text, and get another one for
    this one place."""
    album: str | None = None
    stale: str | None = None
    """AI texts to do anew: `model=NAME` wrote them, `unknown` (no model on record), or
    another `prompt` than today's."""
    older_than: str | None = None
    """AI texts older than this: 30d, 2w, 6mo, 1y."""
    rules: tuple[str, ...] = ()
    """AI texts that one of these rules of the lint flags."""
    where: str | None = None
    """An SQL condition on the columns of `images` and `image_states`."""
    limit: int | None = None
    note: str | None = None
    """What the owner says of all of them: part of the question."""


class Targets:
    """The images of a run: counted on the snapshot that `conn` holds. Read later, each
    page as it is by then."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        chosen: Worklist,
        before: Mapping[str, AskedBefore] | None = None,
    ) -> None:
        """Raises UsageError where `chosen.where` is no condition."""
        known = before or {}
        self.passed_over = {
            image: asked.problem
            for image, asked in known.items()
            if not asked.leaves_others
        }
        """Images that would be among them, had the models not been asked about them in
        vain: what came of it, by id."""
        self._for_others = known.keys() - self.passed_over.keys()
        over = (*chosen.passed_over, *self.passed_over)
        self.chosen = replace(chosen, passed_over=over)
        self._conn = conn
        self._count = worklist.count(conn, self.chosen)
        self.waiting = _waiting(conn, self.chosen)
        """How many would be among them, were the question about them not handed over
        and open."""

    def __len__(self) -> int:
        return self._count

    def for_others(self) -> int:
        """How many of them only a fallback is asked about."""
        if not self._for_others:
            return 0
        chosen = worklist.select(self._conn, self.chosen)
        return sum(target.image.id in self._for_others for target in chosen)

    def __iter__(self) -> Iterator[Mirrored]:
        self._conn.rollback()
        return worklist.select(self._conn, self.chosen)


def _waiting(conn: sqlite3.Connection, chosen: Worklist) -> int:
    if not handovers.any_open(conn):
        return 0
    whole = replace(chosen, limit=None)
    both = worklist.count(conn, replace(whole, handed_over=True))
    return both - worklist.count(conn, whole)


def choose(
    conn: sqlite3.Connection, config: Config, settings: Settings, wanted: Wanted
) -> Targets:
    """The images that are wanted.

    Raises UsageError for words that mean nothing, for an image that is unknown, gone or
    a person's (unless `settings.suggest`), for one that shows its medium's text (unless
    `wanted.override`), and for suggestions without names; and what opening the models
    raises.
    """
    if settings.replace:
        _check_replacing(settings, wanted)
    if settings.suggest and not wanted.images:
        raise UsageError(
            "--suggest-for-human is for images that you name one by one: altsync"
            " generate ALBUM/NAME …"
        )
    if wanted.override and not wanted.images:
        raise UsageError(
            "--use is for images that you name one by one, media in texts: altsync"
            " generate IMAGE --use"
        )
    chosen = _worklist(conn, config, settings, wanted)
    allowed = settings.suggest or bool(settings.replace)
    worklist.check_named(conn, wanted.images, allowed, wanted.override)
    if chosen.in_vain and chosen.limit is not None:
        chosen = _longest_ago(conn, chosen, chosen.limit)
    if wanted.images or settings.again or settings.retry:
        return Targets(conn, chosen)
    before = _before(conn, config, settings, chosen, wanted.note)
    return Targets(conn, chosen, before)


def _check_replacing(settings: Settings, wanted: Wanted) -> None:
    """Raises UsageError for what --replace does not go with."""
    others = {
        "--stale": wanted.stale,
        "--older-than": wanted.older_than,
        "--rule": wanted.rules,
        "--suggest-for-human": settings.suggest,
        "--use": wanted.override,
    }
    for option, given in others.items():
        if given:
            raise UsageError(
                f"--replace names by its rules which texts are proposed for: leave out"
                f" {option}."
            )


def _longest_ago(conn: sqlite3.Connection, chosen: Worklist, limit: int) -> Worklist:
    """Of the images to be asked about again so many that were asked about longest ago:
    the same command reaches others then."""
    run = vain.latest_run(conn)
    found = worklist.select(conn, replace(chosen, limit=None))
    ids = sorted((target.image.id for target in found), key=run.__getitem__)
    return replace(chosen, passed_over=tuple(ids[limit:]))


def _before(
    conn: sqlite3.Connection,
    config: Config,
    settings: Settings,
    chosen: Worklist,
    note: str | None,
) -> dict[str, AskedBefore]:
    """Those of the chosen images that the models of the run were asked about in vain."""
    tried = replace(chosen, in_vain=True, limit=None)
    if not worklist.count(conn, tried):
        return {}
    describe = Describer(config, conn, note).pieces
    return questions.asked_before(
        conn, settings, worklist.select(conn, tried), describe
    )


def _worklist(
    conn: sqlite3.Connection, config: Config, settings: Settings, wanted: Wanted
) -> Worklist:
    chosen = Worklist(
        images=wanted.images,
        models=tuple(model.name for model in settings.opened()),
        album=wanted.album,
        where=wanted.where,
        suggest_for_human=settings.suggest,
        override=wanted.override,
        in_vain=settings.retry and not wanted.images,
        limit=wanted.limit,
    )
    if wanted.stale:
        chosen = replace(chosen, **_stale(conn, settings, wanted.stale))
    if wanted.older_than:
        chosen = replace(chosen, before=ages.before(wanted.older_than))
    if wanted.rules:
        known = Known(config, conn)
        chosen = replace(chosen, flagged=checking.flagged(known, wanted.rules))
    if settings.replace:
        known = Known(config, conn)
        chosen = replace(chosen, replace=checking.to_redo(known, settings.replace))
    return chosen


def _stale(conn: sqlite3.Connection, settings: Settings, words: str) -> dict[str, Any]:
    """Which AI texts are to be done anew, as the fields of a worklist."""
    if words == "unknown":
        return {"stale_unknown": True}
    if words == "prompt":
        return {"stale_prompts": prompts(conn, settings)}
    if words.startswith(STALE_MODEL):
        return {"stale_model": words.removeprefix(STALE_MODEL)}
    raise UsageError(f"--stale {words!r}: say model=NAME, unknown or prompt.")


def prompts(conn: sqlite3.Connection, settings: Settings) -> tuple[str, ...]:
    """The ids of the prompts that a run with these settings would use now."""
    languages = {*worklist.languages(conn), None}
    models = settings.opened()
    found = {
        settings.prompt_for(language, model).id
        for language in languages
        for model in models
    }
    return tuple(sorted(found))
