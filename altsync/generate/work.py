"""The work on one image by one model: a function of a task to an outcome.

It asks, keeps the model's pace, tries again what may pass, and asks once more where
an answer cannot be used. It stores nothing.
"""

from __future__ import annotations

import random
from dataclasses import replace

from altsync.errors import AltsyncError
from altsync.generate import answer as answers
from altsync.generate import checking, pace, standstill
from altsync.generate.answer import Answer, Unusable
from altsync.generate.asking import Model
from altsync.generate.cut import Captured
from altsync.generate.hearing import Heard
from altsync.generate.once import Call, once, posed, replayed
from altsync.generate.opening import open_model
from altsync.generate.pace import Pace, Stopped
from altsync.generate.prompt import in_parts
from altsync.generate.task import Outcome, Reply, Task
from altsync.generate.told import fit, without
from altsync.generate.trouble import Remedy, Trouble, judge

QUESTIONS = 2
"""Of one task: an answer that cannot be used is asked for once more, with the reason."""
TRIES = 4
"""Of a call that breaks for reasons that may pass (5xx, network)."""
UNMISTAKEN = 16
"""Characters of a key that no text holds by chance: some hosts want "none" for one."""
LOST = 2
"""Of a task: answers that are lost on their way, which are most likely paid for."""
BACKOFF = 0.5
"""Seconds, doubled at each try, with some chance so that workers do not come back all
at once."""


def work(task: Task, call: Call = once) -> Outcome:
    """Ask, and once more with the reason where the answer cannot be used. Raises nothing.

    `call` makes one call: here, or on a worker of a cluster.
    """
    try:
        model = open_model(task.model, task.options, task.timeout)
    except AltsyncError as error:
        return Outcome(None, str(error), Remedy.STOP)
    replies: list[Reply] = []
    reason = ""
    for asked in range(1, QUESTIONS + 1):
        try:
            reply = _answered(model, task, call, reason, replies)
        except Stopped:
            # What was answered stays answered: an unusable first answer is known,
            # though it was not asked again.
            return Outcome(None, replies=_kept(replies, model))
        except _Failed as failed:
            return _failed(failed.trouble, replies, model)
        replies.append(reply)
        try:
            usable = _usable(reply, task, model, last=asked == QUESTIONS)
        except Unusable as error:
            unusable = error
        else:
            return Outcome(usable, paid=True, replies=tuple(replies))
        if not unusable.again:
            break
        reason = unusable.reason
    return _without_text(model, task, unusable, replies, twice=unusable.again)


def _kept(replies: list[Reply], model: Model) -> tuple[Reply, ...]:
    """What came back without a text in it, as it may be stored: a host may send the key
    back that it was asked with. llm's log would keep that as it came."""
    secrets = model.secrets()
    kept = []
    for one in replies:
        clean = without(one.text, secrets)
        same = clean == one.text
        kept.append(one if same else replace(one.plain(), text=clean))
    return tuple(kept)


def would_send(task: Task, reason: str = "") -> Captured | Outcome:
    """What `work` would send first, for somebody else to answer; an Outcome where it would
    send nothing. `reason`: why an earlier answer could not be used. Raises nothing."""
    try:
        model = open_model(task.model, task.options, task.timeout)
    except AltsyncError as error:
        return Outcome(None, str(error), Remedy.STOP)
    try:
        return model.would_send(posed(task, _question(task, reason)))
    except AltsyncError as error:
        return Outcome(None, str(error), Remedy.STOP)
    except (Exception, SystemExit) as error:
        trouble = judge(error, task.model, None, model.secrets())
        return _failed(trouble, [], model)


def taken(task: Task, came: Heard, reason: str = "", *, last: bool = False) -> Outcome:
    """What `work` would have made of an answer as its provider gives it to somebody else:
    read by the same code, and then as `said`. `reason`: as it was asked with. The
    picture of the task is for llm's log alone. Raises nothing."""
    try:
        model = open_model(task.model, task.options, task.timeout)
    except AltsyncError as error:
        return Outcome(None, str(error), Remedy.STOP)
    call = replayed(model, task, _question(task, reason), came)
    reply, trouble = call.reply, call.trouble
    if trouble is not None:
        refused = model.refused_in(came)
        if refused:
            trouble = replace(trouble, sentence=_too_little(task.model, refused))
        return _failed(trouble, [] if reply is None else [reply], model)
    assert reply is not None
    return said(task, reply if task.keep else reply.plain(), last=last)


def _too_little(model: str, refused: str) -> str:
    """A live call goes on by itself with a little more thinking, or without a word."""
    name, value = refused.rsplit(" ", 1)
    return (
        f"{model} does not take {name} = {value}, which altsync asks for of its own accord."
        f" Name one that it takes (-o {name} VALUE), or ask without --batch: a live call"
        " finds out by itself."
    )


