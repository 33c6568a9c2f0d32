"""Which claims of two texts agree, which cannot both be true, which one says alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync import claims
from altsync.claims.lexicon import listed
from altsync.models import ClaimKind, Compared


def contradicted(one: str, other: str, language: str = "en") -> list[tuple[str, str]]:
    found = claims.compare(one, other, language).contradicted
    return [(a.words, b.words) for a, b in found]


CONTRADICTED = [
    ("Two dogs on a beach.", "Three dogs on a beach.", "Two dogs", "Three dogs"),
    ("A dog on a beach.", "Two dogs on a beach.", "A dog", "Two dogs"),
    ("Twelve chairs", "13 chairs", "Twelve chairs", "13 chairs"),
    ("A red car.", "The car is white.", "red car", "car is white"),
    ("A woman in red", "A woman in blue", "woman in red", "woman in blue"),
    ("A man reads.", "A woman reads.", "man", "woman"),
    ("A child and his bag", "A child and her bag", "his", "her"),
    ("A cat sleeps.", "A dog sleeps.", "cat", "dog"),
    ("A bus in the rain", "A tram in the rain", "bus", "tram"),
    ("A man with a hat", "A man without a hat", "hat", "without a hat"),
    ("A girl not smiling", "A girl smiling", "not smiling", "smiling"),
    ("Nobody at a table", "A woman at a table", "Nobody", "woman"),
    ("A man sits.", "A man stands.", "sits", "stands"),
    ("Cups indoors", "Cups outdoors", "indoors", "outdoors"),
    ('A sign: "Open"', "A sign: “Opens”", '"Open"', "“Opens”"),
    ("A man and a woman", "A woman and a woman", "man", "woman"),
    ("A man in a dark coat", "A man in a white coat", "dark coat", "white coat"),
    ("A bar chart", "A pie chart", "bar chart", "pie chart"),
    ("A sunset", "A moon", "sunset", "moon"),
    ("An astronaut with her bag and cup", "A male astronaut", "her", "male"),
    ("A man reads.", "Two photographers read.", "A man", "Two photographers"),
    ("A cup with a teaspoon", "A cup without a spoon", "teaspoon", "without a spoon"),
    ("A grassy hill", "A hill, no grass", "grassy", "no grass"),
    ("A girl never alone", "A girl alone", "never alone", "alone"),
    ("12 %", "13 %", "12", "13"),
    ("About 1,200 sheep", "About 1,300 sheep", "1,200 sheep", "1,300 sheep"),
    ("A red “Exit” sign", "A blue “Exit” sign", "red “Exit” sign", "blue “Exit” sign"),
    ('A sign: "Open"', 'A sign that says "Closed"', '"Open"', '"Closed"'),
    ("A dog runs.", "A dog lies on a mat.", "runs", "lies"),
    ("Two cups side by side", "A cup", "Two cups", "A cup"),
    ("Over 1.2.3 visits", "9 visits", "1.2.3 visits", "9 visits"),
    ("About 300 sheep", "Over 900 sheep", "300 sheep", "900 sheep"),
    ("Sales in 2019", "Sales in 2020", "Sales in 2019", "Sales in 2020"),
    ("A man smiles.", "A woman, an astronaut, smiles.", "man", "woman"),
    ("17°C in Ghent", "27°C in Ghent", "17 C", "27 C"),
    ("A cook without gloves or apron", "A cook, an apron", "or apron", "apron"),
    ("Four men", "Two men and two women", "Four men", "Two men"),
    ("Four women on a bike with 3 bags", "Six women", "Four women", "Six women"),
    (
        "A single galaxy",
        "Hundreds of galaxies",
        "single galaxy",
        "Hundreds of galaxies",
    ),
    ("A pupil sleeps.", "A pupil writes.", "sleeps", "writes"),
    ("A duck on a pond", "A swan on a pond", "duck", "swan"),
]


@pytest.mark.parametrize(("one", "other", "here", "there"), CONTRADICTED)
def test_contradicted(one: str, other: str, here: str, there: str) -> None:
    assert (here, there) in contradicted(one, other)
    assert (there, here) in contradicted(other, one)


NOT_CONTRADICTED = [
    ("A duck", "A bird"),
    ("A cup or a mug", "A mug"),
    ("A cup, mug or glass", "A glass"),
    ("A family of four", "A ranger and nurses"),
    ("A family of four", "Two children"),
    ("A woman reads beside a sleeping child", "A woman reads to a child"),
    ("A red car", "A blue sky"),
    ("A dark blue door", "A blue door"),
    ("A gray wall", "A grey wall"),
    ("A person", "A man"),
    ("A man and a woman", "A man"),
    ("A man and a woman", "Two people"),
    ("Five people", "Two men and three women"),
    ("Several dogs", "Three dogs"),
    ("A labrador", "A dog"),
    ("A sofa", "A couch"),
    ("A chart with two bars", "A bar chart"),
    ("A man with a hat and a man without a hat", "A man without a hat"),
    ('A sign: "No entry"', "A sign: no entry"),
    ('A sign: "No entry"', "An entry"),
    ("A red and white flag", "A white flag"),
    ("One of the houses", "Three houses"),
    ("A house cat", "A cat"),
    ("A cup with a spoon", "A cup with a teaspoon"),
    ("Three berries", "3 red berries"),
    ("A dog and a cat", "One dog"),
    ("A man in front of two people", "A man"),
    ("“Two visitors”", "Visitors"),
    ("No entry", "No, thanks"),
    ("A dark, tall man", "A pale man"),
    ("Two dogs and a dog", "A dog and two dogs"),
    ("“…”", "“-”"),
    ("A red, white and blue flag", "A blue, white and red flag"),
    ("", "A dog"),
    ('A window with "Save"', 'A window with "File"'),
    ('Signs: "Exit" and "Stop"', 'A sign: "Way out"'),
    ('A sign: "No entry"', 'A sign: "Please do not walk here"'),
    ("A couple on a bench", "Two people on a bench"),
    ("A brown dog and a black dog", "Two dogs"),
    ("A house below a castle", "A castle above a house"),
    ("A boy to the left of a girl", "A girl to the right of a boy"),
    ("More than 5,000 visits", "5,400 visits"),
]


@pytest.mark.parametrize(("one", "other"), NOT_CONTRADICTED)
def test_not_contradicted(one: str, other: str) -> None:
    assert contradicted(one, other) == []
    assert contradicted(other, one) == []


def test_the_claims_of_a_text() -> None:
    found = claims.of("Two men without hats, in red; a sign: “Exit”.", "en")
    assert [(one.kind, one.value, one.words) for one in found] == [
        (ClaimKind.NUMBER, "2", "Two men"),
        (ClaimKind.PERSON, "man", "men"),
        (ClaimKind.NEGATION, "hat", "without hats"),
        (ClaimKind.COLOUR, "red", "red"),
        (ClaimKind.THING, "sign", "sign"),
        (ClaimKind.QUOTE, "exit", "“Exit”"),
    ]


def test_what_is_denied_ends_where_something_is_done() -> None:
    found = claims.of("A street, no dog runs.", "en")
    said = [(one.kind, one.words) for one in found]
    assert (ClaimKind.NEGATION, "no dog") in said
    assert (ClaimKind.ACTION, "runs") in said


def test_the_name_of_a_place() -> None:
    found = claims.of("A tram in New York near Central Park", "en")
    places = [one.words for one in found if one.kind is ClaimKind.PLACE]
    assert places == ["York", "Park"]
    assert ClaimKind.PLACE not in {one.kind for one in claims.of("Baum in Essen", "de")}
    alone = claims.compare("A tram in Lisbon", "A tram in Portugal", "en")
    assert not alone.contradicted
    assert [one.words for one in alone.first] == ["Lisbon"]


def test_each_claim_is_told_once() -> None:
    found = claims.compare(
        "A man in a red shirt holds two mugs.",
        "A person in a shirt holds three mugs near a window.",
    )
    assert [(a.words, b.words) for a, b in found.agreed] == [
        ("man", "person"),
        ("shirt", "shirt"),
        ("mugs", "mugs"),
        ("holds", "holds"),
    ]
    assert [one.words for one in found.first] == ["red shirt"]
    assert [one.words for one in found.second] == ["window"]
    assert [(a.words, b.words) for a, b in found.contradicted] == [
        ("two mugs", "three mugs")
    ]


WORDS = st.sampled_from(
    listed("a, the, two, three, red, blue, man, woman, person, dog, cat, with, without")
    + listed("no, and, hat, “Open”, 'Exit', 2019, 5, wearing, sitting, on, left, of, .")
)
TEXTS = st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=40))


def shape(found: Compared) -> list[tuple[ClaimKind, str, str]]:
    return sorted((a.kind, a.value, b.value) for a, b in found.contradicted)


@settings(max_examples=50)
@given(TEXTS, TEXTS)
def test_the_order_of_the_texts_is_no_matter(one: str, other: str) -> None:
    there, back = claims.compare(one, other), claims.compare(other, one)
    assert shape(there) == sorted((k, b, a) for k, a, b in shape(back))
    assert (len(there.first), len(there.second)) == (len(back.second), len(back.first))


@given(TEXTS)
def test_no_text_contradicts_itself(text: str) -> None:
    found = claims.compare(text, text)
    assert not found.contradicted
    assert not found.first
    assert not found.second


SCENES = st.builds(
    "{} {} with {} {} {} on the {}.".format,
    st.sampled_from(["A", "One", "The"]),
    st.sampled_from(["man", "woman", "boy", "lady"]),
    st.sampled_from(["two", "three", "nine", "12", "40"]),
    st.sampled_from(["red", "blue", "white"]),
    st.sampled_from(["dogs", "cups", "flags", "bicycles"]),
    st.sampled_from(["left", "wall", "table"]),
)


@given(SCENES, st.integers(0, 999))
def test_what_a_swap_made_wrong_is_contradicted_in_its_kind(
    text: str, seed: int
) -> None:
    swap = claims.swapped(text, "en", random.Random(seed))
    assert swap is not None
    assert swap.text != text
    found = claims.compare(text, swap.text)
    assert swap.kind in {a.kind for a, _ in found.contradicted}, swap


@given(TEXTS, st.integers(0, 99))
def test_a_swap_changes_what_it_says(text: str, seed: int) -> None:
    swap = claims.swapped(text, "en", random.Random(seed))
    if swap is None:
        return

    assert swap.was
    assert len(swap.text) == len(text) - len(swap.was) + len(swap.now)
    assert swap.text.casefold() != text.casefold()
