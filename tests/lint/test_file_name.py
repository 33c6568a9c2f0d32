"""What is the name of a file, and what only looks like one."""

from __future__ import annotations

import pytest

from altsync import lint

ONLY = lint.ruleset().only(frozenset(["file-name"]))


def severity(
    text: str, file: str | None = None, before: str | None = None
) -> str | None:
    found = lint.check(lint.Text(text, file=file, before=before), ONLY)
    return str(found[0].severity) if found else None


@pytest.mark.parametrize(
    ("text", "file", "found"),
    [
        ("red-house", "red-house.jpg", "error"),
        ("red-house", "red-house_0.jpg", "error"),
        ("red-house", "2019-03.jpg", "warning"),
        ("red-house", None, "warning"),
        ("Red-House", "red-house.jpg", "warning"),
        ("Red-House", None, None),
        ("house-2", "house-2.jpg", "warning"),
        ("house-2", None, None),
        ("дом-музей", None, None),
        ("дом-музей", "дом-музей.jpg", "error"),
        ("red-brick-house", "red-brick-house.jpg", "error"),
        ("Red-Brick-House", "red-brick-house.jpg", "error"),
        ("red-brick-house", None, "warning"),
        ("red-brick-house-2", None, "error"),
        ("red_house", None, "error"),
        ("logo-ferry", None, "error"),
        ("harbour2", "harbour2.png", "error"),
        ("harbour2", None, None),
        ("W3C", "w3c.png", None),
    ],
)
def test_joined_words_are_as_sure_as_the_name_of_the_file(
    text: str, file: str | None, found: str | None
) -> None:
    assert severity(text, file) == found


@pytest.mark.parametrize(
    ("text", "beside", "found"),
    [
        ("styled-ferries", "How styled-ferries came to be.", None),
        ("my_ferry", "Set my_ferry to 3.", None),
        ("styled-ferries", "See /files/styled-ferries.png here.", "error"),
        ("styled-ferries", "Styled-ferries", "error"),
        ("styled-ferries", "The styled-ferries-2 of last year.", "error"),
    ],
)
def test_what_the_page_writes_with_a_dash_is_a_word(
    text: str, beside: str, found: str | None
) -> None:
    assert severity(text, f"{text}.png", beside) == found


def test_a_long_text_is_looked_at_where_a_name_shows() -> None:
    long = "the ferry that leaves from the old quay at eight in the morning " * 5
    assert severity(f"{long.strip()}.jpg") == "error"
    assert severity(f"640 x 480 - {long}") == "warning"
    assert severity(f"{long} 640 x 480") is None
    assert severity("ab" * 200) is None
