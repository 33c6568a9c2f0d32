"""A whole message of Anthropic's, as the events of a stream: llm-anthropic streams,
whatever it is asked for, and a batch's answers are whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

EVENTS = "text/event-stream; charset=utf-8"
"""The kind of such an answer."""
OF_THE_END = ("stop_reason", "stop_sequence", "stop_details", "container")
"""Parts of a message that a stream tells at its end."""


def as_events(body: bytes) -> bytes:
    """The stream of a message; of anything else, the body as it is."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(message, dict) or message.get("type") != "message":
        return body
    return b"".join(_line(event) for event in _events(message))


def _events(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    usage = message.get("usage")
    ended = {name: message[name] for name in OF_THE_END if name in message}
    begun = {**message, "content": [], **dict.fromkeys(ended)}
    yield {"type": "message_start", "message": begun}
    content = message.get("content")
    for index, block in enumerate(content if isinstance(content, list) else []):
        if isinstance(block, dict):
            yield from _block(index, block)
    yield {"type": "message_delta", "delta": ended, "usage": usage}
    yield {"type": "message_stop"}


def _block(index: int, block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A block begins empty, and comes in parts; of a kind that has none, it begins
    whole."""
    begun, deltas = _parts(block)
    yield {"type": "content_block_start", "index": index, "content_block": begun}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _parts(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(the block as it begins, what is added to it)."""
    kind = block.get("type")
    if kind == "text":
        added = {"type": "text_delta", "text": block.get("text", "")}
        return {**block, "text": ""}, [added]
    if kind in ("tool_use", "server_tool_use", "mcp_tool_use"):
        given = json.dumps(block.get("input", {}))
        added = {"type": "input_json_delta", "partial_json": given}
        return {**block, "input": {}}, [added]
    if kind == "thinking":
        thought = {"type": "thinking_delta", "thinking": block.get("thinking", "")}
        signed = {"type": "signature_delta", "signature": block.get("signature", "")}
        return {**block, "thinking": "", "signature": ""}, [thought, signed]
    return block, []


def _line(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
