"""An answer that arrived, and that the libraries between could not read: it was paid for,
so what is known of it is kept."""

from __future__ import annotations

import json
from typing import Any

from altsync.generate import hearing
from altsync.generate.finish import finish_of
from altsync.generate.task import Reply, counted

INPUT = ("prompt_tokens", "input_tokens")
OUTPUT = ("completion_tokens", "output_tokens")
"""Names of the same in the answers of OpenAI and of others."""


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
    finish, refusal = finish_of(data)
    into, out = tokens(data, response)
    return Reply(
        text=body or _written(data),
        input_tokens=into,
        output_tokens=out,
        response_id=getattr(response, "id", None),
        finish=finish,
        refusal=refusal,
        fault="The answer could not be read.",
    )


def tokens(data: Any, response: Any) -> tuple[int | None, int | None]:
    """Tokens in and out of an llm.Response: as its plugin gives them, else as the raw
    answer has them (an answer of Gemini's that was blocked)."""
    into = counted(getattr(response, "input_tokens", None))
    out = counted(getattr(response, "output_tokens", None))
    told = data if isinstance(data, dict) else {}
    if into is None and isinstance(told.get("usage"), dict):
        return _first(told["usage"], INPUT), _first(told["usage"], OUTPUT)
    if into is None and isinstance(told.get("usageMetadata"), dict):
        return _of_gemini(told["usageMetadata"])
    return into, out


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


def _of_gemini(usage: dict[str, Any]) -> tuple[int | None, int | None]:
    """All beyond the question is paid for as output: what was written, and thought."""
    into = counted(usage.get("promptTokenCount"))
    total = counted(usage.get("totalTokenCount"))
    if into is None or total is None:
        return into, counted(usage.get("candidatesTokenCount"))
    return into, max(0, total - into)


def _first(usage: dict[str, Any], names: tuple[str, ...]) -> int | None:
    """The first number of these names that is one."""
    found = (counted(usage.get(name)) for name in names)
    return next((number for number in found if number is not None), None)
