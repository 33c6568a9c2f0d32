"""Grades add up: wins, ties, intervals; and what is compared at all."""

from __future__ import annotations

import pytest

from altsync.errors import UsageError
from altsync.models import Finding, Severity
from altsync.store import candidates, comparisons
from altsync.store.comparisons import HUMAN, Choice
from altsync.verdicts import comparing
from altsync.verdicts.comparing import results, wilson
from tests.verdicts.conftest import PERSONS, Desk
from tests.verdicts.given import meanwhile
from tests.web.mirrors import candidate

MODELS = ("gpt-5.4-mini", "other")


def choice(
    place: int,
    model: str,
    grade: str | None = None,
    picked: bool | None = None,
    *flags: Finding,
) -> Choice:
    return Choice(
        place * 10, place, 1, "a/b", "Text.", model, 0.001, 2000, flags, grade, picked
    )


@pytest.mark.parametrize(
    ("wins", "of", "low", "high"),
    # Wilson score interval without continuity correction (Newcombe 1998, table I: 81 of
    # 263, 15 of 148, 0 of 20)
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(wins: float, of: int, low: float, high: float) -> None:
    assert wilson(wins, of) == pytest.approx((low, high), abs=1e-4)


def test_the_best_grade_wins_and_equal_ones_share() -> None:
    found = {
        r.model: r
        for r in results(
            [
                choice(1, "a", "A"),
                choice(1, "b", "B"),
                choice(2, "a", "C"),
                choice(2, "b", "C"),
            ]
        )
    }
    assert (found["a"].wins, found["b"].wins) == (1.5, 0.5)
    assert (found["a"].judged, found["a"].win_rate) == (2, 0.75)
    assert found["a"].grades["A"] == found["a"].grades["C"] == 1


def test_a_pick_outranks_grades() -> None:
    found = {
        r.model: r.wins
        for r in results([choice(1, "a", "A", False), choice(1, "b", "F", True)])
    }
    assert found == {"a": 0, "b": 1}


def test_what_is_half_graded_is_not_judged() -> None:
    found = {r.model: r for r in results([choice(1, "a", "A"), choice(1, "b")])}
    assert found["a"].judged == 0
    assert found["a"].win_rate is None
    assert found["a"].average == 4.0


def test_findings_count_what_is_graver_than_info() -> None:
    flags = (Finding("x", Severity.WARNING, "m"), Finding("y", Severity.INFO, "m"))
    [result] = results([choice(1, "a", "A", None, *flags)])
    assert result.findings == 1.0


def test_only_what_every_model_has_written_for_is_drawn(desk: Desk) -> None:
    for image in ("a/1", "a/2", "a/3"):
        desk.propose(image, "One.")
    for image in ("a/1", "a/2"):
        desk.propose(image, "Two.", model="other")
    run = comparing.draw(desk.store, MODELS, by="maria", size=10)
    drawn = comparisons.choices(desk.store.conn, run)
    assert {one.image for one in drawn} == {"a/1", "a/2"}
    assert comparing.lacking(desk.store, MODELS, ["a/1", "a/3"]) == ["a/3"]


def test_what_a_model_writes_at_that_moment_is_compared(desk: Desk) -> None:
    desk.propose("a/1", "One.")
    desk.propose("a/1", "Two.", model="other")
    meanwhile(
        desk.store,
        lambda: comparing.draw(desk.store, MODELS, by="maria"),
        lambda conn: candidates.add(conn, candidate("a/1", "Newest.")),
    )
    drawn = comparisons.choices(desk.store.conn, 1)
    assert {one.alt for one in drawn} == {"Newest.", "Two."}


def test_what_cannot_be_compared_is_a_sentence(desk: Desk) -> None:
    with pytest.raises(UsageError, match="needs two models"):
        comparing.check_models(["one", "one"], human=False)
    with pytest.raises(UsageError, match=r"text by one and other[.] Generate"):
        comparing.draw(desk.store, ["one", "other"], by="maria")
    with pytest.raises(UsageError, match=r"text by one and by a person[.]"):
        comparing.draw(desk.store, ["one"], by="maria", human=True)


def test_images_are_chosen_among_those_that_fit(desk: Desk) -> None:
    found = comparing.choose(desk.store, 10)
    assert sorted(found) == ["a/1", "a/2", "a/3", "a/4"]
    assert len(comparing.choose(desk.store, 2)) == 2
    assert comparing.choose(desk.store, 2, human=True) == ["a/person"]
    desk.edit("a/person", None)
    with pytest.raises(UsageError, match="by a person"):
        comparing.choose(desk.store, 2, human=True)


def test_no_image_needs_a_text(desk: Desk) -> None:
    for number in (1, 2, 3, 4):
        desk.edit(f"a/{number}", PERSONS)
    with pytest.raises(UsageError, match="--images"):
        comparing.choose(desk.store, 2)


def test_a_persons_text_is_compared_too(desk: Desk) -> None:
    desk.propose("a/person", "A suggestion.", PERSONS)
    run = comparing.draw(desk.store, MODELS[:1], by="maria", human=True)
    drawn = {one.model: one.alt for one in comparisons.choices(desk.store.conn, run)}
    assert drawn == {HUMAN: PERSONS, MODELS[0]: "A suggestion."}
