"""Where the images of a run are dealt with, each in a thread of its own."""

from __future__ import annotations

import functools
import threading
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from altsync import workers
from altsync.derivatives import host_of
from altsync.errors import (
    AltsyncError,
    ClusterGone,
    Interrupted,
    NotThere,
    PictureError,
    SourceError,
)
from altsync.generate import books, checking, questions
from altsync.generate.asking import Model
from altsync.generate.books import ABOUT_ALL, Books
from altsync.generate.context import Piece
from altsync.generate.ending import Ending
from altsync.generate.eyes import OwnEyes
from altsync.generate.fitting import fit
from altsync.generate.inquiry import Asks, Came
from altsync.generate.job import Job
from altsync.generate.looking import Looking
from altsync.generate.purse import Empty
from altsync.generate.settings import Settings, Ways
from altsync.lint import Evidence, redo, ruleset
from altsync.models import Finding, Mirrored, Origin, SiteImage
from altsync.models.underway import Paid
from altsync.pictures.prepare import Picture
from altsync.stage import Context
from altsync.store import mirror
from altsync.workers import Done

Described: TypeAlias = tuple[Mirrored, tuple[Piece, ...], Evidence]
"""A target with what its models are told and what the lint knows of it, without its
file."""
Turn: TypeAlias = tuple[int, Described]
"""A target, and the place that it has among those of the run."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A target with everything that is known of it."""

    target: Mirrored
    picture: Picture
    told: tuple[Piece, ...]
    """What is known of it without its file."""
    pieces: tuple[Piece, ...]
    """What its models are told."""
    evidence: Evidence
    """What the lint knows of it."""
    replaces: str | None = None
    """As in `NewCandidate`."""


