"""OpenAI's Chat Completions, for the real `llm` and `openai`."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.doubles.providers.base import Act, Provider, decided, mark

__all__ = ["Act", "Double", "decided", "mark"]


class Double(Provider):
    """The server, under the names of MODELS."""

    model = "double"
    prefix = "/v1"

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        return [json.dumps(completion(act, body["model"])).encode()]

    def picture(self, body: dict[str, Any]) -> bytes:
        return picture_of(body)

    def words(self, body: dict[str, Any]) -> str:
        return words_of(body)

    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        return schema_of(body)


def described(body: dict[str, Any]) -> Act:
    """A text that depends on the picture alone: so a mix-up between images would show."""
    return Act.alt(f"A picture with the mark {mark(picture_of(body))}.")


def picture_of(body: dict[str, Any]) -> bytes:
    """The bytes of the attached picture."""
    return picture_part(body["messages"][-1]["content"])


def picture_part(parts: list[dict[str, Any]]) -> bytes:
    """The bytes of the picture among the parts of a message."""
    for part in parts:
        if part["type"] == "image_url":
            url = part["image_url"]
            named: str = url if isinstance(url, str) else url["url"]
            kind, data = named.split(",", 1)
            assert kind == "data:image/jpeg;base64"
            return base64.b64decode(data)
    raise AssertionError("no picture was attached")


def words_of(body: dict[str, Any]) -> str:
    """The question beside the picture."""
    return words_in(body["messages"][-1]["content"])


def words_in(parts: list[dict[str, Any]]) -> str:
    """The words among the parts of a message."""
    return "".join(part["text"] for part in parts if "text" in part)


def schema_of(body: dict[str, Any]) -> dict[str, Any]:
    """The schema of the object that is asked for."""
    found: dict[str, Any] = body["response_format"]["json_schema"]["schema"]
    return found


def completion(act: Act, model: str) -> dict[str, Any]:
    """A whole answer, as an object."""
    message: dict[str, Any] = {"role": "assistant", "content": act.content}
    if act.tool:
        called = {"name": "output", "arguments": act.content}
        call = {"id": "call_1", "type": "function", "function": called}
        message.update(content=None, tool_calls=[call])
    if act.refusal:
        message["refusal"] = act.refusal
    done: dict[str, Any] = {
        "id": "chatcmpl-" + os.urandom(6).hex(),
        "object": "chat.completion",
        "created": 1,
        "model": f"{model}-2026-10-01",
        "choices": [
            {"index": 0, "message": message, "finish_reason": act.finish or "stop"}
        ],
    }
    if act.usage:
        done["usage"] = {
            "prompt_tokens": act.tokens[0],
            "completion_tokens": act.tokens[1],
            "total_tokens": sum(act.tokens),
            **act.bill,
        }
    return done


def response(act: Act, model: str) -> dict[str, Any]:
    """A whole answer of the Responses API, as an object."""
    part: dict[str, Any] = {
        "type": "output_text",
        "text": act.content or "",
        "annotations": [],
    }
    if act.refusal:
        part = {"type": "refusal", "refusal": act.refusal}
    message = {
        "id": "msg_" + os.urandom(6).hex(),
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }
    done: dict[str, Any] = {
        "id": "gen-" + os.urandom(6).hex(),
        "object": "response",
        "created_at": 1,
        "model": model,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "output": [message],
    }
    if act.finish:
        cut = {"status": "incomplete", "incomplete_details": {"reason": act.finish}}
        done.update(cut)
    if act.usage:
        done["usage"] = {
            "input_tokens": act.tokens[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": act.tokens[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sum(act.tokens),
            **act.bill,
        }
    return {**done, **act.more}


def picture_put(parts: list[dict[str, Any]]) -> bytes:
    """The bytes of the picture among the parts of an input of the Responses API."""
    for part in parts:
        if part["type"] == "input_image":
            return base64.b64decode(part["image_url"].split(",", 1)[1])
    raise AssertionError("no picture was attached")


MODELS = """\
- model_id: double
  model_name: double
  api_base: {base}
  vision: true
  supports_schema: true
- model_id: double-2
  model_name: double-2
  api_base: {base}
  vision: true
  supports_schema: true
- model_id: double-plain
  model_name: double-plain
  api_base: {base}
  vision: true
- model_id: double-blind
  model_name: double-blind
  api_base: {base}
- model_id: double-keyed
  model_name: double-keyed
  api_base: {base}
  api_key_name: stubco
  vision: true
  supports_schema: true
"""


def write_models(home: Path, base: str) -> None:
    """Make `home` an LLM_USER_PATH in which llm knows the double."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "extra-openai-models.yaml").write_text(MODELS.format(base=base))


@contextmanager
def serving(home: Path, kind: type[Double] = Double) -> Iterator[Double]:
    """A double that llm finds in `home`; models that were opened before are forgotten,
    before and after."""
    from altsync.generate import opening, pace

    with kind() as double:
        write_models(home, double.base)
        for forget in (opening.forget, pace.forget):
            forget()
        try:
            yield double
        finally:
            for forget in (opening.forget, pace.forget):
                forget()
