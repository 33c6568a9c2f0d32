"""The altsync command: one file per command, each thin: open, call, render.

Only click is imported here and at the top of a command's file (requests, llm, datasette
and rich cost 0.06 to 1.4 s): `altsync --help` and `altsync diff` have to feel instant.
Errors are printed at one place, `main`.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from altsync.cli import _command, _talk

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "init": "Look at the site and write altsync.toml.",
    "pull": "Mirror every image's metadata into SQLite.",
    "pages": "Read the pages that show the images.",
    "generate": "Let a vision model propose texts.",
    "lint": "Say which alt texts are bad, and why.",
    "review": "Judge candidates by eye and keyboard, in the browser.",
    "approve": "Approve candidates: by name, or all that wait.",
    "reject": "Reject candidates.",
    "ask": "Ask a colleague about candidates.",
    "packet": "Verdicts on paper: a folder to judge in offline.",
    "diff": "Show exactly what push would send.",
    "push": "Send the approved texts: only what changed.",
    "verify": "Compare what visitors get with the mirror.",
    "revert": "Take back what a push sent.",
    "settle": "Say what became of a change that a crash left open.",
    "run": "Pull, propose and check while nobody watches.",
    "failures": "Say what failed and still fails.",
    "status": "Show the funnel, and what to do next.",
    "coverage": "Say what is seen of the site, and what is not.",
    "browse": "Browse the mirror in Datasette.",
    "caption": "Texts for files or addresses, without a database.",
    "compare": "Let several models write, and grade them blind.",
    "work": "Questions for engines of your own, and their answers.",
    "context": "Show, or fill in, what a model is told about images.",
    "cost": "Say what the candidates cost.",
    "completion": "Let Tab complete commands, albums, images and more.",
    "demo": "Run the whole loop on a demonstration site.",
    "help": "Explain a command.",
    "export": "Write the mirror as text that diffs well in git.",
    "import": "Build the mirror again from an export.",
    "log": "Show every event in order.",
    "keys": "Store the keys of models, and the site's own.",
    "metadata": "Write metadata.yml for a Datasette of your own.",
    "models": "List the vision models that llm has here.",
    "plugins": "Add or take away plugins of llm: more models.",
    "rules": "Explain every rule of the lint.",
    "sample": "Judge a random sample; state what it proves.",
    "uses": "Show the places of one picture.",
    "who": "Say whose each text is.",
}
"""Every command, the loop first, in the order in which it is used. Their lines stand
here, because `altsync --help` would otherwise import every command's file (1 ms each).
"""


class Commands(_command.Grouped):
    """Imports a command's file when it is asked for, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = (
            "import_" if cmd_name == "import" else cmd_name.replace("-", "_")
        )  # import.py could not be imported
        command: click.Command = importlib.import_module(f"{__name__}.{name}").command
        if ctx.resilient_parsing:  # a shell completes a line
            from altsync.cli import _complete

            _complete.attach(cmd_name, command)
        return command

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem[str]]:
        """The commands by their lines here: none is imported for it."""
        from click.shell_completion import CompletionItem

        if incomplete[:1] == "-":
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=about)
            for name, about in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=Commands,
    params=list(_command.shared_options(envvar="ALTSYNC_CONFIG")),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(None, "-V", "--version", package_name="altsync")
def cli() -> None:
    """Alt text for every image of a Drupal site: mirror, propose, review, audit, send,
    take back."""


def main(args: Sequence[str] | None = None) -> None:
    """Console entry point: run a command, print what went wrong in one sentence, end
    with its exit code."""
    if "_ALTSYNC_COMPLETE" in os.environ:
        from altsync.cli import _shells

        sys.exit(_shells.answer())
    with _talk.heard():
        _main(sys.argv[1:] if args is None else list(args))


def _main(given: Sequence[str]) -> None:
    try:
        cli.main(args=list(given), prog_name="altsync", standalone_mode=False)
        _flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:
        _end(_interrupted(error), 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        _end(*_told(error, given))


def _interrupted(error: BaseException) -> str:
    """What an interrupt says of itself: click raises Abort from it."""
    cause = error.__cause__ if isinstance(error, click.Abort) else error
    said = str(cause) if isinstance(cause, KeyboardInterrupt) else ""
    return said or "Interrupted. What was done is kept."


def _told(error: Exception, args: Sequence[str]) -> tuple[str, int]:
    """The one sentence about an error, and the exit code."""
    import sqlite3

    from altsync.errors import AltsyncError

    if isinstance(error, AltsyncError):
        return str(error), error.exit_code
    code = AltsyncError.exit_code
    if isinstance(error, sqlite3.Error):
        return (
            f"The database could not be used: {error}. What was committed is kept; run"
            " it again.",
            code,
        )
    if isinstance(error, OverflowError) and "SQLite" in str(error):
        return "A number in this command is larger than any that altsync keeps.", 2
    if isinstance(error, OSError) and _is_about_files(error):
        _give_output_up()
        return (
            f"{error.filename or 'The output, or a file,'} could not be written or read:"
            f" {error.strerror}. What was committed is kept; mend that, and run it"
            " again.",
            code,
        )
    from altsync.cli import _unexpected

    return _unexpected.written(error, args), code


def _is_about_files(error: OSError) -> bool:
    """The machine refused, and nothing is wrong with altsync."""
    refused = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
    return refused or error.filename is not None


def _flush() -> None:
    if not sys.stdout.closed:  # the pager of click 8.4.0 does
        sys.stdout.flush()


def _give_output_up() -> None:
    """What waits to be written and cannot be (a full disk, a device that is gone), so
    that nothing tries again when Python ends."""
    try:
        _flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(sentence: str, code: int) -> NoReturn:
    """Say it on stderr, as far as that can be written, and end."""
    from altsync.render.text import plain_lines

    if sentence:
        with contextlib.suppress(OSError):
            click.echo(plain_lines(sentence), err=True)
    sys.exit(code)
