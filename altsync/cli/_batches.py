"""What becomes of batches: `altsync generate --batch-status`, `--batch-fetch` and
`--batch-cancel`; and the options of all that is about them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from altsync.cli import _command, _json, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.documents.batched import BatchFetchDocument
    from altsync.generate.batches.fetching import BatchesFetched
    from altsync.models import BatchSeen, Handover
    from altsync.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])
ALL = "all"
FETCH = "altsync generate --batch-fetch"
STATUS = "altsync generate --batch-status"
GIVING_UP = (
    "Try again later; one that never answers is given up by its number:"
    " altsync generate --batch-cancel NUMBER"
)
WAITS = (15.0, 60.0, 300.0)
"""Seconds between two looks with --wait: the first ones, then always the last."""


class _Number(click.ParamType):  # type: ignore[type-arg]
    """A batch by its number, or all."""

    name = "number"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == ALL or isinstance(value, int):
            return value
        if str(value).isascii() and str(value).isdigit():
            return int(value)
        return self.fail(f"{value!r} is no number of a batch (`{STATUS}` lists them).")


def options(function: F) -> F:
    """Ask by the batch, and what becomes of that."""
    for option in (
        click.option(
            "--batch-cancel",
            "cancel",
            is_flag=False,
            flag_value=ALL,
            type=_Number(),
            metavar="[NUMBER]",
            help="Stop all batches, or one; what was answered is paid, and fetched.",
        ),
        click.option(
            "--wait", is_flag=True, help="With --batch-fetch: until every batch ended."
        ),
        click.option(
            "--batch-fetch",
            "fetch",
            is_flag=True,
            help="Take in what has ended; the rest goes on as ordinary work.",
        ),
        click.option(
            "--batch-status",
            "status",
            is_flag=True,
            help="Ask providers how far the batches are.",
        ),
        click.option(
            "--batch",
            is_flag=True,
            help="Hand the questions to the provider: half price, within 24 hours.",
        ),
    ):
        function = option(function)
    return function


def is_about_them(ctx: click.Context, how: dict[str, Any]) -> bool:
    """The command is about batches that are there already. Raises UsageError for what
    does not go together."""
    from altsync.errors import UsageError

    given = {
        "--batch": how["batch"],
        "--batch-status": how["status"],
        "--batch-fetch": how["fetch"],
        "--batch-cancel": how["cancel"],
    }
    named = [name for name, one in given.items() if one]
    if len(named) > 1:
        raise UsageError(f"Choose one of {', '.join(named)}.")
    if how["wait"] and not how["fetch"]:
        raise UsageError("--wait is for --batch-fetch.")
    if named and how["dask"]:
        raise UsageError(f"--dask makes live calls: leave it out with {named[0]}.")
    if named in ([], ["--batch"]):
        return False
    _check_alone(ctx, named[0])
    return True


OWN = {"status", "fetch", "cancel", "wait", "as_json", "yes"}
"""Parameters that go together."""


def _check_alone(ctx: click.Context, named: str) -> None:
    """Raises UsageError for what chooses images: it would choose nothing here, and who
    meant to stop one album's batches would have stopped all."""
    from altsync.errors import UsageError

    for one in ctx.command.params:
        given = ctx.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE
        if not given or one.name in OWN:
            continue
        said = f"leave out {one.opts[0]}"
        if isinstance(one, click.Argument):
            said = "name no image"
        raise UsageError(f"{named} is about batches as a whole: {said}.")


def go(config: Config, how: dict[str, Any]) -> None:
    """What the command says of them."""
    from altsync.generate import arenas

    arenas.keep_few()
    with _session.opened(config, plans=True) as store, _session.stoppable() as stop:
        if how["status"]:
            _status(config, store, stop, as_json=how["as_json"])
        elif how["cancel"]:
            _cancel(config, store, stop, how)
        else:
            _fetch(config, store, stop, wait=how["wait"], as_json=how["as_json"])


def _status(
    config: Config, store: Store, stop: threading.Event, *, as_json: bool
) -> None:
    """One line for each batch."""
    from altsync.generate.batches.looking import Providers

    found = Providers(config, store, stop).seen()
    _show(found, as_json=as_json)
    if any(one.handover.ended_at for one in found):
        _command.say(f"To take the answers in: {FETCH}")


def _show(found: Sequence[BatchSeen], *, as_json: bool) -> None:
    from altsync.render import batches

    if as_json:
        _json.show([batches.as_dict(one) for one in found])
        return
    if not found:
        _command.say("No batch is under way. To begin one: altsync generate --batch")
        return
    for line in batches.table(found):
        click.echo(line)


def _cancel(
    config: Config, store: Store, stop: threading.Event, how: dict[str, Any]
) -> None:
    from altsync.errors import PartlyDone
    from altsync.generate.batches.cancelling import Cancel

    def gives_up(seen: BatchSeen) -> bool:
        return _is_given_up(seen, yes=how["yes"])

    number = None if how["cancel"] == ALL else how["cancel"]
    found = Cancel(config, store, stop).run(number, gives_up)
    _show(found, as_json=how["as_json"])
    _stopping([one.handover for one in found])
    if any(map(_is_stuck, found)):
        raise PartlyDone(f"Not every batch could be stopped. {GIVING_UP}")


def _is_stuck(seen: BatchSeen) -> bool:
    """Nothing comes of it as things are."""
    from altsync.models import HandoverState

    ended = seen.handover.state is HandoverState.ENDED and not seen.handover.error
    return bool(seen.problem and seen.handover.open) and not ended


