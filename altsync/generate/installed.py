"""Which packages here are plugins of llm, by what they say of themselves: nothing is
imported, so a broken one is listed too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from altsync.errors import UsageError
from altsync.near import did_you_mean

if TYPE_CHECKING:
    from altsync.documents.written import PluginItem

GROUP = "llm"
OWN = "altsync"
_BARE = re.compile(r"[A-Za-z0-9][\w.-]*")


def installed() -> list[PluginItem]:
    """Every plugin, by name; altsync itself is one, for its demonstration."""
    found = {
        entry.dist.name: entry.dist.version
        for entry in metadata.entry_points(group=GROUP)
        if entry.dist is not None
    }
    return [
        {"name": name, "version": found[name]} for name in sorted(found, key=str.lower)
    ]


def no_plugins(packages: Sequence[str]) -> list[str]:
    """Those that are installed by now and are no plugin. Files, addresses and versions
    are not looked into."""
    plugins = {plain(one["name"]) for one in installed()}
    return [
        one for one in packages if _BARE.fullmatch(one) and plain(one) not in plugins
    ]


def check_plugins(packages: Sequence[str]) -> None:
    """Raises UsageError for what is no plugin: altsync would not run without the rest."""
    others = [one["name"] for one in installed() if one["name"] != OWN]
    known = {plain(one) for one in others}
    for one in packages:
        if plain(one) not in known:
            raise UsageError(
                f"{one} is no plugin of llm here, so it stays."
                f" {did_you_mean(one, others)}".rstrip()
            )


def plain(package: str) -> str:
    """A package's name as it is compared."""
    return re.sub(r"[-_.]+", "-", package.strip()).lower()
