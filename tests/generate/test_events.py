"""A message of Anthropic's as the events of a stream: its own client makes the same
message of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from altsync.generate.events import as_events

USAGE = {"input_tokens": 900, "output_tokens": 60, "service_tier": "batch"}


def message(*content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [*content],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": USAGE,
        **more,
    }


def read(events: bytes) -> Any:
    """What the client makes of a stream."""
    anthropic = pytest.importorskip("anthropic")
    httpx2 = pytest.importorskip("httpx2")
    kind = {"content-type": "text/event-stream"}

    def answer(request: Any) -> Any:
        return httpx2.Response(200, headers=kind, content=events)

    with (
        httpx2.Client(transport=httpx2.MockTransport(answer)) as pool,
        anthropic.Anthropic(api_key="none", http_client=pool) as client,
        client.messages.stream(model="m", max_tokens=1, messages=[]) as stream,
    ):
        return stream.get_final_message().to_dict()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param([], id="none"),
        pytest.param([{"type": "text", "text": "A cat é 猫."}], id="text"),
        pytest.param(
            [
                {"type": "thinking", "thinking": "A cat?", "signature": "abc"},
                {"type": "redacted_thinking", "data": "xyz"},
                {"type": "text", "text": "A cat."},
            ],
            id="thinking",
        ),
        pytest.param(
            [
                {
                    "type": "tool_use",
                    "id": "toolu_1",
                    "name": "output_structured_data",
                    "input": {"alt": "A cat.", "people": False, "of": [1, None]},
                }
            ],
            id="tool",
        ),
    ],
)
def test_the_client_reads_the_message_that_it_was(
    content: list[dict[str, Any]],
) -> None:
    whole = message(*content)
    found = read(as_events(json.dumps(whole).encode()))
    for name, value in whole.items():
        if name != "content":
            assert found[name] == value, name
    for block, was in zip(found["content"], content, strict=True):
        assert {name: block[name] for name in was} == was


def test_why_it_ended_is_told() -> None:
    why = {"type": "refusal", "category": "cyber", "explanation": "It could do harm."}
    whole = message(stop_reason="refusal", stop_details=why)
    found = read(as_events(json.dumps(whole).encode()))
    assert (found["stop_reason"], found["stop_details"]) == ("refusal", why)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[1]",
        b'{"type": "error", "error": {"type": "api_error"}}',
        b"[" * 100_000,
    ],
)
def test_anything_else_is_left_as_it_is(body: bytes) -> None:
    assert as_events(body) == body


def test_a_message_of_another_shape_is_told_as_far_as_it_goes() -> None:
    """What comes of it is the client's to say, as of a live one."""
    odd = json.dumps({"type": "message", "content": [7, {"type": "new"}]}).encode()
    kinds = [
        json.loads(line[5:])["type"]
        for line in as_events(odd).splitlines()
        if line.startswith(b"data:")
    ]
    assert kinds == [
        "message_start",
        "content_block_start",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    bare = json.dumps({"type": "message", "content": None}).encode()
    assert as_events(bare).count(b"event: ") == 3
