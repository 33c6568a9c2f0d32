"""What is said while a site is waited for that has not answered at all yet."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import click

from altsync.cli import _command

NAME = "altsync.waiting"


class Unheard(logging.Handler):
    """Each sentence is a line of talk, once."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, with what could steer a terminal made harmless."""
        from altsync.render.text import plain

        sentence = plain(record.getMessage())
        if sentence not in self._said:
            self._said.add(sentence)
            click.echo(sentence, err=True)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """In this block it is said; not with --quiet."""
    if _command.asked().quiet:
        yield
        return
    log, lines = logging.getLogger(NAME), Unheard()
    before = log.level, log.propagate
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    log.propagate = False  # --verbose would say it twice
    try:
        yield
    finally:
        log.removeHandler(lines)
        log.setLevel(before[0])
        log.propagate = before[1]
