"""Adapters that speak to the site: `album`, `jsonapi`, `memory`. See `base.Source`."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from altsync.config import Config
    from altsync.sources.base import Source

__all__ = ["open_source"]


def open_source(config: Config, *, workers: int | None = None) -> Source:
    """The source that `site.source` names. `workers`: threads that will use it, where
    not those of the file.

    Raises ConfigError for settings that cannot work, LoginFailed for a token that no
    header can carry. Asks nothing of the site yet.
    """
    from altsync.config import secret

    site = config.site
    threads = workers or site.workers
    if site.source == "memory":
        from altsync.sources.memory import MemorySource

        return MemorySource()
    if site.source == "jsonapi":
        from importlib import import_module

        return typing.cast(
            "Source",
            import_module("altsync.sources.jsonapi").open_jsonapi(
                config, workers=threads
            ),
        )
    from altsync.sources.album import AlbumSource

    return AlbumSource(
        site.url,
        config.album,
        token=secret("ALTSYNC_TOKEN", "altsync"),
        base=config.base,
        workers=threads,
        timeout=site.timeout,
    )
