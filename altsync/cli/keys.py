"""altsync keys"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from altsync.cli import _command

SITE = "altsync"
"""The key that is the site's own: its token, or the password of its login."""
_LOST = "\ufffd"
"""What stands in place of bytes on stdin that are no UTF-8."""


@_command.group(
    click.Group,
    examples=(
        "altsync keys set openai  # Store a key: it is asked for, and not shown.",
        "altsync keys set altsync < token.txt  # The site's own, from a file.",
        "altsync keys list  # Name the keys that are stored.",
    ),
)
def command() -> None:
    """The keys that llm keeps for models, and the site's own under the name altsync."""


@_command.command(
    "list",
    examples=("altsync keys list  # Which keys there are, one name a line.",),
)
def list_() -> None:
    """Name the keys that are stored, never what they are."""
    from altsync.cli import _llm

    _llm.command("keys", "list")()


@_command.command(
    examples=(
        "altsync keys path  # The file of llm's store, which altsync reads, too.",
    )
)
def path() -> None:
    """Say in which file they are."""
    from altsync.cli import _llm

    _llm.command("keys", "path")()


@_command.command(
    "set",
    examples=(
        "altsync keys set openai  # It is asked for, and not shown.",
        "altsync keys set altsync < token.txt  # The site's own, from a file.",
    ),
)
@click.argument("name")
@click.argument("keys", nargs=-1, metavar="")
def set_(name: str, keys: tuple[str, ...]) -> None:
    """Store a key: it is asked for, or read from the first line of stdin.

    NAME is what `altsync models` calls it; altsync for the site's token or password.
    A key is never an argument, since every program of this machine can read those.
    """
    from altsync.cli import _llm
    from altsync.errors import UsageError
    from altsync.render.text import plain

    if keys:
        raise UsageError(
            "A key is no argument: this one now stands in the history of your shell, and"
            " nothing was stored. Run `altsync keys set NAME` and type it when asked."
        )
    if not name.strip() or not name.isprintable() or name.startswith("//"):
        raise UsageError(
            f"A key has the name of a provider, and {plain(name)!r} is none, so nothing"
            " was stored. `altsync models` names them."
        )
    for sentence in _doubts(name):
        _command.warn(sentence)
    before = _kept()
    value = _given(name)
    instead = ", in place of the one that was there" if name in before else ""
    _llm.command("keys", "set")(name=name, value=value)
    _command.say(plain(f"Stored as {name}{instead}."))


def _kept() -> dict[str, str]:
    """The keys so far. Raises UsageError where the file cannot be read: llm would write
    another one over it, and the keys in it were lost."""
    import llm

    from altsync.errors import UsageError

    try:
        found = llm.load_keys()  # type: ignore[no-untyped-call]
    except ValueError:
        found = None
    if not isinstance(found, dict):
        where = llm.user_dir()  # type: ignore[no-untyped-call]
        raise UsageError(
            f"{where / 'keys.json'} is no JSON object any more, so nothing was"
            " stored: to write it would lose the keys that are in it. Mend it, or move it"
            " away, and run this again."
        )
    return found


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
    if not value.isprintable() or _LOST in value:
        raise UsageError(
            "What was given holds a sign that is in no key (an arrow key, a tab, a file"
            " that is not UTF-8?), so nothing was stored. Run it again."
        )
    return value


def _doubts(name: str) -> Iterator[str]:
    """What speaks against this name: no model that is installed asks for it."""
    from altsync.generate.opening import PACKAGES
    from altsync.near import nearest
    from altsync.render.text import plain

    asked = _asked_for()
    if name in asked:
        return
    near = nearest(name, asked)
    said = f"No model that is installed here asks for a key {name!r}."
    if (plugin := f"llm-{name}") in PACKAGES.values():
        yield f"{said} Models that do: altsync plugins install {plugin}"
    elif near:
        yield plain(f"{said} Did you mean `{near[0]}`?")
    else:
        yield plain(f"{said} `altsync models` names those that are asked for.")


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
