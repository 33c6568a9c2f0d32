"""Which altsync.toml counts where none is named: that of the working directory, else the
nearest one above, as git looks for its repository.

Home and the border of a file system end the search. A file above tells altsync which
site gets the token, so one that another person could have put there is refused, not
taken and not passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from altsync.errors import ConfigError


def nearest(name: str, start: Path, home: Path | None, me: int | None) -> Path | None:
    """The file `name` of `start`, else the nearest above it; None where there is none.

    `me`: the user's number; None where the system has none, and nobody is told apart.
    Raises ConfigError for a file above that neither this user nor root owns, or whose
    directory another owns. In `start` itself everything is taken: that is where the
    owner stands.
    """
    for directory in _above(start, home):
        file = directory / name
        if not os.path.lexists(file):
            continue
        if directory != start and me is not None and _foreign(file, me):
            raise ConfigError(
                f"{file} stands above this directory and belongs to another user, or its"
                " directory does, so altsync does not take it unasked. If you mean it,"
                f" name it: --config {file}"
            )
        return file
    return None


def myself() -> int | None:
    """The user's number, where the system has one."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def my_home() -> Path | None:
    """The user's home, where one can be found."""
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):
        return None


def _above(start: Path, home: Path | None) -> Iterator[Path]:
    """`start` and what stands above it, up to home or the border of its file system."""
    disk = _disk(start)
    for directory in (start, *start.parents):
        if _disk(directory) != disk:
            return
        yield directory
        if directory == home:
            return


def _disk(directory: Path) -> int | None:
    try:
        return directory.stat().st_dev
    except OSError:
        return None


def _foreign(file: Path, me: int) -> bool:
    """Whether somebody else owns the file, the link that leads to it, or the directory
    in which he could put another in its place."""
    mine = {me, 0, *_who_became(me)}
    try:
        owners = {file.lstat().st_uid, file.parent.stat().st_uid}
        owners.add(file.stat().st_uid)
    except FileNotFoundError:
        pass  # a link that leads nowhere: reading it says so
    except OSError:
        return True
    return not owners <= mine


def _who_became(me: int) -> set[int]:
    """Who called sudo: their files are root's for now."""
    caller = os.environ.get("SUDO_UID", "")
    return {int(caller)} if me == 0 and caller.isdecimal() else set()
