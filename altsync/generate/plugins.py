"""llm's plugins, each for itself: one that fails is left out and named, and the models of
the others can be asked."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from importlib import metadata
from typing import Any, TypeVar

from altsync.generate import hearing, told
from altsync.generate.hearing import Ear
from altsync.generate.installed import GROUP, plain

T = TypeVar("T")
LISTING = 20.0
"""Seconds in which all plugins together list their models: some ask the network."""

_left_out: dict[str, str] = {}
"""By plugin: the sentence about it."""
_taken_out: dict[str, Any] = {}
"""Those that were registered before."""
_loading = threading.RLock()


def left_out() -> tuple[str, ...]:
    """What an owner has to know of the plugins that cannot be used here, a sentence each."""
    return tuple(_left_out.values())


def forget() -> None:
    """Plugins that could not list their models may try again."""
    if not _taken_out:
        return
    from llm.plugins import pm

    with _loading:
        for name, plugin in _taken_out.items():
            pm.register(plugin, name=name)
            _left_out.pop(name, None)
        _taken_out.clear()


def load() -> None:
    """Load llm's plugins, but for those that cannot be imported: llm itself stops at the
    first of them, for good."""
    from llm import plugins

    with _loading:
        if not plugins._loaded:
            with _quiet():
                _block_broken(plugins)
                plugins.load_plugins()  # type: ignore[no-untyped-call]


def listed(ask: Callable[[], T]) -> T:
    """What `ask` returns, which has llm list its models. A plugin that raises over it
    (llm-openrouter does where it is offline) is left out, and it is asked again."""
    load()
    hearing.install()
    with _quiet(), hearing.listening(Ear(LISTING, once=False)):
        try:
            return ask()
        except (Exception, SystemExit):  # an unknown model is a KeyError, too
            if not _take_broken_out():
                raise
        return ask()


def _quiet() -> contextlib.redirect_stdout[Any]:
    """What plugins print goes to stderr: stdout is data."""
    return contextlib.redirect_stdout(sys.stderr)


def _block_broken(plugins: Any) -> None:
    """Import every plugin that llm is going to, and register it by itself; what fails
    is blocked."""
    import pluggy
    from llm import hookspecs

    alone = pluggy.PluginManager("llm")
    alone.add_hookspecs(hookspecs)
    named = plugins.LLM_LOAD_PLUGINS
    wanted = None if named is None else [plain(one) for one in named.split(",")]
    for entry in metadata.entry_points(group=GROUP):
        package = entry.dist.name if entry.dist is not None else entry.name
        if wanted is not None and plain(package) not in wanted:
            continue
        try:
            alone.register(entry.load())
        except (Exception, SystemExit) as error:
            plugins.pm.set_blocked(entry.name)
            if wanted is not None:
                wanted.remove(plain(package))
            _left_out[entry.name] = (
                f"The plugin {package} is left out: it cannot be imported"
                f" ({_told(error)}). The other models work. Bring it up to date with"
                f" `altsync plugins install -U {package}`, or take it away with `altsync"
                f" plugins uninstall {package}`."
            )
    if wanted is not None:
        plugins.LLM_LOAD_PLUGINS = ",".join(wanted)


def _take_broken_out() -> bool:
    """Unregister the plugins that raise as they list their models; whether there were
    any."""
    from llm.plugins import pm

    given: dict[str, Any] = {"register": _named, "model_aliases": []}
    with _loading:
        before = len(_taken_out)
        for hook in list(pm.hook.register_models.get_hookimpls()):
            try:
                hook.function(*(given[name] for name in hook.argnames))
            except (Exception, SystemExit) as error:
                name = hook.plugin_name
                pm.unregister(hook.plugin)
                _taken_out[name] = hook.plugin
                _left_out[name] = _cannot_list(name, error)
        return len(_taken_out) > before


def _named(model: Any, *_: Any, **__: Any) -> None:
    """Take a model as llm does, which asks for its name. Raises what that raises."""
    _ = model.model_id


def _cannot_list(name: str, error: BaseException) -> str:
    """What is wrong with a plugin, and what to do."""
    entries = metadata.entry_points(group=GROUP, name=name)
    packages = [entry.dist.name for entry in entries if entry.dist is not None]
    why = _told(error)
    if not packages:
        return (
            f"The models of {name} are left out: they could not be listed ({why}). The"
            " other models work. Run again when their provider can be reached."
        )
    return (
        f"The plugin {packages[0]} is left out: it could not list its models ({why})."
        " The other models work. Run again when its provider can be reached, or take it"
        f" away with `altsync plugins uninstall {packages[0]}`."
    )


def _told(error: BaseException) -> str:
    words = told.fit(str(error))
    kind = type(error).__name__
    return f"{kind}: {words}" if words else kind
