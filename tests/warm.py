"""Processes that need not import everything anew: each is the child of one that has.

Half of what the tests that kill or interrupt altsync took were its imports (openai's
alone are 0.7 s), a few hundred times. A command that begins with `WARM` in place of
`[sys.executable]` is a process like any other, with arguments, environment, directory and
pipes of its own, but it is forked from a Python that waits with the modules in it. Tests
about imports, encodings or terminals start the interpreter itself.

Where that cannot be done (no Linux, options of Popen that are more than those, modules of its
own), the same words start the interpreter: it knows nothing of `-X warm`, and goes on.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from subprocess import DEVNULL, Popen
from types import ModuleType
from typing import Any, NoReturn

WARM = [sys.executable, "-X", "warm"]
MODULES = (
    "altsync.canary",
    "altsync.cli.generate",
    "altsync.cli.run",
    "altsync.doubts",
    "altsync.generate.setup",
    "altsync.generate.stage",
    "altsync.lookalikes",
    "altsync.pages",
    "altsync.pictures.prepare",
    "altsync.pull",
    "altsync.push",
    "altsync.sources.album",
    "altsync.sources.jsonapi",
    "altsync.verify",
    "httpcore",
    "httpx",
    "llm.default_plugins.openai_models",
    "llm_anthropic",
    "openai.resources.chat.completions",
    "requests",
    "rich.live",
)
"""What most of the commands import that tests start by the dozen."""
SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER: orphans become children of this process."""
LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Order:
    """What subprocess.Popen asks the system for, as far as it is understood here."""

    args: list[str]
    cwd: str
    env: dict[str, str]
    session: bool
    pipes: tuple[int, ...]
    """What becomes its stdin, stdout and stderr."""

    @classmethod
    def of(
        cls,
        args: Any,
        executable: Any,
        preexec_fn: Any,
        close_fds: bool,
        pass_fds: Any,
        cwd: Any,
        env: Any,
        startupinfo: Any,
        creationflags: Any,
        shell: bool,
        p2cread: int,
        p2cwrite: int,
        c2pread: int,
        c2pwrite: int,
        errread: int,
        errwrite: int,
        *more: Any,
    ) -> Order | None:
        """Nothing where the interpreter has to be started."""
        if shell or isinstance(args, str) or list(args[: len(WARM)]) != WARM:
            return None
        if sys.platform != "linux" or preexec_fn or pass_fds or executable:
            return None
        given = os.environ if env is None else env
        if set(given.get("PYTHONPATH", "").split(os.pathsep)) - {"", *sys.path}:
            return None
        asked = (p2cread, c2pwrite, errwrite)
        return cls(
            args=[os.fsdecode(one) for one in args[len(WARM) :]],
            cwd=os.fsdecode(cwd or Path.cwd()),
            env={os.fsdecode(key): os.fsdecode(value) for key, value in given.items()},
            session=bool(more[-2]),
            pipes=tuple(own if pipe == -1 else pipe for own, pipe in enumerate(asked)),
        )


class Parent:
    """The process that waits, seen from the tests. It ends with them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ours, theirs = socket.socketpair()
        with theirs:
            self.process = Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=Path(__file__).parents[1],
                pass_fds=[theirs.fileno()],
                # numpy's threads: a fork has none of them
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                stdin=DEVNULL,
                stdout=DEVNULL,
                start_new_session=True,
            )

    def start(self, order: Order) -> int:
        """The id of a new process, which is our child."""
        told = json.dumps(asdict(order)).encode()
        with self._lock, orphans_are_ours():
            socket.send_fds(self._ours, [LENGTH.pack(len(told))], order.pipes)
            self._ours.sendall(told)
            return int(LENGTH.unpack(_read(self._ours, LENGTH.size))[0])

    def end(self) -> None:
        """Nobody asks it for anything any more."""
        self._ours.close()
        self.process.kill()
        self.process.wait()


@cache
def parent() -> Parent:
    made = Parent()
    atexit.register(made.end)
    return made


@contextlib.contextmanager
def orphans_are_ours() -> Iterator[None]:
    """For a moment: the children of what tests kill are nobody's afterwards."""
    libc = ctypes.CDLL(None)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(SUBREAPER, 0, 0, 0, 0)


def _read(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise EOFError("the process that waits with the modules has ended")
        data += piece
    return data


def _wait(sock: socket.socket) -> dict[str, Any]:
    """Fork for every order. Returns in a child alone, with what it is to do."""
    while True:
        head, pipes, _, _ = socket.recv_fds(sock, LENGTH.size, 3)
        if not head:
            sys.exit(0)
        order: dict[str, Any] = json.loads(_read(sock, LENGTH.unpack(head)[0]))
        told, tells = os.pipe()
        between = os.fork()
        if not between:
            _go_between(tells)
            sock.close()
            _connect(pipes, told, tells)
            return order
        for pipe in (*pipes, tells):
            os.close(pipe)
        child = os.read(told, LENGTH.size)
        os.close(told)
        os.waitpid(between, 0)
        sock.sendall(child)  # from here on it is the child of who asked for it


def _go_between(tells: int) -> None:
    """Fork once more, say which process that is, and go: an orphan is left."""
    child = os.fork()
    if child:
        os.write(tells, LENGTH.pack(child))
        os._exit(0)


def _connect(pipes: list[int], *others: int) -> None:
    for number, pipe in enumerate(pipes):
        os.dup2(pipe, number)
    for one in (*pipes, *others):
        os.close(one)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)


def _become(order: dict[str, Any]) -> None:
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    if order["session"]:
        os.setsid()
    # llm reads it as it is imported
    plugins: Any = importlib.import_module("llm.plugins")
    plugins.LLM_LOAD_PLUGINS = os.environ.get("LLM_LOAD_PLUGINS")


def _run(args: list[str]) -> None:
    """`-m MODULE ...` or `-c CODE ...`, as the interpreter does."""
    how, what, *rest = args
    main = ModuleType("__main__")
    sys.modules["__main__"] = main
    sys.argv[:] = [how, *rest]
    if how == "-m":
        sys.path[0] = str(Path.cwd())
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = ""
        exec(compile(what, "<string>", "exec"), vars(main))


def serve(number: int) -> NoReturn:
    for name in MODULES:
        with contextlib.suppress(ImportError):  # what not everybody has installed
            importlib.import_module(name)
    gc.freeze()
    order = _wait(socket.socket(fileno=number))
    _become(order)
    _run(order["args"])
    sys.exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
