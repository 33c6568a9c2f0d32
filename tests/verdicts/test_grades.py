"""Grades add up: by grader and together, wins and ties, pairs, and what is not decided."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from altsync.models import Finding, Severity
from altsync.models.comparison import (
    Agreement,
    Choice,
    Comparison,
    Graded,
    GradeGiven,
    PairResult,
    WriterResult,
)
from altsync.verdicts import grades, strengths

RUN = Comparison(1, ("a", "b"), False, "maria", "2026-11-29")


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a bootstrap says is judged elsewhere."""
    monkeypatch.setattr(strengths, "ROUNDS", 40)


class Bench:
    """A run with these writers on so many images; and graders."""

    def __init__(self, *models: str, images: int = 1, **of: Any) -> None:
        values = {
            "prompt": "p1",
            "cost_usd": 0.001,
            "duration_ms": 2000,
            "findings": (),
            **of,
        }
        self.choices = [
            Choice(10 * place + slot, place, slot, "a/b", "Text.", model, **values)
            for place in range(1, images + 1)
            for slot, model in enumerate(models, 1)
        ]
        self.models = models
        self.marks: list[GradeGiven] = []

    def says(self, grader: str, place: int, **given: str) -> None:
        """Of each writer's text a grade, `!` for picked, `-` for not picked, or both."""
        for model, words in given.items():
            choice = 10 * place + self.models.index(model) + 1
            picked = {"!": True, "-": False}.get(words[-1])
            grade = words.strip("!-") or None
            self.marks.append(GradeGiven(choice, grader, grade, picked))

    @property
    def graded(self) -> Graded:
        return grades.graded(RUN, self.choices, self.marks)

    @property
    def writers(self) -> dict[str, WriterResult]:
        return {one.writer: one for one in self.graded.together.writers}

    def pair(self, one: str, other: str) -> PairResult:
        [found] = [
            pair
            for pair in self.graded.together.pairs
            if {pair.first, pair.second} == {one, other}
        ]
        return found


def test_the_best_grade_wins_and_equal_ones_share() -> None:
    bench = Bench("a", "b", images=2)
    bench.says("maria", 1, a="A", b="B")
    bench.says("maria", 2, a="C", b="C")
    found = bench.writers
    assert (found["a"].wins, found["b"].wins) == (1.5, 0.5)
    assert (found["a"].judged, found["a"].win_rate) == (2, 0.75)
    assert found["a"].grades["A"] == found["a"].grades["C"] == 1
    assert (found["a"].average, found["b"].average) == (3.0, 2.5)
    pair = bench.pair("a", "b")
    assert (pair.first, pair.share, pair.images) == ("a", 0.75, 2)
    assert (pair.won, pair.lost, pair.equal) == (1, 0, 1)


def test_a_pick_outranks_grades() -> None:
    bench = Bench("a", "b")
    bench.says("maria", 1, a="A-", b="F!")
    assert {name: one.wins for name, one in bench.writers.items()} == {"a": 0, "b": 1}
    assert bench.pair("a", "b").first == "b"


def test_a_pick_alone_says_nothing_of_those_that_were_not_picked() -> None:
    bench = Bench("a", "b", "c", images=2)
    bench.says("maria", 1, a="!", b="-", c="-")
    assert bench.pair("a", "b").images == bench.pair("a", "c").images == 1
    assert bench.pair("b", "c").images == 0
    bench.says("maria", 2, a="!", b="B-", c="C-")
    assert (bench.pair("b", "c").images, bench.pair("b", "c").first) == (1, "b")


def test_what_is_half_graded_is_not_judged() -> None:
    bench = Bench("a", "b")
    bench.says("maria", 1, a="A")
    found = bench.writers["a"]
    assert (found.judged, found.win_rate, found.average) == (0, None, 4.0)
    assert (found.low, found.high) == (0.0, 1.0)
    assert bench.pair("a", "b").images == 0
    assert not bench.pair("a", "b").decided
    assert grades.judged(bench.choices, bench.marks, "maria") == {1: False}


def test_two_grades_of_three_are_no_judgement_of_the_two() -> None:
    bench = Bench("a", "b", "c")
    bench.says("maria", 1, a="A", b="B")
    assert bench.graded.together.judged == bench.pair("a", "b").images == 0


def test_findings_count_what_is_graver_than_info() -> None:
    flags = (Finding("x", Severity.WARNING, "m"), Finding("y", Severity.INFO, "m"))
    bench = Bench("a", "b", findings=flags)
    assert bench.writers["a"].findings == 1.0
    assert (bench.writers["a"].cost_usd, bench.writers["a"].seconds) == (0.001, 2.0)
    unknown = Bench("a", "b", cost_usd=None, duration_ms=None).writers["a"]
    assert (unknown.cost_usd, unknown.seconds) == (None, None)


def test_a_text_that_cost_nothing_does_not_stand_for_those_of_unknown_price() -> None:
    bench = Bench("a", "b", images=2, cost_usd=None)
    bench.choices[0] = replace(bench.choices[0], cost_usd=0.0)
    assert bench.writers["a"].cost_usd is None


def test_two_graders_of_one_image_are_one_image() -> None:
    bench = Bench("a", "b", images=2)
    bench.says("maria", 1, a="A", b="B")
    bench.says("bo", 1, a="A", b="A")
    bench.says("bo", 2, a="E", b="A")
    found = bench.graded
    assert bench.writers["a"].judged == 2
    assert bench.writers["a"].wins == 0.75
    assert bench.writers["a"].grades["A"] == 2
    pair = bench.pair("a", "b")
    assert (pair.first, pair.share, pair.won, pair.lost) == ("b", 0.625, 1, 1)
    by_name = {one.grader: one for one in found.graders}
    assert {name: one.judged for name, one in by_name.items()} == {"bo": 2, "maria": 1}
    [alone] = by_name["maria"].pairs
    assert (alone.first, alone.won, alone.images) == ("a", 1, 1)
    assert grades.judged(bench.choices, bench.marks, "maria") == {1: True, 2: False}
    assert grades.judged(bench.choices, bench.marks, None) == {1: True, 2: True}


