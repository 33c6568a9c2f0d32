"""Word-level marks rebuild both texts; what a screen reader says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.render.words import Mark, changes, spoken


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = list(changes(old, new))
    assert "".join(text for mark, text in pieces if mark is not Mark.NEW) == old
    assert "".join(text for mark, text in pieces if mark is not Mark.GONE) == new


def test_only_what_changes_is_marked() -> None:
    assert list(changes("A red tram.", "A blue tram.")) == [
        (Mark.SAME, "A "),
        (Mark.GONE, "red"),
        (Mark.NEW, "blue"),
        (Mark.SAME, " tram."),
    ]


@pytest.mark.parametrize(
    ("alt", "said"),
    [
        (None, "reads out the file name: “DSC_1, graphic”"),
        ("", "says nothing: the image is skipped"),
        (" \n", "says nothing: the image is skipped"),
        (" A tram. ", "says: “graphic, A tram.”"),
    ],
)
def test_how_it_is_read_out(alt: str | None, said: str) -> None:
    assert spoken(alt, "DSC_1") == said
