"""What another text on the same image gives reason to doubt: one rule, one case."""

from __future__ import annotations

import pytest

from altsync import lint

ODD = [
    # A thing of the same kind, by itself or to tell more of another one.
    ("A bowl of apples.", "A bowl of pears.", "en", "“apples” here, “pears” by r"),
    (
        "A strawberry cake.",
        "A blueberry cake.",
        "en",
        "“strawberry” here, “blueberry” by r",
    ),
    ("Rows of tulips.", "Rows of poppies.", "en", "“tulips” here, “poppies” by r"),
    # Another deed.
    (
        "A man repairs a boat.",
        "A man paints a boat.",
        "en",
        "“repairs” here, “paints” by r",
    ),
    (
        "Een man aait een hond.",
        "Een man voert een hond.",
        "nl",
        "“aait” here, “voert” by r",
    ),
    # Who is named first, where both sexes are in one of them.
    (
        "A woman beside a desk.",
        "A man beside a desk, a friend with her cup.",
        "en",
        "“woman” here, “man” by r",
    ),
    # Places that have names.
    ("A square in Ghent.", "A square in Bruges.", "en", "“Ghent” here, “Bruges” by r"),
    # Something else altogether.
    ("A lighthouse.", "A sewing machine.", "en", "begins with “lighthouse” here, with"),
    (
        "A man and a kite.",
        "A man and a spade.",
        "en",
        "has “kite” here, “spade” by r",
    ),
]


@pytest.mark.parametrize(("text", "other", "language", "reason"), ODD)
def test_a_doubt(text: str, other: str, language: str, reason: str) -> None:
    found = _risk(text, other, language)
    assert any(one.startswith(reason) for one in found.reasons), found.reasons
    assert found.value > 0.1


SAME = [
    ("A piece of fruit.", "A pear.", "en"),
    ("A child feeds an animal.", "A girl feeding an alpaca.", "en"),
    ("A weightlifter at a gym.", "A weightlifter, weightlifting at a gym.", "en"),
    ("A windsurfer on a lake.", "Windsurfing on a lake.", "en"),
    ("A man mends a net.", "A man repairing a net.", "en"),
    ("Two friends in a café.", "Friends in a restaurant.", "en"),
    ("Ein Mann mit Hut.", "Ein Mann mit Strohhut.", "de"),
    ("Ein Zug in den Weinbergen.", "Ein Regionalzug am Weinberg.", "de"),
    ("Een brood op een tafel.", "Een roggebrood op een houten tafel.", "nl"),
]


@pytest.mark.parametrize(("text", "other", "language"), SAME)
def test_the_same_in_other_words_is_no_doubt(
    text: str, other: str, language: str
) -> None:
    assert _risk(text, other, language).reasons in ((), _two_friends(text))


def _two_friends(text: str) -> tuple[str, ...]:
    """A number that the other text does not tell is said here only."""
    return ("only here, not by r: “Two friends”",) if "Two" in text else ()


def test_a_text_that_names_nothing_is_about_nothing_else() -> None:
    assert _risk("Red.", "A dog.", "en").reasons == ("only here, not by r: “Red”",)


def test_what_was_made_up_is_told_once() -> None:
    found = _risk("A boy with a stick on a beach.", "A beach.", "en")
    assert found.reasons == (
        "only here, not by r: “boy”",
        "only here, not by r: “stick”",
    )


def test_who_sits_may_hold_something() -> None:
    found = _risk("A man sits on a bench.", "A man holds a cup on a bench.", "en")
    assert found.reasons == ("only here, not by r: “sits”",)


def test_that_it_is_an_image_is_nothing_that_is_seen() -> None:
    assert _risk("This image shows a cat.", "A cat.", "en").reasons == ()
    assert _risk("Een afbeelding van een kat.", "Een kat.", "nl").reasons == ()


def test_many_details_are_not_worse_than_a_few() -> None:
    few = _risk("A desk: pens, cups, keys, coins, nuts.", "A desk.", "en")
    many = _risk("A desk: pens, cups, keys, coins, nuts, figs, bolts.", "A desk.", "en")
    assert few.value == many.value


def _risk(text: str, other: str, language: str) -> lint.Risk:
    return lint.risk(text, others=[lint.Opinion(other, "r")], language=language)