def _question(task: Task, reason: str) -> str:
    shown = in_parts(1 + len(task.more), across=task.across)
    return task.prompt.ask(task.pieces, reason, shown)


def _failed(trouble: Trouble, replies: list[Reply], model: Model) -> Outcome:
    """No answer came of it."""
    return Outcome(
        None,
        trouble.sentence,
        trouble.remedy,
        any(not reply.lost for reply in replies),
        _kept(replies, model),
        refused=trouble.refused,
        reason=trouble.reason,
        died=trouble.died,
    )


def said(task: Task, reply: Reply, *, last: bool = False) -> Outcome:
    """What `work` would have made of an answer in the words of whoever asked for it, by
    the same code.

    One that cannot be used is AGAIN, and paid, where the model may do better when it is
    told so; `last`: it will not be asked again. Raises nothing.
    """
    try:
        model = open_model(task.model, task.options, task.timeout)
    except AltsyncError as error:
        return Outcome(None, str(error), Remedy.STOP)
    try:
        usable = _usable(reply, task, model, last=last)
    except Unusable as unusable:
        twice = unusable.again and last
        found = _without_text(model, task, unusable, [reply], twice=twice)
        if not unusable.again or last:
            return found
        return replace(found, remedy=Remedy.AGAIN, again=unusable.reason)
    return Outcome(usable, paid=True, replies=(reply,))


def _without_text(
    model: Model, task: Task, unusable: Unusable, replies: list[Reply], *, twice: bool
) -> Outcome:
    """The model answered, and asking it once more would not help, or has not helped.
    `twice`: it was told why, and asked again."""
    kept = _kept(replies, model)
    often = ", twice" if twice else ""
    problem = f"{task.model} gave no usable text{often}. {unusable.told}"
    if unusable.refused:
        problem = unusable.reason.replace("The model", task.model)
    return Outcome(
        None,
        problem,
        Remedy.IMAGE,
        paid=True,
        replies=kept,
        refused=unusable.refused,
        reason=fit(unusable.said or kept[-1].text, model.secrets()),
    )


def _usable(reply: Reply, task: Task, model: Model, *, last: bool) -> Answer:
    """The answer in a reply; `last`: the model is not asked again. Raises Unusable."""
    if reply.fault:
        answers.check_ending(reply.finish, reply.refusal)
        raise Unusable(reply.fault)
    if any(len(key) >= UNMISTAKEN and key in reply.text for key in model.secrets()):
        raise Unusable("The answer held the key that it was asked with.")
    found = answers.read(
        reply.text,
        schema=task.prompt.schema is not None,
        finish=reply.finish,
        refusal=reply.refusal,
    )
    checking.refuse(found, task.evidence, task.rules, last=last)
    return found


class _Failed(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.sentence)
        self.trouble = trouble


def _answered(
    model: Model, task: Task, call: Call, reason: str, replies: list[Reply]
) -> Reply:
    """One answered call: keeps the pace, tries again what may pass. What was paid for
    on the way goes into `replies`. Raises _Failed and Stopped."""
    turn, watch = pace.of(task.model), standstill.of(task.model)
    question = _question(task, reason)
    broken = 0
    while True:
        number, began = turn.enter(), watch.begin()
        came = call(model, task, question)
        reply, trouble = came.reply, came.trouble
        if reply is not None and trouble is None:
            turn.passed(number, reply.tokens, came.headers)
            watch.passed()
            return reply if task.keep else reply.plain()
        assert trouble is not None
        if reply is not None:
            replies.append(reply)
        lost = sum(reply.lost for reply in replies)
        if trouble.remedy is not Remedy.AGAIN or (trouble.lost and lost >= LOST):
            turn.broke(number)
            raise _Failed(trouble)
        if trouble.limited:
            gone = watch.limited(began, brief=trouble.brief)
            if gone is not None:
                turn.broke(number)
                raise _Failed(_endless(trouble, gone))
            turn.limited(number, trouble.wait, came.headers)
        else:
            turn.broke(number)
            broken += 1
            _rest(turn, trouble, broken)


def _endless(trouble: Trouble, gone: float) -> Trouble:
    """A limit that does not end, for anybody."""
    minutes = max(1, round(gone / 60))
    sentence = (
        f"{trouble.sentence} Nothing else was answered for {minutes}"
        f" minute{'s' * (minutes != 1)}: stopped, and what arrived is kept. Run the same"
        " `altsync generate` again later to go on."
    )
    return replace(trouble, remedy=Remedy.STOP, sentence=sentence)


def _rest(turn: Pace, trouble: Trouble, broken: int) -> None:
    """Wait before a call that broke is tried again. Raises _Failed after the last try."""
    if broken >= TRIES:
        raise _Failed(trouble)
    chance = random.uniform(0.5, 1.0)
    turn.rest(trouble.wait or BACKOFF * 2.0**broken * chance)
