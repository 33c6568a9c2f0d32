"""Ollama's chat, for llm-ollama: one object, or one a line where a stream is asked for."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.doubles.providers.base import Act, Provider

NAME = "seer:4b"


class Ollama(Provider):
    """The server; its one model can see."""

    model = f"ollama/{NAME}"
    kind = "application/x-ndjson"

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        last = {
            **_said("" if body.get("stream") else act.content or "", act),
            "done": True,
            "done_reason": act.finish or "stop",
            "total_duration": 900_000_000,
            "load_duration": 100_000_000,
            "prompt_eval_duration": 300_000_000,
            "eval_duration": 500_000_000,
        }
        if act.usage:
            into, out = act.tokens
            last.update(prompt_eval_count=into, eval_count=out)
        first = {**_said(act.content or "", act), "done": False}
        parts = [first, act.inside or last] if body.get("stream") else [last]
        return [json.dumps(part).encode() + b"\n" for part in parts]

    def failed(self, act: Act) -> Any:
        return {"error": (act.error or {})["message"]}

    def beside(self, path: str) -> Any:
        details = {"family": "seer", "parameter_size": "4B", "format": "gguf"}
        if path == "/api/tags":
            listed = {"name": NAME, "model": NAME, "digest": "5ee12", "size": 1}
            return {"models": [{**listed, "details": details}]}
        if path == "/api/show":
            able = ["completion", "vision"]
            return {"details": details, "model_info": {}, "capabilities": able}
        return None

    def picture(self, body: dict[str, Any]) -> bytes:
        for text in body["messages"][-1].get("images", []):
            return base64.b64decode(text)
        raise AssertionError("no picture was attached")

    def words(self, body: dict[str, Any]) -> str:
        said: str = body["messages"][-1]["content"]
        return said

    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = body["format"]
        return found


def error(code: int, message: str) -> Act:
    """A call that is answered with an error: a text is all there is."""
    return Act.body(code, {"error": message})


def _said(text: str, act: Act) -> dict[str, Any]:
    return {
        "model": NAME,
        "created_at": "2026-11-28T12:00:00.000000Z",
        "message": {"role": "assistant", "content": text, **act.more},
    }
