"""What may stand in a place of the line: albums, images, models, rules and the like, for
a shell that completes it. By the names that the parameters of all commands share, so that
a new command is completed, too."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from altsync.cli import COMMANDS, _command

if TYPE_CHECKING:
    from altsync.config import Config

FILES = ("FILE", "PATH", "DIR")
"""What a file is called in help."""
Values = Callable[[click.Context, str], Iterable[str]]


def values_of(command: str, parameter: str) -> Values | None:
    """What completes the parameter of a command; None where it is not altsync's to say."""
    return _OF_ONE.get((command, parameter)) or (
        None if command in _OTHERS else _OF_ALL.get(parameter)
    )


def attach(name: str, command: click.Command) -> None:
    """Let the parameters of a command, and of those below it, be completed so."""
    how: Callable[[click.Context, str], list[CompletionItem[str]]]
    below = command.commands.values() if isinstance(command, click.Group) else ()
    for parameter in (one for each in (command, *below) for one in each.params):
        values = values_of(name, parameter.name or "")
        if values is not None:
            how = functools.partial(_items, values)
        elif any(word in (parameter.metavar or "") for word in FILES):
            how = _files
        else:
            continue
        parameter.shell_complete = how


def _items(
    values: Values, ctx: click.Context, incomplete: str
) -> list[CompletionItem[str]]:
    found = dict.fromkeys(values(ctx, incomplete))
    return [CompletionItem(one) for one in found if one.startswith(incomplete)]


def _files(ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    return [CompletionItem(incomplete, type="file")]


def _of_mirror(*kinds: str) -> Values:
    """Names of the mirror."""

    def found(ctx: click.Context, begun: str) -> Iterable[str]:
        from altsync.store import completing

        config = _config(ctx)
        if config is None:
            return []
        each = [completing.names(config.database, kind, begun) for kind in kinds]
        return [name for names in each for name in names]

    return found


def _config(ctx: click.Context) -> Config | None:
    from altsync import config
    from altsync.errors import AltsyncError

    try:
        return config.load(_command.asked(ctx).config)
    except AltsyncError:
        return None


def _models(ctx: click.Context, begun: str) -> Iterable[str]:
    """Those of altsync.toml, and those that wrote something: to ask llm for all takes
    seconds."""
    asked = config.generate if (config := _config(ctx)) else None
    named = (asked.model, *asked.fallback, asked.reference) if asked else ()
    return [*filter(None, named), *_of_mirror("models")(ctx, begun)]


def _rules(ctx: click.Context, begun: str) -> Iterable[str]:
    """`cut,le` is completed to `cut,leak`."""
    before, comma, _ = begun.rpartition(",")
    given = before.split(",")
    return [f"{before}{comma}{one}" for one in rules() if one not in given]


def rules() -> list[str]:
    """The ids of all rules, by the files that explain them: to import them takes a
    moment too long."""
    import altsync.lint

    there = Path(altsync.lint.__file__).parent / "rules"
    return sorted(path.stem.replace("_", "-") for path in there.glob("*.yaml"))


TRUSTED = ("file-name", "placeholder", "cut")
"""`lint.redo.TRUSTED`."""


PLUGINS = ("llm-anthropic", "llm-gemini", "llm-mistral", "llm-ollama", "llm-openrouter")
"""`generate.opening.PACKAGES`: to import it takes 0.3 s."""


def _after_rule(ctx: click.Context, begun: str) -> Iterable[str]:
    return [f"rule={one}" for one in TRUSTED]


def _stale(ctx: click.Context, begun: str) -> Iterable[str]:
    return ["prompt", "unknown", *(f"model={one}" for one in _models(ctx, ""))]


def _states(ctx: click.Context, begun: str) -> Iterable[str]:
    from altsync.models import State

    return [str(state) for state in State if state.in_reach]


def _runs(ctx: click.Context, begun: str) -> Iterable[str]:
    kind, colon, number = begun.rpartition(":")
    kinds = {"push": "pushes", "pull": "pulls"}
    if not colon:
        return [f"{one}:" for one in (*kinds, "generate")]
    if kind not in kinds:
        return []
    return [f"{kind}:{one}" for one in _of_mirror(kinds[kind])(ctx, number)]


def _commands(ctx: click.Context, begun: str) -> Iterable[str]:
    return COMMANDS


def _keys(ctx: click.Context, begun: str) -> Iterable[str]:
    """The site's, and those of the providers that altsync knows by name."""
    others = [one.removeprefix("llm-") for one in PLUGINS if one != "llm-ollama"]
    return ["altsync", "openai", *others]


def _plugins(ctx: click.Context, begun: str) -> Iterable[str]:
    """Those that are here; to install, also those that altsync knows by name."""
    from altsync.generate import installed

    here = [one["name"] for one in installed.installed()]
    known = PLUGINS if ctx.info_name == "install" else ()
    return [name for name in (*known, *here) if name != installed.OWN]


_OTHERS = ("init", "caption", "demo", "keys", "plugins")
"""Commands without a mirror: their words mean something else."""
_OF_ALL: dict[str, Values] = {
    "album": _of_mirror("albums"),
    "albums": _of_mirror("albums"),
    "image": _of_mirror("images"),
    "images": _of_mirror("images"),
    "model": _models,
    "models": _models,
    "fallbacks": _models,
    "rule": _rules,
    "rules": _rules,
    "only": _rules,
    "ids": _rules,
    "by": _of_mirror("people"),
    "given_to": _of_mirror("people"),
    "asked": _of_mirror("people"),
    "prompt": _of_mirror("prompts"),
    "prompts": _of_mirror("prompts"),
    "language": _of_mirror("languages"),
    "state": _states,
    "stale": _stale,
    "replace": _after_rule,
    "replacing": _after_rule,
    "targets": _of_mirror("pushes", "images"),
    "reverts": _of_mirror("pushes", "images"),
}
_OF_ONE: dict[tuple[str, str], Values] = {
    ("approve", "run"): _of_mirror("samples"),
    ("caption", "models"): _models,
    ("compare", "run"): _of_mirror("comparisons"),
    ("help", "names"): _commands,
    ("keys", "name"): _keys,
    ("log", "run"): _runs,
    ("plugins", "packages"): _plugins,
    ("review", "run"): _of_mirror("samples"),
    ("sample", "run"): _of_mirror("samples"),
    ("verify", "push"): _of_mirror("pushes"),
}


def known() -> Sequence[str]:
    """The names of parameters that are completed."""
    return [*_OF_ALL, *(parameter for _, parameter in _OF_ONE)]
