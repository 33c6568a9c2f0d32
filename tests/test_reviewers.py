"""The names under which people give verdicts."""

from __future__ import annotations

import pytest

from altsync.reviewers import LONGEST_NAME, OWNER, wrong_name


@pytest.mark.parametrize(
    "name",
    [
        "maria",
        "Anna Müller-Lüdenscheidt",
        "anna@example.org",
        "TOWN\\ben",
        "auth0|5f7c",
        "root",
        "policy",
        "samples",
        "\u0645\u06cc\u200c\u0631\u0648\u062f",
        "x" * LONGEST_NAME,
    ],
)
def test_a_name_of_a_person_is_fine(name: str) -> None:
    assert wrong_name(name) == ""


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("", "blanks"),
        (" \t ", "blanks"),
        ("x" * (LONGEST_NAME + 1), "100 characters"),
        ("anna\nben", "line ends"),
        ("anna\x1b[2J", "control"),
        ("anna\u202eneb", "control"),
        ("an\u200bna", "control"),
        (" anna", "blanks around"),
        ("sample:3", "altsync itself"),
        ("Sample:Anna", "altsync itself"),
        (OWNER, "altsync itself"),
    ],
)
def test_what_is_none_is_told_why(name: str, wrong: str) -> None:
    assert wrong in wrong_name(name)
