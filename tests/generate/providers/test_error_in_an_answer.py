"""HTTP 200 and nothing but an error object (OpenRouter does so): it is judged by its error,
and costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from altsync.errors import ModelStopped
from altsync.generate import work
from tests.doubles.providers.base import Act
from tests.generate.conftest import Bench
from tests.generate.providers.conftest import Serve

Filled = Callable[[int], Bench]


@pytest.mark.parametrize("name", ["openai", "openrouter"])
def test_an_error_object_in_place_of_an_answer(
    name: str, serve: Serve, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BACKOFF", 0.0)
    double = serve(name)
    bench = filled(2)
    busy = Act.body(200, {"error": {"code": 502, "message": "upstream"}})
    flagged = {"code": 403, "message": "flagged", "metadata": {"reasons": ["x"]}}
    refused = Act.body(200, {"error": flagged})
    double.acts = [busy, Act.alt("A cat on a mat."), refused]
    done = bench.run(models=(double.model,))
    assert (done.made, done.failed, double.calls, double.paid) == (1, 1, 3, 1)
    assert "content policy" in done.problem
    paid = bench.rows(
        "SELECT sum(lost_calls), sum(coalesce(cost_usd, 0)) FROM failures"
    )
    assert paid == [(0, 0.0)]
    bench.add(9)
    bench.pull()
    double.acts = [Act.body(200, {"error": {"code": 402, "message": "no more"}})]
    with pytest.raises(ModelStopped, match="no credit left"):
        bench.run(models=(double.model,))
    assert (double.calls, double.paid) == (4, 1)
