"""Verbs that no list has."""

from __future__ import annotations

import pytest

from altsync import claims
from altsync.models import ClaimKind

DEEDS = [
    ("A man irons a shirt.", ["iron"]),
    ("A woman waves.", ["wav"]),
    ("Two girls ironing.", ["iron"]),
    ("Firefighters enter a house.", ["enter"]),
    ("A dog digs.", ["dig"]),
    ("Two boys and waves on a beach.", []),
    ("A man with glasses.", []),
    ("A man, 5 boats", []),
    ("A man red and blue.", []),
    ("A man is at sea.", []),
    ("A woman portraits gallery.", []),
    ("A child princess.", []),
    ("People boat races.", []),
    ("People everywhere", []),
    ("A boy tests", ["test"]),
    ("Boys two a day", []),
    ("A man ads", []),
]


@pytest.mark.parametrize(("text", "deeds"), DEEDS)
def test_a_word_behind_who_does_it(text: str, deeds: list[str]) -> None:
    found = claims.of(text, "en")
    assert [one.value for one in found if one.kind is ClaimKind.ACTION] == deeds


def test_deeds_agree_in_any_form() -> None:
    found = claims.compare("A man copies a key.", "A man copying a key.", "en")
    assert (found.first, found.second) == ((), ())
