"""An llm.Response that was made in another process, for llm's own log here.

It is asked for anew, as `Model.ask` asks, and never sent: what it holds after its call
comes from the other process. Without the model, whose connections stay where they are,
and without the key.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from altsync.generate.asking import Model
from altsync.generate.task import Task

STAYS = frozenset(
    {
        "model",
        "prompt",
        "conversation",
        "attachments",
        "_key",
        "before_call",
        "after_call",
        "done_callbacks",
    }
)
"""What belongs to the process that asked."""


@dataclass(frozen=True, slots=True)
class Stilled:
    """A response on its way between two processes."""

    state: bytes | None
    """None: it cannot leave its process."""
    options: Mapping[str, Any]
    """With which it was asked."""


def stilled(response: Any) -> Stilled:
    """For another process. Raises nothing."""
    try:
        state = {key: one for key, one in vars(response).items() if key not in STAYS}
        given = dict(response.prompt.options)
        options = {key: one for key, one in given.items() if one is not None}
        return Stilled(pickle.dumps(state), options)
    except Exception:  # a plugin keeps what it likes in its responses
        return Stilled(None, {})


def revived(model: Model, task: Task, question: str, said: Stilled) -> Any:
    """The response as llm's log takes it. One that cannot be revived cannot be logged:
    the log counts it as left out. Raises nothing."""
    try:
        assert said.state is not None
        response = _asked(model, task, question, said.options)
        vars(response).update(pickle.loads(said.state))  # noqa: S301 - of our own worker
    except Exception:
        return SimpleNamespace(prompt=SimpleNamespace(attachments=[]))
    return response


def _asked(model: Model, task: Task, question: str, options: Mapping[str, Any]) -> Any:
    import llm

    pictures = [
        llm.Attachment(content=part, type="image/jpeg")
        for part in (task.jpeg, *task.more)
    ]
    return model.inner.prompt(
        question,
        system=task.prompt.system,
        attachments=pictures,
        schema=copy.deepcopy(task.prompt.schema),
        stream=False,
        **options,
    )
