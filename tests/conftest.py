"""No test reaches another computer, nor the files and settings of the person who runs
it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import ipaddress
import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from altsync import clock
from altsync.atomic import FILE, make_file
from altsync.store import store
from tests import processes
from tests.clocks import Jumping
from tests.lengths import BY_CHANCE

_CONNECT = socket.socket.connect
_CONNECT_EX = socket.socket.connect_ex
_GETADDRINFO = socket.getaddrinfo
_BROWSERS = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or str(
    Path.home() / ".cache" / "ms-playwright"
)


# Read by llm as it is imported, here and in every command that a test starts: the providers'
# plugins take seconds, and some ask the network. Tests that want one say so.
os.environ["LLM_LOAD_PLUGINS"] = "altsync"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background of a script: the commands that tests interrupt would
    # inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # Started by nohup: the tests go on, and what they start hears a hangup.
    signal.signal(signal.SIGHUP, lambda *_: None)

subprocess.Popen = processes.Started  # type: ignore[misc]

# A busy machine is not a failure, and what was drawn by chance is none either.
settings.register_profile("altsync", deadline=None, suppress_health_check=BY_CHANCE)
settings.load_profile("altsync")


def pytest_itemcollected(item: Any) -> None:
    """Who runs a machine draws too, and is marked as Hypothesis marks its own tests."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    if code is not None and run_state_machine_as_test.__name__ in code.co_names:
        item.add_marker("hypothesis")
        item.add_marker("machine")


def long_first(items: Sequence[Any], workers: int) -> list[Any]:
    """The tests in another order, for workers that each begin with one part of them: what
    is marked slow or browser comes first in every part, file by file. What takes long and
    is begun last is waited for by one worker alone."""
    files: dict[str, list[Any]] = {}
    short: list[Any] = []
    for item in items:
        if item.get_closest_marker("slow") or item.get_closest_marker("browser"):
            files.setdefault(item.nodeid.partition("::")[0], []).append(item)
        else:
            short.append(item)
    parts: list[list[Any]] = [[] for _ in range(workers)]
    for tests in sorted(files.values(), key=len, reverse=True):
        min(parts, key=len).extend(tests)
    size = -(-len(items) // workers)
    for part in parts:
        room = max(0, size - len(part))
        part += short[:room]
        del short[:room]
    return [item for part in (*parts, short) for item in part]


def said_twice(items: Sequence[Any]) -> list[Any]:
    """The short runs of machines that run for long as well: these draw all that the short
    ones can, and more of it."""
    names = {item.nodeid for item in items}
    return [
        item
        for item in items
        if item.get_closest_marker("machine") and f"{item.nodeid}_for_long" in names
    ]


def own_part(args: Sequence[str], worker: int, workers: int) -> list[str]:
    """The modules of tests in these directories that this worker imports first."""
    files = (file for arg in args for file in Path(arg).rglob("test_*.py"))
    top = Path(__file__).resolve().parents[1]
    return [
        ".".join(file.relative_to(top).with_suffix("").parts)
        for file in sorted({file.resolve() for file in files})[worker::workers]
        if file.is_relative_to(top)
    ]


def _write_own_part(config: pytest.Config) -> None:
    """In a new checkout every worker would rewrite every assert of every module, half of
    its time here: each writes a part of them, and finds the others' written."""
    name = os.environ.get("PYTEST_XDIST_WORKER")
    if name is None or sys.dont_write_bytecode:
        return
    workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for module in own_part(config.args, int(name.removeprefix("gw")), workers):
        # what is wrong with it is told when it is collected
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(module)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, Any, Any]:
    """Ten thousand tests are collected, and none is garbage: not to look for it is a
    fifth of the time of every worker, and never again when a test asks for a look."""
    gc.disable()
    try:
        _write_own_part(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    if twice := said_twice(items):
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in twice]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = long_first(items, workers)


PROCESSES = pytest.StashKey[int]()
"""How many processes of tests were known before this one began."""


@pytest.fixture(autouse=True)
def _processes_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test starts ends with it: left running, it fails the test after it."""
    known = len(processes.Started.known)
    request.node.stash[PROCESSES] = known
    yield
    processes.ended(known)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    """Where a test fails, what it had started says why."""
    if call.excinfo is not None and PROCESSES in item.stash:
        for told in processes.ended(item.stash[PROCESSES]):
            item.add_report_section(call.when, "process", told)
    return (yield)


class Blocked(RuntimeError):
    """No OSError on purpose: code that expects network errors must not swallow it."""


def _is_loopback(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _allow(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(
        address[0]
    ):
        raise Blocked(f"a test tried to reach {address[0]}")


def _connect(self: socket.socket, address: Any) -> None:
    _allow(self, address)
    _CONNECT(self, address)


def _connect_ex(self: socket.socket, address: Any) -> int:
    _allow(self, address)
    return _CONNECT_EX(self, address)


def _getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not _is_loopback(host):
        raise Blocked(f"a test tried to look up {host}")
    return _GETADDRINFO(host, *args, **kwargs)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect)
    monkeypatch.setattr(socket.socket, "connect_ex", _connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", _getaddrinfo)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New directories. pytest numbers its own by looking through all that are there:
    milliseconds, once there are thousands."""
    directory = tmp_path_factory.mktemp("homes")
    return (directory / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> None:
    home = next(homes)
    home.mkdir(mode=0o700)
    for name in list(os.environ):
        # COVERAGE_: a command that a test starts is itself, with its own imports.
        # SSL_CERT_: every client would read a file of hundreds of them, 28 ms.
        if name.startswith(
            ("ALTSYNC_", "XDG_", "LLM_", "COVERAGE_", "SSL_CERT_")
        ) or name.lower().endswith(("_proxy", "_api_key", "_ca_bundle")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "altsync")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LLM_USER_PATH", str(home / "llm"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", _BROWSERS)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


class NewMirror:
    """A database as it is right after it was made, which takes twenty times as long as to
    copy it: twenty migrations, for thousands of tests."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._whole = b""

    def make_file(self, path: Path, mode: int = FILE) -> bool:
        """In place of an empty file, before it is opened as every other."""
        if not self._whole:
            self._whole = self._made()
        new = make_file(path, mode)
        if new:
            path.write_bytes(self._whole)
            with contextlib.closing(sqlite3.connect(path)) as conn, conn:
                # what is worked out of a mirror is kept by it: never that of another
                conn.execute("UPDATE terms_stamp SET stamp = random()")
        return new

    def _made(self) -> bytes:
        path = self._directory / "altsync.db"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "make_file", make_file)
            store.Store.open(path, create=True).close()
        return path.read_bytes()


@pytest.fixture(scope="session")
def new_mirror(tmp_path_factory: pytest.TempPathFactory) -> NewMirror:
    return NewMirror(tmp_path_factory.mktemp("new"))


@pytest.fixture(autouse=True)
def _new_mirrors_are_copied(
    monkeypatch: pytest.MonkeyPatch, new_mirror: NewMirror
) -> None:
    monkeypatch.setattr(store, "make_file", new_mirror.make_file)


@pytest.fixture
def jumping(monkeypatch: pytest.MonkeyPatch) -> Jumping:
    """A clock that goes wrong when a test says so."""
    made = Jumping()
    monkeypatch.setattr(clock, "now", made)
    return made
