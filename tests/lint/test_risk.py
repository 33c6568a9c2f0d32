"""One number for a review queue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from altsync import lint
from altsync.lint.risk import BASE
from altsync.models import Decision, Finding, Severity

ERROR = Finding("cut", Severity.ERROR, "It was cut.")
WARNING = Finding("person", Severity.WARNING, "It claims an age.")


def test_nothing_against_it() -> None:
    assert lint.risk("A dog.") == lint.Risk(BASE)
    assert lint.risk(
        "A dog.", flags={"people": False, "unsure": ""}, decision=Decision.INFORMATIVE
    ) == lint.Risk(BASE)


def test_every_doubt_has_its_reason_and_the_heaviest_comes_first() -> None:
    found = lint.risk(
        "A dog on a beach.",
        [WARNING, ERROR],
        flags={"people": True, "unsure": "it is dark", "text_in_image": "OPEN"},
        context=False,
        decision=Decision.COMPLEX,
        others=["Ships"],
    )
    assert found.value > 0.9
    assert found.reasons[0] == "another model says something else (distance 1.00)"
    assert set(found.reasons) == {
        "It was cut.",
        "It claims an age.",
        "the model says: people",
        "the model says: unsure: it is dark",
        "the model says: text in image: OPEN",
        "the model had no text of the page to go by",
        "a chart, map or diagram needs a person",
        "another model says something else (distance 1.00)",
    }


def test_a_link_is_a_doubt_only_where_its_text_names_nothing() -> None:
    def value(text: str, decision: Decision) -> float:
        given = lint.Text(
            text,
            link="https://h.test/rent",
            destination="Boats for rent",
            decision=decision,
        )
        found = lint.check(given)
        return lint.risk(text, found, decision=decision).value

    assert value("Rent a boat.", Decision.FUNCTIONAL) == BASE
    assert value("A red barn at dusk.", Decision.FUNCTIONAL) > 0.2
    assert value("A red barn at dusk.", Decision.INFORMATIVE) > 0.2
    assert value("Fishing nets.", Decision.INFORMATIVE) > BASE
    assert value("Boats by the lake.", Decision.INFORMATIVE) == BASE


def test_models_that_agree_are_no_doubt() -> None:
    same = ["A dog on a beach", "A brown dog on a beach in the evening."]
    assert lint.risk("A dog on a beach.", others=same) == lint.Risk(BASE)
    assert (
        lint.risk("A dog on a beach.", others=[*same, "Bar chart of revenue"]).value
        > 0.4
    )


def test_distance() -> None:
    assert lint.distance("A dog.", "a  DOG.") == 0
    assert lint.distance("", "") == 0
    assert lint.distance("A dog.", "Four blue ships") > 0.8
    assert lint.distance("犬がいます", "猫がいます") < 0.6


@given(st.text(), st.text())
def test_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert 0 <= lint.distance(a, b) == lint.distance(b, a) <= 1
    assert lint.distance(a, a) == 0


@given(
    st.lists(st.sampled_from([ERROR, WARNING]), max_size=4),
    st.booleans(),
    st.sampled_from([None, *Decision]),
    st.lists(st.text(max_size=40), max_size=3),
)
def test_more_doubt_never_lowers_the_risk(
    findings: list[Finding], context: bool, decision: Decision | None, others: list[str]
) -> None:
    less = lint.risk(
        "A dog.", findings, context=context, decision=decision, others=others
    )
    more = lint.risk(
        "A dog.",
        [*findings, WARNING],
        context=False,
        decision=decision,
        others=[*others, "xyz"],
    )
    assert BASE <= less.value <= more.value <= 1
