"""Thin ways into llm's own commands, in the environment that altsync runs in: pipx and
uv put no `llm` on the PATH."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from altsync.cli import _command

_STDERR = 2


def command(*names: str) -> Any:
    """A function behind one of llm's commands: `command("keys", "list")`.

    Plugins are loaded first, each for itself: llm's own start stops at a broken one.
    """
    from altsync.generate import plugins

    plugins.load()
    from llm.cli import cli

    found: Any = cli
    for name in names:
        found = found.commands[name]
    return found.callback


def apart(*args: str) -> int:
    """Run one of llm's commands as a process without plugins, so that it can mend a
    broken one; its exit code. What it prints goes where altsync's own talk goes; with
    --quiet pip says errors alone."""
    quiet = {"PIP_QUIET": "2"} if _command.asked().quiet else {}
    ran = subprocess.run(  # noqa: S603 - llm itself, with arguments and no shell
        [sys.executable, "-P", "-m", "llm", *args],
        env={**os.environ, "LLM_LOAD_PLUGINS": "", **quiet},
        stdout=_STDERR,
        check=False,
    )
    return ran.returncode
