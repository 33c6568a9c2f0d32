"""One number for a review queue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync import lint
from altsync.lint.risk import BASE, DOUBTFUL
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
        others=[lint.Opinion("Two dogs and a ship", "m-2")],
        language="en",
    )
    assert found.value > 0.9
    assert found.reasons[0] == "It was cut."
    assert set(found.reasons) == {
        "It was cut.",
        "It claims an age.",
        "the model says: people",
        "the model says: unsure: it is dark",
        "the model says: text in image: OPEN",
        "the model had no text of the page to go by",
        "a chart, map or diagram needs a person",
        "“A dog” here, “Two dogs” by m-2",
        "only here, not by m-2: “beach”",
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


def opinions(*texts: str, trusted: bool = False) -> list[lint.Opinion]:
    return [lint.Opinion(text, "m-2", trusted) for text in texts]


def test_models_that_agree_are_no_doubt() -> None:
    same = opinions("A dog on a beach", "One dog on the beach.")
    assert lint.risk("A dog on a beach.", others=same) == lint.Risk(BASE)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("A cat on a beach.", "“dog” here, “cat” by m-2"),
        ("Three dogs on a beach.", "“A dog” here, “Three dogs” by m-2"),
        ("A beach without a dog.", "“dog” here, “without a dog” by m-2"),
    ],
)
def test_what_is_contradicted_weighs_most(other: str, reason: str) -> None:
    found = lint.risk("A dog on a beach.", others=opinions(other))
    assert found.reasons[0] == reason
    assert found.value > 0.4
    heavier = lint.risk("A dog on a beach.", others=opinions(other, trusted=True))
    assert heavier.value > found.value


def test_what_one_says_alone_weighs_little() -> None:
    text = "A dog with a stick, a leash, a towel and a bucket on a beach."
    found = lint.risk(text, others=opinions("A dog on a beach by a pier."))
    assert found.reasons == (
        "only here, not by m-2: “stick”, “leash”, “towel” and 1 more",
    )
    assert BASE < found.value < 0.3


def test_who_was_invented_weighs_more() -> None:
    found = lint.risk("A boy on a beach.", others=opinions("A beach."))
    assert found.reasons[0] == "only here, not by m-2: “boy”"
    assert found.value > 0.3
    other = lint.risk("A beach.", others=opinions("A boy on a beach."))
    assert other.value < 0.1


def test_what_nobody_leaves_out_weighs_more_than_what_anybody_may() -> None:
    """Less than a person: another model alone makes no text doubtful by it."""

    def alone(text: str) -> float:
        return lint.risk(text, others=opinions("A meadow by a path.")).value

    stick = alone("A meadow by a path, with a stick.")
    snow = alone("A meadow by a path, with snow.")
    dog = alone("A meadow by a path, with a dog.")
    assert stick < snow < DOUBTFUL < dog
    assert alone("A meadow by a path at a city wall.") < snow, "a city wall is no city"
    somebody = lint.risk(
        "Somebody kneads dough.", others=opinions("Hands knead dough.")
    )
    assert somebody.value < snow, "whose hands they are is nothing new"


def test_another_subject_is_a_doubt() -> None:
    found = lint.risk("Photo of a nebula at night.", others=opinions("A galaxy."))
    assert "begins with “nebula” here, with “galaxy” by m-2" in found.reasons
    same = "A man and a nebula.", "A man and a galaxy."
    partly = lint.risk(same[0], others=opinions(same[1]))
    assert "has “nebula” here, “galaxy” by m-2" in partly.reasons
    assert lint.risk("A nebula.", others=opinions("Photo of a nebula.")).value < 0.1


def test_what_two_models_contradict_counts_once() -> None:
    one = lint.risk("Two dogs.", others=opinions("Three dogs."))
    both = lint.risk("Two dogs.", others=opinions("Three dogs.", "Four dogs."))
    assert both.value == one.value
    assert len(both.reasons) == 1


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
        "A dog.", findings, context=context, decision=decision, others=opinions(*others)
    )
    more = lint.risk(
        "A dog.",
        [*findings, WARNING],
        context=False,
        decision=decision,
        others=opinions(*others, "xyz"),
    )
    assert BASE <= less.value <= more.value <= 1


def test_a_pronoun_adds_nothing_to_a_sex_that_is_contradicted() -> None:
    text = "A male astronaut and his helmet."
    found = lint.risk(text, others=opinions("An astronaut and her helmet, her flag."))
    assert [one for one in found.reasons if "“her”" in one] == [
        "“male” here, “her” by m-2"
    ]
