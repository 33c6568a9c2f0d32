"""altsync generate"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from altsync.cli import (
    _batches,
    _beside,
    _choosing,
    _command,
    _generated,
    _handing_over,
    _json,
    _names,
    _session,
    _talk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from altsync.config import Config
    from altsync.generate.batches.stage import BatchesSent
    from altsync.generate.choosing import Targets
    from altsync.generate.estimate import Estimate
    from altsync.generate.generated import Generated
    from altsync.generate.settings import Settings, Ways
    from altsync.stage import Context


@_command.command(
    examples=(
        "altsync generate --limit 5  # Try it on five images first.",
        (
            "altsync generate --album at-home --budget 1.50"
            "  # One album, for a dollar and a half at most."
        ),
        (
            "altsync generate -m altsync-demo -m altsync-demo-hasty --limit 5"
            "  # Texts of two models, to choose from."
        ),
        (
            "altsync generate --batch-fetch"
            "  # Take in what batches have answered (begin one with --batch)."
        ),
    )
)
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    callback=_names.a_model,
    help="Model to ask; several give a choice.",
)
@click.option(
    "--fallback",
    "fallbacks",
    multiple=True,
    metavar="MODEL",
    callback=_names.a_model,
    help="Model to ask where the first has no text (default: generate.fallback).",
)
@_choosing.which
@_choosing.told
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    metavar="DOLLARS",
    help="Stop before this is passed.",
)
@click.option(
    "--dask",
    metavar="SCHEDULER",
    help="Fetch, prepare and ask on a Dask cluster, such as tcp://host:8786.",
)
@_choosing.going
@_batches.options
@click.option("-y", "--yes", is_flag=True, help="Do not ask before a long run.")
@_json.option
@click.pass_context
def command(ctx: click.Context, /, **how: Any) -> None:
    """Let a vision model propose texts for images that have none.

    Each answer is stored as it arrives: interrupt at any time, the same command goes
    on. Nothing is sent to the site, AI texts stay until you approve their new ones, and
    a person's words are never a target; only those that are no text by the rules of
    --replace get a candidate, which waits in a state of its own (would-replace).
    """
    from altsync.generate import arenas, setup
    from altsync.generate.choosing import choose
    from altsync.generate.estimate import estimate, in_their_place
    from altsync.stage import Context

    config = _session.load(ctx)
    if _batches.is_about_them(ctx, how):
        _batches.go(config, how)
        return
    settings = _settings(config, how)
    if settings.batch:
        _handing_over.check(settings)
    threads = how["workers"] or config.generate.workers
    dask = (how["dask"], settings) if how["dask"] else None
    arenas.keep_few()
    with _session.opened(config, plans=True) as store, store.snapshot() as conn:
        wanted = _choosing.wanted(how)
        _choosing.check(conn, wanted)
        targets = choose(conn, config, settings, wanted)
        _session.left_out()
        beside = _beside.beside(config, conn, settings, wanted, len(targets))
        if not targets and not (beside and beside.images):
            _tell(None, None, targets, settings, how)
            _choosing.nothing(targets)
            _choosing.waiting(conn, targets.waiting)
            return
        longest = max(len(targets), beside.images if beside else 0)
        asks = not how["yes"] and longest > config.generate.confirm_above
        say = _command.warn if asks else _command.say
        left = targets.for_others()
        _announce(
            estimate(conn, settings, len(targets) - left),
            in_their_place(conn, settings, left),
            left,
            say,
        )
        if beside:
            beside.announce(say)
        if asks:
            _choosing.ask(longest, config.generate.confirm_above)
        with (
            _session.site(config) as source,
            _talk.talking() as talk,
            setup.ways(config, conn, talk, note=how["note"], dask=dask) as ways,
            _session.stoppable(source) as stop,
        ):
            asked = Context(source, store, talk, threads, stop), settings, targets, ways
            done, sent = _run(asked, beside)
        waiting = sent.waiting if sent else done.waiting if done else 0
        _choosing.waiting(conn, targets.waiting + waiting)
    _tell(done, sent, targets, settings, how)


def _settings(config: Config, how: dict[str, Any]) -> Settings:
    """How it asks."""
    from dataclasses import replace

    from altsync.cli import _rules
    from altsync.generate import setup

    settings = setup.settings(
        config,
        how["models"],
        dict(how["options"]),
        again=how["again"],
        budget=how["budget"],
        suggest=how["suggest_for_human"],
        template=how["template"],
        fallbacks=how["fallbacks"] or None,
        retry=how["retry"],
        context_budget=how["context_budget"],
        replace=_rules.after_rule("--replace", how["replace"]),
    )
    return replace(settings, batch=how["batch"])


def _run(
    asked: tuple[Context, Settings, Targets, Ways], beside: _beside.Beside | None
) -> tuple[Generated | None, BatchesSent | None]:
    """The run, and the reference after it; or what was handed over. None where the
    reference alone had something to do."""
    from altsync.generate.batches.stage import SendBatches
    from altsync.generate.stage import Generate

    context, settings, targets, ways = asked
    if settings.batch:
        with _handing_over.broken_off(context.store):
            sent = SendBatches(*asked).run() if targets else None
            if beside and not (sent and sent.run.stopped):
                sent = beside.hand_over(context, ways, sent)
        return None, sent
    done = Generate(*asked).run() if targets else None
    if beside and not (done and done.stopped):
        beside.ask(context, ways, done)
    return done, None


def _tell(
    done: Generated | None,
    sent: BatchesSent | None,
    targets: Targets,
    settings: Settings,
    how: dict[str, Any],
) -> None:
    """What it did."""
    if settings.batch:
        _handing_over.sent(sent, targets, as_json=how["as_json"])
        return
    if how["as_json"]:
        following = _approving(settings.replace) if done else None
        _json.show(_generated.document(done, targets, following))
    if done:
        _conclude(done, targets, settings.replace, how["as_json"])


def _announce(
    lines: Sequence[Estimate],
    others: Sequence[Estimate],
    left: int,
    say: Callable[[str], None],
) -> None:
    """Say what the run will cost. `left`: images that fallbacks alone are asked about."""
    from altsync.render.money import UNPRICED, about, money
    from altsync.render.text import count

    for line in lines:
        if not line.images:
            continue
        source = f"; {line.price.source}" if line.price else ""
        say(
            f"{count(line.images, 'image')} with {line.model}: {about(line.total)}"
            f" ({line.basis}{source}).",
        )
    for line in others[: bool(left)]:
        say(
            f"{count(left, 'image')} with {line.model}, since there was no text before:"
            f" {about(line.total)} ({line.basis}).",
        )
    for line in others:
        each = f", {UNPRICED}"
        if line.call is not None:
            each = f" for about {money(line.call)} an image more"
        say(f"Where there is no text, {line.model} is asked{each}.")


def _conclude(
    done: Generated, targets: Targets, rules: Sequence[str], as_json: bool
) -> None:
    from altsync.errors import PartlyDone
    from altsync.render.text import count

    total = len(targets)
    each = ""
    if done.made and done.spent and not done.unpriced:
        each = f", ${done.spent / done.made:.4f} each"
    if not as_json:
        _command.tell(f"{done.stored}{each}.")
    told = [
        (done.stood_in, "got the text from a fallback, since the model had none"),
        (done.unread, "could not be read for words in the picture: skipped there"),
        *_generated.from_before(done),
        (
            done.unpriced,
            "answered at a cost that nobody knows: set [generate.prices] in"
            " altsync.toml, and `altsync cost` counts it",
        ),
    ]
    _command.say_each("image", told)
    for sentence in done.given_up:
        _command.warn(sentence)
    _choosing.passed_over(targets)
    if done.lost:
        _command.warn(
            f"{count(done.lost, 'answer')} got lost on the way: the cost is estimated"
            " there (altsync cost).",
        )
    if done.stopped:
        raise PartlyDone(
            f"{done.stopped} Stopped before it; run `altsync generate` again to go on."
        )
    if done.failed:
        verb = "is" if done.failed == 1 else "are"
        raise PartlyDone(
            f"{count(done.failed, 'image')} of {total:,} failed and {verb} listed by"
            f" `altsync failures`; the rest is done. The last of them: {done.problem}"
        )
    if done.made or done.reused:
        _command.say(
            f"Look at them with: altsync review, or approve with: {_approving(rules)}",
        )


def _approving(rules: Sequence[str]) -> str:
    """What approves many at once of what a run made."""
    if not rules:
        return "altsync approve --all"
    return (
        f"altsync approve --all --replacing rule={','.join(rules)} (and what was no"
        " person's: altsync approve --all)"
    )
