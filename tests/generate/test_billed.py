"""What an answer says that it cost: shapes as the providers' documents have them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from altsync.generate import billed
from altsync.generate.billed import Bill

OPENROUTER = {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940}


@pytest.mark.parametrize(
    ("body", "bill"),
    [
        # Chat Completions: hidden tokens are in completion_tokens
        (
            {
                "service_tier": "flex",
                "usage": {
                    "prompt_tokens": 900,
                    "completion_tokens": 340,
                    "total_tokens": 1240,
                    "prompt_tokens_details": {"cached_tokens": 128},
                    "completion_tokens_details": {"reasoning_tokens": 300},
                },
            },
            Bill(900, 340, 128, tier="flex"),
        ),
        # Responses
        (
            {
                "usage": {
                    "input_tokens": 900,
                    "output_tokens": 340,
                    "total_tokens": 1240,
                    "input_tokens_details": {"cached_tokens": 128},
                }
            },
            Bill(900, 340, 128),
        ),
        # xAI: only the total has the hidden ones
        (
            {
                "usage": {
                    "prompt_tokens": 900,
                    "completion_tokens": 40,
                    "total_tokens": 1240,
                    "cost_in_usd_ticks": 37_756_000,
                }
            },
            Bill(900, 340, cost_usd=0.0037756),
        ),
        # Anthropic: what is cached is beside input_tokens
        (
            {
                "usage": {
                    "input_tokens": 100,
                    "output_tokens": 40,
                    "cache_read_input_tokens": 700,
                    "cache_creation_input_tokens": 100,
                    "service_tier": "standard",
                }
            },
            Bill(900, 40, 700, 100, tier="standard"),
        ),
        # Gemini, streamed as a list; thoughts are beside candidatesTokenCount
        (
            [
                {"candidates": []},
                {
                    "usageMetadata": {
                        "promptTokenCount": 900,
                        "candidatesTokenCount": 40,
                        "thoughtsTokenCount": 300,
                        "cachedContentTokenCount": 128,
                        "totalTokenCount": 1240,
                    }
                },
            ],
            Bill(900, 340, 128),
        ),
        # a blocked answer of Gemini's
        (
            {"usageMetadata": {"promptTokenCount": 900, "totalTokenCount": 1100}},
            Bill(900, 200),
        ),
        # Ollama
        ({"prompt_eval_count": 900, "eval_count": 40}, Bill(900, 40)),
        # OpenRouter
        (
            {"usage": {**OPENROUTER, "cost": 0.00078, "is_byok": False}},
            Bill(900, 40, cost_usd=0.00078),
        ),
        (
            {
                "usage": {
                    **OPENROUTER,
                    "cost": 0.00005,
                    "is_byok": True,
                    "cost_details": {"upstream_inference_cost": 0.001},
                }
            },
            Bill(900, 40, cost_usd=0.00105),
        ),
        (
            {"usage": {**OPENROUTER, "cost": 0.00005, "is_byok": True}},
            Bill(900, 40),
        ),
        # Perplexity, DeepInfra
        (
            {"usage": {**OPENROUTER, "cost": {"total_cost": 0.006}}},
            Bill(900, 40, cost_usd=0.006),
        ),
        (
            {"usage": {**OPENROUTER, "estimated_cost": 0.0003}},
            Bill(900, 40, cost_usd=0.0003),
        ),
    ],
)
def test_every_provider_says_it_in_its_own_words(body: Any, bill: Bill) -> None:
    found = billed.read(body)
    assert found.cost_usd == pytest.approx(bill.cost_usd)
    assert found == Bill(**{**_fields(bill), "cost_usd": found.cost_usd})


def _fields(bill: Bill) -> dict[str, Any]:
    return {name: getattr(bill, name) for name in Bill.__slots__}


def test_a_proxy_says_it_in_a_header() -> None:
    body = {"usage": OPENROUTER}
    said = billed.read(body, {"x-litellm-response-cost": "0.0021"})
    assert said == Bill(900, 40, cost_usd=0.0021)


@pytest.mark.parametrize(
    "odd", [-1, math.nan, math.inf, 10**9, True, "0.1", [], {"total_cost": -1}, None]
)
def test_a_figure_that_is_none_is_not_known(odd: object) -> None:
    assert billed.read({"usage": {**OPENROUTER, "cost": odd}}) == Bill(900, 40)


@pytest.mark.parametrize("odd", [None, [], "x", 7, {"usage": 5}, {"usage": []}, [[[]]]])
def test_a_body_of_any_shape_is_read(odd: object) -> None:
    assert billed.read(odd) == Bill()
