"""An answer that arrived, and that the libraries between could not read: it was paid for,
so what is known of it is kept."""

from __future__ import annotations

import json
from typing import Any

from altsync.generate import hearing
from altsync.generate.task import Reply, counted

INPUT = ("prompt_tokens", "input_tokens", "promptTokenCount")
OUTPUT = ("completion_tokens", "output_tokens", "candidatesTokenCount")
USAGE = ("usage", "usageMetadata")
"""Names of the same in the answers of OpenAI, Anthropic and Gemini."""


class Unreadable(Exception):
    """A provider answered, and its library raised `error` over it. `reply` is what can
    be known."""

    def __init__(self, error: Exception, reply: Reply) -> None:
        super().__init__(type(error).__name__)
        self.error = error
        self.reply = reply


def arrived(response: Any, *, shared: bool) -> Reply | None:
    """What arrived for an llm.Response whose reading failed; None where that was
    nothing. `shared`: the call went over the client of `wire`."""
    body = _body() if shared else ""
    data = _parsed(body) if body else getattr(response, "response_json", None)
    told = getattr(response, "input_tokens", None) is not None
    if not body and not data and not told:
        return None
    usage = _usage(data)
    into = _first(usage, INPUT, getattr(response, "input_tokens", None))
    out = _first(usage, OUTPUT, getattr(response, "output_tokens", None))
    return Reply(
        text=body or _written(data),
        input_tokens=into,
        output_tokens=out,
        response_id=getattr(response, "id", None),
        fault="The answer could not be read.",
    )


def _body() -> str:
    """Of the last answer over our own client, in this thread, if it came whole."""
    heard = hearing.heard()
    if heard is None or not heard.whole or not 200 <= heard.status < 300:
        return ""
    return heard.body.decode("utf-8", "replace")


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _written(data: Any) -> str:
    try:
        return json.dumps(data, default=str)
    except (ValueError, TypeError, RecursionError):
        return ""


def _usage(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        return {}
    for name in USAGE:
        if isinstance(data.get(name), dict):
            return dict(data[name])
    return {}


def _first(usage: dict[str, Any], names: tuple[str, ...], otherwise: Any) -> int | None:
    """The first number of these names that is one."""
    for value in (*(usage.get(name) for name in names), otherwise):
        found = counted(value)
        if found is not None:
            return found
    return None
