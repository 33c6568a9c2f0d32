"""What a run costs: the budget, and one account of all that was paid, wherever it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from altsync import workers
from altsync.generate import opening, pace
from altsync.store import ledger, overview
from altsync.store.worklist import Worklist
from tests.doubles.providers.base import Act, Provider
from tests.doubles.providers.openai import Double
from tests.doubles.providers.openrouter import OpenRouter
from tests.generate.conftest import PRICES, Bench, photo

Filled = Callable[[int], Bench]
NAMED = yaml.safe_load((Path(__file__).parents[2] / "metadata.yml").read_text("utf-8"))
SPEND = NAMED["databases"]["altsync"]["queries"]["spend"]["sql"]


def accounts(bench: Bench) -> dict[str, list[tuple[str, float, int]]]:
    """(model, dollars, answers of unknown price), as each place says it."""
    conn = bench.store.conn
    models = [line.model for line in overview.spent(conn)]
    days = list(conn.execute(SPEND))
    columns = [column[0] for column in conn.execute(SPEND).description]
    spend = [dict(zip(columns, row, strict=True)) for row in days]
    return {
        "cost": sorted(
            (line.name, round(line.cost_usd or 0, 6), line.unpriced)
            for line in ledger.spent(conn, "model")
        ),
        "spend": sorted(
            (
                model,
                round(sum(r["cost_usd"] or 0 for r in spend if r["model"] == model), 6),
                sum(r["price_unknown"] for r in spend if r["model"] == model),
            )
            for model in models
        ),
        "overview": sorted(
            (line.model, round(line.cost_usd or 0, 6), line.unpriced)
            for line in overview.spent(conn)
        ),
    }


def in_turn(patch: pytest.MonkeyPatch) -> None:
    """One image after the other: else threads overtake each other, and which image gets
    the next answer is anybody's guess."""
    each = workers.each

    def one_by_one(work: Any, items: Any, _workers: int, *more: Any, **how: Any) -> Any:
        return each(work, items, 1, *more, **how)

    patch.setattr(workers, "each", one_by_one)


