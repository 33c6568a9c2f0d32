"""Prices, and what an answer cost."""

from __future__ import annotations

import math

import pytest

from altsync.errors import ConfigError
from altsync.generate.cost import FREE, Price, paid, price, tokens
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


def test_a_cheaper_tier_is_cheaper() -> None:
    plain, flex = (
        price("gpt-5-mini"),
        price("gpt-5-mini", options={"service_tier": "flex"}),
    )
    assert plain
    assert flex
    assert flex.input <= plain.input


def test_what_an_answer_cost() -> None:
    assert Price(1.0, 10.0, "").of(1000, 50) == pytest.approx(0.0015)
    assert Price(1.0, 10.0, "").of(None, 50) is None
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
