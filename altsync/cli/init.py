"""altsync init"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from altsync.cli import _command, _formats, _waiting
from altsync.sources.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from altsync.config import Config
    from altsync.sources.base import Hints, Note


_SENTENCES = re.compile(r"(?<=[.?]) (?=[A-Z])")


@_command.command(
    examples=(
        (
            "altsync init https://example.org"
            "  # Look at a site, and write altsync.toml for it."
        ),
        (
            "altsync init https://example.org --inventory"
            " https://example.org/sitemap.xml"
            "  # An album site, with where it lists its images."
        ),
        (
            "altsync init https://example.org --config other.toml"
            "  # Into another file, for another site."
        ),
    )
)
@click.argument("url")
@click.option(
    "--source",
    type=click.Choice([name for name, kind in KINDS.items() if kind.probe]),
    help="Do not look for it: the site speaks this.",
)
@click.option(
    "--inventory",
    multiple=True,
    metavar="WHERE",
    help="Album site: where its images are listed. Repeatable.",
)
@click.option(
    "--pixels",
    metavar="TEMPLATE",
    default="",
    help="Album site: picture URL with {album} and {image}, or a directory.",
)
@click.option(
    "--label",
    metavar="FIELD",
    default="",
    help="Album site: the field that says who wrote a text (0 machine, 1 person).",
)
@click.option(
    "--user",
    metavar="NAME",
    default="",
    help="JSON:API: log in as this user (password: ALTSYNC_PASSWORD).",
)
@click.option(
    "--client",
    metavar="ID",
    default="",
    help="JSON:API: log in with OAuth as this client (secret: ALTSYNC_TOKEN).",
)
@click.option(
    "--front",
    type=click.Choice(["", "basic"]),
    default="",
    metavar="basic",
    help="HTTP Basic stands before the site (ALTSYNC_FRONT_USER, ALTSYNC_FRONT_PASSWORD).",
)
@click.option(
    "--model", metavar="MODEL", default="", help="The vision model for generate."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    url: str,
    source: str | None,
    **told: Any,
) -> None:
    """Look at the site, write altsync.toml, and say what was found and what to do next."""
    from altsync import config as configuration
    from altsync.atomic import make_directory, replacing
    from altsync.sources import find_site
    from altsync.sources.base import Hints

    path = _new_file(_command.asked(ctx).config or configuration.DEFAULT_FILE)
    hints = Hints(_address(url), **told)
    _refuse_secrets(hints)
    _refuse_what_is_not_there(hints, path)
    if hints.inventory or hints.pixels:
        source = "album"
    with _waiting.told(), _without_a_file(url, hints):
        found = find_site(hints, kind=source or "", tell=_tell)
    _show(found.notes)
    config = configuration.parse(found.toml, path)
    above = _above(path)
    with _formats.writable(path):
        make_directory(path.parent)
        with replacing(path) as part:
            part.write_text(found.toml, "utf-8")
    _command.tell(f"Wrote {path} for {hints.url}.")
    if above is not None:
        _tell(f"From here on it counts in place of {above}.")
    with _waiting.told():
        notes = () if found.looked else _probe(config)
    _show(notes)
    for line in _next([*found.notes, *notes], found.instead):
        _tell(line)


def _above(path: Path) -> Path | None:
    """The file that counted here until now, where the new one comes before it."""
    from altsync import config
    from altsync.errors import ConfigError

    try:
        found = config.which()
    except ConfigError:  # another user's: it never counted
        return None
    is_here = path.absolute() == Path.cwd() / config.DEFAULT_FILE
    return found if is_here else None


def _new_file(name: str) -> Path:
    """Where to write. Raises UsageError where a file is there already, or none can be:
    before the site is asked anything."""
    import tempfile

    from altsync.errors import UsageError

    path = Path(name)
    if path.exists():
        raise UsageError(
            f"{path} is there already; nothing was written. Change it by hand, or name"
            " another file with --config PATH."
        )
    there = next(above for above in path.absolute().parents if above.exists())
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise UsageError(
            f"{there} cannot be written to ({error.strerror}). Go to a directory of your"
            " own, or name a file there with --config PATH."
        ) from None
    return path


def _address(url: str) -> str:
    """The site's address, whole. Raises UsageError for what names no host."""
    from urllib.parse import urlsplit

    from altsync.addresses import of_site, typed
    from altsync.errors import UsageError

    whole = typed(url)
    try:
        host = urlsplit(whole).hostname
    except ValueError:
        host = None
    if not host:
        raise UsageError(
            f"{url!r} names no site. Write its address: altsync init https://example.org"
        )
    return of_site(whole)


