"""A run that nobody watches: pull, pages, push, generate, lint, each as far as altsync.toml
asks for it, and what became of each.

It never judges. It sends nothing unless [run] push says so, and then only what people
approved, with no permission beyond that. What it may pay is bounded before it begins.
"""

from __future__ import annotations

import getpass
import math
import os
import platform
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from altsync import clock, linting
from altsync.config import Config
from altsync.errors import AltsyncError, Interrupted, UsageError
from altsync.generate import setup
from altsync.generate.batches.fetching import BatchesFetched, Fetch
from altsync.generate.choosing import Wanted, choose
from altsync.generate.generated import Generated
from altsync.generate.reference import Reference, settings_of
from altsync.generate.settings import Settings, Ways
from altsync.generate.stage import Generate
from altsync.lint import ruleset
from altsync.models import Audit, Severity
from altsync.models.ran import RunDone, RunStage, StageFate, StageRun
from altsync.models.underway import Paid
from altsync.pages import Pages, PagesAsked, PagesRead
from altsync.planning import Plan, Request
from altsync.pull import Pull, Pulled
from altsync.push import Push, Pushed, nothing_to_do
from altsync.render import drift
from altsync.render.money import money
from altsync.render.text import count
from altsync.sources.visit import Met
from altsync.stage import Context
from altsync.store import handovers, ledger, reports
from altsync.store.ledger import CostLine

PAGE_THREADS = 4
"""Threads that ask the site for pages."""

NOT_ASKED = "Not asked for."
NOT_READ = "Not begun: the site was not read as a whole."
NO_MODEL = "altsync.toml names no model."

Fared = tuple[StageFate, str]
"""What became of a stage, and the sentence about it."""


@dataclass(frozen=True, slots=True)
class RunBounds:
    """What a run may ask of models."""

    budget: float | None = None
    """Dollars."""
    limit: int | None = None
    """Images."""

    @classmethod
    def of(
        cls, config: Config, budget: float | None = None, limit: int | None = None
    ) -> RunBounds:
        """As altsync.toml has it, unless they are given. Raises UsageError where there is
        none and a model would be asked."""
        own = config.run
        found = cls(
            own.budget if budget is None else budget,
            own.limit if limit is None else limit,
        )
        if found.budget is not None and not 0 < found.budget < math.inf:
            raise UsageError(f"--budget {found.budget} bounds nothing.")
        if config.generate.model and found == cls():
            raise UsageError(
                f"Nobody watches a run, and it would pay {config.generate.model} without"
                " bounds. Nothing was done. Say how much it may pay: budget = 2.00"
                " (dollars a run) or limit = 100 (images a run) under [run] in"
                " altsync.toml, or --budget, --limit."
            )
        return found


@dataclass(frozen=True, slots=True)
class Unattended:
    """One run over a whole site."""

    context: Context
    """`source` need not be checked: the pull begins with that."""
    config: Config
    bounds: RunBounds
    by: str | None = None
    """Who pushes, for the ledger."""

    def run(self) -> RunDone:
        """Do it once. A stage that fails is told in what comes back, and the rest that
        is safe goes on: without a pull nothing is sent and nothing is paid for.

        `interrupted` says that the context's `stop` was set. Raises AtWork while another
        run is at work on the database; UsageError for settings of models that cannot be
        used at all, before anything is done.
        """
        settings = self._settings()
        with self.context.store.alone_as("run", _who()):
            return _Unwatched(self, settings).go()

    def _settings(self) -> Settings | None:
        if not self.config.generate.model:
            return None
        return setup.settings(self.config, budget=self.bounds.budget)


