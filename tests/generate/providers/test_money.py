"""What each provider's answers cost, and how little thinking each is asked for, through
the real plugins."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from altsync.generate.effort import Effort
from altsync.store.worklist import Worklist
from tests.doubles.providers.base import Act
from tests.generate.conftest import photo
from tests.generate.providers.conftest import Serve
from tests.generate.providers.test_contract import Filled

PRICE = {"input": 1.0, "output": 10.0}


@pytest.mark.parametrize(
    ("name", "act", "tokens", "dollars"),
    [
        ("gemini", {"bill": {"thoughtsTokenCount": 300}}, (1000, 350), 0.0045),
        ("anthropic", {"bill": {"cache_read_input_tokens": 200}}, (1200, 350), 0.0047),
        ("mistral", {}, (1000, 350), 0.0045),
        ("ollama", {}, (1000, 350), 0.0045),
        ("openrouter", {}, (1000, 350), 0.00123),
        ("openrouter", {"bill": {"cost": None}}, (1000, 350), 0.0045),
    ],
)
def test_tokens_and_dollars_are_those_of_the_answer(
    name: str,
    act: dict[str, Any],
    tokens: tuple[int, int],
    dollars: float,
    serve: Serve,
    filled: Filled,
) -> None:
    """Hidden and cached ones included, and the provider's own figure first."""
    double = serve(name)
    double.act = lambda body: Act.alt("A cat.", tokens=(1000, 350), **act)
    bench = filled(1)
    done = bench.run(models=(double.model,), prices={double.model: PRICE})
    assert (done.made, double.calls, double.paid) == (1, 1, 1)
    columns = "input_tokens, output_tokens, cost_usd"
    ((into, out, cost),) = bench.rows(f"SELECT {columns} FROM candidates")
    assert (into, out) == tokens
    assert cost == done.spent == pytest.approx(dollars)


@pytest.mark.parametrize("chat", [False, True])
def test_openrouters_figure_needs_no_price(
    chat: bool, serve: Serve, filled: Filled
) -> None:
    double = serve("openrouter")
    bench = filled(2)
    options = {"chat_completions": True} if chat else {}
    done = bench.run(models=(double.model,), prices={}, options=options)
    assert (done.made, done.unpriced) == (2, 0)
    assert done.spent == pytest.approx(2 * double.cost)


