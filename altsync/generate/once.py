"""One call: asked once, and judged. Here, or on a worker of a cluster: what came of it is
plain data."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from altsync.generate import hearing
from altsync.generate.asking import Model, Posed
from altsync.generate.hearing import AnswerCut, Heard
from altsync.generate.raised import ErrorInside, broke_off, causes, holds_error
from altsync.generate.salvage import Unreadable
from altsync.generate.task import Reply, Task
from altsync.generate.trouble import Remedy, Trouble, judge

SHAPE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a library raises over an answer of a shape that it does not expect."""
ON_ITS_WAY = "The answer was lost on its way."


@dataclass(frozen=True, slots=True)
class OneCall:
    """What came of one call."""

    reply: Reply | None
    """What arrived, or what the call was most likely paid for all the same."""
    trouble: Trouble | None = None
    """Why it broke; None where it was answered, though perhaps nobody can read that."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the provider's answer, by lower-case name; none where it was not heard."""


Call: TypeAlias = Callable[[Model, Task, str], OneCall]
"""Asks a model one question about the picture of a task. Raises nothing."""


def once(model: Model, task: Task, question: str) -> OneCall:
    """One call from this thread. The reply of an answer that nobody can read says so."""
    return _call(model, task, functools.partial(model.ask, posed(task, question)))


def replayed(model: Model, task: Task, question: str, came: Heard) -> OneCall:
    """What `once` would have made of an answer that came otherwise. Asks nobody."""
    made_of = functools.partial(model.made_of, came, posed(task, question))
    return _call(model, task, made_of)


def posed(task: Task, question: str) -> Posed:
    """A question about a task's picture."""
    prompt = task.prompt
    return Posed(prompt.system, question, task.jpeg, prompt.schema, task.more)


def _call(model: Model, task: Task, ask: Callable[[], Reply]) -> OneCall:
    reply, trouble = _asked(model, task, ask)
    heard = hearing.heard()
    return OneCall(reply, trouble, {} if heard is None else heard.headers)


def lost(task: Task, text: str = "") -> Reply:
    """What a call counts for whose answer did not arrive whole. `text`: what did."""
    into, out = task.expected
    return Reply(
        text=text,
        input_tokens=into,
        output_tokens=out,
        fault=ON_ITS_WAY,
        lost=True,
    )


def _asked(
    model: Model, task: Task, ask: Callable[[], Reply]
) -> tuple[Reply | None, Trouble | None]:
    error: BaseException = ErrorInside()
    reply: Reply | None
    try:
        reply = ask()
        heard = hearing.heard()
        if broke_off(heard):
            raise Unreadable(AnswerCut(b""), reply)
        if reply.text.strip() or not holds_error(heard):
            return reply, None
    except Unreadable as unreadable:
        error, reply = unreadable.error, unreadable.reply
    except (Exception, SystemExit) as other:
        # Providers raise what they like; `judge` turns it into a remedy, and the
        # sentence holds no key.
        error, reply = other, None
    trouble = judge(error, task.model, hearing.heard(), model.secrets())
    return _broke(task, trouble, error, reply)


def _broke(
    task: Task, trouble: Trouble, error: BaseException, reply: Reply | None
) -> tuple[Reply | None, Trouble | None]:
    """What a call that broke was paid for, and its trouble; an answer of a shape that
    nobody expects was paid for, and is none."""
    if trouble.lost:
        return lost(task, _arrived(error) if reply is None else reply.text), trouble
    if trouble.remedy is not Remedy.IMAGE:
        billed = reply is not None and reply.input_tokens is not None
        return (reply if billed else None), trouble
    if reply is not None and isinstance(error, SHAPE) and not trouble.refused:
        return reply, None
    return reply, trouble


def _arrived(error: BaseException) -> str:
    """The part of an answer that came before it broke off."""
    parts = [getattr(one, "part", b"") for one in causes(error)]
    return b"".join(parts).decode("utf-8", "replace")
