"""What a text counts, and who else says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from altsync import lint
from altsync.lint.rules import number
from altsync.models import ReadLine
from altsync.wordlists import tables


def counted(text: str, language: str = "en") -> list[tuple[int, str]]:
    words = number._words(language)
    return [(one.number, one.counted) for one in number.counts(text, 5, words)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("12 volunteers and nine boats", "en", [(12, "volunteers"), (9, "boats")]),
        ("The 12 volunteers", "en", [(12, "volunteers")]),
        ("Joomla 12 volunteers", "en", []),
        ("$ 12 boats, #7 boats, 2019 boats", "en", []),
        ("12 of them, 12 hours, 12 GB, 12V batteries, 1.5 boats, 4 boats", "en", []),
        ("twelve", "en", []),
        ("123456 boats", "en", []),
        ("on boats", "en", []),
        ("on kayık", "tr", [(10, "kayık")]),
        ("12人と3台", "ja", [(12, "人")]),
    ],
)
def test_what_is_counted(
    text: str, language: str, found: list[tuple[int, str]]
) -> None:
    assert counted(text, language) == found


def test_a_number_that_was_read_in_the_picture_is_no_copy() -> None:
    rules = lint.ruleset().only(frozenset(["number"]))
    text = lint.Text("12 boats at a quay", caption="12 boats", by_model=True)
    assert lint.check(text, rules)
    read = (ReadLine("Nr. 12", 0.1, 0.9),)
    assert not lint.check(replace(text, read=read), rules)


def test_every_list_of_numbers_begins_with_five() -> None:
    for language, table in tables("altsync.lint.lists", "number.toml").items():
        if not table.get("counters"):
            assert sorted(set(number._words(language).values())) == list(range(5, 13))


def test_things_that_no_text_of_the_site_counts_are_no_copy() -> None:
    rules = lint.ruleset().only(frozenset(["number"]))
    text = lint.Text("12 boats on the sea.", caption="12 people", by_model=True)
    assert lint.check(text, rules) == ()
    assert lint.check(replace(text, caption="The 12 boats"), rules)
