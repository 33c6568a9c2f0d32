"""Every Drupal 10 and 11: the source that speaks core's JSON:API.

client    addresses, login, documents        says      errors as sentences
shape     documents -> slots and images      walk      the listing
write     the PATCH                          source    the Source protocol
probe, discover    what `altsync init` finds out
"""

from __future__ import annotations

import typing

from altsync.sources.jsonapi.source import JsonapiSource

if typing.TYPE_CHECKING:
    from altsync.config import Config

__all__ = ["JsonapiSource", "open_jsonapi", "secret_of"]


def secret_of(login: str) -> str | None:
    """The password or token for a login: ALTSYNC_PASSWORD or ALTSYNC_TOKEN, else llm's key store under `altsync`."""
    from altsync.config import secret

    return secret("ALTSYNC_PASSWORD" if login in ("cookie", "basic") else "ALTSYNC_TOKEN", "altsync")


def open_jsonapi(config: Config, *, workers: int) -> JsonapiSource:
    """The source of `altsync.toml`. Asks nothing of the site yet. Raises ConfigError, LoginFailed without a secret."""
    own, site = config.jsonapi, config.site
    secret = None if own.login == "none" else secret_of(own.login)
    return JsonapiSource(site.url, own, secret=secret, workers=workers, timeout=site.timeout)
