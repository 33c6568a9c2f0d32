"""How a command prints: pieces of data, long lists through a pager, and whether colours
and signs are wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import click


def colour(stream: Any) -> bool:
    """Whether to colour: a terminal, and nobody said NO_COLOR."""
    return (
        bool(stream.isatty())
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def hears() -> bool:
    """Whoever reads along hears it: signs that a screen reader leaves out say nothing."""
    return os.environ.get("ACCESSIBLE", "") not in ("", "0")


def put(piece: str) -> None:
    """A piece of data on stdout, line ends included: to a file or a program as it is,
    to a terminal without what could steer it."""
    from altsync.render.text import plain_lines

    if sys.stdout.isatty():
        piece = plain_lines(piece)
    sys.stdout.buffer.write(piece.encode("utf-8", "backslashreplace"))


def paged(lines: Iterator[str], page: bool | None = None) -> None:
    """Lines on stdout; on a terminal through $PAGER, as git does it (less keeps colours
    and ends at once if all fits)."""
    if page if page is not None else sys.stdout.isatty():
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager(
            (line + "\n" for line in lines), color=colour(sys.stdout) or None
        )
        return
    for line in lines:
        click.echo(line)
