"""Another model is asked where the first has no text, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from altsync.errors import ModelStopped, UsageError
from altsync.generate.brake import FIRST
from altsync.models.underway import Paid
from altsync.report import Quiet
from altsync.store.worklist import Worklist
from tests.doubles.providers.openai import Act, Double, decided, described, words_of
from tests.generate.conftest import CALL, Bench

Filled = Callable[[int], Bench]
USABLE = Act(decided("A cat on a mat by the window."))
REFUSAL = Act("", refusal="I cannot help with that.")
UNREADABLE = Act("I see a cat.")


def answering(server: Double, **acts: Act) -> None:
    """What each model answers, by its name with _ for -; else a usable text."""

    def act(body: dict[str, Any]) -> Act:
        return acts.get(body["model"].replace("-", "_"), described(body))

    server.act = act


def asked(double: Double) -> list[str]:
    return [body["model"] for body in double.requests]


def on_the_books(bench: Bench) -> float:
    """Calls that were paid for, by what they cost."""
    sql = "SELECT sum(cost_usd) FROM payments"
    return round((bench.rows(sql)[0][0] or 0.0) / CALL)


@pytest.mark.parametrize("first", [REFUSAL, UNREADABLE, Act("")])
def test_what_the_first_has_no_text_for_is_asked_of_another(
    filled: Filled, double: Double, first: Act
) -> None:
    bench = filled(3)
    answering(double, double=first)
    done = bench.run(fallbacks=("double-2",))
    assert (done.made, done.stood_in, done.failed, done.refused) == (3, 3, 0, 0)
    assert bench.rows("SELECT DISTINCT model, resolved_model FROM candidates") == [
        ("double-2", "double-2-2026-10-01")
    ]
    assert bench.rows("SELECT DISTINCT model, work_key IS NULL FROM failures") == [
        ("double", 0)
    ]
    assert on_the_books(bench) == double.paid


def test_what_was_asked_in_vain_before_is_asked_of_another_only(
    filled: Filled, double: Double
) -> None:
    bench = filled(2)
    answering(double, double=REFUSAL)
    assert bench.run().failed == 2
    double.requests.clear()
    done = bench.run(fallbacks=("double-2",))
    assert (done.made, done.stood_in, done.refused) == (2, 2, 0)
    assert asked(double) == ["double-2", "double-2"]
    assert on_the_books(bench) == double.paid


def test_one_that_has_no_text_either_is_final_too(
    filled: Filled, double: Double
) -> None:
    """And the image failed once, not once a model."""
    bench = filled(2)
    answering(double, double=REFUSAL, double_2=UNREADABLE)
    done = bench.run(fallbacks=("double-2",))
    assert (done.made, done.stood_in, done.failed) == (0, 0, 2)
    calls = double.calls
    again = bench.run(fallbacks=("double-2",))
    assert (again.failed, again.refused, double.calls) == (0, 2, calls)
    assert on_the_books(bench) == double.paid


def test_the_next_in_the_row_is_asked_and_none_that_is_not_needed(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    answering(double, double=REFUSAL, double_2=REFUSAL)
    done = bench.run(fallbacks=("double-2", "double-plain"))
    assert (done.made, done.stood_in) == (1, 1)
    assert asked(double)[-1] == "double-plain"
    bench.add(7)
    bench.pull()
    answering(double)
    double.requests.clear()
    bench.run(fallbacks=("double-2", "double-plain"))
    assert asked(double) == ["double"]


@pytest.mark.parametrize(
    "act",
    [Act.status(500), Act(how="reset"), Act.status(401)],
    ids=["5xx", "cut", "key"],
)
def test_trouble_is_no_reason_to_ask_another(
    filled: Filled, double: Double, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.generate.work.BACKOFF", 0.001)
    bench = filled(1)
    answering(double, double=act)
    try:
        done = bench.run(fallbacks=("double-2",))
    except ModelStopped:
        pass
    else:
        assert (done.failed, done.stood_in) == (1, 0)
    assert set(asked(double)) == {"double"}


def test_a_fallback_in_trouble_may_yet_have_the_text(
    filled: Filled, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the next one is not asked in its place; the next run asks it again."""
    monkeypatch.setattr("altsync.generate.work.BACKOFF", 0.001)
    bench = filled(1)
    fallbacks = ("double-2", "double-plain")
    answering(double, double=REFUSAL, double_2=Act.status(500))
    assert bench.run(fallbacks=fallbacks).failed == 1
    assert set(asked(double)) == {"double", "double-2"}
    answering(double, double=REFUSAL)
    assert bench.run(fallbacks=fallbacks).stood_in == 1
    assert bench.rows("SELECT model FROM candidates") == [("double-2",)]


