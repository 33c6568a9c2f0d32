"""Prices, and what an answer cost."""

from __future__ import annotations

import math

import pytest

from altsync.errors import ConfigError
from altsync.generate.cost import FREE, Price, of_model, paid, price, tokens
from altsync.generate.estimate import picture_tokens
from altsync.generate.task import Reply, counted


def test_prices_come_dated_from_a_kept_package() -> None:
    found = price("gpt-4o-mini")
    assert found is not None
    assert [found.input, found.output] == pytest.approx([0.15, 0.6])
    assert found.source.startswith("genai-prices ")
    assert "newest price of 20" in found.source


def test_names_of_llms_plugins_are_understood() -> None:
    for name in (
        "gemini/gemini-2.5-flash",
        "openrouter/openai/gpt-4o-mini",
        "gemini-2.5-flash",
    ):
        assert price(name) is not None, name


def test_own_prices_win_and_unknown_is_not_free() -> None:
    assert price("gpt-4o-mini", {"gpt-4o-mini": {"input": 1, "output": 2}}) == Price(
        1.0, 2.0, "altsync.toml"
    )
    assert price("nobody-knows-this") is None
    with pytest.raises(ConfigError, match="must be a table"):
        price("x", {"x": {"input": 1}})


@pytest.mark.parametrize("odd", [-1, math.nan, math.inf, 10**400, "x", None, []])
def test_a_price_is_a_number_and_not_below_nothing(odd: object) -> None:
    for entry in ({"input": odd, "output": 1}, {"input": 1, "output": odd}):
        with pytest.raises(ConfigError, match="none below 0"):
            price("x", {"x": entry})


@pytest.mark.parametrize(
    ("value", "tokens_"),
    [
        (0, 0),
        (7, 7),
        (7.0, 7),
        (10**9, 10**9),
        (10**9 + 1, None),
        (-1, None),
        (0.5, None),
        (math.nan, None),
        (math.inf, None),
        (True, None),
        ("7", None),
        (None, None),
        ([7], None),
    ],
)
def test_a_number_of_tokens_is_whole_or_not_known(
    value: object, tokens_: int | None
) -> None:
    assert counted(value) == tokens_


@pytest.mark.parametrize("model", ["gpt-5-mini", "gemini/gemini-3.8-flash-tts"])
def test_a_cheaper_tier_is_cheaper(model: str) -> None:
    """Whoever's plugin has the option."""
    plain, flex = price(model), price(model, options={"service_tier": "flex"})
    assert plain
    assert flex
    assert flex.input <= plain.input / 2
    assert flex.of(Reply("", 1000, 50)) == pytest.approx(
        plain.of(Reply("", 1000, 50, tier="flex"))
    )


def test_what_an_answer_cost() -> None:
    assert Price(1.0, 10.0, "").of(Reply("", 1000, 50)) == pytest.approx(0.0015)
    assert Price(1.0, 10.0, "").of(Reply("", None, 50)) is None
    assert tokens((Reply("", 5, 6), Reply("", 7, 8))) == (12, 14)
    assert tokens((Reply("", 5, 6), Reply("", None, 8))) == (None, 14)
    assert tokens(()) == (None, None)


def test_what_is_not_known_is_not_nothing() -> None:
    dear = Price(1.0, 10.0, "")
    assert paid((Reply("", 1000, 50),), dear) == pytest.approx(0.0015)
    assert paid((Reply("", None, 50),), dear) is None
    assert paid((Reply("", 1000, 50),), None) is None
    assert paid((), None) == 0.0, "nothing was answered"
    assert paid((Reply(""),), FREE) == 0.0, "a recorded text costs nothing"


@pytest.mark.parametrize(
    ("model", "tokens_"),
    [
        ("gpt-4o", 765),
        ("gpt-4o-mini", 25_501),
        ("anthropic/claude-sonnet-4-5", 590),
        ("qwen", 800),
    ],
)
def test_rules_of_thumb(model: str, tokens_: int) -> None:
    assert picture_tokens(model) == tokens_


@pytest.mark.parametrize(
    ("model", "reply", "dollars_"),
    [
        # $2.50 and $15 a million; twice, and one and a half, above 272,000 tokens
        ("gpt-5.4", Reply("", 1_000, 100), 0.0040),
        ("gpt-5.4", Reply("", 300_000, 100), 1.50225),
        ("gpt-5.4", Reply("", 1_000, 100, cached_tokens=800), 0.0022),
        ("gpt-5.4", Reply("", 1_000, 100, cached_tokens=9_999), 0.00175),
        ("gpt-5.4-mini", Reply("", 1_000, 100, tier="flex"), 0.0006),
        ("gpt-5.4-mini", Reply("", 1_000, 100, tier="default"), 0.0012),
        ("anthropic/claude-sonnet-4-5", Reply("", 1_000, 100), 0.0045),
        (
            "anthropic/claude-sonnet-4-5",
            Reply("", 1_000, 0, written_tokens=1_000),
            0.00375,
        ),
        ("gemini/gemini-3.1-pro-preview", Reply("", 1_000, 100), 0.0032),
    ],
)
def test_a_call_is_priced_by_its_own_tokens(
    model: str, reply: Reply, dollars_: float
) -> None:
    """Not by a million's, which no call has: long ones are dearer."""
    found = price(model)
    assert found is not None
    assert found.of(reply) == pytest.approx(dollars_)


def test_the_providers_own_figure_goes_before_any_price() -> None:
    own = Reply("", 1000, 50, cost_usd=0.25)
    for known in (Price(1.0, 10.0, ""), price("gpt-4o-mini"), FREE, None):
        assert paid((own,), known) == 0.25
    assert paid((own, Reply("", 1000, 50)), Price(1.0, 10.0, "")) == pytest.approx(
        0.2515
    )
    assert paid((own, Reply("", 1000, 50)), None) is None, "a part is not known"


class _Llm:
    """What the price of a model of llm goes by."""

    recorded = False

    def __init__(self, model_id: str, **more: str) -> None:
        self.model_id = model_id
        vars(self).update(more)


class _Ollama(_Llm):
    __module__ = "llm_ollama.models.chat"


@pytest.mark.parametrize(
    ("model", "host", "million"),
    [
        (_Llm("gpt-4o-mini"), "", 0.15),
        (
            _Llm(
                "mine", api_base="https://api.openai.com/v1", model_name="gpt-4o-mini"
            ),
            "",
            0.15,
        ),
        # another's host asks what it likes for a model of that name
        (
            _Llm(
                "gpt-4o-mini",
                api_base="http://127.0.0.1:1/v1",
                model_name="gpt-4o-mini",
            ),
            "",
            None,
        ),
        (_Llm("openrouter/google/gemma-3-27b-it:free"), "", 0.0),
        (_Ollama("gemma3:4b"), "", 0.0),
        (_Ollama("gemma3:4b"), "0.0.0.0:11434", 0.0),
        (_Ollama("gemma3:4b"), "https://ollama.example.org", None),
        (_Ollama("qwen3-vl:235b-cloud"), "", None),
    ],
)
def test_what_is_free_is_known_and_what_is_not_known_is_not_free(
    model: _Llm, host: str, million: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    found = of_model(model)
    assert (found and found.input) == pytest.approx(million)
    own = of_model(model, {model.model_id: {"input": 7, "output": 9}})
    assert own == Price(7.0, 9.0, "altsync.toml")
