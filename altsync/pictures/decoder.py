"""The process of `apart`: reads files from stdin, answers on stdout, within bounds."""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from altsync.errors import PictureError
from altsync.pictures import frames


def serve() -> None:
    """Answer until stdin ends."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    _one_thread()
    while (head := frames.read(source)) is not None:
        request = json.loads(head)
        function = _named(request["function"])
        _bound(request["memory"], request["seconds"])
        kind, body = _answer(source, function, request["how"])
        out.write(kind)
        frames.write(out, body)


def _answer(
    source: Any, function: Callable[..., bytes], how: dict[str, Any]
) -> tuple[bytes, bytes]:
    try:
        data = frames.read(source)
        assert data is not None
        return frames.DONE, function(data, **how)
    except MemoryError:
        return frames.NO_MEMORY, b""
    except PictureError as error:
        told = {"message": str(error), "kind": error.kind}
        return frames.REFUSED, json.dumps(told).encode()


def _named(function: str) -> Callable[..., bytes]:
    module, _, name = function.partition(":")
    found: Callable[..., bytes] = getattr(importlib.import_module(module), name)
    return found


def _bound(memory: int, seconds: int) -> None:
    """Hold this process to so many bytes in all, and so many seconds from now."""
    with contextlib.suppress(
        ImportError
    ):  # Windows has none: there the clock bounds it
        import resource

        until = math.ceil(time.process_time()) + seconds
        for limit, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, until),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(limit)
            with contextlib.suppress(ValueError, OSError):  # macOS: not all can be set
                resource.setrlimit(limit, (most, hard))


def _one_thread() -> None:
    """Each thread of a decoder reserves address space of its own."""
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
