"""altsync imports, reads and goes through its loop where there is nothing of POSIX alone.

No Windows runs these tests: what it lacks is taken away here. What it does otherwise
(names of files, locks of open files, its consoles) is not seen by them.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from altsync import flock
from altsync.store.spill import Spill

LACKS = """
import asyncio  # that of this machine: it needs what is taken away, Windows has its own
import importlib, json, os, pkgutil, signal, socket, sys
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
for name in (
    "chown", "fchmod", "fchown", "fork", "geteuid", "getgroups", "getpgid", "getuid",
    "killpg", "mkfifo", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "pread", "pwrite",
    "setsid", "statvfs", "ST_RDONLY", "sysconf",
):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGPIPE", "SIGUSR1", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
del socket.AF_UNIX
import altsync
"""
ALL = """
for module in pkgutil.walk_packages(altsync.__path__, "altsync."):
    importlib.import_module(module.name)
"""
LOOP = """
from altsync.__main__ import start
for args in json.loads(sys.argv.pop()):
    sys.argv[1:] = args
    try:
        start()
    except SystemExit as end:
        assert not end.code, (args, end.code)
"""
READ = (
    "status",
    "coverage",
    "diff --csv",
    "diff --html page.html",
    "who",
    "log",
    "lint",
    "cost",
    "uses --all",
    "rules cut",
    "context at-home/chelsea",
    "models",
    "export",
    "packet out",
    "failures",
)


def _run(code: str, *args: str, cwd: Path) -> None:
    env = {**os.environ, "USERNAME": "ann"}
    ran = subprocess.run(
        [sys.executable, "-c", LACKS + code, *args],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr


def test_every_module_is_imported(tmp_path: Path) -> None:
    _run(ALL, cwd=tmp_path)


def test_the_loop_goes_round_and_everything_can_be_read(tmp_path: Path) -> None:
    _run(LOOP, json.dumps([["demo", "here"]]), cwd=tmp_path)
    lines = json.dumps([line.split() for line in READ])
    _run(LOOP, lines, cwd=tmp_path / "here")
    assert not list(tmp_path.rglob("altsync-error.log"))


def test_paid_answers_are_not_spilled_where_no_file_can_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run then waits until the database takes them: two who write one file without a
    lock could lose some."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(OSError) as refused:  # noqa: PT011 - its number is asked
        Spill(tmp_path / "altsync.db").append([], {})
    assert refused.value.errno == errno.ENOTSUP
    with pytest.raises(OSError):  # noqa: PT011
        flock.lock(0)
