"""What words and letters say about a language."""

from __future__ import annotations

import pytest

from altsync.lint.tongues import (
    Leaning,
    WrittenWords,
    every_word,
    guess,
    languages_of,
    pictured,
    tongues,
)


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("The dog on the quay", {"the", "on"}),
        ("The Rolling Stones", set()),
        ("The", set()),
        ("Rio de Janeiro", set()),
        ("de fiets", {"de"}),
        ("Mann mit Hut", {"mit"}),
        ("a dog’s bowl", {"a", "s"}),
        ("Aus dem Haus", {"aus", "dem"}),
    ],
)
def test_function_words_in_names_tell_nothing(text: str, telling: set[str]) -> None:
    assert WrittenWords(text).telling() == telling


@pytest.mark.parametrize(
    ("text", "declared", "leaning"),
    [
        ("the dog on the quay", "nl", Leaning("en", 2, pictured=1)),
        ("the dog on the quay", "en", Leaning("", against=2, known=1)),
        ("the dog van de zorgvlied", "nl", Leaning("", against=2)),
        ("żółte zorgvlied", "de", Leaning("pl", letters=1)),
        ("ławka zorgvlied", "de", Leaning("pl", letters=1)),
        ("röd den dörr", "fr", Leaning("sv", words=1, pictured=1)),
        ("Żółte", "de", Leaning("")),
        ("Fiets tegen muur", "it", Leaning("nl", words=1, pictured=1)),
        ("fiets Muur", "nl", Leaning("", known=1)),
        ("De Zorgvlied fiets", "en", Leaning("nl", pictured=1, leads=True)),
        ("De Zorgvlied loket", "nl", Leaning("")),
        ("De Rijp", "en", Leaning("")),
        ("The card chef gives", "nl", Leaning("en", words=1, pictured=3)),
        ("Kaart Chef loket", "nl", Leaning("")),
        ("men van", "en", Leaning("")),
    ],
)
def test_what_speaks_for_another_language(
    text: str, declared: str, leaning: Leaning
) -> None:
    assert WrittenWords(text).leaning(declared) == leaning


def test_a_language_without_a_list_has_nothing_of_its_own() -> None:
    leaning = WrittenWords("het huis met een tuin").leaning("xx")
    assert (leaning.language, leaning.against) == ("nl", 0)
    assert leaning.evidence > 2


def test_the_lists() -> None:
    assert len(tongues()) == 25
    assert languages_of()["und"] == {"de"}
    assert every_word() == set().union(*(one.words for one in tongues().values()))
    assert all(pictured().values())
    assert every_word().isdisjoint(pictured())
    for code, one in tongues().items():
        assert len(one.words) > 7, code
        assert all(word == word.casefold() for word in one.words), code
        assert not any(map(str.isascii, one.letters)), code


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("het huis van een bakker", "nl"),
        ("ragazza con cane e gatto", "it"),
        ("a man in a boat", "en"),
        ("van", "nl"),
        ("in", ""),
        ("pod", ""),
        ("zorgvlied", ""),
    ],
)
def test_the_guess(words: str, language: str) -> None:
    assert guess(frozenset(words.split())) == language
