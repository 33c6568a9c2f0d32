"""altsync help"""

from __future__ import annotations

from collections.abc import Iterator

import click

from altsync.cli import _command, _printing

VARIABLES = "variables"


@_command.command(
    examples=(
        "altsync help  # All commands.",
        "altsync help push  # One of them, page by page: as `altsync push --help`.",
        "altsync help packet read  # A command of a command.",
        "altsync help variables  # What altsync reads from the environment.",
    )
)
@click.argument("names", metavar="[COMMAND]…", nargs=-1)
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Explain a command; without a name, list them all.

    `altsync help variables` explains the variables of the environment.
    """
    here = ctx.find_root()
    if names == (VARIABLES,):
        _printing.paged(_variables(here))
        return
    for name in names:
        here = _below(here, name)
    _printing.paged(iter(here.get_help().splitlines()))


def _variables(ctx: click.Context) -> Iterator[str]:
    from altsync import variables

    formatter = ctx.make_formatter()
    for title, table in (
        ("altsync's own", variables.OWN),
        ("Shared", variables.SHARED),
    ):
        with formatter.section(title):
            formatter.write_dl(list(table.items()))
    return iter(formatter.getvalue().strip().splitlines())


def _below(above: click.Context, name: str) -> click.Context:
    """The context of the command `name` of a group. Raises UsageError where there is
    none."""
    from altsync.errors import UsageError

    group = above.command
    if not isinstance(group, click.Group):
        raise UsageError(f"{above.command_path} has no commands of its own.")
    if name not in group.list_commands(above):
        raise _command.no_such(above, name)
    found = group.get_command(above, name)
    assert found is not None
    return found.context_class(found, parent=above, info_name=name)
