"""What a reader sees of words, cut where a place needs no more."""

from __future__ import annotations

import pytest

from altsync.texts.words import alike, beginning, ending, visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (" a\r\n\tb\xa0 c ", "a b c"),
        ("a\0b\u200bc\ufeffd\xade", "abcde"),
        ("a\u200db", "ab"),
        ("ن\u200cم", "ن\u200cم"),
        ("ن\u200c\u200cم", "ن\u200cم"),
        ("\u202eevil\ud800", "evil"),
    ],
)
def test_what_a_reader_sees(text: str, seen: str) -> None:
    assert visible(text) == seen


@pytest.mark.parametrize(
    ("most", "first", "last"),
    [
        (13, "one two three", "one two three"),
        (12, "one two…", "…two three"),
        (8, "one two…", "…three"),
        (7, "one…", "…three"),
        (3, "on…", "…ee"),
    ],
)
def test_words_are_cut_whole(most: int, first: str, last: str) -> None:
    text = "one two three"
    assert (beginning(text, most), ending(text, most)) == (first, last)
    assert visible(text, most) == first


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A red kite.", " a  RED kite", True),
        ("“Kite”", "kite!", True),
        ("e\u0301", "é", True),
        ("kite", "kites", False),
        ("", "", False),
        ("…", "!", False),
    ],
)
def test_what_sounds_alike(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same
