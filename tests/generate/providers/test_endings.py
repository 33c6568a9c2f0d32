"""How each provider says that its answer is none, and in what clothes the object comes:
through the real plugins."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from altsync.generate.prompt import SCHEMA
from tests.doubles.providers import anthropic
from tests.doubles.providers.base import Act, decided
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]
PRICE = {"input": 1.0, "output": 10.0}
CAT = "A cat on a mat."
WHOLE = decided(CAT)
CUT = "cut by the model's limit of tokens"
REFUSED = "refused"


def blocked(reason: str) -> Act:
    """A question of Gemini's that got no candidate at all."""
    return Act(None, more={"promptFeedback": {"blockReason": reason}})


ENDINGS: dict[str, list[tuple[Act, str]]] = {
    "openai": [
        (Act(WHOLE, finish="length"), CUT),
        (Act(WHOLE, finish="content_filter"), REFUSED),
        (Act(None, refusal="I cannot."), REFUSED),
    ],
    "openrouter": [
        (Act(WHOLE, finish="max_output_tokens"), CUT),
        (Act(WHOLE, finish="content_filter"), REFUSED),
        (Act(None, refusal="I cannot."), REFUSED),
    ],
    "anthropic": [
        (Act(WHOLE, finish="max_tokens"), CUT),
        (Act(WHOLE, finish="model_context_window_exceeded"), CUT),
        (Act(None, finish="refusal"), REFUSED),
        (Act(WHOLE[:30], finish="refusal"), REFUSED),
    ],
    "gemini": [
        (Act(WHOLE, finish="MAX_TOKENS"), CUT),
        (Act(None, finish="SAFETY"), REFUSED),
        (Act(None, finish="RECITATION"), REFUSED),
        (Act(None, finish="PROHIBITED_CONTENT"), REFUSED),
        (Act(None, finish="BLOCKLIST"), REFUSED),
        (Act(None, finish="SPII"), REFUSED),
        (Act(None, finish="IMAGE_SAFETY"), REFUSED),
        (blocked("PROHIBITED_CONTENT"), REFUSED),
        (blocked("OTHER"), REFUSED),
    ],
    "mistral": [
        (Act(WHOLE, finish="length"), CUT),
        (Act(WHOLE, finish="model_length"), CUT),
    ],
    "ollama": [(Act(WHOLE, finish="length"), CUT)],
}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_answer_that_its_provider_calls_none_is_final(
    serve: Serve, filled: Filled, name: str
) -> None:
    """Asked once, on record with its tokens, and not asked again."""
    double = serve(name)
    double.acts = [act for act, _ in ENDINGS[name]]
    number = len(double.acts)
    bench = filled(number)
    how: dict[str, Any] = {"models": (double.model,), "prices": {double.model: PRICE}}
    assert bench.run(**how).failed == number
    rows = bench.rows(
        "SELECT error, input_tokens, work_key NOT NULL FROM failures ORDER BY id"
    )
    for (error, tokens, final), (_, words) in zip(rows, ENDINGS[name], strict=True):
        assert words in error
        assert (tokens, final) == (1000, 1)
    assert bench.run(**how).refused == number
    assert (double.calls, double.paid) == (number, number)


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("anthropic", Act(WHOLE, tool=True)),
        ("openai", Act(WHOLE, tool=True)),
        ("ollama", Act(f"```json\n{WHOLE}\n```")),
        ("mistral", Act(f"<think>A cat?</think>{WHOLE}")),
        ("gemini", Act(f"[{WHOLE}]")),
        ("openrouter", Act(f"Here it is:\n{WHOLE}")),
    ],
)
def test_the_object_is_read_in_the_clothes_in_which_it_comes(
    serve: Serve, filled: Filled, name: str, act: Act
) -> None:
    double = serve(name)
    double.acts = [act]
    bench = filled(1)
    assert bench.run(models=(double.model,)).made == 1
    assert bench.rows("SELECT alt, flags FROM candidates") == [(CAT, "{}")]
    assert double.calls == 1


UNREADABLE: dict[str, Any] = {
    "ollama": {
        "model": "seer:4b",
        "message": {"role": "assistant", "content": 7},
        "done": True,
        "prompt_eval_count": 1000,
        "eval_count": 50,
    },
    "mistral": {
        "choices": "none",
        "usage": {"prompt_tokens": 1000, "completion_tokens": 50},
    },
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_answer_over_which_a_library_fails_is_paid_for_and_final(
    serve: Serve, filled: Filled, name: str
) -> None:
    double = serve(name)
    sent = json.dumps(UNREADABLE[name])
    double.acts = [Act(raw=sent.encode(), paid=True)]
    bench = filled(1)
    how: dict[str, Any] = {"models": (double.model,), "prices": {double.model: PRICE}}
    assert bench.run(**how).failed == 1
    ((tokens, answer, final),) = bench.rows(
        "SELECT input_tokens, answer, work_key NOT NULL FROM failures"
    )
    assert (tokens, answer, final) == (1000 * double.paid, sent, 1)
    calls = double.calls
    assert bench.run(**how).refused == 1
    assert double.calls == calls


def test_an_old_claude_answers_by_a_tool(serve: Serve, filled: Filled) -> None:
    """The text is a blank; the object is the argument of the call."""
    double = serve("anthropic")
    double.acts = [Act(WHOLE)]
    bench = filled(1)
    assert bench.run(models=(anthropic.OLD,)).made == 1
    assert double.requests[0]["tool_choice"]["name"] == "output_structured_data"
    assert bench.rows("SELECT alt FROM candidates") == [(CAT,)]


def schema_in(name: str, body: dict[str, Any]) -> Any:
    """Where each protocol has the schema."""
    places: dict[str, tuple[str, ...]] = {
        "openai": ("response_format", "json_schema", "schema"),
        "openrouter": ("text", "format", "schema"),
        "anthropic": ("output_config", "format", "schema"),
        "gemini": ("generationConfig", "response_schema"),
        "mistral": ("response_format", "json_schema", "schema"),
        "ollama": ("format",),
    }
    for key in places[name]:
        body = body[key]
    return body


@pytest.mark.parametrize(
    "name", ["openai", "openrouter", "anthropic", "gemini", "mistral", "ollama"]
)
def test_the_schema_arrives_whole_and_stays_ours(
    serve: Serve, filled: Filled, name: str
) -> None:
    before = copy.deepcopy(SCHEMA)
    double = serve(name)
    filled(2).run(models=(double.model,), threads=2)
    assert before == SCHEMA
    for body in double.requests:
        sent = schema_in(name, body)
        assert sent["properties"] == before["properties"]
        assert sent["required"] == before["required"]
