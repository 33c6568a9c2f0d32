"""What is said once another image is there."""

from __future__ import annotations

import pytest

from altsync.models import Finding, Severity
from altsync.render.arrival import (
    REMARK,
    TEXT,
    TITLE,
    ReadOut,
    Utterance,
    arrival,
    gist,
    place,
)

ERROR = Finding("leak", Severity.ERROR, "The model speaks of itself.")
WARNING = Finding("untrusted-name", Severity.WARNING, 'Nothing names "Sydney".')
INFO = Finding("length", Severity.INFO, "It is long.")


def said(*given: object) -> str:
    return " ".join(one.text for one in arrival(*given))  # type: ignore[arg-type]


def test_one_breath_has_the_place_the_image_its_text_and_what_was_found() -> None:
    text = ReadOut("Een rode kat.", "gpt", 2, 3, findings=[WARNING, ERROR])
    assert arrival("3 of 149", "home/1", "Katten", "nl", text) == (
        Utterance("3 of 149:"),
        Utterance("Katten.", "nl"),
        Utterance("Text 2 of 3, by gpt:"),
        Utterance("“Een rode kat.”", "nl"),
        Utterance(
            "2 findings. error: The model speaks of itself."
            ' warning: Nothing names "Sydney".'
        ),
    )


def test_what_is_not_known_is_left_out() -> None:
    assert said("", "a/1", None, "", None) == "Now: a/1. Nothing is proposed."
    assert said("1 of 1", "a/1", "", "", ReadOut("A cat.")) == (
        "1 of 1: a/1. Text: “A cat.” Nothing found."
    )


def test_a_title_that_the_id_says_is_not_said_twice() -> None:
    assert said("", "home/red-cat", "Red cat", "", None).startswith(
        "Now: home/red-cat."
    )


def test_an_empty_text_is_called_so() -> None:
    text = ReadOut(" ", "gpt", marks=["It would replace words of a person."])
    assert said("1 of 2", "a/1", None, "", text) == (
        "1 of 2: a/1. It would replace words of a person."
        " Text, by gpt: empty, as decorative. Nothing found."
    )


def test_nothing_is_longer_than_a_breath() -> None:
    many = [Finding("x", Severity.INFO, "word " * 500)] * 9
    text = ReadOut("word " * 500, "gpt", findings=many)
    assert len(said("1 of 1", "a/1", "title " * 500, "", text)) < (
        TITLE + TEXT + 2 * REMARK + 120
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "Nothing found."),
        ([INFO], "1 finding. info: It is long."),
        (
            [INFO, WARNING, ERROR, INFO],
            "4 findings. error: The model speaks of itself."
            ' warning: Nothing names "Sydney". And 2 more.',
        ),
    ],
)
def test_the_gist_has_the_number_and_the_gravest(
    found: list[Finding], words: str
) -> None:
    assert gist(found) == words


def test_a_place_is_told_where_there_is_one() -> None:
    assert place(3, 9149) == "3 of 9,149"
    assert place(500, 9149, 500) == "500 of 9,149"
    assert place(501, 9149, 500) == "over 500 of 9,149"
    assert place(0, 9149, 500) == ""
