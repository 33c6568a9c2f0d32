"""Every Drupal 10 and 11: the source that speaks core's JSON:API.

client    addresses, documents               login     how it is logged in, and stays so
says      errors as sentences
shape     documents -> slots and images      walk      the listing
carriers  who lists which paragraph          placing   what lists them is walked
write     the PATCH                          source    the Source protocol
probe, discover    what `altsync init` finds out (`found`) and writes (`toml`)
"""

from __future__ import annotations

import typing

from altsync.sources.credentials import front_of
from altsync.sources.jsonapi.discover import discover
from altsync.sources.jsonapi.found import Discovery
from altsync.sources.jsonapi.login import secret_of
from altsync.sources.jsonapi.source import JsonapiSource
from altsync.sources.jsonapi.toml import config_toml
from altsync.sources.kinds import JsonapiConfig

if typing.TYPE_CHECKING:
    from altsync.config import Config

__all__ = [
    "Discovery",
    "JsonapiSource",
    "config_toml",
    "discover",
    "open_jsonapi",
    "secret_of",
]


def open_jsonapi(config: Config, *, workers: int) -> JsonapiSource:
    """The source of `altsync.toml`. Asks nothing of the site yet. Raises ConfigError,
    LoginFailed without a secret."""
    own, site = config.table(JsonapiConfig), config.site
    secret = None if own.login == "none" else secret_of(own.login)
    return JsonapiSource(
        site.url,
        own,
        secret=secret,
        front=front_of(site.front),
        workers=workers,
        timeout=site.timeout,
    )
