"""Texts against the words that were read in their pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync import lint
from altsync.lint import readings
from altsync.lint.readings import left_out, misquoted, wrong_numbers
from altsync.models import Decision, ReadLine


def lines(*texts: str, height: float = 0.05, sure: float = 0.99) -> list[ReadLine]:
    return [ReadLine(text, height, sure) for text in texts]


@pytest.mark.parametrize(
    ("text", "read", "wrong"),
    [
        ("It rose to 1,240.", "1.240", []),
        ("It rose to 1 240.", "1,240", []),
        ("It rose to 1240 again.", "1'240", []),
        ("It rose to 1,420.", "1,240|88", [("1,240", "1,420")]),
        ("It rose to 3.5 km.", "3,5 km", []),
        ("It rose to 3.6 km.", "3,5 km", [("3,5", "3.6")]),
        ("It rose to 35.6 km.", "35,5 km", [("35,5", "35.6")]),
        ("A share of 45 %.", "54%", [("54", "45")]),
        ("A share of 45 percent.", "45%", []),
        ("A share of 45 %.", "1,240", []),
        ("Opens at 10:30.", "11:30", [("11:30", "10:30")]),
        ("In 1999.", "1989", [("1989", "1999")]),
        ("In 1999.", "999 seats", []),
        ("There were 1344 seats.", "1944", [("1944", "1344")]),
        ("5.4 million seats.", "5,400,000", []),
        ("5.3 million seats.", "5.4 million", [("5.4", "5.3")]),
        ("53 million seats.", "54 million", [("54", "53")]),
        ("More than 5,000 seats.", "5,400", []),
        ("Around 5,300 seats.", "5,400", [("5,400", "5,300")]),
        ("In all 350 seats.", "100|250", []),
        ("A difference of 150.", "100|250", []),
        ("A difference of 160.", "100|250", [("100", "160")]),
        ("Search leads with 4,500.", "5,400|2,100|900", [("5,400", "4,500")]),
        ("Search leads by 3,300.", "5,400|2,100|900", []),
        ("It ends at 47.", "0|20|40|60|80", []),
        ("It ends at 47.", "0|20|40|60|80|74", [("74", "47")]),
        ("It passes 31.", "0|20|40|60|80|74", []),
        ("It ends at 131.", "0|20|40|60|80|74", [("74", "131")]),
        ("Three of 3 dogs.", "12", []),
        ("Platform 6.", "Platform 9", [("9", "6")]),
        ("On 11 June.", "21 June", [("21", "11")]),
        ("Platform 6.", "Gate 9", []),
        ("Platform 32.", "Platform 12", [("12", "32")]),
        ("Established 1927.", "Est.1967", [("1967", "1927")]),
        ("Some 1.2k visits.", "1,240", []),
        ("Some 1.4 thousand visits.", "1,240", [("1,240", "1.4")]),
        ("Some 100k visits.", "1,240", [("1,240", "100")]),
        ("Until 5:30 pm.", "9:00-17:30", []),
        ("Until 5.30 pm.", "9:00-17:30|020 7946", []),
        ("Until 6:30 pm.", "9:00-17:30", [("9:00", "6:30")]),
        ("On 12 May 2024.", "12/05/2024|0123", []),
        ("On 5/12/2024.", "12.05.2024|11/11", []),
        ("On 5/13/2024.", "12/05/2024", [("12/05/2024", "5/13/2024")]),
        ("In 2023.", "12/05/2024|2022", [("2022", "2023")]),
        ("No numbers.", "12", []),
        ("Number 47.", "nothing", []),
    ],
)
def test_numbers(text: str, read: str, wrong: list[tuple[str, str]]) -> None:
    assert list(wrong_numbers(text, lines(*read.split("|")))) == wrong


def test_a_trusted_text_vouches_for_a_number() -> None:
    read = lines("1,240", "880")
    assert list(wrong_numbers("1,420 seats.", read, ["A hall of 1420 seats"])) == []


def test_of_many_numbers_nothing_is_added_up() -> None:
    many = lines(*(str(number * number + 100) for number in range(20)))
    assert [there for _, there in wrong_numbers("It ends at 257.", many)] == ["257"]


@pytest.mark.parametrize(
    ("phrases", "read", "said"),
    [
        (["Mind the step"], "MIND THE STEP", []),
        (["Mind the stop"], "MIND THE STEP", [("step", "stop")]),
        (["Mind the step"], "MINDTHESTEP", []),
        (["Café"], "CAFE", []),
        (["Bakery"], "Ca1endar", []),
        (["Something else entirely"], "MIND THE STEP", []),
        (["Exhibitions"], "EXHIBITIUMS", [("exhibitiums", "exhibitions")]),
        (["open"], "op3n", []),
        (["Book market"], "BOOK MARKE", []),
    ],
)
def test_quotes(phrases: list[str], read: str, said: list[tuple[str, str]]) -> None:
    assert list(misquoted(phrases, lines(read))) == said


def test_what_the_engine_is_not_sure_of_accuses_no_quote() -> None:
    assert list(misquoted(["stop"], lines("STEP", sure=0.8))) == []


def test_large_words_that_are_left_out() -> None:
    large = lines("OPEN DAY", height=0.2)
    assert left_out("A hall full of people.", large) == "OPEN DAY"
    assert left_out("People at an open house.", large) == ""
    assert left_out("A hall.", lines("OPEN DAY")) == "", "small print"
    assert left_out("A hall.", lines("12:30", height=0.2)) == ""


def test_the_rule_says_both_readings_and_keeps_silent_of_links() -> None:
    evidence = lint.Evidence(read=tuple(lines("1,240", "BAKERY", height=0.3)))
    rules = lint.ruleset().only(frozenset(["misread"]))
    text = "Chart that ends at 1,420."
    found = lint.check(evidence.text(text), rules)
    assert [one.message for one in found] == [
        "The picture says “1,240”, the text “1,420”: look which is right.",
        "The picture says “BAKERY” in large letters, the text does not.",
    ]
    (one,) = lint.check(evidence.text(text, Decision.FUNCTIONAL), rules)
    assert "1,240" in one.message


def test_what_was_read_vouches_for_a_name() -> None:
    evidence = lint.Evidence(title="A shop", read=tuple(lines("VERBEKE & SONS")))
    text = evidence.text("The shop of Verbeke.", Decision.INFORMATIVE, by_model=True)
    assert not any(one.rule == "untrusted-name" for one in lint.check(text))


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=5))
def test_nothing_that_is_read_breaks_it(text: str, read: list[str]) -> None:
    found = lines(*read)
    list(wrong_numbers(text, found, [text]))
    list(misquoted([text], found))
    left_out(text, found)
    if not any(map(str.isdigit, text)):
        assert readings.numbers(text) == []