def test_better_is_what_chance_would_hardly_give() -> None:
    bench = Bench("a", "b", images=20)
    for place in range(1, 6):
        bench.says("maria", place, a="A", b="B")
    pair = bench.pair("a", "b")
    assert (pair.p, pair.decided) == (2 / 32, False), "five of five are too few"
    bench.says("maria", 6, a="A", b="B")
    assert bench.pair("a", "b").decided
    for place in range(7, 21):
        bench.says("maria", place, a="C", b="B")
    assert not bench.pair("a", "b").decided


def test_of_several_pairs_each_has_to_be_surer() -> None:
    bench = Bench("a", "b", "c", images=6)
    for place in range(1, 7):
        bench.says("maria", place, a="A", b="B", c="ABCDEF"[place - 1])
    pair = bench.pair("a", "b")
    assert pair.p == pytest.approx(3 * 2 / 64)
    assert not pair.decided, "alone it would be"


def test_of_equal_ones_hardly_any_is_called_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one comparison of twenty at most, however many pairs it has. (2,000 by hand:
    3.3 % with 20 images, 4.6 % with 120.)"""
    chance = random.Random(16)
    monkeypatch.setattr(strengths, "ROUNDS", 2)
    called = 0
    for _ in range(100):
        bench = Bench("a", "b", "c", images=20)
        for place in range(1, 21):
            given = chance.sample("ABC", 3)
            bench.says("maria", place, **dict(zip("abc", given, strict=True)))
        called += any(pair.decided for pair in bench.graded.together.pairs)
    assert called <= 5


def test_where_graders_differ_the_average_has_to_be_ahead_too() -> None:
    """More images won by a little than lost by much: no "better" at 44 %."""
    bench = Bench("a", "b", images=40)
    for place in range(1, 29):
        bench.says("bo", place, a="A", b="B")
        for grader in ("ann", "cy"):
            bench.says(grader, place, a="C", b="C")
        bench.says(
            "di", place, a="B" if place % 2 else "C", b="C" if place % 2 else "B"
        )
    for place in range(29, 41):
        bench.says("bo", place, a="F", b="A")
    pair = bench.pair("a", "b")
    assert pair.first == "a" or not pair.decided
    assert pair.low < 0.5


def test_strengths_are_there_where_they_are_finite() -> None:
    bench = Bench("a", "b", "c", images=12)
    for place in range(1, 10):
        bench.says("maria", place, a="A", b="B", c="C")
    found = bench.graded.together
    assert "under 10 judged images" in found.no_strengths
    for place in (10, 11):
        bench.says("maria", place, a="A", b="B", c="C")
    found = bench.graded.together
    assert found.no_strengths.startswith("No strengths: a never lost to b and c, so")
    assert all(one.strength is None for one in found.writers)
    bench.says("maria", 12, a="B", b="A", c="A")
    found = bench.graded.together
    assert found.no_strengths == ""
    first, second, third = [one.strength for one in found.writers]
    assert first
    assert second
    assert third
    assert first.value > 1 > third.value
    assert first.low < first.value < first.high


def test_ties_alone_are_no_strengths_without_a_range() -> None:
    bench = Bench("a", "b", images=20)
    for place in range(1, 21):
        bench.says("maria", place, a="B", b="B")
    found = bench.graded.together
    assert found.no_strengths.startswith("No strengths: all were judged equal")
    assert found.writers[0].strength is None


def test_what_never_met_has_no_strength() -> None:
    bench = Bench("a", "b", "c", images=10)
    for place in range(1, 11):
        bench.says("maria", place, a="A!", b="-", c="-")
    said = bench.graded.together.no_strengths
    assert said.startswith("No strengths: a never lost to b and c")
    alone = Bench("a", "b", images=10)
    assert "under 10" in alone.graded.together.no_strengths


def test_one_model_twice_is_told_by_its_prompts() -> None:
    values = (0.1, 1, ())
    choices = [
        Choice(1, 1, 1, "i", "T.", "m", "p1234567890", *values),
        Choice(2, 1, 2, "i", "T.", "m", None, *values),
        Choice(3, 1, 3, "i", "T.", "n", "q1", *values),
    ]
    assert grades.writers(choices) == {
        1: "m (prompt p1234567)",
        2: "m (prompt none)",
        3: "n",
    }
    graded = grades.graded(RUN, choices, [])
    prompts = {one.writer: one.prompts for one in graded.together.writers}
    assert prompts["n"] == ("q1",)
    assert prompts["m (prompt none)"] == ()


def test_graders_agree_beyond_chance_or_not() -> None:
    bench = Bench("a", "b", images=5)
    for place in (1, 2):
        bench.says("ann", place, a="A", b="B")
        bench.says("bo", place, a="B", b="F")
        bench.says("cy", place, a="C", b="C")
    for place in (3, 4):
        bench.says("ann", place, a="B", b="A")
        bench.says("bo", place, a="A" if place == 3 else "D", b="C")
    bench.says("ann", 5, a="A", b="A")
    assert bench.graded.agreements == (
        Agreement("ann", "bo", 4, 3, 0.5),
        Agreement("ann", "cy", 2, 0, 0.0),
        Agreement("bo", "cy", 2, 0, 0.0),
    )
    assert grades.kappa([(1.0, 1.0)] * 3) is None
