"""Lists of words by language, which stand in files beside the code that uses them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def tables(package: str, name: str) -> dict[str, Any]:
    """The tables of the TOML file `name` in `package` (dotted): one a language, by its
    code of two letters. Read once; nobody changes what it gives."""
    file = resources.files(package).joinpath(name)
    return tomllib.loads(file.read_text("utf-8"))