def test_one_that_fails_now_is_told_though_the_first_did_before(
    filled: Filled, double: Double
) -> None:
    bench = filled(2)
    answering(double, double=REFUSAL)
    assert bench.run().failed == 2
    answering(double, double_2=REFUSAL)
    done = bench.run(fallbacks=("double-2",))
    assert (done.failed, done.refused) == (2, 0)
    assert "double-2 refused" in done.problem
    done = bench.run(fallbacks=("double-2",))
    assert (done.failed, done.refused, double.calls) == (0, 2, 4)


def test_a_model_under_two_names_is_one(filled: Filled, double: Double) -> None:
    bench = filled(1)
    (bench.home / "aliases.json").write_text('{"first": "double"}')
    answering(double, double=REFUSAL)
    bench.run(models=("double", "first"), fallbacks=("first",), again=True)
    assert asked(double) == ["double"]


def test_a_budget_needs_the_price_of_every_model(
    filled: Filled, double: Double
) -> None:
    with pytest.raises(UsageError, match="price of double-plain"):
        filled(1).run(fallbacks=("double-plain",), budget=1.0)
    assert double.calls == 0


def test_one_that_has_no_texts_is_left_out_and_the_run_goes_on(
    filled: Filled, double: Double
) -> None:
    """By its alias as well."""
    bench = filled(3 * (FIRST + 2))
    (bench.home / "aliases.json").write_text('{"second": "double-2"}')

    def act(body: dict[str, Any]) -> Act:
        if body["model"] == "double-2":
            return UNREADABLE
        (number,) = re.findall(r"Title (\d+)", words_of(body))
        return REFUSAL if int(number) % 3 == 0 else described(body)

    double.act = act
    done = bench.run(fallbacks=("second",), threads=8)
    assert (done.made, done.failed) == (2 * (FIRST + 2), FIRST + 2)
    assert bench.rows("SELECT model, count(*) FROM failures GROUP BY model") == [
        ("double", FIRST + 2),
        ("double-2", FIRST),
    ]
    (told,) = done.given_up
    assert "double-2 gave no usable text for the first 10 images" in told
    assert on_the_books(bench) == double.paid


def test_the_budget_holds_for_both(filled: Filled, double: Double) -> None:
    bench = filled(20)
    answering(double, double=REFUSAL)
    done = bench.run(fallbacks=("double-2",), budget=10 * CALL)
    assert done.stopped
    assert done.spent <= 10 * CALL
    assert on_the_books(bench) == double.paid


class Counting(Quiet):
    """Counts the failures that it is told of."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = 0

    def step(
        self, count: int = 1, *, failed: int = 0, paid: Paid | None = None
    ) -> None:
        self.failed += failed


def test_failures_stand_beside_the_bar(filled: Filled, double: Double) -> None:
    """Images, not questions; and none that got its text from another model."""
    bench = filled(3)
    answering(double, double=REFUSAL)
    report = Counting()
    bench.run(Worklist(limit=2), report=report)
    assert report.failed == 2
    report = Counting()
    bench.run(fallbacks=("double-2",), report=report)
    assert report.failed == 0


def test_a_rest_is_chosen_by_its_own_worklist(filled: Filled, double: Double) -> None:
    """An image that only a fallback has a text for is not missing any more."""
    bench = filled(2)
    answering(double, double=REFUSAL)
    bench.run(Worklist(limit=1), fallbacks=("double-2",))
    assert bench.rows("SELECT state FROM image_states ORDER BY image_id") == [
        ("needs-review",),
        ("missing",),
    ]
