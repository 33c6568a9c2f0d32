"""A call has its time, whatever its plugin does with it: once that is over it is given
up, and the run goes on without it.

What goes over altsync's own client ends by itself (`hearing`). Nobody knows of a plugin
what it does, beside what it sends through httpx: a thread asks in the place of the one
that waits (0.2 ms of CPU a call).
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from altsync.generate import hearing
from altsync.generate.hearing import AnswerCut, Ear

T = TypeVar("T")
GRACE = 0.5
"""Seconds after the deadline: a library that ends by itself says more of why."""

given_up = threading.Event()
"""Some call of this process was: its thread may go on for ever."""


class Overdue(TimeoutError):
    """The plugin did not come back in time."""


def within(ear: Ear, call: Callable[[], T]) -> T:
    """What `call` returns or raises; `hearing.heard()` tells of it afterwards.

    Raises AnswerCut, from Overdue, where its time is over: the question was sent, most
    likely, and so it was paid for. Its thread is left to itself: nothing waits for it.
    """
    helper = _mine.helper or _Helper()
    _mine.helper = None
    helper.todo.put((ear, call))
    try:
        result, error = helper.done.get(timeout=ear.left + GRACE)
    except queue.Empty:
        given_up.set()
        heard = ear.heard()
        part = b"" if heard is None else heard.body
        raise AnswerCut(part) from Overdue()
    finally:
        hearing.adopt(ear)
    _mine.helper = helper
    if error is not None:
        try:
            raise error
        finally:
            del error  # its traceback holds this frame
    found: T = result
    return found


class _Helper:
    """A thread that makes the calls of another one. It ends with it, or, where it was
    given up, with its call."""

    def __init__(self) -> None:
        self.todo: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        work = (self.todo, self.done)
        threading.Thread(
            target=_answer, args=work, daemon=True, name="altsync-call"
        ).start()

    def __del__(self) -> None:
        self.todo.put(None)


def _answer(todo: queue.SimpleQueue[Any], done: queue.SimpleQueue[Any]) -> None:
    while (given := todo.get()) is not None:
        ear, call = given
        try:
            with hearing.listening(ear):
                done.put((call(), None))
        # handed to the thread that waits
        except BaseException as error:
            done.put((None, error))
        hearing.forget()  # the thread that waits adopts it
        del given, ear, call


class _Mine(threading.local):
    helper: _Helper | None = None


_mine = _Mine()
