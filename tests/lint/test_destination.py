"""Words in common with where a link leads."""

from __future__ import annotations

import pytest

from altsync.lint.destination import (
    address_words,
    comparable,
    is_home,
    is_picture,
    names,
    path_words,
    without_query,
)

BAD = "https://[bad"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A white ferry.", "Ferries"),
        ("Een witte boot", "Boten"),
        ("Le château la nuit", "chateaux"),
        ("Ein rotes Haus", "Hausordnung"),
        ("A note about work", "arbeitswork-notes"),
        ("Jahresbericht", "Der Bericht"),
        ("Hackathon in the hall", "hackathonforchange"),
        ("港の白い船", "船の時刻表"),
        ("白い船が港に", "港に行く"),
        ("Öffnungszeiten", "oeffnungszeiten öffnung"),
        ("Up to 12", "12 boats"),
    ],
)
def test_a_word_in_common_whatever_its_form(text: str, said: str) -> None:
    assert names(text, [said])
    assert names(said, [text])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A white boat in the harbour", "Book your crossing"),
        ("Of the and with", "The home of the pages"),
        ("港の白い船", "時刻表"),
        ("Go on", "Do"),
        ("", "Ferries"),
    ],
)
def test_no_word_in_common(text: str, said: str) -> None:
    assert not names(text, [said])
    assert not names(said, [text])


@pytest.mark.parametrize(
    ("address", "words", "of_path"),
    [
        (
            "https://www.zeehond.example/nl/Grote-boot%C3%A9.html?a=b#c",
            ["zeehond", "Grote", "booté"],
            ["Grote", "booté"],
        ),
        ("https://example.org/node/12", ["example"], []),
        ("https://example.org/", ["example"], []),
        ("/news/2024/storm-a1", ["news", "storm"], ["news", "storm"]),
        ("http://localhost/x", [], []),
        (BAD, [], []),
    ],
)
def test_words_of_an_address(
    address: str, words: list[str], of_path: list[str]
) -> None:
    assert address_words(address) == words
    assert path_words(address) == of_path


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    assert names("ferries " * 10**5, ["Ferry"])
    assert not names("boat " * 10**5 + "ferry", ["Ferries"])


def test_kinds_of_addresses() -> None:
    for home in (
        "https://h.test",
        "https://h.test/",
        "/",
        "https://h.test/pt-br/index.html",
    ):
        assert is_home(home), home
    for other in ("https://h.test/news", "/node/1", BAD):
        assert not is_home(other), other
    assert is_picture("https://h.test/files/boat.JPG?itok=1")
    for other in ("https://h.test/boat", "https://h.test/?a=b.jpg", BAD):
        assert not is_picture(other), other


def test_an_address_as_people_read_it() -> None:
    assert without_query("https://h.test/a%20b/?token=c#d") == "h.test/a b"
    assert without_query("/a") == "/a"
    assert without_query(BAD) == ""


def test_scripts_that_can_be_compared() -> None:
    assert comparable("A boat", "Un bateau")
    assert comparable("船 A", "A")
    assert not comparable("Лодка", "Boat")
    assert not comparable("12", "Boat")
