"""--json: one document on stdout and nothing else there, by the shapes of
`altsync.documents`. What is said beside it goes to stderr, and exit codes stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from altsync.cli import _command, _printing

F = TypeVar("F", bound=Callable[..., Any])


def option(function: F) -> F:
    """`--json`, handed on as `as_json`."""
    flag = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document."
    )
    return flag(function)


def chosen(form: str | None, as_json: bool) -> str:
    """The one format of a command that has `--format` too. Raises UsageError for two."""
    from altsync.errors import UsageError

    if not as_json:
        return form or "text"
    if form not in (None, "json"):
        raise UsageError(f"Choose one of --json, --format {form}.")
    return "json"


def show(document: Any) -> None:
    """A document that is at hand whole; long ones are streamed with `_printing.put`."""
    from altsync.render.text import json_text

    _printing.put(json_text(document, indent=2) + "\n")


def result(as_json: bool, document: Any, *lines: str) -> None:
    """What a command did: its document, or the lines that say it."""
    if as_json:
        show(document)
        return
    for line in lines:
        _command.tell(line)
