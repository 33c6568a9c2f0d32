"""Files of strangers are decoded in processes of their own, each within bounds.

A picture can be small and still take half a minute or most of the memory: 190 kB of
progressive JPEG with 6,000 scans, a WebP of 50 megapixels. What goes over the bounds,
or brings the decoder down, is that picture's PictureError; the run goes on, with a new
process. A process serves many pictures, starts in about 0.2 s, sees none of our
environment's secrets, and ends with us, however we end.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from altsync.errors import PictureError
from altsync.pictures import frames

MEMORY = 400 * 1024 * 1024
"""Bytes of address space that a decoder may have in all (Linux; other systems do not
bound it)."""

SECONDS = 5
"""Of processor time for one picture."""

WORDS_MEMORY = 2 * 1024 * 1024 * 1024
WORDS_SECONDS = 20
"""The same for reading words: of measured pictures none took 1.4 GB or 4 s, the engine's
start of 2 s included."""

PATIENCE = 30.0
"""Seconds by the clock for one picture: on a busy machine the processor's come late."""

COUNT = min(4, os.cpu_count() or 1)
"""So many pictures are decoded at once, whatever the number of workers."""

_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from altsync.pictures import decoder
decoder.serve()
"""
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")

_MALLOC = {
    # Each arena reserves address space, and that is what is bounded.
    "MALLOC_ARENA_MAX": "1",
    # Else what one picture had is given back, and asked for again for the next one: a
    # fifth of the time that a picture takes.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(32 * 1024 * 1024),
}
"""For glibc; others do not know these."""

_places = threading.BoundedSemaphore(COUNT)
_idle: list[_Decoder] = []
_reads = threading.BoundedSemaphore(1)
_readers: list[_Decoder] = []
"""Apart from the others: one that has read words holds half a gigabyte."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may take for one picture."""

    memory: int
    seconds: int
    places: threading.BoundedSemaphore
    idle: list[_Decoder]


def _usual() -> Bounds:
    return Bounds(MEMORY, SECONDS, _places, _idle)


def _for_words() -> Bounds:
    return Bounds(WORDS_MEMORY, WORDS_SECONDS, _reads, _readers)


def run(function: str, data: bytes, *, words: bool = False, **how: object) -> bytes:
    """What `function` ("module:name" of altsync, bytes first, bytes out) makes of a
    file. `how` must be JSON. `words`: it reads words, which takes longer, and more
    memory. Raises PictureError: the function's own, or "too big" for what goes over the
    bounds, or "damaged" for what ends the process."""
    bounds = _for_words() if words else _usual()
    request = {
        "function": function,
        "how": how,
        "seconds": bounds.seconds,
        "memory": bounds.memory,
    }
    head = json.dumps(request).encode()
    with bounds.places:
        answer = _asked(bounds, head, data)
        if answer.kind in (frames.NO_MEMORY, frames.DIED) and not answer.fresh:
            # Perhaps the pictures before it had left no room in one piece, or somebody
            # had ended the process while it idled.
            _close_all(bounds.idle)
            answer = _asked(bounds, head, data)
    return _result(answer, bounds)


@dataclass(slots=True)
class _Answer:
    kind: bytes
    body: bytes = b""
    fresh: bool = True
    """It was the process's first picture."""


def _result(answer: _Answer, bounds: Bounds) -> bytes:
    if answer.kind == frames.DONE:
        return answer.body
    if answer.kind == frames.REFUSED:
        told = json.loads(answer.body)
        raise PictureError(told["message"], kind=told["kind"])
    if answer.kind == frames.NO_MEMORY:
        bound = f"over {bounds.memory // 1024**2} MB of memory"
    elif answer.kind == frames.NO_TIME:
        bound = f"over {bounds.seconds} s"
    else:
        raise PictureError(
            "The image file brings the decoder down: upload it anew.", kind="damaged"
        )
    raise PictureError(
        f"The image takes {bound} to decode: have the site offer a smaller derivative.",
        kind="too big",
    )


def _asked(bounds: Bounds, head: bytes, data: bytes) -> _Answer:
    decoder = _taken(bounds.idle)
    fresh = not decoder.served
    answer = decoder.ask(head, data)
    answer.fresh = fresh
    if decoder.lives():
        bounds.idle.append(decoder)
    else:
        decoder.close()
    return answer


def _taken(idle: list[_Decoder]) -> _Decoder:
    with contextlib.suppress(IndexError):
        return idle.pop()
    return _Decoder()


@dataclass(slots=True)
class _Decoder:
    """A process that decodes, one picture after the other."""

    process: subprocess.Popen[bytes] = field(init=False)
    served: int = 0
    late: bool = False

    def __post_init__(self) -> None:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        kept |= _MALLOC
        modules = [str(Path(one).absolute()) for one in sys.path]
        self.process = subprocess.Popen(  # noqa: S603 - this very Python
            [sys.executable, "-c", _START, json.dumps(modules)],
            cwd=Path(sys.executable).anchor,  # the one here may go while it lives
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            start_new_session=True,  # Ctrl-C is ours to hear
        )

    def ask(self, head: bytes, data: bytes) -> _Answer:
        """The answer, whatever becomes of the process."""
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        self.served += 1
        answer = None
        with self._patiently():
            with contextlib.suppress(OSError):
                frames.write(process.stdin, head)
                frames.write(process.stdin, data)
            with contextlib.suppress(OSError):
                answer = frames.read_answer(process.stdout)
        if answer is not None:
            kind, body = answer
            if kind == frames.NO_MEMORY:
                self.close()
            return _Answer(kind, body)
        self.close()
        if self.late or frames.is_out_of_time(process.returncode):
            return _Answer(frames.NO_TIME)
        return _Answer(frames.DIED)

    @contextlib.contextmanager
    def _patiently(self) -> Iterator[None]:
        def too_late() -> None:
            self.late = True
            self.process.kill()

        timer = threading.Timer(PATIENCE, too_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        except BaseException:  # Ctrl-C: its answer must not be taken for the next one's
            self.close()
            raise
        finally:
            timer.cancel()

    def lives(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """End the process and let go of its pipes."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        self.process.kill()
        self.process.wait()


def _close_all(idle: list[_Decoder] = _idle) -> None:
    while idle:
        with contextlib.suppress(IndexError):
            idle.pop().close()


atexit.register(_close_all)
atexit.register(_close_all, _readers)


if hasattr(os, "register_at_fork"):
    # A fork shares the pipes: the answers of one would reach the other.
    os.register_at_fork(after_in_child=_idle.clear)
    os.register_at_fork(after_in_child=_readers.clear)
