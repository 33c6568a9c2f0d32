"""What an icon shows, and what only looks like it."""

from __future__ import annotations

import pytest

from altsync.lint.signs import is_sign
from altsync.wordlists import tables


@pytest.mark.parametrize(
    ("text", "language", "sign"),
    [
        ("Magnifying glass", "", True),
        ("vergrootglas", "", True),
        ("The arrow pointing to the right", "en", True),
        ("Pfeil nach rechts", "de", True),
        ("House icon", "en", True),
        ("House", "en", False),
        ("Icon", "en", True),
        ("Search icon", "en", False),
        ("Winter gear", "en", False),
        ("Arrow Electronics", "en", False),
        ("OK", "", False),
        ("Sobre", "", False),
        ("小さな封筒のアイコン", "ja", True),
        ("封筒の書き方", "ja", False),
        ("Logo", "fr", True),
        ("Maasdorp logo", "en", False),
        ("Lupa", "de", False),
        ("", "en", False),
        ("…", "en", False),
        ("arrow " * 8, "en", False),
        ("an arrow, " * 20, "en", False),
    ],
)
def test_is_it_a_sign(text: str, language: str, sign: bool) -> None:
    assert is_sign(text, language) is sign


def test_what_a_link_does_is_a_sign_in_no_language() -> None:
    every = tables("altsync.lint.lists", "signs.toml")
    assert len(every) == 25
    for text in ("Search", "Home", "Next", "Cart", "Menu", "Share", "Contact", "OK"):
        assert not any(is_sign(text, language) for language in ("", *every)), text
