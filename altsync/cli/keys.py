"""altsync keys"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from altsync.cli import _command

SITE = "altsync"
"""The key that is the site's own: its token, or the password of its login."""


@_command.group(
    click.Group,
    examples=(
        "altsync keys list  # Name the keys that are stored.",
        "altsync keys path  # Say where they are.",
    ),
)
def command() -> None:
    """The keys that llm keeps for models, and the site's own under the name altsync."""


@_command.command("list")
def list_() -> None:
    """Name the keys that are stored, never what they are."""
    from altsync.cli import _llm

    _llm.command("keys", "list")()


@_command.command()
def path() -> None:
    """Say in which file they are."""
    from altsync.cli import _llm

    _llm.command("keys", "path")()


@_command.command("set")
@click.argument("name")
@click.argument("keys", nargs=-1, metavar="")
def set_(name: str, keys: tuple[str, ...]) -> None:
    """Store a key: it is asked for, or read from the first line of stdin.

    NAME is what `altsync models` calls it; altsync for the site's token or password.
    A key is never an argument, since every program of this machine can read those.
    """
    from altsync.cli import _llm
    from altsync.errors import UsageError

    if keys:
        raise UsageError(
            "A key is no argument: this one now stands in the history of your shell, and"
            " nothing was stored. Run `altsync keys set NAME` and type it when asked."
        )
    for sentence in _doubts(name):
        _command.warn(sentence)
    value = _given(name)
    _llm.command("keys", "set")(name=name, value=value)
    _command.say(f"Stored as {name}.")


def _given(name: str) -> str:
    """What was typed unseen, or piped. Raises UsageError for what can be no key."""
    from altsync.errors import UsageError

    if sys.stdin.isatty():
        text = str(click.prompt(f"Key for {name}", hide_input=True, err=True))
    else:
        text = sys.stdin.readline()
    value = text.strip()
    if not value:
        raise UsageError(
            "No key was given, so nothing was stored. Type it where it is asked for, or"
            f" pipe it: altsync keys set {name} < FILE"
        )
    if not value.isprintable():
        raise UsageError(
            "What was given holds a sign that is in no key (an arrow key, a tab?), so"
            " nothing was stored. Run it again."
        )
    return value


def _doubts(name: str) -> Iterator[str]:
    """What speaks against this name: no model that is installed asks for it."""
    from altsync.near import nearest
    from altsync.render.text import plain

    asked = _asked_for()
    if name in asked:
        return
    near = nearest(name, asked)
    meant = f" Did you mean `{near[0]}`?" if near else ""
    yield plain(f"No model that is installed here asks for a key {name!r}.{meant}")


def _asked_for() -> set[str]:
    """Names of keys: of every model, of plugins that list models only with one, and the
    site's."""
    import llm

    from altsync.generate import plugins
    from altsync.generate.opening import LISTED_WITH_KEY

    models = plugins.listed(llm.get_models)
    return {SITE, *LISTED_WITH_KEY, *(one.needs_key for one in models if one.needs_key)}


command.add_command(list_)
command.add_command(path)
command.add_command(set_)
