"""Mistral's chat completions, for llm-mistral and the SDK under it."""

from __future__ import annotations

import json
import os
from typing import Any

from tests.doubles.providers.base import Act, Provider
from tests.doubles.providers.openai import picture_part, schema_of, words_of

NAME = "mistral-medium-latest"

LISTED = {
    "object": "list",
    "data": [
        {
            "id": NAME,
            "object": "model",
            "capabilities": {
                "completion_chat": True,
                "vision": True,
                "function_calling": True,
            },
        }
    ],
}
"""What its plugin keeps of /v1/models."""


class Mistral(Provider):
    """The server."""

    model = f"mistral/{NAME}"

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        message: dict[str, Any] = {
            "role": "assistant",
            "content": act.content,
            "tool_calls": None,
            **act.more,
        }
        ended = {"index": 0, "message": message, "finish_reason": act.finish or "stop"}
        done: dict[str, Any] = {
            "id": os.urandom(16).hex(),
            "object": "chat.completion",
            "created": 1,
            "model": "mistral-medium-2508",
            "choices": [ended],
        }
        if act.usage:
            done["usage"] = {
                "prompt_tokens": act.tokens[0],
                "completion_tokens": act.tokens[1],
                "total_tokens": sum(act.tokens),
                **act.bill,
            }
        return [json.dumps(done).encode()]

    def failed(self, act: Act) -> Any:
        given = act.error or {}
        return error_body(given["message"], given["type"] or "error", "3000")

    def picture(self, body: dict[str, Any]) -> bytes:
        return picture_part(body["messages"][-1]["content"])

    def words(self, body: dict[str, Any]) -> str:
        return words_of(body)

    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        return schema_of(body)


def error_body(message: str, kind: str, code: str) -> dict[str, Any]:
    """An error as the API words it."""
    return {
        "object": "error",
        "message": message,
        "type": kind,
        "param": None,
        "code": code,
    }


def error(code: int, message: str, kind: str, number: str, **headers: str) -> Act:
    """A call that is answered with an error; `number` is Mistral's own code."""
    return Act.body(code, error_body(message, kind, number), **headers)
