"""What altsync makes of every provider's answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.doubles.providers.hosting import DOUBLES
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]
PRICE = {"input": 1.0, "output": 10.0}


@pytest.mark.parametrize("name", sorted(DOUBLES))
def test_a_usable_answer(name: str, serve: Serve, filled: Filled) -> None:
    double = serve(name)
    bench = filled(2)
    done = bench.run(models=(double.model,), prices={double.model: PRICE})
    assert (done.made, done.failed, double.calls, double.paid) == (2, 0, 2, 2)
    rows = bench.rows("SELECT alt, input_tokens, output_tokens FROM candidates")
    assert {row[1:] for row in rows} == {(1000, 50)}
    assert all(row[0].startswith("A picture with the mark") for row in rows)
