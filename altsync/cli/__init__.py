"""The altsync command: one file per command, each thin: open, call, render.

Only click is imported here and at the top of a command's file (requests, llm, datasette and rich cost 0.06 to 1.4 s):
`altsync --help` and `altsync diff` have to feel instant. Errors are printed at one place, `main`.
pathlib (3 ms) and pkgutil (6 ms) are left out for the same reason.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

ORDER = (
    "init", "pull", "generate", "lint", "review", "approve", "reject", "diff", "push", "revert", "status",
)  # fmt: skip
"""The commands of the loop first, in the order in which they are used; the others follow by name."""


class Commands(click.Group):
    """Finds `command` in every file of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {
            name.removesuffix(".py").rstrip("_").replace("_", "-")
            for name in os.listdir(os.path.dirname(__file__))  # noqa: PTH120, PTH208
            if name.endswith(".py") and not name.startswith("_")
        }
        return [n for n in ORDER if n in names] + sorted(names - set(ORDER))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        try:
            module = importlib.import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{name}":
                raise
            module = importlib.import_module(f"{__name__}.{name}_")  # import.py cannot be imported by that name
        command: click.Command = module.command
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="altsync")
@click.option(
    "--config", "config_path", metavar="PATH", envvar="ALTSYNC_CONFIG", help="altsync.toml to use (default: here)."
)
@click.pass_context
def cli(ctx: click.Context, config_path: str | None) -> None:
    """Alt text for every image of a Drupal site: mirror, propose, review, audit, send, take back."""
    ctx.obj = config_path


def main(args: Sequence[str] | None = None) -> None:
    """Console entry point: run a command, print what went wrong in one sentence, end with its exit code."""
    from altsync.errors import AltsyncError, Interrupted

    try:
        cli.main(args=args, prog_name="altsync", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What was done is kept.", err=True)
        sys.exit(Interrupted.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except AltsyncError as error:
        if str(error):
            click.echo(str(error), err=True)
        sys.exit(error.exit_code)
