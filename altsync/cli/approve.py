"""altsync approve"""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _names, _rules, _session

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.documents.judged import ApproveDocument, ChosenItem, LeftItem
    from altsync.store.candidates import Open
    from altsync.store.store import Store
    from altsync.verdicts.acts import Judged, Still
    from altsync.verdicts.policy import Way


@_command.command(
    examples=(
        "altsync approve at-home/neighbours  # One that you looked at.",
        "altsync approve at-home/neighbours --model altsync-demo  # That model's text.",
        "altsync approve --all --unflagged  # All in which the lint found nothing.",
        (
            "altsync approve --all --yes --by ann"
            "  # All, in the name of ann, without a question."
        ),
    )
)
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option(
    "--model",
    metavar="MODEL",
    help="Of an image that is named: the text by this model, where several wait."
    " Without it the newest.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Every image that waits for a verdict."
)
@click.option(
    "--unflagged",
    is_flag=True,
    help="With --all: only texts without an error or warning of the lint.",
)
@click.option(
    "--replacing",
    metavar="rule=ID[,ID]",
    help=(
        "With --all: only texts that `generate --replace` proposed in the place of a"
        " person's words, by these rules."
    ),
)
@click.option(
    "--by-sample",
    "run",
    type=int,
    metavar="RUN",
    help="The rest of that sample's texts, if its bound holds.",
)
@click.option(
    "-y",
    "--yes",
    is_flag=True,
    help="Do not ask: about texts that an open sample speaks for (--all), or about errors"
    " that its reader may have missed (--by-sample).",
)
@_session.NOTE
@_session.by("Whose verdict this is")
@_json.option
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    model: str | None,
    everything: bool,
    unflagged: bool,
    replacing: str | None,
    run: int | None,
    yes: bool,
    note: str,
    by: str,
    as_json: bool,
) -> None:
    """Approve candidates: by name, or all that wait. Push sends only what is approved.

    --all leaves alone what wants a person's eye, and says why: decorative and complex
    images, texts in which the lint found an error, suggestions for a person's words,
    what would replace them by a rule (--replacing approves these alone), and images
    with candidates of several models to choose from. An image that is named
    is approved whatever the lint says, also one that --all approved before.
    """
    from altsync.errors import UsageError
    from altsync.render.text import count
    from altsync.verdicts import acts
    from altsync.verdicts.asides import aside
    from altsync.verdicts.policy import Way

    rules = _rules.after_rule("--replacing", replacing)
    every = everything or unflagged or bool(rules)
    if [bool(images), every, run is not None].count(True) != 1:
        raise UsageError(
            "Name the images to approve, or say --all (or --unflagged, or --replacing"
            " rule=ID), or --by-sample RUN."
        )
    if unflagged and rules:
        raise UsageError("Say --unflagged or --replacing, not both.")
    said = aside(note)
    if (said.note or model) and not images:
        raise UsageError("--note and --model are about images that are named.")
    config = _session.load(ctx)
    if run is not None:
        _by_sample(config, run, yes, as_json)
        return
    way = Way.UNFLAGGED if unflagged else Way.BULK
    with _session.opened(config) as store:
        if not images and not rules and not yes:
            _ask_past_samples(store, way)
        with store.write() as tx:
            if images:
                _names.check(tx, models=[model])
                done = acts.approve_named(tx, images, by, said, model)
            elif rules:
                done = acts.approve_replacing(tx, by, rules, _still(config, tx))
            else:
                done = acts.approve_waiting(tx, by, way)
    following = "altsync diff" + " --replace-human" * bool(rules)
    approved = f"Approved {count(done.judged, 'candidate')}."
    _json.result(as_json, _document(done, following), approved)
    _say_chosen(done.chosen)
    _say_left(done.left)
    if done.judged:
        _command.say(f"Look at what would be sent with: {following}")


def _document(done: Judged, following: str) -> ApproveDocument:
    chosen: list[ChosenItem] = [
        {
            "image": one.image,
            "candidate": one.id,
            "alt": one.alt,
            "model": one.model,
            "waited": waited,
        }
        for one, waited in done.chosen
    ]
    return {
        "approved": done.judged,
        "left": _left(done.left),
        "chosen": chosen,
        "next": following if done.judged else None,
    }


