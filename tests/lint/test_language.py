"""The language rule with and without CLD2 on the machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from altsync import lint
from altsync.lint.rules import language

ONLY = lint.ruleset().only(frozenset(["language"]))
DUTCH = "Een man leest een boek op de bank in het park."


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    language._cld2.cache_clear()
    yield
    language._cld2.cache_clear()


def flagged(text: str, tag: str) -> bool:
    return bool(lint.check(lint.Text(text, language=tag), ONLY))


def test_without_cld2_the_function_words_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pycld2", None)
    assert flagged(DUTCH, "en")
    assert not flagged(DUTCH, "nl")
    assert flagged(DUTCH, "it")
    assert not flagged("Rode fiets tegen stenen muur", "it")


def test_with_cld2_languages_without_a_list_are_told_apart() -> None:
    pytest.importorskip("pycld2")
    assert flagged("Um homem lê um livro num banco do parque da cidade.", "en")
    assert not flagged("Um homem lê um livro num banco do parque da cidade.", "pt")
    assert not flagged("Um dia em dia um em dia", "it")


def test_a_short_text_is_left_alone() -> None:
    assert not flagged("Le la du le la", "sv")


def test_the_message_names_both_languages() -> None:
    (found,) = lint.check(lint.Text(DUTCH, language="en-GB"), ONLY)
    assert (
        found.message
        == "The image's language is “en”, but the alt text seems to be in “nl”."
    )
