"""What one provider refuses, another's model answers: through the real plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.doubles.providers import situations
from tests.doubles.providers.playing import PRICE
from tests.doubles.providers.situations import Situation
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]
REFUSALS = [
    one for one in situations.ALL if one.final and one.calls is None and not one.model
]


@pytest.mark.parametrize("situation", REFUSALS, ids=lambda one: one.id)
def test_what_is_final_with_one_is_asked_of_another(
    situation: Situation, serve: Serve, filled: Filled
) -> None:
    first = serve(situation.provider)
    other = serve("gemini" if situation.provider == "mistral" else "mistral")
    first.acts = list(situation.acts)
    bench = filled(1)
    prices = {first.model: PRICE, other.model: PRICE}
    for _ in range(2):
        bench.run(models=(first.model,), fallbacks=(other.model,), prices=prices)
    assert bench.rows("SELECT model FROM candidates") == [(other.model,)]
    assert bench.rows("SELECT model, work_key IS NOT NULL FROM failures") == [
        (first.model, 1)
    ]
    assert (first.calls, other.calls) == (1, 1)
    assert bench.rows("SELECT sum(input_tokens) FROM payments") == [
        (1000 * (first.paid + other.paid),)
    ]
