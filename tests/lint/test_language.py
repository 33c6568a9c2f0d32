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
    cached = language._cld2
    cached.cache_clear()
    yield
    cached.cache_clear()


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


def test_cld2_is_not_asked_about_a_short_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes three words for any language."""
    monkeypatch.setattr(language, "_cld2", lambda: pytest.fail("asked"))
    assert not flagged("Fietsenstalling treinstation binnenstad", "en")
    assert flagged("Fietsenstalling bij treinstation", "en")


@pytest.mark.parametrize(
    ("code", "found"), [("mt", False), ("it", False), ("fr", True)]
)
def test_cld2_is_not_believed_about_a_language_off_the_list(
    monkeypatch: pytest.MonkeyPatch, code: str, found: bool
) -> None:
    """It took Italian for Maltese, and called Hebrew by its old name."""
    said = (True, 40, ((code.upper(), code, 97, 900.0),))
    monkeypatch.setattr(language, "_cld2", lambda: lambda *_, **__: said)
    assert flagged("Ragazze giocano, ragazzi leggono libri", "it") is found


@pytest.mark.parametrize("code", ["iw", "he"])
def test_hebrew_is_hebrew(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    said = (True, 40, (("HEBREW", code, 97, 900.0),))
    monkeypatch.setattr(language, "_cld2", lambda: lambda *_, **__: said)
    assert not flagged("תמונות ילדים משחקים כדור ברחובות עיר", "he")


def test_the_message_names_both_languages() -> None:
    (found,) = lint.check(lint.Text(DUTCH, language="en-GB"), ONLY)
    assert (
        found.message
        == "The image's language is “en”, but the alt text seems to be in “nl”."
    )
