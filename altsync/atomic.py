"""Files that are there only once they are whole; and what altsync makes is its owner's
alone: files 0600, directories 0700, whatever the umask.

What the owner has made, or given other rights, keeps them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

FILE, DIRECTORY = 0o600, 0o700


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes its place when the block ends well.

    Where the block raises, `path` stays as it was and the half-written file is deleted;
    a killed process leaves at most a `.part` file. Two writers never share one. A link
    stays, and what it leads to is replaced. Raises OSError, before anything is written,
    where `path` is there and no regular file.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    with beside(path) as part:
        yield part
        part.replace(path)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """The same for whoever looks first whether it shall take the place: what he has not
    moved away is deleted in the end. It has the rights of the file that it replaces."""
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    part.unlink(missing_ok=True)  # of a killed process that had this number
    _create(part, (rights(path) or 0) | FILE)
    try:
        yield part
    finally:
        with contextlib.suppress(OSError):  # what failed before it says more
            part.unlink()


def make_file(path: Path, mode: int = FILE) -> bool:
    """Make an empty file of this mode, with the directories that lead to it. False where
    there is something of this name already: that is left as it is."""
    make_directory(path.parent)
    try:
        _create(path, mode)
    except FileExistsError:
        return False
    return True


def _create(path: Path, mode: int) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        if hasattr(os, "fchmod"):  # Windows gives files by their directory
            os.fchmod(file, mode)  # the umask may have taken something
    finally:
        os.close(file)


def make_directory(path: Path) -> None:
    """Make a directory, and those that lead to it, where they are not there."""
    if path.is_dir():
        return
    make_directory(path.parent)
    try:
        path.mkdir(DIRECTORY)
    except FileExistsError:
        if not path.is_dir():  # else another thread was faster
            raise
    else:
        path.chmod(DIRECTORY)


def rights(path: Path) -> int | None:
    """Who may read and write a file, as its mode has it; None where it is not there."""
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o666
    except FileNotFoundError:
        return None