class _Unwatched:
    """One run under way."""

    def __init__(self, asked: Unattended, settings: Settings | None) -> None:
        self._context = asked.context
        self._config = asked.config
        self._bounds = asked.bounds
        self._by = asked.by
        self._settings = settings
        self._in_the_way = ""
        """Why nothing that speaks to the site or to models is begun any more."""
        self.done = RunDone(asked.config.site.url, _moment())

    def go(self) -> RunDone:
        wanted = self._config.run
        self._do(RunStage.PULL, self._pull)
        self._do(RunStage.PAGES, self._pages, wanted.pages, NOT_ASKED)
        self._do(RunStage.PUSH, self._push, bool(wanted.push), NOT_ASKED)
        self._do(RunStage.GENERATE, self._generate, bool(self._settings), NO_MODEL)
        self._do(RunStage.LINT, self._lint)
        with self._context.store.read() as conn:
            self.done.status = reports.status(conn)
        self.done.ended = _moment()
        return self.done

    def _do(
        self,
        stage: RunStage,
        work: Callable[[], Fared],
        wanted: bool = True,
        unless: str = "",
    ) -> None:
        """One stage, and what became of it."""
        if not wanted:
            self._note(stage, StageFate.UNWANTED, unless)
            return
        why = self._why_not(stage)
        if why:
            self._note(stage, StageFate.SKIPPED, why)
            return
        try:
            fate, said = work()
        except Interrupted as error:
            self.done.interrupted = True
            fate, said = StageFate.PARTLY, str(error)
        except AltsyncError as error:
            fate, said = StageFate.FAILED, str(error)
            if stage is RunStage.PULL:
                self._in_the_way = NOT_READ
            elif error.stops_run and stage is not RunStage.GENERATE:
                self._in_the_way = "Not begun: the site lets nobody on."
        self._note(stage, fate, said)

    def _why_not(self, stage: RunStage) -> str:
        if self.done.interrupted or self._context.stop.is_set():
            self.done.interrupted = True
            return "Not begun: the run was stopped."
        return "" if stage is RunStage.LINT else self._in_the_way

    def _note(self, stage: RunStage, fate: StageFate, said: str) -> None:
        self._context.report.finish()
        self.done.stages.append(StageRun(stage, fate, said))

    def _pull(self) -> Fared:
        self._context.source.check()
        done = Pull(self._context, incremental=True).run()
        for note in done.notes:
            self._context.report.say(note)
        if done.shortfall and not done.mostly_read:
            self._in_the_way = NOT_READ
        return _pulled(done)

    def _pages(self) -> Fared:
        context = replace(self._context, threads=PAGE_THREADS)
        done = Pages(context, PagesAsked()).run()
        for note in done.notes:
            self._context.report.say(note)
        return _read(done)

    def _push(self) -> Fared:
        config, store = self._config, self._context.store
        read_all = config.site.read_back == "all"
        with Plan.of(store, Request(), reviewed=config.reviewed_label) as plan:
            self.done.conflicts = plan.summary.conflicts
            if nothing_to_do(store, plan):
                return StageFate.DONE, "Nothing to send."
            done = Push(self._context, plan, self._by, read_all).run()
        self.done.conflicts += done.conflicts
        if done.stopped:
            self._in_the_way = "Not begun: the push was stopped."
        return _pushed(done)

    def _generate(self) -> Fared:
        """What it paid is read from the ledger, whatever ended it."""
        before = max(self._paid_runs(), default=0)
        try:
            return self._ask()
        finally:
            paid = [line for run, line in self._paid_runs().items() if run > before]
            self.done.paid = Paid(
                sum((line.cost_usd or 0.0 for line in paid), 0.0),
                sum(line.unpriced for line in paid),
                self._bounds.budget,
            )

    def _paid_runs(self) -> dict[int, CostLine]:
        with self._context.store.read() as conn:
            lines = list(ledger.spent(conn, "run"))
        return {int(line.name): line for line in lines if line.name.isdecimal()}

    def _ask(self) -> Fared:
        assert self._settings is not None
        settings, config = self._settings, self._config
        fetched = self._fetch()
        wanted = Wanted(limit=self._bounds.limit)
        with self._context.store.snapshot() as conn:
            targets = choose(conn, config, settings, wanted)
            with setup.ways(config, conn, self._context.report) as ways:
                context = replace(self._context, threads=config.generate.workers)
                done = None
                if targets:
                    done = Generate(context, settings, targets, ways).run()
                if not (done and done.stopped):
                    self._compare(context, settings, wanted, ways, done)
        if done is None:
            said = "No image is missing a text that may be asked for."
            return StageFate.DONE, f"{fetched}{said}"
        fate, said = _generated(done, self._bounds)
        return fate, f"{fetched}{said}"

    def _fetch(self) -> str:
        """What batches have answered, first: it is paid for. A sentence, with a blank
        behind it. Their troubles stop nothing, and are said."""
        context = self._context
        keep = self._config.generate.batch_keep
        with context.store.read() as conn:
            if not handovers.any_batch(conn, keep=keep):
                return ""
        try:
            fetch = Fetch(self._config, context.store, context.report, context.stop)
            return _taken_in(fetch.run())
        except Interrupted:
            raise
        except AltsyncError as error:
            context.report.say(f"No answers of batches were taken in: {error}")
            return ""

    def _compare(
        self,
        context: Context,
        settings: Settings,
        wanted: Wanted,
        ways: Ways,
        done: Generated | None,
    ) -> None:
        """Ask the reference. Its troubles stop nothing, and are said."""
        name = self._config.generate.reference
        try:
            asked = settings_of(settings, name)
            if asked is None:
                return
            Reference(asked, wanted, self._config).ask(context, ways, done)
        except Interrupted:
            raise
        except AltsyncError as error:
            context.report.say(f"The reference {name} is asked no more: {error}")
            return

    def _lint(self) -> Fared:
        own = self._config.lint
        rules = ruleset(own.profile, own.rules, own.banned)
        report = self._context.report
        with self._context.store.snapshot() as conn:
            found = linting.of_site(conn, self._config, rules, report)
        self.done.findings = _by_gravity(found)
        grave = self._config.run.fail_on
        self.done.too_grave = bool(grave) and found.reaches(Severity(grave))
        return StageFate.DONE, _checked(self.done.findings, found.images)


