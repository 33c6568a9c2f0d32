"""Sending a plan, for push and revert alike: show it, check that it is the one that was
named, ask, send."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.cli import _command, _json, _names, _printing, _sent, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.planning import Plan, Request
    from altsync.push import Pushed
    from altsync.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])
ENDS = 10
"""Changes that are shown from the beginning of a plan, and from its end."""


class HowMuch(click.ParamType[str]):
    """all, summary, or a number."""

    name = "how much"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """As it is, where it is one of them."""
        text = str(value).strip()
        if text not in ("all", "summary") and not re.fullmatch(r"[1-9]\d{0,5}", text):
            self.fail(f"{text} is none of all, summary, or a number from 1", param, ctx)
        return text


def options(function: F) -> F:
    """What push and revert share."""
    for option in (
        click.option(
            "--workers",
            type=click.IntRange(1, 256),
            help="Threads that write (default: site.workers).",
        ),
        click.option(
            "--pause",
            type=click.FloatRange(0, 3600),
            default=5.0,
            show_default=True,
            help="Seconds between the canary and its reading back.",
        ),
        click.option(
            "--canary",
            type=click.IntRange(1),
            metavar="N",
            help="Send the first N, read them back, then ask for the rest.",
        ),
        click.option(
            "--show",
            type=HowMuch(),
            metavar="all|summary|N",
            help=(
                "How much of the plan to show: all of it, its summary, or the first and"
                f" the last N changes.  [default: {ENDS} on a terminal, else summary]"
            ),
        ),
        click.option("-y", "--yes", is_flag=True, help="Do not ask."),
        _json.option,
    ):
        function = option(function)
    return function


def named(wanted: str, request: Request) -> Plan | str:
    """`--plan FILE|CHECKSUM`: the plan that was saved, or the checksum as it is.

    `request` stands in where the file does not say what was asked for. Raises
    UsageError where it is neither, or a file that was changed by hand.
    """
    from altsync.errors import UsageError
    from altsync.planning import Plan

    path = Path(wanted)
    if path.exists():
        return Plan.load(path, request)
    if re.fullmatch(r"[0-9a-f]{12}", wanted):
        return wanted
    raise UsageError(
        f"{wanted} is no checksum of a plan (12 hex digits) and no file. Nothing was"
        " sent."
    )


def own_request(shown: Plan | str | None, request: Request) -> Request | None:
    """What a saved plan says itself that it was asked for; None where `request` stands
    in for it."""
    if shown is None or isinstance(shown, str) or shown.request is request:
        return None
    return shown.request


@dataclass(frozen=True, slots=True)
class Sending:
    """One run of push or revert, as the command line says it."""

    config: Config
    yes: bool
    workers: int | None
    canary: int | None
    pause: float
    show: str | None
    """As --show says; None where it does not."""
    as_json: bool
    verb: str = "push"

    def run(self, request: Request, shown: Plan | str | None) -> None:
        """Send what was asked for, or only what was `shown`; end as the exit codes have
        it."""
        from altsync.errors import Interrupted
        from altsync.planning import Plan
        from altsync.push import nothing_to_do

        reviewed = self.config.reviewed_label
        with (
            _session.opened(self.config, plans=True) as store,
            _names.checked(store, request),
            Plan.of(store, request, reviewed=reviewed) as plan,
        ):
            self._show(plan, shown)
            if nothing_to_do(store, plan):
                self._nothing(store, plan)
                return
            if plan.summary.changes and not self.yes:
                self._ask_first(plan)
            done: list[Pushed] = []
            whole = False
            try:
                self._send(store, plan, done.append)
                whole = True
            except Interrupted:
                _sent.say_how_back(done)
                raise
            finally:  # also of a canary that died
                if self.as_json and done:
                    following = _sent.following(plan, done, whole=whole)
                    _json.show(_sent.document(store, plan, done, following))
        _sent.sum_up(plan, done)

    def _nothing(self, store: Store, plan: Plan) -> None:
        from altsync.errors import ConflictsRemain

        if self.as_json:
            following = _sent.following(plan, [], whole=True)
            _json.show(_sent.document(store, plan, [], following))
        if plan.summary.conflicts:
            raise ConflictsRemain(_sent.CONFLICTS[plan.request.takes_back])
        _command.say("Nothing to send.")

    def _show(self, plan: Plan, shown: Plan | str | None) -> None:
        """The plan, as much of it as is wanted; where it is one that was shown before,
        only its total line."""
        from altsync.render import outline

        if shown is not None:
            plan.raise_if_moved(shown)
        if self.yes and _command.asked().quiet:
            return
        most = self._most(shown is not None)
        all_of_it = plan.request.shown_by
        colour = _printing.colour(sys.stderr)
        words = _printing.hears()
        lines = outline.lines(plan.summary, plan.stream, most, all_of_it, colour, words)
        watched = sys.stdout.isatty() and sys.stderr.isatty()
        if most is None and watched and not self.as_json:
            _printing.paged(lines)
            return
        for line in lines:
            click.echo(line, err=True, color=colour or None)

    def _most(self, shown: bool) -> int | None:
        """How many changes from either end are shown: None for all, 0 for none."""
        if self.show == "all":
            return None
        if self.show not in (None, "summary"):
            return int(self.show)
        if self.show is None and not shown and sys.stderr.isatty():
            return ENDS
        return 0

    def _ask_first(self, plan: Plan) -> None:
        from altsync.errors import UsageError

        if not sys.stdin.isatty():
            raise UsageError(
                f"Nothing was sent: {self.verb} asks before it writes. Without a"
                " terminal, say --yes."
            )
        all_of_it = plan.summary.changes
        number = min(self.canary or all_of_it, all_of_it)
        self._ask(number, all_of_it, "Nothing was sent.")

    def _send(self, store: Store, plan: Plan, sent: Callable[[Pushed], object]) -> None:
        """One push; with a canary two, unless the canary was all of it. `sent` is told of
        each as it ends."""
        from altsync.canary import Canary
        from altsync.errors import Interrupted
        from altsync.push import Push, Pushed
        from altsync.stage import Context

        def tell(done: Pushed) -> None:
            talk.finish()
            sent(done)
            if not self.as_json:
                _command.tell(_sent.line(done))

        with (
            _session.site(self.config, writing=True) as source,
            _talk.talking() as talk,
            _session.stoppable(source) as stop,
        ):
            workers = self.workers or self.config.site.workers
            context = Context(source, store, talk, workers, stop)
            by = _session.person()
            read_all = self.config.site.read_back == "all"
            try:
                if self.canary is None:
                    tell(Push(context, plan, by, read_all).run())
                    return
                Canary(
                    context,
                    plan,
                    self.canary,
                    self.pause,
                    by,
                    read_all,
                    confirm=self._goes_on,
                    sent=tell,
                ).run()
            except Interrupted as error:
                if isinstance(error.done, Pushed):
                    tell(error.done)
                raise

    def _goes_on(self, done: Pushed, left: int) -> bool:
        """Ask for the rest, after the canary."""
        from altsync.canary import not_sent, take_back

        if not self.yes:
            self._ask(left, left, f"{not_sent(left)} {take_back([done])}".rstrip())
        return True

    def _ask(self, number: int, of: int, no: str) -> None:
        """Raises AltsyncError, with the sentence `no`, unless the answer is yes."""
        from altsync.errors import AltsyncError
        from altsync.render.text import count

        what = count(number, "change")
        if number != of:
            what = f"the first {number:,} of {count(of, 'change')}"
        question = f"Send {what} to {self.config.site.url}? Type yes"
        with _session.asking():
            answer = click.prompt(question, err=True, default="", show_default=False)
        if answer.strip() != "yes":
            raise AltsyncError(no)
