"""--excel: CSV as Excel wants it. Without the mark in front (a BOM) Excel takes UTF-8 for
the code page of its machine, and é for Ã©."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
BOM = "\ufeff"
_ASKED = "altsync.excel"
_PLAIN = ("", "text", "terminal")
"""What a format is called where none was named."""


def option(function: F) -> F:
    """`--excel`, for a command that prints CSV."""

    def noted(ctx: click.Context, option: click.Parameter, given: bool) -> None:
        ctx.meta[_ASKED] = given

    flag = click.option(
        "--excel",
        is_flag=True,
        expose_value=False,
        callback=noted,
        help="Print CSV as Excel reads it: with a mark in front that says UTF-8.",
    )
    return flag(function)


def chosen(form: str, *tables: str) -> str:
    """The format: with --excel a table, where none was named the first of `tables`.
    Raises UsageError for another one."""
    from altsync.errors import UsageError

    if not _asked() or form in tables:
        return form
    if form in _PLAIN:
        return tables[0]
    raise UsageError(f"--excel is for CSV, and {form} is none. Leave one of them out.")


def marked(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a document, with the mark in front where it was asked for."""
    return itertools.chain([BOM] if _asked() else [], pieces)


def _asked() -> bool:
    ctx = click.get_current_context(silent=True)
    return bool(ctx and ctx.meta.get(_ASKED))
