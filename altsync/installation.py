"""How this altsync was installed, and so how a package is added to it for good.

pipx and uv each keep a list of what they put into a tool's environment. What pip puts
there works too, until `pipx reinstall` or `uv tool upgrade` takes it away again.
"""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any

NAME = "altsync"
_RECEIPT = "uv-receipt.toml"
_PIPX = "pipx_metadata.json"
_EXTRA = re.compile(r"""\s*;.*\bextra\s*==\s*['"]([\w-]+)['"]""")


class Installer(StrEnum):
    """Who keeps the list."""

    PIP = "pip"
    PIPX = "pipx"
    UV = "uv tool"


def installer(prefix: Path | None = None) -> Installer:
    """Whose environment this Python (or that of `prefix`) is."""
    root = prefix or Path(sys.prefix)
    if (root / _RECEIPT).is_file():
        return Installer.UV
    if (root / _PIPX).is_file():
        return Installer.PIPX
    return Installer.PIP


def adding(packages: Sequence[str], prefix: Path | None = None) -> str:
    """The command line that adds packages so that they stay."""
    root = prefix or Path(sys.prefix)
    names = shlex.join(packages)
    by = installer(root)
    if by is Installer.UV:
        beside = [*_others(root), *packages]
        return f"uv tool install {shlex.quote(_main(root))} " + " ".join(
            f"--with {shlex.quote(one)}" for one in dict.fromkeys(beside)
        )
    if by is Installer.PIPX:
        return f"pipx inject {shlex.quote(_called(root))} {names}"
    return f"pip install {names}"


def extra(name: str, prefix: Path | None = None) -> str:
    """The command line that adds what an extra of altsync needs.

    For pipx and uv these are its packages: neither adds an extra to what is there.
    """
    if installer(prefix) is Installer.PIP:
        return adding([f"{NAME}[{name}]"], prefix)
    return adding(_needed(name), prefix)


def _needed(name: str) -> list[str]:
    """What an extra asks for, as pyproject.toml has it."""
    asked = metadata.requires(NAME) or []
    found = [(line, _EXTRA.search(line)) for line in asked]
    return [line[: at.start()] for line, at in found if at and at[1] == name]


def _called(root: Path) -> str:
    """Under which name pipx keeps it (`pipx install --suffix` gives another)."""
    return root.name


def _wanted(root: Path) -> list[dict[str, Any]]:
    """What uv was asked to install; [] where its receipt cannot be read."""
    try:
        told = tomllib.loads((root / _RECEIPT).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    found = told.get("tool", {}).get("requirements", [])
    return [one for one in found if isinstance(one, dict) and "name" in one]


def _main(root: Path) -> str:
    for one in _wanted(root):
        if one["name"] == NAME:
            return _spelled(one)
    return NAME


def _others(root: Path) -> list[str]:
    """What stands beside altsync already: uv forgets what is not named again."""
    return [_spelled(one) for one in _wanted(root) if one["name"] != NAME]


def _spelled(one: dict[str, Any]) -> str:
    """A requirement of uv's receipt, as its command line takes it."""
    extras = ",".join(one.get("extras", ()))
    name = str(one["name"]) + (f"[{extras}]" if extras else "")
    places = ("path", "directory", "editable", "url")
    if where := next((one[key] for key in places if key in one), ""):
        return f"{name} @ {where}"
    if "git" in one:
        return f"{name} @ git+{one['git']}"
    return name + str(one.get("specifier", ""))
