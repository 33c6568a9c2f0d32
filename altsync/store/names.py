"""One name for each database file, whatever it is called by.

A link and what it leads to, two hard links, two mounts of one file: SQLite keeps its
log (`-wal`) beside the name that it was given, so two processes under two hard links
write into two logs and lose each other's commits (sqlite.org/howtocorrupt.html, 2.4), and
a lock beside one name does not hold under the other. So altsync works under one name: the
one by which it met the file (device and inode) first. A file in the user's state
directory remembers it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from altsync import flock
from altsync.atomic import make_file
from altsync.errors import StoreError

KEPT = 1000
"""Files that are remembered; the oldest are forgotten first."""


def remembered() -> Path:
    """Where the names are remembered: one line for each file."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    # a relative one is to be ignored (XDG Base Directory Specification): each
    # directory would have a memory of its own
    if not state.is_absolute():
        state = Path.home() / ".local" / "state"
    return state / "altsync" / "databases"


def only_name(path: Path) -> Path:
    """The name under which altsync works with the file at `path`: `path` itself, as it
    was given, or another one; links are followed.

    Raises StoreError where the file has several names and it cannot be remembered
    which one is used.
    """
    file = path.resolve()
    name = _remembered_name(file)
    if name == path.absolute():
        return path
    return file if _lie_together(name, file) else name


def _lie_together(name: Path, file: Path) -> bool:
    """Two mounts of one directory: the log lies beside both names, so either will do,
    and the one that was given may be the one that can be written."""
    with contextlib.suppress(OSError):
        return name.name == file.name and name.parent.samefile(file.parent)
    return False


def _remembered_name(file: Path) -> Path:
    try:
        found = file.stat()
    except OSError:
        return file  # not there yet: it has no second name
    try:
        with _opened() as names:
            return _met(names, f"{found.st_dev:x}-{found.st_ino:x}", file)
    except (OSError, RuntimeError) as error:
        if found.st_nlink == 1:
            return file
        raise StoreError(
            f"The database {file} has {found.st_nlink} names (hard links), and altsync"
            f" cannot remember which one it uses ({error}). Under two names SQLite would"
            " lose what is written. Make the other names symbolic links, or set"
            " XDG_STATE_HOME to a directory that you may write."
        ) from error


@contextlib.contextmanager
def _opened() -> Iterator[IO[str]]:
    path = remembered()
    make_file(path)
    # json writes ASCII: other bytes are damage, and no reason to refuse the database
    with path.open("r+", encoding="ascii", errors="replace") as names:
        flock.lock(names.fileno())
        yield names


def _met(names: IO[str], key: str, file: Path) -> Path:
    """The name that is remembered, where it still leads to this file; else `file`, from
    now on."""
    known = list(_lines(names))
    for name in (name for one, name in reversed(known) if one == key):
        with contextlib.suppress(OSError, ValueError):  # no name at all
            if Path(name).samefile(file):
                return Path(name)
        break  # that file is gone, and another one has got its number
    names.seek(0)
    names.truncate()
    kept = [(one, name) for one, name in known if one != key][1 - KEPT :]
    for line in [*kept, (key, str(file))]:
        names.write(json.dumps(line) + "\n")
    return file


def _lines(names: IO[str]) -> Iterator[tuple[str, str]]:
    for line in names:
        with contextlib.suppress(ValueError, TypeError):  # cut by a kill
            key, name = json.loads(line)
            yield str(key), str(name)
