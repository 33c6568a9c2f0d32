"""A call has its time, whatever its plugin does with it: once that is over it is given
up, and the run goes on without it.

Plugins that speak through httpx end by themselves (`hearing`). For others, and for what
no library bounds (a name that is not found, headers that drip), every call is made in a
thread of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from altsync.generate import hearing
from altsync.generate.hearing import AnswerCut, Ear

T = TypeVar("T")
GRACE = 0.5
"""Seconds after the deadline: a library that ends by itself says more of why."""


class Overdue(TimeoutError):
    """The plugin did not come back in time."""


def within(ear: Ear, call: Callable[[], T]) -> T:
    """What `call` returns or raises; `hearing.heard()` tells of it afterwards.

    Raises AnswerCut, from Overdue, where its time is over: the question was sent, most
    likely, and so it was paid for. Its thread is left to itself: nothing waits for it.
    """
    returned: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            with hearing.listening(ear):
                returned.append(call())
        # handed to the thread that waits
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True, name="altsync-call")
    thread.start()
    thread.join(ear.left + GRACE)
    hearing.adopt(ear)
    if raised:
        raise raised.pop()
    if not returned:
        heard = ear.heard()
        part = b"" if heard is None else heard.body
        raise AnswerCut(part) from Overdue()
    return returned[0]