def _is_given_up(seen: BatchSeen, *, yes: bool) -> bool:
    """Whether the owner would rather have its lines asked again. Raises UsageError where
    nobody can be asked that."""
    from altsync.errors import UsageError

    number, lines = seen.handover.id, _lines(seen.handover.open)
    asks = (
        f"Batch {number}: {seen.problem} Given up, its {lines} are asked again; what its"
        " provider answers all the same is paid too, and is not taken in."
    )
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"{asks} Nothing was done: to give it up, say --yes.")
    _command.warn(asks)
    return click.confirm(f"Give batch {number} up?", err=True)


def _stopping(found: Sequence[Handover]) -> None:
    """How it goes on."""
    from altsync.models import HandoverState

    states = {one.state for one in found}
    if HandoverState.CANCELLING in states:
        _command.say(
            "A provider still answers what it has begun, and that is paid. What was"
            f" answered is taken in, and the rest goes on as ordinary work, by: {FETCH}"
        )
    if HandoverState.ENDED in states:
        _command.say(f"What has ended is not stopped. To take the answers in: {FETCH}")
    if HandoverState.DONE in states:
        _command.say(
            "What was given up, or never arrived, is asked again by: altsync generate"
        )


def _fetch(
    config: Config, store: Store, stop: threading.Event, *, wait: bool, as_json: bool
) -> None:
    """Whatever has ended; with `wait` again until nothing is open. Raises Interrupted
    where that was not waited for."""
    from altsync.errors import Interrupted

    done = take_in(config, store, stop)
    looks = 0
    while wait and done.waiting and not stop.is_set():
        pause = WAITS[min(looks, len(WAITS) - 1)]
        looks += 1
        _command.say(f"{_lines(done.waiting)} open; looking again in {pause:.0f} s.")
        stop.wait(pause)
        if not stop.is_set():
            done = _added(done, take_in(config, store, stop))
    _fetched(done, as_json=as_json)
    if stop.is_set() and done.waiting:
        raise Interrupted("Stopped. Run the same command again to go on.")


def take_in(config: Config, store: Store, stop: threading.Event) -> BatchesFetched:
    """Every answer that is there. No call is made."""
    from contextlib import ExitStack

    from altsync.generate.batches.fetching import Fetch
    from altsync.generate.llmlog import LlmLog

    with ExitStack() as here, _talk.talking() as talk:
        log = None
        if config.generate.log:
            log = here.enter_context(LlmLog(config.llm_log))
        done = Fetch(config, store, talk, stop, log).run()
    if log is not None and log.trouble:
        _command.say(log.trouble)
    return done


def _added(before: BatchesFetched, now: BatchesFetched) -> BatchesFetched:
    """Both together, with the batches as they are by now."""
    for name in ("made", "unusable", "failed", "left", "spent", "unpriced", "deleted"):
        setattr(now, name, getattr(now, name) + getattr(before, name))
    now.problem = now.problem or before.problem
    again = {one.handover.id for one in now.seen}
    now.seen[:0] = [one for one in before.seen if one.handover.id not in again]
    return now


def _fetched(done: BatchesFetched, *, as_json: bool) -> None:
    from altsync.render.money import money
    from altsync.render.text import count

    if as_json:
        _json.show(_fetch_document(done))
    elif not done.seen:
        _command.say("No batch is under way. To begin one: altsync generate --batch")
    else:
        cost = money(done.spent, done.unpriced)
        _command.tell(f"{count(done.made, 'candidate')} stored; cost {cost}.")
    for number, what in (
        (
            done.unusable,
            "answered without a usable text: on record, and paid for (altsync failures)",
        ),
        (done.left, "not answered: the next altsync generate asks again"),
        (done.waiting, f"still open: {FETCH}"),
    ):
        if number:
            _command.say(f"{_lines(number)} {what}.")
    for one in done.seen:
        if one.problem:
            _command.warn(f"Batch {one.handover.id}: {one.problem}")
    if done.deleted:
        files = count(done.deleted, "file")
        _command.say(f"Deleted at the provider, as nothing needs it any more: {files}.")
    if done.made:
        _command.say("Look at them with: altsync review")
    _check_whole(done)


def _check_whole(done: BatchesFetched) -> None:
    """Raises PartlyDone where something is to be done once more."""
    from altsync.errors import PartlyDone

    if done.failed:
        raise PartlyDone(
            f"{_lines(done.failed)} failed; the next altsync generate asks again. The"
            f" last of them: {done.problem}"
        )
    if any(map(_is_stuck, done.seen)):
        raise PartlyDone(f"Not every batch could be taken in. {GIVING_UP}")
    if any(one.problem for one in done.seen):
        raise PartlyDone("Not every batch was answered.")


def _fetch_document(done: BatchesFetched) -> BatchFetchDocument:
    from altsync.render import batches

    following = "altsync review" if done.made else None
    if done.waiting:
        following = FETCH
    return {
        "made": done.made,
        "unusable": done.unusable,
        "failed": done.failed,
        "left": done.left,
        "waiting": done.waiting,
        "cost_usd": done.spent,
        "unpriced": done.unpriced,
        "problem": done.problem,
        "deleted": done.deleted,
        "batches": [batches.as_dict(one) for one in done.seen],
        "next": following,
    }


def _lines(number: int) -> str:
    from altsync.render.text import count

    return count(number, "line")