@pytest.mark.parametrize(("host", "free"), [("here", True), ("cloud", False)])
def test_ollama_on_this_machine_is_free(
    host: str, free: bool, serve: Serve, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    double = serve("ollama")
    if host == "cloud":
        monkeypatch.setattr("altsync.generate.cost.is_local", lambda url: False)
    done = filled(1).run(models=(double.model,), prices={})
    assert (done.made, done.spent, done.unpriced) == (1, 0.0, int(not free))


def gemini(name: str, **how: Any) -> Any:
    return importlib.import_module("llm_gemini").GeminiPro(name, **how)


def claude(name: str, **how: Any) -> Any:
    return importlib.import_module("llm_anthropic").ClaudeMessages(name, **how)


def ollama(*able: str) -> Any:
    models = importlib.import_module("llm_ollama.models.chat")
    kind = next(
        kind
        for kind in vars(models).values()
        if isinstance(kind, type)
        and issubclass(kind, models.ChatMixin)
        and hasattr(kind, "execute")
    )
    return kind(model_id="m", ollama_name="m", capabilities=set(able))


def mistral(*, reasoning: bool) -> Any:
    kind = importlib.import_module("llm_mistral").Mistral
    return kind("mistral/m", "m", True, True, True, False, reasoning)


def openrouter(*, reasoning: bool) -> Any:
    kind = importlib.import_module("llm_openrouter").OpenRouterResponses
    return kind(
        model_id="openrouter/m",
        model_name="m",
        reasoning=reasoning,
        api_base="https://openrouter.ai/api/v1",
    )


THINKS = {"supports_thinking": True, "supports_thinking_effort": True}


@pytest.mark.parametrize(
    ("plugin", "make", "least"),
    [
        (
            "llm_gemini",
            lambda: gemini("g", thinking_levels=["minimal", "low", "high"]),
            {"thinking_level": "minimal"},
        ),
        (
            "llm_gemini",
            lambda: gemini("g", thinking_levels=["low", "high"]),
            {"thinking_level": "low"},
        ),
        (
            "llm_gemini",
            lambda: gemini("g", can_thinking_budget=True),
            {"thinking_budget": 0},
        ),
        ("llm_gemini", lambda: gemini("g"), {}),
        # off unless it is asked for: effort would switch it on
        ("llm_anthropic", lambda: claude("c", **THINKS), {}),
        (
            "llm_anthropic",
            lambda: claude("c", thinks_by_default=True, **THINKS),
            {"thinking": False},
        ),
        (
            "llm_anthropic",
            lambda: claude("c", thinks_by_default=True, always_thinks=True, **THINKS),
            {"thinking_effort": "low"},
        ),
        ("llm_ollama", lambda: ollama("thinking"), {"think": False}),
        ("llm_ollama", ollama, {}),
        ("llm_mistral", lambda: mistral(reasoning=True), {"reasoning_effort": "none"}),
        ("llm_mistral", lambda: mistral(reasoning=False), {}),
        (
            "llm_openrouter",
            lambda: openrouter(reasoning=True),
            {"reasoning_effort": "none"},
        ),
        # as before: it has no say there, and paid work keeps its key
        (
            "llm_openrouter",
            lambda: openrouter(reasoning=False),
            {"reasoning_effort": "low"},
        ),
    ],
)
def test_the_least_thinking_that_a_model_offers(
    plugin: str, make: Any, least: dict[str, Any]
) -> None:
    pytest.importorskip(plugin)
    model = make()
    assert Effort(model, {}).asked == least
    model.Options(**least)
    for name in least:
        assert Effort(model, {name: "the owner's own"}).asked == {}


MANDATORY = "Reasoning cannot be switched off here."


def test_openrouter_thinks_a_little_where_it_must(serve: Serve, filled: Filled) -> None:
    double = serve("openrouter")
    refused = Act.body(400, {"error": {"message": MANDATORY, "code": 400}})
    double.act = lambda body: (
        Act.alt("A cat.") if body["reasoning"]["effort"] == "low" else refused
    )
    done = filled(2).run(models=(double.model,))
    assert (done.made, done.failed, double.paid) == (2, 0, 2)
    efforts = [body["reasoning"]["effort"] for body in double.requests]
    assert efforts == ["none", "minimal", "low", "low"]


def test_a_text_by_the_effort_of_before_is_not_paid_for_again(
    serve: Serve, filled: Filled
) -> None:
    """altsync used to ask every model for `reasoning_effort` low. What got no text so is
    a fresh question."""
    double = serve("openrouter")
    bench = filled(3)
    how: dict[str, Any] = {"models": (double.model,), "prices": {}}
    before = {"options": {"reasoning_effort": "low"}, **how}
    for image, act in (
        ("a/n00000", Act.alt("A cat.")),
        ("a/n00001", Act("", refusal="No.")),
    ):
        double.acts = [act]
        bench.run(Worklist(images=(image,)), **before)
    double.acts = []
    bench.add(3, pixels=photo(0), title="Title 0")
    bench.pull()
    every = Worklist(images=tuple(f"a/n0000{number}" for number in range(4)))
    done = bench.run(every, **how)
    assert (done.known, done.reused, done.made, double.calls) == (1, 1, 2, 4)
    found = bench.rows("SELECT alt, options FROM candidates ORDER BY image_id")
    assert [(alt == "A cat.", "low" in options) for alt, options in found] == [
        (True, True),
        (False, False),
        (False, False),
        (True, True),
    ]
