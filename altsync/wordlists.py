"""Lists of words by language, which stand in files beside the code that uses them."""

from __future__ import annotations

import pkgutil
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any


@cache
def tables(package: str, name: str) -> dict[str, Any]:
    """The tables of the TOML file `name` in `package` (dotted): one a language, by its
    code of two letters. Read once; nobody changes what it gives."""
    held = pkgutil.get_data(package, name) or b""
    return tomllib.loads(held.decode("utf-8"))


def texts(value: Any) -> Iterator[str]:
    """Every text that a table holds, however deep."""
    if isinstance(value, str):
        yield value
        return
    for one in value.values() if isinstance(value, dict) else value:
        yield from texts(one)


def listed(value: str | list[str]) -> list[str]:
    """A list of such a table, case folded: an array, or a text with a comma between its
    words."""
    parts = value.split(",") if isinstance(value, str) else value
    return [one.strip().casefold() for one in parts if one.strip()]