def test_every_account_says_the_same(
    bench: Bench, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts, one that was used again, unusable answers, lost ones, another model, a
    price that nobody knows: and the sum is what the double's answers cost."""
    in_turn(monkeypatch)
    for number in range(4):
        bench.add(number)
    bench.add(9, pixels=photo(3), title="Title 3")
    bench.pull()
    double.acts = [
        Act.alt("A cat on a mat.", tokens=(1000, 50)),
        Act.alt("A dog on a log.", tokens=(2000, 1050)),  # hidden tokens
        Act.alt("", tokens=(700, 30)),
        Act.alt("", tokens=(701, 31)),
        Act(how="reset"),
        Act.alt("A frog in a bog.", tokens=(900, 40)),
    ]
    bench.run(prices=PRICES)
    # nobody knows what the second model costs, where it is asked
    double.acts = [Act.alt("A hen in a pen.", tokens=(600, 40))]
    bench.run(Worklist(images=("a/n00002",)), models=("double-2",), prices={})
    kinds = "SELECT kind, count(*), sum(lost_calls) FROM payments GROUP BY kind"
    assert bench.rows(kinds) == [("failed", 1, 0), ("made", 4, 1), ("reused", 1, 0)]
    assert double.calls == 7
    lost = {"in": (1000 + 2000 + 700 + 701) / 4, "out": (50 + 1050 + 30 + 31) / 4}
    counted = 1000 + 2000 + 700 + 701 + 900 + round(lost["in"])
    written = 50 + 1050 + 30 + 31 + 40 + round(lost["out"])
    dollars = round(counted / 1e6 + written / 1e5, 6)
    expected = [("double", dollars, 0), ("double-2", 0.0, 1)]
    for place, account in accounts(bench).items():
        assert account == expected, place
    (first,) = bench.rows("SELECT cost_usd FROM runs WHERE id = 1")
    assert first[0] == pytest.approx(dollars)


def test_a_price_that_is_set_later_prices_what_is_stored(
    filled: Filled, double: Double
) -> None:
    bench = filled(3)
    double.acts = [Act("x", tokens=(700, 30)), Act.alt("A cat.", tokens=(2000, 100))]
    done = bench.run(prices={})
    assert (done.spent, done.unpriced) == (0.0, 3)
    (line,) = ledger.spent(bench.store.conn, "model")
    assert (line.cost_usd, line.unpriced) == (None, 3), "unknown, not nothing"
    ledger.learn_prices(bench.store, {"double": (1.0, 10.0), "other": (5.0, 5.0)})
    (line,) = ledger.spent(bench.store.conn, "model")
    tokens = bench.rows("SELECT sum(input_tokens), sum(output_tokens) FROM payments")
    into, out = tokens[0]
    assert line.unpriced == 0
    assert line.cost_usd == pytest.approx(into / 1e6 + out / 1e5)
    assert accounts(bench)["spend"] == accounts(bench)["cost"]
    shown = bench.rows("SELECT sum(cost_usd) FROM candidate_costs")
    assert shown[0][0] == pytest.approx(line.cost_usd)
    assert bench.rows("SELECT cost_usd FROM runs")[0][0] == pytest.approx(line.cost_usd)
    ledger.learn_prices(bench.store, {})
    (line,) = ledger.spent(bench.store.conn, "model")
    assert line.cost_usd is None, "a price that is taken back is known no more"


@pytest.fixture
def openai(llm_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """OpenAI's own models of llm, which ask its Responses."""
    with OpenRouter() as server:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", server.host + "/v1")
        for forget in (opening.forget, pace.forget):
            forget()
        yield server
        for forget in (opening.forget, pace.forget):
            forget()


NO_FIGURE = {"cost": None, "is_byok": None}


@pytest.mark.parametrize("threads", [1, 8])
@pytest.mark.parametrize(
    ("options", "call"), [({}, 0.00325), ({"service_tier": "flex"}, 0.001625)]
)
def test_a_budget_is_spent_to_its_last_tenth(
    options: dict[str, str],
    call: float,
    threads: int,
    filled: Filled,
    openai: Provider,
) -> None:
    """gpt-5.4 has a dearer tier for long questions: $2.50 and $15 a million below it."""
    bench = filled(48)
    openai.act = lambda body: Act.alt("A cat.", bill=NO_FIGURE)
    budget = 40 * call
    done = bench.run(
        models=("gpt-5.4",), budget=budget, options=options, threads=threads, prices={}
    )
    assert 0.9 * budget <= openai.paid * call <= budget
    assert done.spent == pytest.approx(openai.paid * call)
    assert openai.calls == openai.paid == done.made
    assert {body.get("service_tier") for body in openai.requests} == {
        options.get("service_tier")
    }
    assert {body["reasoning"]["effort"] for body in openai.requests} == {"none"}


def test_what_a_model_takes_no_less_of_is_not_asked_for(
    filled: Filled, openai: Provider
) -> None:
    """A question that is not understood costs nothing, and is asked with the next more.
    The work's key stays: it goes by what is asked for first."""
    bench = filled(2)
    bad = {
        "message": "Unsupported value.",
        "type": "invalid_request_error",
        "param": "reasoning.effort",
        "code": "unsupported_value",
    }

    def takes_low(body: dict[str, Any]) -> Act:
        if body.get("reasoning", {}).get("effort") == "low":
            return Act.alt("A cat.")
        return Act.body(400, {"error": bad})

    openai.act = takes_low
    done = bench.run(models=("gpt-5.2-chat-latest",))
    assert (done.made, done.failed) == (2, 0)
    assert openai.paid == 2
    efforts = [body["reasoning"]["effort"] for body in openai.requests]
    assert efforts == ["none", "minimal", "low", "low"]
    (options,) = bench.rows("SELECT DISTINCT options FROM candidates")
    assert json.loads(options[0]) == {"reasoning_effort": "none"}


def test_the_owners_word_on_effort_is_the_last(
    filled: Filled, openai: Provider
) -> None:
    bench = filled(1)
    bad = {"message": "Unsupported value.", "param": "reasoning.effort"}
    openai.acts = [Act.body(400, {"error": bad})]
    done = bench.run(models=("gpt-5.4",), options={"reasoning_effort": "xhigh"})
    assert (done.made, done.failed, openai.calls) == (0, 1, 1)