def _moment() -> str:
    return clock.now().isoformat(timespec="seconds")


def _who() -> str:
    """Who is at work, for whoever comes second."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "a user without a name"
    return f"process {os.getpid()} of {user} on {platform.node()}, since {_moment()}"


def _pulled(done: Pulled) -> Fared:
    said = drift.in_short(done.counts)
    if not done.whole:
        said = f"Only what changed was asked for: {said}"
    if done.shortfall:
        return StageFate.PARTLY, f"{said} {done.shortfall}"
    if done.counts["failed"]:
        return StageFate.PARTLY, f"{said} `altsync failures` says which and why."
    return StageFate.DONE, said


def _read(done: PagesRead) -> Fared:
    counts = done.counts
    said = (
        f"{count(counts[Met.READ], 'page')} read, {counts[Met.UNCHANGED]:,} unchanged."
    )
    if not done.failed:
        return StageFate.DONE, said
    pages = count(done.failed, "page")
    return StageFate.PARTLY, f"{said} {pages} could not be read."


def _pushed(done: Pushed) -> Fared:
    """Conflicts are no fault of the run: they are told apart."""
    parts = [f"{done.applied:,} sent"]
    for number, what in (
        (done.converged + done.arrived, "were there already"),
        (done.conflicts, "in conflict"),
        (done.failed, "failed"),
        (done.denied, "not allowed"),
        (done.mangled, "mangled by the site"),
        (done.waiting + done.left_open, "not settled since an earlier push"),
    ):
        if number:
            parts.append(f"{number:,} {what}")
    said = f"Push {done.push_id}: {', '.join(parts)}."
    if done.stopped:
        return StageFate.PARTLY, f"{said} Stopped: {done.stopped.rstrip('.')}."
    faults = done.failed + done.denied + done.mangled + done.waiting + done.left_open
    return (StageFate.PARTLY if faults else StageFate.DONE), said


def _generated(done: Generated, bounds: RunBounds) -> Fared:
    """A budget that is spent is what the owner asked for; one that is too small for a
    single text would stand still for ever."""
    said = f"{done.stored}"
    if bounds.budget is not None:
        said += f" of {money(bounds.budget)}"
    said += "."
    if done.reused:
        said += f" {count(done.reused, 'candidate')} more at no cost."
    if done.failed:
        images = count(done.failed, "image")
        said += f" {images} got none; the last: {done.problem}"
    if done.stopped:
        said += f" {done.stopped}"
    useless = done.stopped and not (done.made or done.reused)
    whole = not done.failed and not useless
    return (StageFate.DONE if whole else StageFate.PARTLY), said


def _taken_in(done: BatchesFetched) -> str:
    if not done.seen:
        return ""
    said = f"{count(done.made, 'candidate')} of batches. "
    if done.waiting:
        said += f"{count(done.waiting, 'line')} open in batches. "
    for one in done.seen:
        if one.problem:
            said += f"Batch {one.handover.id}: {one.problem} "
    return said


def _by_gravity(found: Audit) -> dict[Severity, int]:
    numbers = Counter(dict.fromkeys(Severity, 0))
    for group in found.groups:
        numbers[group.severity] += len(group.remarks)
    return dict(numbers)


def _checked(findings: dict[Severity, int], images: int) -> str:
    told = [
        count(findings[one], str(one))
        for one in (Severity.ERROR, Severity.WARNING)
        if findings[one]
    ]
    found = " and ".join(told) or "Nothing is found"
    return f"{found} in the texts of {count(images, 'image')}."
