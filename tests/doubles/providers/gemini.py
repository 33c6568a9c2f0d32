"""Gemini's streamGenerateContent, for llm-gemini: a JSON array whose elements arrive one by
one, errors among them."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from tests.doubles.providers.base import Act, Provider

RPC = "type.googleapis.com/google.rpc"
VERSION = "gemini-3.5-flash-lite"


class Gemini(Provider):
    """The server. An answer with `promptFeedback` in `more` has no candidates."""

    model = f"gemini/{VERSION}"
    streams = True

    def answer(self, act: Act, body: dict[str, Any]) -> list[bytes]:
        elements = _elements(act)
        return [
            (b"[" if number == 0 else b",\r\n") + json.dumps(element).encode()
            for number, element in enumerate(elements)
        ] + [b"\n]"]

    def failed(self, act: Act) -> Any:
        given = act.error or {}
        return [error_body(act.code, given["type"] or "UNKNOWN", given["message"])]

    def picture(self, body: dict[str, Any]) -> bytes:
        for part in body["contents"][-1]["parts"]:
            if "inlineData" in part:
                assert part["inlineData"]["mimeType"] == "image/jpeg"
                return base64.b64decode(part["inlineData"]["data"])
        raise AssertionError("no picture was attached")

    def words(self, body: dict[str, Any]) -> str:
        parts = body["contents"][-1]["parts"]
        return "".join(part["text"] for part in parts if "text" in part)

    def schema(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = body["generationConfig"]["response_schema"]
        return found


def error_body(
    code: int, status: str, message: str, *details: dict[str, Any]
) -> dict[str, Any]:
    """An error, as an element of the array."""
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        error["details"] = list(details)
    return {"error": error}


def error(
    code: int,
    status: str,
    message: str,
    *,
    retry: str = "",
    quota: str = "",
    listed: bool = True,
) -> Act:
    """A call that is answered with an error: in the array that was asked for, or bare
    (from the front of the house). `retry`: RetryInfo's delay, such as 51.6s;
    `quota`: which one is used up."""
    details: list[dict[str, Any]] = []
    if quota:
        details.append(
            {"@type": f"{RPC}.QuotaFailure", "violations": [{"quotaId": quota}]}
        )
    if retry:
        details.append({"@type": f"{RPC}.RetryInfo", "retryDelay": retry})
    body = error_body(code, status, message, *details)
    return Act.body(code, [body] if listed else body)


def _elements(act: Act) -> list[dict[str, Any]]:
    into, out = act.tokens
    hidden = act.bill.get("thoughtsTokenCount", 0)
    usage = {"promptTokenCount": into, "candidatesTokenCount": out - hidden, **act.bill}
    told: dict[str, Any] = {
        "modelVersion": VERSION,
        "responseId": os.urandom(6).hex(),
        **act.more,
    }
    if "promptFeedback" in act.more:
        # a blocked question: its tokens are counted, there is no text
        counted = {"promptTokenCount": into, "totalTokenCount": into}
        return [{**told, "usageMetadata": counted}]
    text = act.content or ""
    half = len(text) // 2
    first = {"content": {"parts": [{"text": text[:half]}], "role": "model"}, "index": 0}
    if act.inside:
        return [{"candidates": [first], **told}, act.inside]
    last: dict[str, Any] = {"finishReason": act.finish or "STOP", "index": 0}
    if act.content is None:
        return [_whole(told, last, usage, act)]
    last["content"] = {"parts": [{"text": text[half:]}], "role": "model"}
    return [{"candidates": [first], **told}, _whole(told, last, usage, act)]


def _whole(
    told: dict[str, Any], last: dict[str, Any], usage: dict[str, int], act: Act
) -> dict[str, Any]:
    whole = {"candidates": [last], **told}
    if act.usage:
        whole["usageMetadata"] = {**usage, "totalTokenCount": sum(usage.values())}
    return whole
