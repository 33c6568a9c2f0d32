"""Sending a plan, for push and revert alike: show it, check that it is the one that was
named, ask, send, sum up."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from altsync.cli import _command, _formats, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.models import Denied
    from altsync.planning import Plan, Request
    from altsync.push import Pushed
    from altsync.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])
CONFLICTS = {
    False: "Conflicts remain: `altsync pull`, then judge those images again.",
    True: "Conflicts remain: what somebody changed since it was sent stays as it is.",
}
"""What is left for a person, after a push and after one that takes back."""


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
        click.option("-y", "--yes", is_flag=True, help="Do not ask."),
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
    verb: str = "push"

    def run(self, request: Request, shown: Plan | str | None) -> None:
        """Send what was asked for, or only what was `shown`; end as the exit codes have
        it."""
        from altsync.errors import ConflictsRemain
        from altsync.planning import Plan
        from altsync.push import nothing_to_do

        reviewed = self.config.reviewed_label
        with (
            _session.opened(self.config, plans=True) as store,
            Plan.of(store, request, reviewed=reviewed) as plan,
        ):
            self._show(plan, shown)
            if nothing_to_do(store, plan):
                if plan.summary.conflicts:
                    raise ConflictsRemain(CONFLICTS[request.takes_back])
                _command.say("Nothing to send.")
                return
            if plan.summary.changes and not self.yes:
                self._ask_first(plan)
            done = self._send(store, plan)
        self._sum_up(plan, done)

    def _show(self, plan: Plan, shown: Plan | str | None) -> None:
        """The plan; where it is one that was shown before, only its total line."""
        from altsync.render.terminal import summary_line

        unasked = self.yes and _command.asked().quiet
        if shown is not None:
            plan.raise_if_moved(shown)
        if unasked:
            return
        if shown is None:
            _formats.show_lines(plan, err=True)
            return
        _command.warn(summary_line(plan.summary))

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

    def _send(self, store: Store, plan: Plan) -> list[Pushed]:
        """One push; with a canary two, unless the canary was all of it."""
        from altsync.canary import Canary
        from altsync.push import Push
        from altsync.stage import Context

        def tell(done: Pushed) -> None:
            talk.finish()
            _command.tell(_line(done))

        with (
            _session.site(self.config, writing=True) as source,
            _talk.talking() as talk,
            _session.stoppable(source) as stop,
        ):
            workers = self.workers or self.config.site.workers
            context = Context(source, store, talk, workers, stop)
            by = _session.person()
            read_all = self.config.site.read_back == "all"
            if self.canary is None:
                done = Push(context, plan, by, read_all).run()
                tell(done)
                return [done]
            return Canary(
                context,
                plan,
                self.canary,
                self.pause,
                by,
                read_all,
                confirm=self._goes_on,
                sent=tell,
            ).run()

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

    def _raise_if_undone(self, done: Sequence[Pushed], stay: str) -> None:
        from altsync.errors import PartlyDone
        from altsync.render.text import count

        failed = sum(one.failed for one in done)
        denied = sum(one.denied for one in done)
        if failed:
            others = f" {count(denied, 'other')} wait for a permission." * bool(denied)
            raise PartlyDone(
                f"{count(failed, 'image')} failed{stay}.{others} Mend the cause, then"
                f" {self.verb} again."
            )
        if denied:
            wait = "waits" if denied == 1 else "wait"
            raise PartlyDone(
                f"{count(denied, 'image')} {wait} for a permission{stay}. Give it to"
                f" the login's role, then {self.verb} again."
            )

    def _sum_up(self, plan: Plan, done: Sequence[Pushed]) -> None:
        from altsync.canary import take_back
        from altsync.errors import AltsyncError, ConflictsRemain, PartlyDone
        from altsync.render.denials import denial_lines
        from altsync.render.text import count

        if how_back := take_back(done):
            _command.say(how_back)
        for line in denial_lines(_denials(done)):
            _command.warn(line)
        if done[-1].stopped:
            raise AltsyncError(
                f"Stopped: {done[-1].stopped.rstrip('.')}. What was sent is settled; the"
                " rest was not sent."
            )
        takes_back = plan.request.takes_back
        to_judge = _to_judge(plan, done)
        if to_judge and any(one.failed or one.denied for one in done):
            _command.warn(to_judge)
        self._raise_if_undone(done, "" if takes_back else " and stay approved")
        if done[-1].left_open:
            raise PartlyDone(
                f"{count(done[-1].left_open, 'change')} of earlier pushes could not be"
                " settled: `altsync status` lists them. The next push asks again;"
                " `altsync settle IMAGE` settles by your word."
            )
        mangled = sum(one.mangled for one in done)
        if mangled:
            raise PartlyDone(
                f"The site has {count(mangled, 'text')} otherwise than altsync sent."
                " Mend how the site stores alt texts (docs/album.md), or send texts that"
                " it keeps."
            )
        if to_judge:
            raise ConflictsRemain(to_judge)


def _to_judge(plan: Plan, done: Sequence[Pushed]) -> str:
    """What is left for a person to look at; '' for nothing."""
    from altsync.render.text import count

    over = sum(one.overtook for one in done)
    if over:
        return (
            f"{count(over, 'image')} went over somebody's save that nothing could guard:"
            " look at what was told above."
        )
    if plan.summary.conflicts or any(one.conflicts for one in done):
        return CONFLICTS[plan.request.takes_back]
    return ""


def _denials(done: Sequence[Pushed]) -> list[Denied]:
    """What the pushes of one plan were denied, in groups of one type and one reason."""
    from dataclasses import replace

    found: dict[tuple[str, str, str], Denied] = {}
    for one in (each for push in done for each in push.denials):
        key = one.kind, one.needed, one.grant
        known = found.get(key)
        found[key] = (
            one if known is None else replace(known, images=known.images + one.images)
        )
    return list(found.values())


def _line(done: Pushed) -> str:
    """One push in one line."""
    from altsync.render.text import count

    applied = f"{done.applied:,} applied"
    if done.mangled:
        applied += f" ({done.mangled:,} of them mangled by the site)"
    parts = [
        applied,
        count(done.conflicts, "conflict"),
        f"{done.failed:,} failed",
    ]
    if done.denied:
        parts.append(f"{done.denied:,} not allowed")
    if done.converged:
        parts.append(f"{done.converged:,} were already there")
    if done.skipped:
        parts.append(f"{done.skipped:,} skipped (taken back meanwhile)")
    if done.arrived:
        parts.append(f"{done.arrived:,} had arrived with an earlier push")
    if done.waiting:
        parts.append(f"{done.waiting:,} not sent (an earlier push of it is open)")
    return f"Push {done.push_id}: {', '.join(parts)}."
