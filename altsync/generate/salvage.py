"""An answer that arrived, and that the libraries between could not read: it was paid for,
so what is known of it is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from altsync.generate import billed, hearing
from altsync.generate.finish import finish_of
from altsync.generate.raised import error_in
from altsync.generate.task import Reply


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
    own = getattr(response, "response_json", None)
    body = "" if own and not shared else _body()
    bill = billed.of(response)
    if not own and not (shared and body) and bill.input_tokens is None:
        return None
    data = _parsed(body) if body else own
    if error_in(data, bare=False) and bill.input_tokens is None:
        return None  # an error in place of an answer: nothing was paid for
    finish, refusal = finish_of(data)
    return Reply(
        text=body or _written(data),
        **asdict(bill),
        response_id=getattr(response, "id", None),
        finish=finish,
        refusal=refusal,
        fault="The answer could not be read.",
    )


def _body() -> str:
    """Of the last answer in this thread, if it came whole."""
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
