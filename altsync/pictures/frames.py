"""What goes between `apart` and a decoder: a length (8 bytes, big-endian) and so many
bytes; an answer has its kind in front."""

from __future__ import annotations

import io
import signal
from collections.abc import Sequence
from typing import IO

DONE = b"+"
REFUSED = b"-"
"""The picture's own fault, as JSON."""
NO_MEMORY = b"m"
NO_TIME = b"t"
DIED = b"d"


def write(pipe: IO[bytes], body: bytes) -> None:
    """Send one piece."""
    pipe.write(len(body).to_bytes(8, "big"))
    pipe.write(body)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes | None:
    """One piece; None where the other side has ended."""
    head = pipe.read(8)
    if len(head) < 8:
        return None
    length = int.from_bytes(head, "big")
    body = pipe.read(length)
    return body if len(body) == length else None


def read_answer(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Kind and body of an answer; None where the decoder has ended."""
    kind = pipe.read(1)
    body = read(pipe)
    if not kind or body is None:
        return None
    return kind, body


def joined(pieces: Sequence[bytes]) -> bytes:
    """Several pieces as one."""
    out = io.BytesIO()
    for piece in pieces:
        write(out, piece)
    return out.getvalue()


def split(body: bytes) -> list[bytes]:
    """The pieces that were joined."""
    pipe = io.BytesIO(body)
    return list(iter(lambda: read(pipe), None))


def is_out_of_time(code: int | None) -> bool:
    """The process ended because its processor time was over."""
    return code is not None and code == -getattr(signal, "SIGXCPU", 0) != 0
