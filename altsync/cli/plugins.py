"""altsync plugins"""

from __future__ import annotations

import shlex
import sys

import click

from altsync.cli import _command, _json


@_command.group(
    click.Group,
    examples=(
        "altsync plugins list  # Name the plugins of llm that are here.",
        "altsync plugins install llm-anthropic  # Bring the models of a provider.",
    ),
)
def command() -> None:
    """llm's plugins: each brings the models of a provider, or of this machine."""


@_command.command(
    "list",
    examples=(
        "altsync plugins list  # Each with its version.",
        "altsync plugins list --json  # The same for a program.",
    ),
)
@_json.option
def list_(as_json: bool) -> None:
    """Name the plugins that are here, with their versions."""
    from altsync.cli import _session
    from altsync.generate.installed import installed

    found = installed()
    if as_json:
        _json.show(found)
    else:
        for one in found:
            click.echo(f"{one['name']:30} {one['version']}")
    _session.left_out()
    _command.say("Add one with: altsync plugins install llm-anthropic")


@_command.command(
    examples=(
        "altsync plugins install llm-anthropic  # Bring the models of a provider.",
        "altsync plugins install -U llm-gemini  # Bring its newest version.",
    )
)
@click.argument("packages", nargs=-1, required=True, metavar="PACKAGE…")
@click.option(
    "-U", "--upgrade", is_flag=True, help="Bring it up to its newest version."
)
def install(packages: tuple[str, ...], upgrade: bool) -> None:
    """Install plugins of llm where altsync is, as llm itself does."""
    from altsync import installation
    from altsync.cli import _llm
    from altsync.errors import AltsyncError
    from altsync.generate.installed import no_plugins
    from altsync.render.text import plain

    named = _named(packages)
    _check_pip()
    if _llm.apart("install", *(("--upgrade",) if upgrade else ()), *named):
        raise AltsyncError(
            "Nothing was installed; pip's own words stand above. Where it knows no such"
            " package, look at the name: plugins of llm are called llm-NAME."
        )
    for name in no_plugins(packages):
        _command.warn(
            plain(
                f"{name} is no plugin of llm, so it brings no models. Was llm-{name}"
                " meant?"
            )
        )
    by = installation.installer()
    if by is not installation.Installer.PIP:
        _command.warn(
            f"{by} does not know of it, and takes it away when it builds altsync anew."
            f" So that it stays: {installation.adding(packages)}"
        )
    _command.say("`altsync models` lists what there is now, and names its keys.")


@_command.command(
    examples=(
        "altsync plugins uninstall llm-anthropic  # Asks before it does.",
        "altsync plugins uninstall llm-anthropic --yes  # Does not ask.",
    )
)
@click.argument("packages", nargs=-1, required=True, metavar="PACKAGE…")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def uninstall(packages: tuple[str, ...], yes: bool) -> None:
    """Take plugins of llm away, as llm itself does; nothing else can be taken away."""
    from altsync.cli import _llm
    from altsync.errors import AltsyncError, UsageError
    from altsync.generate.installed import check_plugins

    check_plugins(packages)
    if not yes and not sys.stdin.isatty():
        raise UsageError(
            "Nothing was taken away: this asks first. Without a terminal, say --yes."
        )
    if not yes:
        click.confirm(f"Take {', '.join(packages)} away?", abort=True, err=True)
    _check_pip()
    if _llm.apart("uninstall", *packages, "--yes"):
        raise AltsyncError("Not all was taken away; pip's own words stand above.")


def _check_pip() -> None:
    """Raises AltsyncError where there is no pip here for llm to run."""
    from importlib.util import find_spec

    from altsync.errors import AltsyncError

    if find_spec("pip") is None:
        raise AltsyncError(
            "There is no pip in altsync's environment, so nothing was changed. Bring it"
            f" with `{shlex.quote(sys.executable)} -m ensurepip`, and run this again."
        )


def _named(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Packages, and no options of pip: those could fetch from anywhere. Raises
    UsageError."""
    from altsync.errors import UsageError

    for one in packages:
        if one.startswith("-") or not one.strip():
            raise UsageError(f"{one!r} is no package.")
    return packages


command.add_command(list_)
command.add_command(install)
command.add_command(uninstall)
