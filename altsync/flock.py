"""A lock on an open file, while no other process has it: flock, where the system has it.
Windows has none; whoever asks for one there says what then cannot be."""

from __future__ import annotations

import errno
import os


def lock(file: int) -> None:
    """Wait until no other process has this file, and keep it until it is closed. Raises
    OSError where that cannot be."""
    try:
        import fcntl
    except ImportError:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP)) from None
    fcntl.flock(file, fcntl.LOCK_EX)
