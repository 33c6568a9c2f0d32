"""Files that are there only once they are whole."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path


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
    moved away is deleted in the end."""
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield part
    finally:
        with contextlib.suppress(OSError):  # what failed before it says more
            part.unlink()
