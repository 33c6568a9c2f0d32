"""Anthropic's Messages as events of a stream, for llm-anthropic: it streams whatever it is
asked for."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from typing import Any

import jiter

from tests.doubles.providers.base import Act, Provider

OLD = "anthropic/claude-3-haiku-20240307"
"""A model that answers a schema by a forced tool call: the text is a space."""


class Anthropic(Provider):
    """The server. Errors are of `error`, in an answer that began too."""

    model = "anthropic/claude-haiku-4-5-20251001"
    kind = "text/event-stream; charset=utf-8"
    streams = True

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        return [_line(event) for event in _events(act, body)]

    def failed(self, act: Act) -> Any:
        error = act.error or {}
        return error_body(error["type"] or "api_error", error["message"])

    def picture(self, body: dict[str, Any]) -> bytes:
        for part in body["messages"][-1]["content"]:
            if part["type"] == "image":
                assert part["source"]["media_type"] == "image/jpeg"
                return base64.b64decode(part["source"]["data"])
        raise AssertionError("no picture was attached")

    def words(self, body: dict[str, Any]) -> str:
        parts = body["messages"][-1]["content"]
        return "".join(part["text"] for part in parts if part["type"] == "text")

    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any]
        if "tool_choice" in body:
            (tool,) = body["tools"]
            assert tool["name"] == body["tool_choice"]["name"]
            found = tool["input_schema"]
        else:
            found = body["output_config"]["format"]["schema"]
        return found


def error_body(kind: str, message: str) -> dict[str, Any]:
    """An error, as a body and as an event."""
    return {"type": "error", "error": {"type": kind, "message": message}}


def error(code: int, kind: str, message: str, **headers: str) -> Act:
    """A call that is answered with an error; `Retry_After` is a header."""
    return Act.body(code, error_body(kind, message), **headers)


def message(act: Act, body: dict[str, Any]) -> dict[str, Any]:
    """A whole answer, as an object: what its events come to."""
    into, out = act.tokens
    usage = {"input_tokens": into, "output_tokens": out, "service_tier": "standard"}
    forced = "tool_choice" in body
    content: list[dict[str, Any]] = []
    if act.content is not None and (act.tool or forced):
        call = {"id": "toolu_" + os.urandom(6).hex(), "name": "output_structured_data"}
        found = jiter.from_json(act.content.encode(), partial_mode=True)
        content = [{"type": "tool_use", "input": found, **call}]
    elif act.content is not None:
        content = [{"type": "text", "text": act.content}]
    usual = "tool_use" if act.tool or forced else "end_turn"
    return {
        "id": "msg_" + os.urandom(6).hex(),
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": act.finish or usual,
        "stop_sequence": None,
        "usage": {**usage, **act.bill},
        **act.more,
    }


def _events(act: Act, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    into, out = act.tokens
    usage = {
        "input_tokens": into,
        "output_tokens": 1,
        "service_tier": "standard",
        **act.bill,
    }
    message = {
        "id": "msg_" + os.urandom(6).hex(),
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    yield {"type": "message_start", "message": message}
    if act.inside:
        yield act.inside
        return
    if act.content is not None:
        yield from _block(act, forced="tool_choice" in body)
    called = act.tool or "tool_choice" in body
    usual = "tool_use" if called else "end_turn"
    ended = {"stop_reason": act.finish or usual, "stop_sequence": None, **act.more}
    yield {"type": "message_delta", "delta": ended, "usage": {"output_tokens": out}}
    yield {"type": "message_stop"}


def _block(act: Act, *, forced: bool) -> Iterator[dict[str, Any]]:
    """The text, or the call of the tool that the request forces."""
    block: dict[str, Any] = {"type": "text", "text": ""}
    kind, name = "text_delta", "text"
    if act.tool or forced:
        call = {"id": "toolu_" + os.urandom(6).hex(), "name": "output_structured_data"}
        block = {"type": "tool_use", "input": {}, **call}
        kind, name = "input_json_delta", "partial_json"
    yield {"type": "content_block_start", "index": 0, "content_block": block}
    yield {"type": "ping"}
    text = act.content or ""
    for start in range(0, len(text), 40):
        delta = {"type": kind, name: text[start : start + 40]}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}


def _line(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
