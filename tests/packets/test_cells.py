"""Texts in the cells of spreadsheets: none is run, none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.packets.cells import MARK, for_xml, is_same, may_be_made, own, written


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-5 °C", "@home", "1/2", "2024-01/05", "Mar/5", "3e5", "TRUE"],
)
def test_what_a_spreadsheet_would_run_or_turn_is_marked(text: str) -> None:
    assert written(text) == MARK + text
    assert is_same(written(text), text)
    assert is_same(text, text), "the spreadsheet took the mark"


@pytest.mark.parametrize("text", ["A dog.", "berlin/12", "Marble arch", "", "truest"])
def test_everything_else_stays(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    ("given", "text", "marked"),
    [
        ("  “Smart” \r\n quotes ", "“Smart” \n quotes", False),
        ("'=SUM", "=SUM", True),
        ("'tis a dog", "'tis a dog", False),
        ("a_x000D_\nb\rc", "a\nb\nc", False),
    ],
)
def test_a_persons_text_is_read_as_it_was_typed(
    given: str, text: str, marked: bool
) -> None:
    assert own(given) == (text, marked)


@pytest.mark.parametrize(
    "text",
    [
        "01/02/26",
        "02. Jan",
        "Jan 26",
        "1,23E+05",
        "#NAME?",
        "#WERT!",
        "Err:509",
        "WAHR",
    ],
)
def test_what_a_spreadsheet_may_have_made_is_doubted(text: str) -> None:
    assert may_be_made(text)


@pytest.mark.parametrize("text", ["Tram 22", "1 dog", "#hashtag art", "", "true love"])
def test_what_somebody_typed_is_not(text: str) -> None:
    assert not may_be_made(text)


def test_another_text_is_not_the_same() -> None:
    assert not is_same("A cat.", "A dog.")
    assert not is_same("'A dog.", "A dog.")
    assert is_same("A\r\ndog. ", "A\ndog.")


def test_what_xml_cannot_hold_is_written_as_its_code() -> None:
    assert for_xml("a\x07b\ufffe_x0041_\n\t") == "a\\u0007b\\ufffe_x005F_x0041_\n\t"
    assert is_same("a\\u0007", "a\x07")


@given(st.text())
def test_any_text_of_ours_is_known_again(text: str) -> None:
    assert is_same(written(text), text)
    assert is_same(for_xml(text), text)
