"""What nobody foresaw: a file that an owner can hand on, in place of a page of code on
the terminal."""

from __future__ import annotations

import contextlib
import os
import platform
import shlex
import sqlite3
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from altsync import addresses, clock, variables

NAME = "altsync-error.log"
PACKAGES = (
    "altsync",
    "click",
    "requests",
    "llm",
    "sqlite-utils",
    "datasette",
    "Pillow",
)
_LONG_ENOUGH = 6
"""A shorter value would black out half of the text and hide nothing."""


def written(error: BaseException, args: Sequence[str]) -> str:
    """Write the log of an unexpected error; return the sentence that names it.

    It stands in the working directory, else in the directory for temporary files, and
    is its owner's alone (0600). It holds no secret of the environment or of llm's keys.
    """
    text = _without_secrets("".join(_lines(error, args)))
    kind = type(error).__name__
    for directory in (Path.cwd(), Path(tempfile.gettempdir())):
        with contextlib.suppress(OSError):
            path = _put(directory, text)
            return (
                f"altsync met an error that it does not know ({kind}). What was"
                f" committed is kept. {path} says more: look through it, and send it"
                " along when you report this."
            )
    return (
        f"altsync met an error that it does not know ({kind}), and could write no"
        f" {NAME} about it. What was committed is kept."
    )


def _put(directory: Path, text: str) -> Path:
    path = directory / NAME
    path.unlink(missing_ok=True)  # never through somebody's link
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path


def _lines(error: BaseException, args: Sequence[str]) -> Iterator[str]:
    now = clock.now().isoformat(timespec="seconds")
    yield f"altsync error log, {now}\n\n"
    yield f"command: {shlex.join(['altsync', *args])}\n"
    yield f"system:  {platform.platform()}\n"
    yield f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n"
    for name in PACKAGES:
        yield f"{name} {version(name)}\n"
    yield "\n"
    yield from traceback.format_exception(error)


def version(package: str) -> str:
    """Which one is installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _without_secrets(text: str) -> str:
    for secret in sorted(_secrets(), key=len, reverse=True):
        text = text.replace(secret, addresses.HIDDEN)
    return addresses.shown_in(text)


def _secrets() -> set[str]:
    """What stands in the environment or in llm's keys, and must not stand in a log."""
    found = {value for name, value in os.environ.items() if _holds_one(name)}
    with contextlib.suppress(Exception):  # whatever ails llm, this log is to be written
        import llm

        keys: dict[str, str] = llm.load_keys()  # type: ignore[no-untyped-call]
        found |= set(map(str, keys.values()))
    return {value for value in found if len(value) >= _LONG_ENOUGH}


def _holds_one(variable: str) -> bool:
    """What an address in altsync.toml may name is a secret, whatever its name."""
    ours = variable.startswith("ALTSYNC_") and variable not in variables.NOT_SECRET
    return ours or addresses.is_secret(variable)
