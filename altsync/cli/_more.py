"""What --verbose says beside the talk: versions, which configuration and database, each
request to the site, each pause before it is asked again, each question to a model.

The library tells it to Python's `logging` below the name `altsync`, for whoever listens;
here it becomes lines on stderr. They hold no secret: addresses stand without query,
answers only with their status and size.
"""

from __future__ import annotations

import logging
import platform
import sqlite3
from typing import TYPE_CHECKING

import click

from altsync.cli import _unexpected

if TYPE_CHECKING:
    from altsync.config import Config

NAME = "altsync"


class Lines(logging.Handler):
    """A record is a line on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, with what could steer a terminal made harmless."""
        from altsync.render.text import plain

        _say(plain(record.getMessage()))


def listen(ctx: click.Context) -> None:
    """From now until the command of this root context ends, say what the library logs."""
    log, lines = logging.getLogger(NAME), Lines()
    before = log.level
    log.addHandler(lines)
    log.setLevel(logging.DEBUG)

    def stop() -> None:
        log.removeHandler(lines)
        log.setLevel(before)

    ctx.call_on_close(stop)
    versions = ", ".join(f"{name} {_unexpected.version(name)}" for name in PACKAGES)
    _say(
        f"{versions}, Python {platform.python_version()}, SQLite"
        f" {sqlite3.sqlite_version}"
    )


PACKAGES = ("altsync", "requests", "llm", "datasette")


def tell_config(config: Config) -> None:
    """Which file and which database a command works with."""
    from altsync.render.text import plain

    if config.path is not None:
        _say(f"Configuration: {plain(str(config.path.absolute()))}")
    _say(f"Database: {plain(str(config.database.absolute()))}")


def _say(line: str) -> None:
    """The mark tells it from the talk."""
    click.echo(f"[v] {line}", err=True)
