"""The options of what serves pages on this machine: `browse` and `review`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from altsync.cli import _session

F = TypeVar("F", bound=Callable[..., Any])


def options(function: F) -> F:
    """Where it is served, to whom."""
    for option in (
        _session.by("Who judges"),
        click.option(
            "--no-open",
            is_flag=True,
            help="Do not open the browser; print the login link.",
        ),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            help="Port on this machine (default: 8001, or a free one).",
        ),
    ):
        function = option(function)
    return function
