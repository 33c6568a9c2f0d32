"""Adapters that speak to the site: see `base.Source` for what each promises, and
`kinds.KINDS` for which there are."""

from __future__ import annotations

import dataclasses
import typing

from altsync.errors import UsageError
from altsync.sources.kinds import KINDS, called

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from altsync.config import Config
    from altsync.sources.base import FoundSite, Hints, Source

__all__ = ["find_site", "open_source"]


def open_source(config: Config, *, workers: int | None = None) -> Source:
    """The source that `site.source` names. `workers`: threads that will use it, where
    not those of the file.

    Raises ConfigError for settings that cannot work, LoginFailed for a token that no
    header can carry. Asks nothing of the site yet.
    """
    kind = KINDS[config.site.source]
    threads = workers or config.site.workers
    source: Source = called(kind.open)(config, workers=threads)
    return source


def find_site(
    hints: Hints, *, kind: str = "", tell: Callable[[str], None]
) -> FoundSite:
    """What the site speaks, as an altsync.toml. `kind`: do not look for it, it is this.

    `tell` is given a sentence for each kind that it is not; what can be done about it is
    kept as `instead`. Raises what the kinds raise:
    Unreachable, LoginFailed, UsageError where the owner has to say more.
    """
    names = [name for name in reversed(KINDS) if KINDS[name].probe]
    if kind:
        names = [kind]
        hints = dataclasses.replace(hints, insist=True)
    refused: dict[str, str] = {}
    for name in names:
        if refused:
            *_, before = refused
            tell(f"{hints.url} speaks no {before}. Trying {name} next.")
        found: FoundSite | str = called(KINDS[name].probe)(hints)
        if not isinstance(found, str):
            instead = " ".join(filter(None, refused.values()))
            return dataclasses.replace(found, instead=instead)
        refused[name] = found
    told = " ".join(filter(None, refused.values()))
    raise UsageError(f"{told} Nothing was written.".lstrip())
