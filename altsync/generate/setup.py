"""altsync.toml and the command line -> how a run asks."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from altsync.config import Config
from altsync.errors import ConfigError, UsageError
from altsync.generate.prompt import Wishes
from altsync.generate.stage import Settings

DEMO = "altsync-demo"


def settings(
    config: Config,
    models: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    *,
    workers: int | None = None,
    again: bool = False,
    budget: float | None = None,
    suggest: bool = False,
) -> Settings:
    """Raises UsageError where no model is named, or the demonstration's model for a real site."""
    wanted = config.generate
    names = tuple(dict.fromkeys(models)) or ((wanted.model,) if wanted.model else ())
    if not names:
        raise UsageError(
            "No model is chosen. `altsync models` lists those that can see; name one with -m MODEL or as"
            " [generate] model in altsync.toml."
        )
    if DEMO in names and not is_local(config.site.url):
        raise UsageError(
            f"{DEMO} replays recorded texts for the demonstration photos; it cannot describe the images of"
            f" {config.site.url}. `altsync models` lists those that can."
        )
    return Settings(
        models=names,
        options={**wanted.options, **(options or {})},
        timeout=wanted.timeout,
        workers=workers or wanted.workers,
        side=wanted.side,
        cache=config.thumbnails,
        wishes=Wishes(wanted.language, wanted.max_length, wanted.instructions, _glossary(config)),
        context_budget=wanted.context_budget,
        prices=wanted.prices,
        budget=budget,
        again=again,
        suggest=suggest,
    )


def is_local(url: str) -> bool:
    """Whether a site is on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _glossary(config: Config) -> tuple[str, ...]:
    if not config.generate.glossary:
        return ()
    path = config.base / config.generate.glossary
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"[generate] glossary: {path} cannot be read ({error}).") from None
    return tuple(word for line in lines if (word := line.strip()) and not word.startswith("#"))