class Desk:
    """Where the images of a run are dealt with, each from a thread of its own."""

    def __init__(
        self,
        stage: Context,
        settings: Settings,
        ways: Ways,
        kept: Books,
        ending: Ending,
        inquiry: Asks,
    ) -> None:
        """`inquiry`: what becomes of each question."""
        self._store = stage.store
        self._report = stage.report
        self._threads = stage.threads
        self._settings = settings
        self._books = kept
        eyes = ways.eyes or OwnEyes(
            stage.source, settings.side, settings.cache, ways.inspect, ways.reader
        )
        self._at_it = Looking(eyes, kept, ending.is_set)
        self._ending = ending
        self._inquiry = inquiry
        self._models = settings.opened()
        self._fallbacks = settings.in_their_place()
        self._looking = threading.BoundedSemaphore(eyes.most)
        self._prompt = functools.cache(settings.prompt_for)

    @property
    def paid(self) -> Paid | None:
        """What it has cost so far; None where nothing is paid."""
        purse = self._inquiry.purse
        if purse is None:
            return None
        return Paid(purse.spent, self._books.done.unpriced, purse.budget)

    @property
    def failed(self) -> int:
        """Images without a text so far."""
        return self._books.done.failed

    def work_through(
        self, described: Iterable[Described]
    ) -> Generator[Done[Turn, None]]:
        """Every image, in no order, but with its turn: threads may overtake each other
        from their first step on. Some threads more than calls: while one looks at a
        picture, another asks."""
        more = max(2, self._threads // 4)
        return workers.each(
            self._image,
            enumerate(described),
            self._threads + more,
            self._ending,
            meanwhile=lambda: self._books.retry(self._inquiry.on_the_way),
        )

    def close(self) -> None:
        """After the last image: say why it was the last, if not because all are done,
        and what there is all the same."""
        done = self._books.done
        if self._inquiry.purse is not None:
            done.spent = self._inquiry.purse.spent
        try:
            self._ending.check()
            self._inquiry.close()
        except Empty as enough:
            done.stopped = str(enough)
            self._inquiry.close()
        except AltsyncError:
            if done.made or done.spent or done.unpriced:
                self._report.say(f"{done.stored}.")
            raise

    def give_up(self) -> int:
        """Do not wait for what is on its way: see `Inquiry.give_up`."""
        return self._inquiry.give_up()

    def _image(self, begun: Turn) -> None:
        """Everything that is done for one image. Raises only what concerns them all: a
        database that cannot be written. A fault that nobody foresaw is a failure of
        this image alone."""
        turn, (target, told, known) = begun
        if self._ending.is_set() or self._leaves(target, known):
            return
        try:
            self._describe(turn, target, told, known)
        except ABOUT_ALL:
            raise
        except Exception as error:
            problem = books.fault(error)
            self._books.lost(target, problem)
            self._ending.failed(self._ending.faults, turn, problem)

    def _leaves(self, target: Mirrored, known: Evidence) -> bool:
        """The target is a person's, or not what this run is to replace."""
        if self._settings.replace:
            return not self._flagged(target, known) or self._moved(target)
        return target.origin is Origin.HUMAN and not self._settings.suggest

    def _flagged(self, target: Mirrored, known: Evidence) -> tuple[Finding, ...]:
        """Why its text may be replaced, as far as rules were named."""
        settings = self._settings
        rules = settings.rules or ruleset()
        return redo.errors(target, known, rules, settings.replace)

    def _moved(self, target: Mirrored) -> bool:
        """The mirror has something else there since the target was selected."""
        with self._store.read() as conn:
            now = mirror.named(conn, [target.image.id])
        return [target.image.alt, target.image.place, target.origin] != [
            what for one in now for what in (one.image.alt, one.image.place, one.origin)
        ]

    def _replaces(self, target: Mirrored, known: Evidence) -> str | None:
        if target.origin is not Origin.HUMAN:
            return None
        return ",".join(one.rule for one in self._flagged(target, known)) or None

    def _describe(
        self, turn: int, target: Mirrored, told: tuple[Piece, ...], known: Evidence
    ) -> None:
        """Look at it, and let each model say what it sees."""
        seen = self._look(turn, target)
        if seen is None:
            return
        picture, in_file = seen
        pieces = fit((*told, *in_file), self._settings.context_budget)
        evidence = checking.beside(known, pieces, self._settings.wishes)
        lines = self._at_it.words(target.image, picture)
        if lines is not None:
            evidence = replace(evidence, read=lines)
        replaces = self._replaces(target, known)
        self._ask(Looked(target, picture, told, pieces, evidence, replaces))

    def _ask(self, looked: Looked) -> None:
        """Every model; and where one has no text, another in its place."""
        all_came = [self._about(looked, model) for model in self._models]
        if any(came.in_vain for came in all_came):
            instead = self._in_their_place(looked)
            if instead is Came.TEXT:
                self._books.count(stood_in=1)
                all_came = [came for came in all_came if not came.in_vain]
            else:
                all_came = [instead if came is Came.DEAD else came for came in all_came]
        for came in all_came:
            failed = came in (Came.NOTHING, Came.FAILED)
            self._books.count(failed=failed, refused=came is Came.DEAD)
            self._books.count(waiting=came is Came.WAITS)

    def _in_their_place(self, looked: Looked) -> Came:
        """What came of the fallbacks: a text, of the first that has one; else what is on
        record of this run, WAITS where one is still to answer, or DEAD where nothing is."""
        found = Came.DEAD
        for model in self._fallbacks:
            came = self._about(looked, model)
            # which has one, or may yet have one, another time
            if came in (Came.TEXT, Came.FAILED, Came.WAITS):
                return came
            if came is Came.NOTHING:
                found = came
        return found

    def _about(self, looked: Looked, model: Model) -> Came:
        image = looked.target.image
        asked = self._prompt(image.language, model)
        question = questions.without_file(
            image, looked.told, asked, model, self._settings
        )
        job = Job(
            looked.target,
            looked.picture,
            asked,
            looked.pieces,
            model,
            self._settings.side,
            looked.evidence,
            question,
            looked.replaces,
        )
        if self._books.waits(job):
            return Came.WAITS
        return self._inquiry.about(job)

    def _look(
        self, turn: int, target: Mirrored
    ) -> tuple[Picture, Sequence[Piece]] | None:
        """The picture, and what its file says; None where it cannot be had."""
        try:
            with self._looking:
                return self._at_it.at(target.image)
        except Interrupted:
            # It waited for the site; nothing was asked, and others are still being
            # answered.
            return None
        except (PictureError, SourceError, ClusterGone) as error:
            self._lost(target, turn, error)
            return None

    def _lost(
        self,
        target: Mirrored,
        turn: int,
        error: PictureError | SourceError | ClusterGone,
    ) -> None:
        """The picture cannot be had, or cannot be sent."""
        if error.stops_run:
            self._ending.because(error)
            return
        self._books.lost(target, str(error))
        if isinstance(error, SourceError) and not _is_of_old_text(target.image, error):
            self._ending.failed(self._ending.site, turn, str(error))


def _is_of_old_text(image: SiteImage, error: SourceError) -> bool:
    """The failure says nothing of the site: old texts show pictures that are long gone,
    and those of hosts that are."""
    if not image.in_text:
        return False
    hosts = {host_of(url) for url in (image.image_url, image.page_url) if url}
    return isinstance(error, NotThere) or len(hosts) > 1