def _refuse_what_is_not_there(hints: Hints, path: Path) -> None:
    """Raise UsageError for an inventory that is no address and is not there, seen from
    altsync.toml."""
    from altsync.errors import UsageError
    from altsync.sources.inventory import is_address

    for entry in hints.inventory:
        where = path.parent / Path(entry).expanduser()
        if not is_address(entry) and not where.exists():
            raise UsageError(
                f"--inventory {entry}: there is no such file or directory, so no image"
                " would be known. Nothing was written. Name a file or a directory that"
                f" is there (seen from {path.parent.absolute()}), or an address."
            )


@contextlib.contextmanager
def _without_a_file(typed: str, hints: Hints) -> Iterator[None]:
    """What keeps a site from being looked at is told without altsync.toml, which is not
    there yet."""
    from altsync.errors import SourceError, Unreachable

    try:
        yield
    except SourceError as error:
        told = _SENTENCES.split(str(error))
        kept = [one for one in told if "altsync.toml" not in one]
        helped = len(kept) == len(told) or any("altsync init" in one for one in kept)
        if not any("Nothing was written" in one for one in kept):
            kept.append("Nothing was written.")
        if not helped:
            what = "" if isinstance(error, Unreachable) else " and the options"
            kept.append(f"Check the address{what}, then run `altsync init` again.")
        guessed = "://" not in typed and hints.url.startswith("https://")
        if guessed and isinstance(error, Unreachable) and "name is not" not in told[0]:
            other = hints.url.partition("://")[2]
            kept.append(f"Or is it http? altsync init http://{other}")
        error.args = (" ".join(kept),)
        raise


def _refuse_secrets(hints: Hints) -> None:
    """Raise UsageError for an address with a secret in it, before anything is asked."""
    from altsync.addresses import trouble
    from altsync.errors import UsageError

    given = {"The address of the site": hints.url, "--pixels": hints.pixels}
    given |= {f"--inventory ({n + 1}.)": one for n, one in enumerate(hints.inventory)}
    for name, address in given.items():
        if wrong := trouble(address):
            raise UsageError(f"{name} {wrong} Nothing was written.")


def _tell(sentence: str) -> None:
    _command.say(sentence)


def _show(notes: Sequence[Note]) -> None:
    for note in notes:
        said = _command.tell if note.ok else click.echo
        said(f"  {'ok' if note.ok else '!!'}  {note.sentence}")


def _next(notes: Sequence[Note], instead: str) -> Iterator[str]:
    """What to do: what is to be mended, and only then `pull`. `instead`: where nothing
    speaks for the kind of site that was taken, what another one needs."""
    wrong = [note for note in notes if not note.ok]
    if not wrong:
        yield "Next: altsync pull"
        return
    steps = list(dict.fromkeys(note.step for note in wrong if note.step))
    if any(not note.step for note in wrong):
        others = "the other lines" if steps else "the lines"
        steps.append(f"do what {others} marked !! say")
    for word, step in zip(("Next", *["Then"] * len(steps)), steps, strict=False):
        yield f"{word}: {step}"
    yield "After that: altsync pull"
    if instead and len(wrong) == len(notes):
        yield f"Or is it another kind of site? {instead}"


def _probe(config: Config) -> Sequence[Note]:
    """What the configured source says about itself; an error is a note too."""
    from altsync.errors import AltsyncError
    from altsync.sources import open_source
    from altsync.sources.base import Note

    try:
        source = open_source(config)
    except AltsyncError as error:
        return [Note(False, str(error))]
    try:
        return source.probe()
    except AltsyncError as error:
        return [Note(False, str(error))]
    finally:
        source.close()
