"""What two texts are to a reader: composed letters and white space aside."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from altsync.models import fold

EVERY = list(map(chr, range(sys.maxunicode + 1)))


def slowly(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_no_white_space_is_printable_but_the_blank() -> None:
    """What `fold` goes by."""
    assert [sign for sign in EVERY if sign.isspace() and sign.isprintable()] == [" "]


@pytest.mark.parametrize("around", ["a{}b", "{}a", "a{}", "{}", "e{}\u0301", "a {} b"])
def test_every_sign_is_folded_as_it_would_be_slowly(around: str) -> None:
    texts = map(around.format, EVERY)
    assert [text for text in texts if fold(text) != slowly(text)] == []
