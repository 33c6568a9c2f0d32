"""Words as the search compares them: a table of texts, and of what is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.near import COMPARED
from altsync.terms import EDGE, MOST, Phrase, asked, match, near, said, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        ("A red-brick house.", "a red brick house"),
        ("trips/IMG_1234.JPG", "trips img 1234 jpg"),
        ("DSC1234b", "dsc 1234 b"),
        ("Café Öl Straße ﬁne", "cafe ol strasse fine"),
        ("Łódź, İzmir", "łodz izmir"),
        ("１２３ ＡＢＣ ½", "123 abc 1 ⁄ 2"),
        ("ΤΈΛΟΣ τέλος", "τελοσ τελοσ"),
        ("東京タワー", "東 京 タ ワ ー"),
        ("ｶﾞ は", "ガ は"),
        ("ไทย", "ไ ท ย"),
        ("한국", "한 국"),
        ("हिन्दी", "हिन्दी"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        ("5 € 🎉❤️", "5 € 🎉 ❤"),
        ("½", "1 ⁄ 2"),
        ("-- ... \x00 \ud800 \ue000", ""),
    ],
)
def test_the_terms_of_a_text(text: str, found: str) -> None:
    assert " ".join(terms(text)) == found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", ""),
        ("  -- ", ""),
        ("red cat", '"red" AND "cat"*'),
        ('red "old town"', '"red" AND "old town"'),
        ("“old town” red", '"old town" AND "red"*'),
        ('say "hi', '"say" AND "hi"*'),
        ("IMG_1234", '"img 1234"*'),
        ("NOT OR (a* ^b: {c})", '"not" AND "or" AND "a" AND "b" AND "c"*'),
        ('""', ""),
        ('cat ""', '"cat"*'),
    ],
)
def test_what_is_typed(typed: str, wanted: str) -> None:
    assert match(asked(typed)) == wanted


def test_only_so_many_words_count() -> None:
    assert len(asked("a " * 1000)) == MOST


@pytest.mark.parametrize(
    ("phrase", "stands"),
    [
        (Phrase(("old", "town")), True),
        (Phrase(("old", "to")), False),
        (Phrase(("old", "to"), begun=True), True),
        (Phrase(("ld", "town")), False),
        (Phrase(("town", "red"), begun=True), False),
        (Phrase(("red",)), True),
    ],
)
def test_a_phrase_stands_in_one_text(phrase: Phrase, stands: bool) -> None:
    """Not in the end of one and the beginning of the next."""
    text = said(["An old town", "", None, "Red roofs"])
    assert text == f"an old town {EDGE} red roofs"
    assert phrase.stands_in(text) is stands


ALBUMS = ["at-home", "in-the-mountains", "Mountain-huts", "spaces", "東京 2024"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mountain", ["in-the-mountains", "Mountain-huts"]),
        ("AT HOME", ["at-home"]),
        ("spacse", ["spaces"]),
        ("京", ["東京 2024"]),
        ("", []),
        ("--", []),
        ("nothing like it", []),
    ],
)
def test_names_near_one_that_there_is_not(name: str, meant: list[str]) -> None:
    assert near(name, ALBUMS) == meant


def test_of_many_names_those_that_begin_and_end_alike_are_compared() -> None:
    many = [f"album-{number:05}" for number in range(COMPARED * 2)]
    assert near("albun-00321", many)[0] == "album-00321"
    assert near("xergsee", [*many, "bergsee"]) == ["bergsee"]


@given(st.text(), st.text(alphabet=st.characters(codec="utf-8")))
def test_whatever_is_typed_is_quoted_and_each_word_is_found(
    typed: str, title: str
) -> None:
    for phrase in asked(typed):
        assert all(phrase.terms)
        assert not any('"' in term or EDGE in term for term in phrase.terms)
    text = said(["before", title, "after"])
    for word in title.split():
        assert all(one.stands_in(text) for one in asked(word))
