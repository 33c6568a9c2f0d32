"""OpenRouter, for llm-openrouter: OpenAI's Responses with the money that a call took, and
chat completions for those who ask for them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.doubles.providers.base import Act, Provider
from tests.doubles.providers.openai import (
    completion,
    picture_part,
    picture_put,
    response,
    schema_of,
    words_in,
)

NAME = "seer/vista-mini"

LISTED = {
    "data": [
        {
            "id": NAME,
            "name": "Vista Mini",
            "context_length": 100_000,
            "architecture": {"input_modalities": ["text", "image"]},
            "supported_parameters": ["structured_outputs", "reasoning", "tools"],
            "pricing": {"prompt": "0.000001", "completion": "0.00001"},
        }
    ]
}
"""What its plugin keeps of /models."""


class OpenRouter(Provider):
    """The server."""

    model = f"openrouter/{NAME}"
    prefix = "/api/v1"
    cost = 0.00123
    """Its own figure, which differs from what the tokens would come to."""

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        if "messages" in body:
            done = completion(act, body["model"])
            if act.usage:
                done["usage"] = {"cost": self.cost, **done["usage"]}
        else:
            done = self._response(act, body["model"])
        if act.inside:
            done = {**done, **act.inside}
        return [json.dumps(done).encode()]

    def _response(self, act: Act, model: str) -> dict[str, Any]:
        told = {"cost": self.cost, "is_byok": False, **act.bill}
        return response(replace(act, bill=told), model)

    def failed(self, act: Act) -> Any:
        return error_body(act.code, (act.error or {})["message"])

    def picture(self, body: dict[str, Any]) -> bytes:
        if "messages" in body:
            return picture_part(body["messages"][-1]["content"])
        return picture_put(body["input"][-1]["content"])

    def words(self, body: dict[str, Any]) -> str:
        asked = body.get("messages") or body["input"]
        return words_in(asked[-1]["content"])

    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        if "messages" in body:
            return schema_of(body)
        found: dict[str, Any] = body["text"]["format"]["schema"]
        return found


def error_body(code: int, message: str, **metadata: Any) -> dict[str, Any]:
    """An error; `metadata` holds what the provider behind has said."""
    error: dict[str, Any] = {"code": code, "message": message}
    if metadata:
        error["metadata"] = metadata
    return {"error": error, "user_id": "user_7"}


def error(code: int, message: str, **metadata: Any) -> Act:
    """A call that is answered with an error."""
    return Act.body(code, error_body(code, message, **metadata))