def _left(left: Sequence[tuple[str, str]]) -> list[LeftItem]:
    return [{"image": image, "reason": reason} for image, reason in left]


def _still(config: Config, conn: sqlite3.Connection) -> Still:
    """What the rules find today, with everything that is known today."""
    from altsync.lint import redo
    from altsync.uses import Known

    known = Known(config, conn)
    return lambda image: (
        one.rule
        for one in redo.errors(image, known.of(image), known.rules, redo.TRUSTED)
    )


def _say_chosen(chosen: Sequence[tuple[Open, int]]) -> None:
    """A name does not say which text was meant: said with --quiet, too."""
    from altsync.render.text import quoted

    for one, waited in chosen:
        author = one.model or "a person"
        _command.warn(
            f"{one.image}: of {waited} texts the newest, by {author}:"
            f" {quoted(one.alt)} (all: altsync log {shlex.quote(one.image)};"
            " another: --model MODEL)",
        )


def _say_left(left: Sequence[tuple[str, str]]) -> None:
    """A name is no way on where there is a choice: it would take the newest unseen."""
    from altsync.render.text import count
    from altsync.verdicts.policy import CHOICE

    reasons = Counter(reason for _, reason in left)
    for reason, number in reasons.items():
        _command.say(f"Left alone: {count(number, 'image')}: {reason}.")
    if not reasons:
        return
    named = next((image for image, reason in left if reason != CHOICE), None)
    or_by_name = ""
    if named is not None:
        or_by_name = f"; or name it: altsync approve {shlex.quote(named)}"
    _command.say(f"Look at what was left in: altsync review{or_by_name}")


def _by_sample(config: Config, run: int, yes: bool, as_json: bool) -> None:
    """Approve what nobody read, on the word of a sample that somebody did read."""
    from altsync.render.text import count, percent
    from altsync.verdicts.sampling import approve_rest

    with _session.opened(config) as store:
        if not yes:
            _ask_past_misses(store, run)
        done = approve_rest(store, run)
    confidence = done.said.sample.confidence
    document: ApproveDocument = {
        "approved": done.approved,
        "left": _left(done.left),
        "chosen": [],
        "sample": run,
        "most": done.most,
        "confidence": confidence,
        "next": "altsync diff" if done.approved else None,
    }
    approved = (
        f"Approved {count(done.approved, 'candidate')} as sample:{run}: at most"
        f" {done.most:,} of them wrong, at {percent(confidence)} confidence."
    )
    _json.result(as_json, document, approved)
    _say_left(done.left)
    if done.approved:
        _command.say("Look at what would be sent with: altsync diff")


def _ask_past_misses(store: Store, run: int) -> None:
    """Raises AltsyncError unless somebody says that the bound may hold for a reader only
    who misses nothing."""
    from altsync.verdicts import telling
    from altsync.verdicts.statements import statement

    with store.read() as conn:
        said = statement(conn, run)
    if not said.holds or said.holds_missed:
        return
    for sentence in telling.proves(said):
        _command.warn(sentence)
    _insist(
        "The bound holds only for a reader who misses nothing. Judge the rest with"
        " `altsync review`, or say --yes."
    )


def _ask_past_samples(store: Store, way: Way) -> None:
    """Raises AltsyncError unless somebody says that texts shall go on whatever an open
    sample would have said of them."""
    from altsync.verdicts import telling
    from altsync.verdicts.sampling import stood_for

    with store.read() as conn:
        found = stood_for(conn, way)
    for said, number in found:
        _command.warn(telling.past(said, number))
    if found:
        _insist("Judge the sample first, or say --yes to approve whatever it says.")


def _insist(else_: str) -> None:
    """Raises AltsyncError unless the answer is yes; without a terminal UsageError."""
    from altsync.errors import AltsyncError, UsageError

    if not sys.stdin.isatty():
        raise UsageError(f"Nothing was approved. {else_}")
    question = "Approve them all the same? Type yes"
    with _session.asking():
        answer = click.prompt(question, err=True, default="", show_default=False)
    if answer.strip() != "yes":
        raise AltsyncError("Nothing was approved.")
