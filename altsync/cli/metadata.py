"""altsync metadata"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _formats, _printing, _session

if TYPE_CHECKING:
    from altsync.config import Config


@_command.command(
    examples=(
        "altsync metadata  # Write it beside the database.",
        "altsync metadata --output -  # Print it.",
    )
)
@click.option(
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where to; - prints it (default: metadata.yml beside the database).",
)
@click.option(
    "--overwrite", is_flag=True, help="Replace a file that somebody wrote or changed."
)
@click.pass_context
def command(ctx: click.Context, output: Path | None, overwrite: bool) -> None:
    """Write metadata.yml: what tables and columns mean, and ready-made questions, for a
    Datasette of your own."""
    from altsync import atomic
    from altsync.web import described

    config = _session.load(ctx)
    text = described.text(config)
    if output == Path("-"):
        _printing.put(text)
        return
    file = output or config.database.parent / "metadata.yml"
    _formats.spare(file)
    if _is_to_write(file, text, overwrite):
        with _formats.writable(file):
            atomic.make_directory(file.parent)
            with atomic.replacing(file) as part:
                part.write_text(text, "utf-8")
        _command.tell(f"Wrote {_short(file)}.")
    else:
        _command.tell(f"{_short(file)} says that already.")
    _command.say(f"Look at the mirror with: {_serving(config, file)}")


def _is_to_write(file: Path, text: str, overwrite: bool) -> bool:
    """Whether the file lacks this. Raises UsageError where it is somebody's."""
    from altsync.errors import UsageError
    from altsync.web.described import Written, written

    if not file.exists():
        return True
    if not file.is_file():
        raise UsageError(f"{file} is no file. Name another place with --output PATH.")
    try:
        found = written(file.read_text("utf-8"), text)
    except UnicodeDecodeError:
        found = Written.THEIRS
    if found is Written.THEIRS and not overwrite:
        raise UsageError(
            f"{_short(file)} was written or changed by somebody, so it stays. Write to"
            " another place with --output PATH, or over it with --overwrite."
        )
    return found is not Written.SAME


def _serving(config: Config, file: Path) -> str:
    """What to type: Datasette 1.0 without altsync beside it reads the questions from its
    configuration."""
    databases = [
        one
        for one in (config.database, config.llm_log)
        if one == config.database or one.exists()
    ]
    names = shlex.join(_short(one) for one in databases)
    told = shlex.quote(_short(file))
    return f"datasette {names} -m {told} (Datasette 1.0: -m {told} -c {told})"


def _short(path: Path) -> str:
    """As it is typed from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
