"""altsync packet"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from click_default_group import DefaultGroup

from altsync.cli import _command, _json, _names, _session, _talk

if TYPE_CHECKING:
    from altsync.documents.judged import PacketDocument
    from altsync.packets.reading import CameBack
    from altsync.packets.writing import Packed


_GROUP = cast("type[click.Group]", DefaultGroup)


@_command.group(
    _GROUP,
    default="write",
    examples=(
        "altsync packet out --limit 50  # Fifty texts to judge without altsync.",
        "altsync packet out --album at-home --to ben  # One album, for ben.",
        "altsync packet read out  # Take the verdicts back.",
    ),
)
def command() -> None:
    """Verdicts on paper: a folder to judge in without altsync, and its verdicts back.

    `altsync packet DIR` writes a folder, `altsync packet read FILE…` takes what came
    back. A folder that is called read or write is written as ./read.
    """


def _rule(ctx: click.Context, option: click.Parameter, given: str | None) -> str:
    from altsync.cli import _rules

    return "" if given is None else next(iter(_rules.chosen((given,))))


def _state(ctx: click.Context, option: click.Parameter, given: str) -> str:
    from altsync.models import State

    states = [str(state) for state in State if state.in_reach]
    if given not in states:
        raise click.BadParameter(f"{given} is none of {', '.join(states)}.")
    return given


@_command.command(
    examples=(
        "altsync packet write out --limit 50  # The fifty riskiest texts that wait.",
        "altsync packet write out --album at-home --to ben  # One album, for ben.",
        "altsync packet write more --new  # What no packet has yet.",
    )
)
@click.argument(
    "directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--to", "given_to", metavar="NAME", default="", help="Who will judge.")
@click.option("--album", metavar="ALBUM", help="Only images of this album.")
@click.option(
    "--state",
    default="needs-review",
    metavar="STATE",
    show_default=True,
    callback=_state,
    help="Only images in this state.",
)
@click.option(
    "--rule",
    metavar="RULE",
    callback=_rule,
    help="Only with a finding of this rule.",
)
@click.option("--model", metavar="MODEL", help="Only texts of this model.")
@click.option("--language", metavar="TAG", help="Only images in this language.")
@click.option(
    "--risk",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="R",
    help="Only from this risk on, 0 to 1.",
)
@click.option(
    "--words", default="", help="Only images of which all these words are said."
)
@click.option(
    "--asked",
    metavar="NAME",
    help="Only images about which this colleague is asked (with --state unsure).",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 2000),
    default=200,
    show_default=True,
    help="At most so many images, riskiest first.",
)
@click.option("--new", is_flag=True, help="Only images that no packet has yet.")
@_session.by("Who hands it out")
@_json.option
@click.pass_context
def write(
    ctx: click.Context,
    directory: Path,
    given_to: str,
    album: str | None,
    state: str,
    rule: str,
    model: str | None,
    language: str | None,
    risk: float,
    words: str,
    asked: str | None,
    limit: int,
    new: bool,
    by: str,
    as_json: bool,
) -> None:
    """Write a folder: a page with pictures, texts and choices that works offline, and
    the same as CSV and XLSX for spreadsheets.

    Whoever judges needs nothing but a browser or a spreadsheet.
    """
    from altsync.cli import _formats
    from altsync.errors import UsageError
    from altsync.models import State
    from altsync.packets.writing import Packing
    from altsync.reviewers import wrong_name
    from altsync.store.queue import Filter
    from altsync.web.pages.frame import in_words

    if given_to and (wrong := wrong_name(given_to)):
        raise UsageError(f"--to must {wrong}.")
    config = _session.load(ctx)
    wanted = Filter(
        State(state),
        album or "",
        rule,
        model or "",
        language or "",
        risk,
        words=words,
        asked=asked or "",
    )
    with (
        _session.opened(config) as store,
        _talk.talking() as talk,
        _formats.writable(directory),
    ):
        with store.read() as conn:
            _names.check(
                conn,
                albums=[album],
                models=[model],
                languages=[language],
                people=[asked],
            )
        done = Packing(
            config,
            store,
            directory,
            wanted,
            in_words(wanted),
            by,
            given_to,
            limit,
            new,
            talk,
        ).run()
    _tell_packed(done, directory, as_json)


def _tell_packed(done: Packed, directory: Path, as_json: bool) -> None:
    from altsync.installation import extra
    from altsync.render.text import count

    document: PacketDocument = {
        "packet": done.packet,
        "directory": str(directory),
        "page": str(done.page),
        "images": done.images,
        "lines": done.lines,
        "pictures": done.pictures,
        "left": done.left,
        "xlsx": done.xlsx,
        "next": "altsync packet read FILE…",
    }
    wrote = (
        f"Wrote packet {done.packet}: {count(done.images, 'image')},"
        f" {count(done.lines, 'text')} to judge. Open {done.page}"
    )
    _json.result(as_json, document, wrote)
    without = done.images - done.pictures
    if without:
        _command.warn(f"{count(without, 'image')} without a picture here.")
    if done.left:
        _command.warn(f"Not in it: {count(done.left, 'image')} that fit too.")
    if not done.xlsx:
        _command.warn(f"No packet.xlsx: that needs an extra ({extra('xlsx')}).")
    _command.say("Hand on the whole folder. What comes back: altsync packet read FILE…")


@_command.command(
    examples=(
        "altsync packet read out  # All files of a folder that came back.",
        "altsync packet read out/packet.csv --json  # One of them; what became of each.",
    )
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, path_type=Path),
)
@_json.option
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Take the verdicts of files that came back (the page's saved JSON, CSV, XLSX), or
    of folders of them.

    Each is taken exactly, or refused with its reason. What was read before changes
    nothing, so the same files can be read again. Where two people judged one image
    differently, the later verdict counts, and both are named.
    """
    from altsync.packets.reading import Reading

    config = _session.load(ctx)
    with _session.opened(config) as store, _talk.talking() as talk:
        done = Reading(config, store, files, talk).run()
    _tell_read(done, as_json)


def _tell_read(done: CameBack, as_json: bool) -> None:
    """Raises PartlyDone where something was refused."""
    from altsync.errors import PartlyDone
    from altsync.packets import telling
    from altsync.render.text import count, plain

    if as_json:
        _json.show(telling.as_dict(done))
    else:
        for sentence in telling.sentences(done):
            click.echo(plain(sentence))
    for sentence in telling.besides(done):
        _command.warn(plain(sentence))
    if done.refused:
        raise PartlyDone(
            f"{count(len(done.refused), 'line')} refused. Mend that and read the file"
            " again: what was taken is not taken twice."
        )


command.add_command(write)
command.add_command(read)
