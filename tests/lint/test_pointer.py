"""Every phrase of the list is found, whatever stands around it."""

from __future__ import annotations

import pytest

from altsync import lint
from altsync.models import Severity
from altsync.wordlists import tables

EVERY = tables("altsync.lint.lists", "pointer.toml")
ONLY = lint.ruleset().only(frozenset(["pointer"]))


def severities(text: str, language: str | None, link: str | None = None) -> list[str]:
    found = lint.check(lint.Text(text, language=language, link=link), ONLY)
    return [one.severity for one in found]


def test_there_are_25_languages() -> None:
    assert len(EVERY) == 25


@pytest.mark.parametrize("language", EVERY)
def test_what_a_program_writes_is_an_error(language: str) -> None:
    for phrase in EVERY[language]["made"]:
        for text in (phrase, f"XY, {phrase}.", phrase.capitalize()):
            assert severities(text, None) == [Severity.ERROR], text
    for phrase in EVERY[language]["opens"]:
        for text in (phrase, f"XY. {phrase} xy.", phrase.capitalize()):
            assert severities(text, language) == [Severity.ERROR], text


@pytest.mark.parametrize("language", EVERY)
def test_what_points_elsewhere_is_a_warning(language: str) -> None:
    for phrase in EVERY[language]["see"]:
        assert severities(f"{phrase} 3.", language) == [Severity.WARNING], phrase
    for phrase in EVERY[language]["more"]:
        assert severities(phrase, language) == [Severity.WARNING], phrase
        assert severities(phrase, language, "https://a.example/x") == [], phrase
