"""A storage that refuses, with real parts: another process that holds SQLite's lock, a disk
of a few megabytes that is filled, one that the kernel makes read-only at work.

Disks need root, as in a container; the tests are skipped where it is not so, and others
beside them limit the size of files, which everybody may.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOLD = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
conn.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


class Holder:
    """Another process in a transaction that it does not end."""

    def __init__(self, database: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"held\n"

    def let_go(self) -> None:
        """End it. Twice is once."""
        self._process.communicate()


@contextlib.contextmanager
def held(database: Path) -> Iterator[Holder]:
    """The lock of a database is held by another process, to the end of the block."""
    holder = Holder(database)
    try:
        yield holder
    finally:
        holder.let_go()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs a disk of its own: {done.stderr.strip()}")


@contextlib.contextmanager
def small_disk(directory: Path, size: str = "6m") -> Iterator[Path]:
    """A file system of its own at `directory`."""
    directory.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(directory))
    try:
        yield directory
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


def fill(directory: Path) -> Path:
    """Fill the disk to the last page; the file that does it."""
    filling = directory / "filling"
    with contextlib.suppress(OSError), filling.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    return filling


@contextlib.contextmanager
def failing_disk(directory: Path) -> Iterator[Path]:
    """An ext4 that `break_down` can make read-only under whoever writes."""
    image = directory.with_name(f"{directory.name}.img")
    directory.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(16 << 20)
    _run("mkfs.ext4", "-q", str(image))
    _run("mount", "-o", "loop,errors=remount-ro", str(image), str(directory))
    try:
        yield directory
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)
        image.unlink()


def break_down(directory: Path) -> None:
    """As the kernel does at an error of the disk: read-only from now on (mount(8),
    "abort" of ext4)."""
    subprocess.run(["mount", "-o", "remount,abort", str(directory)], check=True)


def mend(directory: Path) -> None:
    """Mount it again, as an owner would after looking at the disk."""
    image = directory.with_name(f"{directory.name}.img")
    subprocess.run(["umount", "-l", str(directory)], check=True)
    _run("mount", "-o", "loop,errors=remount-ro", str(image), str(directory))


def limited(size: int) -> None:
    """For `preexec_fn`: no file grows over `size` bytes, and to try is an error."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


LINUX = Path("/proc/locks").exists()

WITHOUT_RIGHTS = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
    if os.geteuid() == 0
    else ()
)
"""Before a command: root too may then only do what the modes of files allow."""


@contextlib.contextmanager
def read_only_mount(directory: Path, at: Path) -> Iterator[Path]:
    """The same directory once more, where it cannot be written."""
    at.mkdir()
    _run("mount", "--bind", str(directory), str(at))
    try:
        _run("mount", "-o", "remount,ro,bind", str(at))
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)
