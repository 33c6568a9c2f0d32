"""The lists of languages behind placeholder, redundant-words and file-name."""

from __future__ import annotations

import re

import pytest

from altsync import lint
from altsync.lint.rules import file_name, placeholder, redundant_words
from altsync.lint.text import Seen
from altsync.wordlists import listed, tables

LISTS = ("placeholder.toml", "redundant_words.toml", "file_name.toml")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_the_languages(name: str) -> None:
    found = tables("altsync.lint.lists", name)
    assert len(found.keys() - {"any"}) == 25


@pytest.mark.parametrize("name", LISTS)
def test_case_folding_breaks_no_pattern(name: str) -> None:
    """Lists are case folded when they are read, which would make `\\\\w` of `\\\\W`."""
    for language, table in tables("altsync.lint.lists", name).items():
        assert not re.search(r"\\[A-Z]", str(table)), language


def test_names_that_programs_give_begin_as_they_are_spelled() -> None:
    """Their first two signs are no part of a pattern: by these texts are passed over."""
    for begins in file_name._lists().begins:
        assert begins.replace("_", "a").isalnum()
    every = tables("altsync.lint.lists", "file_name.toml").values()
    keys = ("cameras", "pictures", "shots", "programs")
    words = [
        one for table in every for key in keys for one in listed(table.get(key, ""))
    ]
    assert not [one for one in words if {*one[1:3]} & {*"?*{"}]


def test_a_text_without_a_word_of_an_image_is_not_searched() -> None:
    """The gate of all languages together can be derived, and is closed for most texts."""
    gate = redundant_words._GATE
    assert all(one.gate is not None and not one.gate.signs for one in gate.patterns)
    for text in ("A cat on a roof.", "Een kat op het dak.", "Eine Katze auf dem Dach"):
        assert not gate.opens(Seen(lint.Text(text)))


def test_a_hostile_text_is_looked_at_in_no_time() -> None:
    """None of the patterns goes back over and over (this would take for ever)."""
    for text in ("1" * 79 + "!", "a1" * 39 + "-!", "- " * 39 + "x", "a-" * 150 + "!"):
        for rule in (file_name, placeholder, redundant_words):
            list(rule.check(Seen(lint.Text(text)), {}))
