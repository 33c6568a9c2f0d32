"""What the rules get to see."""

from __future__ import annotations

import pytest

from altsync import lint
from altsync.lint.text import Seen, base_language, file_slug, without_numbers
from altsync.lint.tongues import guess


@pytest.mark.parametrize(
    ("tag", "base"),
    [
        ("en", "en"),
        ("pt-BR", "pt"),
        ("zh_Hant", "zh"),
        (" NL ", "nl"),
        ("und", ""),
        ("zxx", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_base_language(tag: str | None, base: str) -> None:
    assert base_language(tag) == base


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Santa-Maddalena_church-2.JPG", "santa maddalena church 2"),
        ("ferry-2.1-upper-deck", "ferry 2 1 upper deck"),
        ("a/b\\c d.png", "c d"),
        ("", ""),
    ],
)
def test_file_slug(name: str, slug: str) -> None:
    assert file_slug(name) == slug


def test_without_numbers() -> None:
    assert without_numbers("team 2011 b2b 3") == "team b2b"


def test_trusted_texts_are_the_owners() -> None:
    text = lint.Text(
        "x",
        title="T",
        caption="C",
        album="A",
        file="F",
        before="B",
        after="Z",
        page_title="P",
        notes="N",
    )
    assert text.trusted == ("T", "C", "A", "F", "P", "B", "Z", "N")
    assert Seen(text).evidence.endswith("\nF")
    assert Seen(lint.Text("x", title="T")).evidence == "T"


def test_unquoted() -> None:
    assert Seen(lint.Text('A mug with "Hello" on it')).unquoted == "a mug with   on it"
    assert Seen(lint.Text("A mug")).unquoted == "a mug"


def test_language_is_the_tag_else_a_guess() -> None:
    assert (
        Seen(lint.Text("Een man leest een boek op de bank", language="en")).language
        == "en"
    )
    assert Seen(lint.Text("Een man leest een boek op de bank")).language == "nl"
    assert Seen(lint.Text("Drupal")).language == ""
    assert guess(frozenset(["der", "und"])) == "de"
