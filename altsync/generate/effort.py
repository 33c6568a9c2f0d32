"""The least thinking that a model offers: hidden tokens double or treble the price of a
text, and hardly better it.

Which option a model has for it is told by its plugin's options, found by their fields.
Which of an option's values a model takes is mostly told by the option's own choices;
where a plugin has one list for all its models (OpenAI's, OpenRouter's) the models'
names tell it. What a provider refuses all the same is given up: see `Effort.yields`.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, get_args

from altsync.generate.hearing import Heard

LEVELS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""From the least."""
OPTIONS = frozenset(
    {
        "reasoning_effort",
        "reasoning_enabled",
        "reasoning_max_tokens",
        "thinking",
        "thinking_effort",
        "thinking_level",
        "thinking_budget",
        "think",
    }
)
"""The owner's word on one of these is the last: nothing is added then."""
OPENAI = (
    # from gpt-5.1 on thinking can be off
    (re.compile(r"gpt-(5\.[1-9]|[6-9])"), "none"),
    (re.compile(r"gpt-5"), "minimal"),
)
USUAL = "low"
"""What every other model with `reasoning_effort` takes, o1 and o3 among them."""

FORMER = "reasoning_effort"
"""The only option that altsync asked for of its own accord at first: USUAL, of every
model that has it."""

_ABOUT_EFFORT = re.compile(r"reasoning|effort|thinking|\bthink\b", re.I)
NOT_TAKEN = (400, 422)
"""Status codes of a question that is not understood."""
SAID = 4_000
"""Bytes of an error that are looked at."""


class Effort:
    """What altsync asks a model for, of its own accord. Threads may share it."""

    def __init__(self, model: Any, given: Mapping[str, Any]) -> None:
        """`given`: the owner's own options."""
        self._name = ""
        self._values: list[Any] = []
        self._lock = threading.Lock()
        if OPTIONS.isdisjoint(given):
            self._name, self._values = _least(model)
        self.asked = self.now
        """The options that are asked for first: they are part of a work's key, so that
        it stays the same whatever the provider takes."""

    @property
    def now(self) -> dict[str, Any]:
        """The options of the next call; none where the model has none, or takes none."""
        return {self._name: self._values[0]} if self._values else {}

    def is_refused(self, heard: Heard) -> str:
        """What an answer that came otherwise refuses of these options, as it is asked
        for; '' where it is about something else. Nobody asks again there."""
        if heard.status not in NOT_TAKEN or not _ABOUT_EFFORT.search(_named(heard)):
            return ""
        return " ".join(f"{name} {value}" for name, value in self.now.items())

    def yields(
        self, sent: Mapping[str, Any], error: Exception, heard: Heard | None
    ) -> bool:
        """Whether a call with `sent` failed because of these options, and the next one
        is made without, or with a little more: it was not paid for. False for any other
        error. `heard`: what the provider answered."""
        if not sent or not _is_about_effort(error, heard):
            return False
        with self._lock:
            if sent == self.now:  # else another thread was first
                self._values = self._values[1:]
        return True


def formerly(model: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were recorded for these of the owner's before each provider's own
    were asked for."""
    if FORMER in model.Options.model_fields:
        return {FORMER: USUAL, **given}
    return dict(given)


def _is_about_effort(error: Exception, heard: Heard | None) -> bool:
    if heard is None:
        refused = isinstance(error, TypeError | ValueError)  # by the plugin
        return refused and bool(_ABOUT_EFFORT.search(str(error)))
    if heard.status not in NOT_TAKEN:
        return False
    return bool(_ABOUT_EFFORT.search(_named(heard)))


def _named(heard: Heard) -> str:
    """What an error is about: the parameter, where the provider names one, else all
    that it says."""
    try:
        named = json.loads(heard.body)["error"]["param"]
    except (ValueError, LookupError, TypeError, RecursionError):
        named = None
    if isinstance(named, str) and named:
        return named
    return heard.body[:SAID].decode("utf-8", "replace")


def _least(model: Any) -> tuple[str, list[Any]]:
    """(the option, its values from the least on, as far as they are tried)."""
    fields = _fields(model)
    if "reasoning_effort" in fields:
        return "reasoning_effort", _reasoning(model, fields)
    if "thinking_level" in fields:
        return "thinking_level", _lowest(_choices(fields["thinking_level"]))
    if "thinking_budget" in fields:
        return "thinking_budget", [0]
    if "think" in fields:
        return "think", [False]
    return _claude(model, fields)


def _fields(model: Any) -> dict[str, Any]:
    """Kinds of the options that a model offers, by name. One that a plugin hides from
    its schema is there to be refused (Ollama's `think` of models that cannot)."""
    offered = model.Options.model_json_schema().get("properties", {})
    return {
        name: field.annotation
        for name, field in model.Options.model_fields.items()
        if name in offered
    }


def _reasoning(model: Any, fields: Mapping[str, Any]) -> list[Any]:
    choices = _choices(fields["reasoning_effort"])
    if "reasoning_enabled" in fields:  # OpenRouter
        thinks = getattr(model, "_reasoning", True)
        return _lowest(choices, "none" if thinks else USUAL)
    if not hasattr(model, "get_client"):  # Mistral: its choices are the model's
        return _lowest(choices)
    if getattr(model, "api_base", None):
        return _lowest(choices, USUAL)
    name = str(model.model_id)
    for pattern, level in OPENAI:
        if pattern.match(name):
            return _lowest(choices, level)
    return _lowest(choices, USUAL)


def _claude(model: Any, fields: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Off, where it is on without being asked for; where it cannot be off, the least."""
    if not getattr(model, "thinks_by_default", False):
        return "", []
    if "thinking" in fields and not getattr(model, "always_thinks", False):
        return "thinking", [False]
    if "thinking_effort" in fields:
        return "thinking_effort", _lowest(_choices(fields["thinking_effort"]))
    return "", []


def _lowest(choices: list[str], start: str = LEVELS[0]) -> list[Any]:
    """Of what an option offers, from `start` up to what every model takes."""
    offered = [level for level in LEVELS[LEVELS.index(start) :] if level in choices]
    if USUAL in offered:
        return offered[: offered.index(USUAL) + 1]
    return offered[:1]


def _choices(kind: Any) -> list[str]:
    """The words that an option takes: of an enumeration, or one of literals."""
    return list(_words(kind))


def _words(kind: Any) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield from (str(one.value) for one in kind)
    for part in get_args(kind):
        if isinstance(part, str):
            yield part
        else:
            yield from _words(part)
