"""Files that are there only once they are whole."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes its place when the block ends well.

    Where the block raises, `path` stays as it was and the half-written file is deleted;
    a killed process leaves at most a `.part` file. Two writers never share one.
    """
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
        part.unlink(missing_ok=True)
