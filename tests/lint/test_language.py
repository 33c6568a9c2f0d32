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
    assert flagged("Rode fiets tegen stenen muur", "it")
    assert not flagged("Houten loket achterin wachtruimte", "it")


def test_with_cld2_languages_without_a_list_are_told_apart() -> None:
    pytest.importorskip("pycld2")
    assert flagged("Um homem lê um livro num banco do parque da cidade.", "en")
    assert not flagged("Um homem lê um livro num banco do parque da cidade.", "pt")


def test_cld2_is_not_asked_about_few_letters_without_a_word_of_any_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes two words for any language."""
    monkeypatch.setattr(
        language, "_cld2", lambda: lambda *_, **__: pytest.fail("asked")
    )
    assert not flagged("Fietsenstalling", "en")
    assert not flagged("Zorgvlied Fietsenstalling", "en")
    assert not flagged("zorgvlied loket", "en")
    assert flagged("Fietsenstalling bij treinstation", "en")


@pytest.mark.parametrize(
    ("text", "tag", "said", "found"),
    [
        ("fietsenstalling treinstation", "en", ("nl", True), True),
        ("fietsenstalling treinstation", "en", ("nl", False), False),
        ("fietsenstalling treinstation", "nl", ("nl", True), False),
        ("fietsenstalling treinstation", "en", ("mt", True), False),
        ("Zorgvlied fietsenstallingen", "en", ("nl", True), False),
        ("street furniture pipeline", "de", ("en", True), False),
        ("fiets Zorgvlied loket", "en", ("nl", False), True),
        ("fiets Zorgvlied loket", "en", ("af", False), False),
        ("Het Zorgvlied loket", "en", ("nl", False), True),
        ("Het Zorgvlied loket", "nl", ("de", False), False),
        ("fiets bus loket", "nl", ("de", True), False),
        ("team building workshop", "de", ("en", True), False),
        ("open source pipeline workflow", "de", ("en", True), True),
        ("Open Source pipeline workflow", "de", ("en", True), False),
    ],
)
def test_what_cld2_adds_to_few_words(
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    tag: str,
    said: tuple[str, bool],
    found: bool,
) -> None:
    """English lends its words to all: of few of them it is not believed."""
    code, sure = said
    answer = (sure, 40, ((code.upper(), code, 97, 900.0),))
    monkeypatch.setattr(language, "_cld2", lambda: lambda *_, **__: answer)
    assert flagged(text, tag) is found


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("O projeto concluído.", "en"),
        ("Ein Loket (auf dem Kai).", "en"),
        ("captura de pantalla", "fr"),
    ],
)
def test_the_last_word_before_a_full_stop_is_a_word(text: str, tag: str) -> None:
    assert flagged(text, tag)


def test_code_is_of_every_language() -> None:
    for text in (
        "https://zorgvlied.example/het-loket/",
        "zorgvlied.loket() und zorgvlied.kai()",
    ):
        assert not flagged(text, "de"), text


@pytest.mark.parametrize(
    ("code", "found"), [("mt", False), ("it", False), ("fr", True)]
)
def test_cld2_is_not_believed_about_a_language_off_the_list(
    monkeypatch: pytest.MonkeyPatch, code: str, found: bool
) -> None:
    """It took Italian for Maltese, and called Hebrew by its old name."""
    said = (True, 40, ((code.upper(), code, 97, 900.0),))
    monkeypatch.setattr(language, "_cld2", lambda: lambda *_, **__: said)
    assert flagged("Cassieri vendono, postini recapitano buste", "it") is found


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


def test_a_text_of_words_that_its_language_has_is_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        language, "_cld2", lambda: lambda *_, **__: pytest.fail("asked")
    )
    assert not flagged("ragazze e ragazzi", "it")
    assert not flagged("ragazze recapitano buste", "it")
    assert not flagged("...", "it")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("straßen", ["language"]),
        ("taßbela", ["language"]),
        ("Maasdorp", []),
        ("l'orage", []),
    ],
)
def test_a_text_whose_letters_are_its_only_hint_is_looked_at(
    text: str, found: list[str]
) -> None:
    """Case folding makes plain letters of "ß"."""
    rules = lint.ruleset().only(frozenset(["language"]))
    hits = lint.check(lint.Text(text, language="fr"), rules)
    assert [one.rule for one in hits] == found
