"""Which known name was meant."""

from __future__ import annotations

import pytest

from altsync.near import did_you_mean, nearest

ALBUMS = ("dolomites-2019", "fjords", "garden", "Gardens", "harbour")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("dolomites", "dolomites-2019"),
        ("fjrods", "fjords"),
        ("FJORDS", "fjords"),
        ("2019", "dolomites-2019"),
        ("gardens", "Gardens"),
        ("harbor", "harbour"),
    ],
)
def test_the_likeliest_name_is_found(name: str, meant: str) -> None:
    assert nearest(name, ALBUMS) == [meant]


@pytest.mark.parametrize("name", ["", "zzz"])
def test_what_is_like_nothing_is_not_guessed(name: str) -> None:
    assert nearest(name, ALBUMS) == []


def test_several_come_the_likeliest_first_and_each_once() -> None:
    assert nearest("garden", (*ALBUMS, "garden"), 3) == ["garden", "Gardens"]


def test_the_sentence_names_the_one_that_was_meant() -> None:
    assert did_you_mean("psuh", ["pull", "push"]) == "Did you mean `push`?"
    assert did_you_mean("fjord", ALBUMS, repr) == "Did you mean 'fjords'?"


def test_else_it_lists_the_known_ones_up_to_eight() -> None:
    many = [f"a{number}" for number in range(10)]
    listed = "Known: a0, a1, a2, a3, a4, a5, a6, a7"
    assert did_you_mean("zzz", many) == f"{listed} and 2 more."
    assert did_you_mean("zzz", many[:2]) == "Known: a0, a1."


def test_where_nothing_is_known_it_says_nothing() -> None:
    assert did_you_mean("zzz", []) == ""
