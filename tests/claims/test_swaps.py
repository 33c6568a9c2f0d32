"""One claim made wrong: what is turned, and what stays."""

from __future__ import annotations

import random

import pytest

from altsync import claims
from altsync.models import ClaimKind, Swap


def all_swaps(text: str, language: str = "en") -> set[Swap]:
    """What forty throws of the dice make of it."""
    found = (claims.swapped(text, language, random.Random(n)) for n in range(40))
    return {swap for swap in found if swap is not None}


def test_capitals_are_kept_and_nothing_else_is_touched() -> None:
    found = all_swaps("Two men, “two” of them.")
    texts = {swap.text for swap in found}
    assert "Two women, “two” of them." in texts
    assert "Seven men, “two” of them." in texts
    assert {swap.was for swap in found} == {"Two", "men"}


def test_each_kind_is_as_likely_whatever_its_number() -> None:
    text = "A man with a dog and 2 red, blue, green, black, white and brown flags."
    found = [claims.swapped(text, "en", random.Random(n)) for n in range(400)]
    share = sum(one is not None and one.kind is ClaimKind.COLOUR for one in found) / 400
    assert 0.15 < share < 0.35


def test_numbers_change_and_never_become_one() -> None:
    assert {swap.text for swap in all_swaps("2 x")} == {
        "3 x",
        "4 x",
        "5 x",
        "6 x",
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("A kettle.", "en"),
        ("A sign: “Two dogs without a man”", "en"),
        ("Version 1.2.3, 4K, H2O, 10:30", "en"),
        ("Du domoj", "eo"),
        ("ıkı ev", "tr"),
    ],
)
def test_nothing_to_turn(text: str, language: str) -> None:
    assert all_swaps(text, language) == set()


def test_a_turkish_capital() -> None:
    assert {swap.was for swap in all_swaps("İki ev", "tr")} == {"İki"}


@pytest.mark.parametrize(
    ("text", "language", "turned"),
    [
        ("A sign stands by a shop.", "en", set()),
        ("Joe and a man stand by a sign that stands.", "en", {"man", "stands"}),
        ("A man and a woman, one dog beside a cat.", "en", {"dog", "cat"}),
        ("On the left a cup, on the right a lamp.", "en", set()),
        ("The Red Hat logo on a wall. White letters.", "en", {"White"}),
        ("Red Hat", "en", set()),
        ("A man and his kettle", "en", set()),
        ("Her brother, a boy, waits.", "en", set()),
        ("Un homme assis", "fr", {"assis"}),
        ("Roter Hund vor einem Haus, Logo von Links", "de", {"Roter", "Hund"}),
        ("A room filled with light, covered with cloth.", "en", set()),
        ("Minutes of 2024-03-12, open 24/7, pages 20-30", "en", set()),
        ("3 cups, 4 cups, 5 cups, 6 cups, 8 cups", "en", {"3", "4", "5", "6", "8"}),
    ],
)
def test_no_text_stays_true_or_is_told_by_its_looks(
    text: str, language: str, turned: set[str]
) -> None:
    found = all_swaps(text, language)
    assert {swap.was for swap in found} == turned
    assert all(swap.now.casefold() not in text.casefold().split() for swap in found)
