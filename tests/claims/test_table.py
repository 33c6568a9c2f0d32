"""The claims of several texts, side by side."""

from __future__ import annotations

from altsync import claims
from altsync.claims.table import MOST
from altsync.models import Accord, ClaimKind, ClaimRow


def test_three_texts() -> None:
    found = claims.table(
        [
            "Two dogs on a lawn.",
            "Three dogs and a dog on a lawn by a kiosk.",
            "A person on a lawn.",
        ],
        "en",
    )
    assert found == (
        ClaimRow(ClaimKind.NUMBER, Accord.CONTRADICTED, ("Two dogs", "Three dogs", "")),
        ClaimRow(ClaimKind.PERSON, Accord.ALONE, ("", "", "person")),
        ClaimRow(ClaimKind.THING, Accord.ALONE, ("", "kiosk", "")),
        ClaimRow(ClaimKind.THING, Accord.AGREED, ("dogs", "dogs", "")),
        ClaimRow(ClaimKind.THING, Accord.AGREED, ("lawn", "lawn", "lawn")),
    )


def test_what_is_called_otherwise_stands_in_one_row() -> None:
    found = claims.table(["A man", "A person", "A woman", "Hi"], "en")
    assert found[0] == ClaimRow(
        ClaimKind.PERSON, Accord.CONTRADICTED, ("man", "person", "woman", "")
    )


def test_a_word_stands_once_in_a_cell() -> None:
    people = claims.table(["A person", "A man and a boy", "A man", "A boy"], "en")
    assert people[0].cells[1:] == ("boy, man", "man", "boy")


def test_one_text_or_none_has_no_table() -> None:
    assert claims.table([]) == claims.table(["A dog."]) == ()


def test_it_ends() -> None:
    many = " and a ".join(
        f"thing{letter * 3}" for letter in "abcdefghijklmnopqrstuvwxyz"
    )
    assert len(claims.table([many, many.replace("thing", "other")], "en")) == MOST
