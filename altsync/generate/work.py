"""The work on one image by one model: a pure function of a task to an outcome.

Both are plain data, so that the same function runs in a thread here or in another
process (Dask). Keys are never in a task: each process opens the model by its name and
finds its key in its own environment or llm's key store.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from altsync.errors import AltsyncError
from altsync.generate import answer as answers
from altsync.generate import checking
from altsync.generate.answer import Answer, Unusable
from altsync.generate.asking import Model, Reply, open_model
from altsync.generate.context import Piece
from altsync.generate.gate import Gate, Stopped
from altsync.generate.prompt import Prompt
from altsync.generate.trouble import Remedy, judge

TRIES = 4
"""Of a call that breaks for reasons that may pass (5xx, network)."""
BACKOFF = 0.5
"""Seconds, doubled at each try, with some chance so that workers do not come back all
at once."""
PATIENCE = 900.0
"""Seconds that one image waits for a provider that limits the rate."""


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that one call needs."""

    model: str
    prompt: Prompt
    pieces: tuple[Piece, ...]
    jpeg: bytes
    options: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 120.0
    """Seconds for one call."""
    language: str | None = None
    """Of the image, where the site says it: for the lint."""
    keep: bool = False
    """Hand the llm.Response back, for llm's log: only where the task stays in this process.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task. `answer` None: `problem` says why, in a sentence for the
    owner."""

    answer: Answer | None
    problem: str = ""
    remedy: Remedy | None = None
    """IMAGE, AGAIN (it may work another time) or STOP; None where there is an answer or
    the run was stopped."""
    paid: bool = False
    """The model answered, usable or not: asking the same again would be paid again."""
    replies: tuple[Reply, ...] = ()
    """Every call that was answered, in order: the last one is the answer's."""

    @property
    def stopped(self) -> bool:
        """The run ended before this task was asked."""
        return self.answer is None and self.remedy is None


_gates: dict[str, Gate] = {}
_gates_lock = threading.Lock()


def gate(model: str) -> Gate:
    """The gate of a model in this process."""
    with _gates_lock:
        return _gates.setdefault(model, Gate())


def forget() -> None:
    """Start from new gates."""
    with _gates_lock:
        _gates.clear()


def work(task: Task) -> Outcome:
    """Ask, and once more with the reason where the answer cannot be used. Raises nothing."""
    try:
        model = open_model(task.model, task.options, task.timeout)
    except AltsyncError as error:
        return Outcome(None, str(error), Remedy.STOP)
    replies: list[Reply] = []
    reason = ""
    for _ in range(2):
        try:
            reply = _call(model, task, reason)
        except Stopped:
            # What was answered stays answered: an unusable first answer is known,
            # though it was not asked again.
            return Outcome(None, replies=tuple(replies))
        except _Failed as failed:
            return Outcome(
                None, failed.problem, failed.remedy, bool(replies), tuple(replies)
            )
        replies.append(reply)
        try:
            usable = answers.read(
                reply.text,
                schema=task.prompt.schema is not None,
                finish=reply.finish,
                refusal=reply.refusal,
            )
            checking.refuse(usable, task.pieces, task.language)
        except Unusable as error:
            reason = error.reason
        else:
            return Outcome(usable, paid=True, replies=tuple(replies))
    return Outcome(
        None,
        f"{task.model} gave no usable text, twice. {reason}",
        Remedy.IMAGE,
        True,
        tuple(replies),
    )


class _Failed(Exception):
    def __init__(self, problem: str, remedy: Remedy) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def _call(model: Model, task: Task, reason: str) -> Reply:
    """One answered call: waits at the gate, tries again what may pass. Raises _Failed
    and Stopped."""
    turn = gate(task.model)
    question = task.prompt.ask(task.pieces, reason)
    give_up = time.monotonic() + PATIENCE
    broken = 0
    while True:
        turn.enter()
        try:
            reply = model.ask(
                task.prompt.system, question, task.jpeg, task.prompt.schema
            )
        except Exception as error:
            # Providers raise what they like; `judge` turns it into a remedy, and the
            # sentence holds no key.
            trouble = judge(error, task.model)
        else:
            turn.passed()
            return reply if task.keep else _plain(reply)
        if trouble.remedy is not Remedy.AGAIN:
            raise _Failed(trouble.sentence, trouble.remedy)
        if trouble.limited:
            turn.limited(trouble.wait)
            if time.monotonic() > give_up:
                raise _Failed(trouble.sentence, Remedy.AGAIN)
            continue
        broken += 1
        if broken >= TRIES:
            raise _Failed(trouble.sentence, Remedy.AGAIN)
        turn.rest(trouble.wait or BACKOFF * 2.0**broken * random.uniform(0.5, 1.0))


def _plain(reply: Reply) -> Reply:
    return Reply(
        reply.text,
        reply.input_tokens,
        reply.output_tokens,
        reply.resolved_model,
        reply.response_id,
        reply.duration_ms,
        reply.finish,
        reply.refusal,
    )
